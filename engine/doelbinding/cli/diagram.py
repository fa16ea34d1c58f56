"""`doelbinding diagram`: who sends what to whom, as a picture."""

from typing import Any

import click

from doelbinding.cli.command import PolicyCommand
from doelbinding.cli.exits import Exit
from doelbinding.cli.options import moment_option, output_options, policy_options
from doelbinding.cli.output import check_target, write
from doelbinding.cli.questions import check_known
from doelbinding.cli.sources import PolicyChoice
from doelbinding.policy import Policy
from doelbinding.views.pictures import Picture, View, known_ids, only, render_mermaid, rows


@click.command("diagram", cls=PolicyCommand)
@policy_options
@click.option(
    "--by",
    type=click.Choice([view.value for view in View]),
    default=View.RECIPIENT.value,
    show_default=True,
    help="What the picture is arranged by.",
)
@click.option(
    "--only",
    "wanted",
    multiple=True,
    metavar="ID",
    help="Only this party, purpose, category or flow, and what lies below it; repeatable. "
    "Where several have the id: party:ID, purpose:ID, category:ID, flow:ID.",
)
@moment_option
@output_options("mermaid")
def command(
    chosen: PolicyChoice,
    by: str,
    wanted: tuple[str, ...],
    at: str | None,
    form: str,  # noqa: ARG001 - Mermaid is the only one so far
    output: str | None,
    force: bool,
    lang: Any,  # noqa: ANN401 - one of the languages, as click has checked
    color: str,  # noqa: ARG001 - source text has no colour; every command takes the option
) -> int:
    """Draw what may go to whom, at a moment; the same policy and moment give the same bytes.

    Solid arrows: may go. Dotted: on conditions. Thick: only on record. Crossed: never.
    """
    check_target(output, force=force)
    policy = chosen.load()
    _check_wanted(policy, wanted)
    shown = only(policy.declarations, rows(policy.declarations, policy.instant(at)), wanted)
    picture = Picture(policy.declarations, policy.identity, shown, View(by), lang)
    write(render_mermaid(picture), output, force=force)
    return Exit.WELL


def _check_wanted(policy: Policy, wanted: tuple[str, ...]) -> None:
    ids = known_ids(policy.declarations)
    known = {each for section in ids.values() for each in section}
    known |= {f"{kind}:{each}" for kind, section in ids.items() for each in section}
    for each in wanted:
        check_known("--only", each, known)
