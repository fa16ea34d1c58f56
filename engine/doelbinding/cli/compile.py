"""`doelbinding compile`: a policy as one file, which can be signed."""

from dataclasses import replace

import click

from doelbinding.cli.command import PolicyCommand
from doelbinding.cli.exits import Exit
from doelbinding.cli.options import force_option, policy_options, reader_options
from doelbinding.cli.output import check_target, remark, write
from doelbinding.cli.sources import PolicyChoice
from doelbinding.compiler.bundle import bundle_of
from doelbinding.model.decision import PolicyIdentity
from doelbinding.signing import PrivateKey, read_private_key
from doelbinding.views.terminal import safe

_STANDARD_OUTPUT = "-"


@click.command("compile", cls=PolicyCommand)
@policy_options
@click.option(
    "--output",
    metavar="FILE",
    help="Write to this new file; left out, POLICY.bundle here; - for standard output.",
)
@click.option("--sign", metavar="KEY", help="Sign with the private key in this file.")
@force_option
@reader_options
def command(
    chosen: PolicyChoice,
    output: str | None,
    sign: str | None,
    force: bool,
    lang: str,  # noqa: ARG001 - a bundle is in no language; every command takes the option
    color: str,  # noqa: ARG001 - for the findings of a broken policy
) -> int:
    """Make a bundle: one file with the policy's texts and tests, and all that decides.

    Every command takes it where it takes a folder; it is checked, whole, when it is read. The
    same policy and key give the same bytes.
    """
    if output == "":
        raise click.BadParameter("name a file", param_hint="--output")
    target = None if output == _STANDARD_OUTPUT else output
    check_target(target, force=force)
    key = None if sign is None else read_private_key(sign)
    if key is not None:
        chosen = replace(chosen, no_cache=True)  # what is signed was read from the files themselves
    identity, bundle = _compiled(chosen, key)
    if output is None:
        target = f"{identity.id}.bundle"
    write(bundle, target, force=force)
    _tell(target, identity, key, sign)
    return Exit.WELL


def _compiled(chosen: PolicyChoice, key: PrivateKey | None) -> tuple[PolicyIdentity, bytes]:
    compiled = chosen.load().compiled
    _ = compiled.declared  # of a bundle: is its index what its own texts say? Else it is no policy
    tests = chosen.tests()
    return compiled.identity, bundle_of(compiled, chosen.source, chosen.limits, tests, key)


def _tell(
    target: str | None, identity: PolicyIdentity, key: PrivateKey | None, path: str | None
) -> None:
    where = f"{safe(target)}: " if target else ""
    signed = f"signed with {key.id}" if key else "not signed"
    remark(f"{where}{identity.id}, revision {identity.revision}, {identity.digest}, {signed}")
    if key and key.is_exposed:
        remark(f"warning: any user of this machine may read {safe(str(path))}; chmod 600 it")
