"""`doelbinding check`: may these data go? One transfer from options, or many from JSON Lines."""

from typing import Any

import click

from doelbinding.cli.batch import Batch
from doelbinding.cli.command import PolicyCommand
from doelbinding.cli.exits import Exit
from doelbinding.cli.options import exit_zero_option, moment_option, output_options, policy_options
from doelbinding.cli.output import check_target, is_on_terminal, wants_colour, write
from doelbinding.cli.progress import Progress
from doelbinding.cli.questions import answer
from doelbinding.cli.sources import PolicyChoice
from doelbinding.views.explain import decision_json, render_decision, render_table
from doelbinding.views.terminal import Painter

_STATES = {"true": True, "false": False, "unknown": None}


def _facts(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, bool | None]:
    facts: dict[str, bool | None] = {}
    for value in values:
        fact, equals, state = value.partition("=")
        if not equals or state not in _STATES:
            raise click.BadParameter("write a fact as NAME=true, NAME=false or NAME=unknown")
        if fact in facts and facts[fact] is not _STATES[state]:
            raise click.BadParameter("one fact is given two states")
        facts[fact] = _STATES[state]
    return facts


def _names(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


@click.command("check", cls=PolicyCommand)
@policy_options
@click.option("--from", "sender", metavar="PARTY", help="Who holds the data; usually you.")
@click.option("--to", "recipient", metavar="PARTY", help="Who would get them.")
@click.option("--purpose", metavar="PURPOSE", help="What for.")
@click.option(
    "--data", multiple=True, callback=_names, metavar="A,B", help="Which categories; repeatable."
)
@click.option("--subject", metavar="SUBJECT", help="About whom; usually the default subject.")
@click.option(
    "--fact",
    "facts",
    multiple=True,
    callback=_facts,
    metavar="NAME=true",
    help="What is known: true, false or unknown; repeatable.",
)
@click.option("--reference", metavar="NUMBER", help="The number of a request or demand.")
@moment_option
@click.option("--batch", metavar="FILE", help="Transfers as JSON Lines; - for standard input.")
@output_options("text", "json")
@exit_zero_option
def command(
    chosen: PolicyChoice,
    batch: str | None,
    form: str,
    output: str | None,
    force: bool,
    lang: Any,  # noqa: ANN401 - one of the languages, as click has checked
    color: str,
    exit_zero: bool,
    **transfer: Any,  # noqa: ANN401 - the fields of a transfer, each of its own type
) -> int:
    """Decide whether personal data may go.

    \b
    doelbinding check --to kb --purpose services.online-library --data membership.number
    doelbinding check --batch transfers.jsonl --format json

    Ends with 0 for ALLOW, and with 1 for DENY and for LOG: such a transfer may go only once a
    record of it is written. A batch ends with 0 when every line was a readable transfer.
    """  # noqa: D301 - click takes the character that the escape stands for
    check_target(output, force=force)
    given = {key: value for key, value in transfer.items() if value not in (None, (), {})}
    _check_use(given, batch)
    policy = chosen.load()
    paint = Painter(colour=wants_colour(color, output))
    if batch is not None:
        with Progress(batch, wanted=form == "text" or not is_on_terminal(output)) as progress:
            answers = Batch(policy, batch, progress)
            text = answers.as_json() if form == "json" else render_table(answers, lang, paint)
            write(text, output, force=force)
        return Exit.MISUSE if answers.faults else Exit.WELL
    question, decision = answer(policy, **_with_data(given))
    shown = (
        decision_json(question, decision) + "\n"
        if form == "json"
        else render_decision(policy.declarations, question, decision, lang, paint)
    )
    write(shown, output, force=force)
    return Exit.WELL if decision or exit_zero else Exit.FINDING


def _with_data(given: dict[str, Any]) -> dict[str, Any]:
    return {"data": (), **given}


def _check_use(given: dict[str, Any], batch: str | None) -> None:
    if batch is not None and given:
        raise click.UsageError("--batch takes its transfers from the file alone")
    missing = [
        name for name, key in (("--to", "recipient"), ("--purpose", "purpose")) if key not in given
    ]
    if batch is None and missing:
        raise click.UsageError(f"{' and '.join(missing)} must be given, or --batch")
