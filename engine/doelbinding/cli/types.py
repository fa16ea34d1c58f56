"""`doelbinding types`: a policy's ids for Python, so that a type checker knows them."""

from pathlib import Path

import click

from doelbinding.cli.command import PolicyCommand
from doelbinding.cli.exits import Exit
from doelbinding.cli.options import force_option, policy_options, reader_options
from doelbinding.cli.output import check_target, remark, write
from doelbinding.cli.sources import PolicyChoice
from doelbinding.errors import SourceError
from doelbinding.views.terminal import safe
from doelbinding.views.types import render_types


@click.command("types", cls=PolicyCommand)
@policy_options
@click.option("--output", metavar="FILE", help="Write to a new file; - for standard output.")
@click.option("--check", "checked", metavar="FILE", help="End with 1 if this file is out of date.")
@force_option
@reader_options
def command(
    chosen: PolicyChoice,
    output: str | None,
    checked: str | None,
    force: bool,
    lang: str,  # noqa: ARG001 - ids are in no language; every command takes the option
    color: str,  # noqa: ARG001 - for the findings of a broken policy
) -> int:
    """Write a Python module with the policy's ids as types, and typed `facts` and `check`.

    A misspelt purpose then fails in the editor, in mypy and in pyright. The same policy gives
    the same bytes.
    """
    _check_use(checked, output)
    target = None if output == "-" else output
    check_target(target, force=force)
    policy = chosen.load()
    text = render_types(policy.declarations, policy.identity)
    if checked is not None:
        return _compared(checked, text.encode())
    write(text, target, force=force)
    return Exit.WELL


def _check_use(checked: str | None, output: str | None) -> None:
    if checked is not None and output is not None:
        raise click.UsageError("give --check or --output, not both")
    if checked == "" or output == "":
        raise click.UsageError("name a file")


def _compared(path: str, expected: bytes) -> int:
    if _beginning(path, len(expected) + 1) == expected:
        remark(f"{safe(path)}: up to date")
        return Exit.WELL
    remark(f"{safe(path)}: out of date\nhelp: Write it anew, with --output and --force.")
    return Exit.FINDING


def _beginning(path: str, size: int) -> bytes:
    try:
        with Path(path).open("rb") as stream:
            return stream.read(size)
    except OSError as error:
        message = f"{path} cannot be read: {(error.strerror or 'unknown').lower()}"
        raise SourceError(message, "Name the file that --output wrote.") from error
