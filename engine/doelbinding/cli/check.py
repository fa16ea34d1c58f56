"""`doelbinding check`: may these data go? One transfer from options, or many from JSON Lines."""

from dataclasses import dataclass
from typing import Any

import click

from doelbinding.cli.batch import Batch, RecordedBatch
from doelbinding.cli.command import PolicyCommand
from doelbinding.cli.exits import Exit
from doelbinding.cli.logs import LogChoice
from doelbinding.cli.options import (
    exit_zero_option,
    log_options,
    moment_option,
    output_options,
    policy_options,
)
from doelbinding.cli.output import check_target, is_on_terminal, wants_colour, write
from doelbinding.cli.progress import Progress
from doelbinding.cli.questions import answer
from doelbinding.cli.sources import PolicyChoice
from doelbinding.model.flows import DUTIES
from doelbinding.policy import Policy
from doelbinding.suggest import nearest
from doelbinding.views.explain import (
    Answered,
    Language,
    decision_json,
    render_decision,
    render_table,
)
from doelbinding.views.terminal import Painter

_STATES = {"true": True, "false": False, "unknown": None}
_FOR_THE_GATE = {
    "fulfils": "--fulfils",
    "subject_id": "--subject-id",
    "recipient_id": "--recipient-id",
    "decision_id": "--id",
}


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


def _duties(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    duties = _names(context, parameter, values)
    for duty in duties:
        if duty not in DUTIES:
            close = nearest(duty, DUTIES)
            hint = f"did you mean {close}?" if close else f"they are {', '.join(sorted(DUTIES))}"
            raise click.BadParameter(f"there is no such duty; {hint}")
    return duties


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
@click.option("--record", is_flag=True, help="Ask at the gate: decide as of now, and record it.")
@log_options(required=False)
@click.option(
    "--fulfils",
    multiple=True,
    callback=_duties,
    metavar="DUTY",
    help="A duty that you see to; with --record; repeatable.",
)
@click.option(
    "--subject-id", metavar="ID", help="Whom it is about; recorded as a pseudonym; with --record."
)
@click.option(
    "--recipient-id", metavar="ID", help="Which one of a class gets it, as by ISIL; with --record."
)
@click.option(
    "--id",
    "decision_id",
    metavar="ID",
    help="Your own id for this transfer; asked again it is one record; with --record.",
)
@output_options("text", "json")
@exit_zero_option
def command(
    chosen: PolicyChoice,
    log: LogChoice | None,
    record: bool,
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
    record of it is written. With --record it is asked at the gate and recorded, and ends with 0
    when it may go. A batch ends with 0 when every line was a readable transfer.
    """  # noqa: D301 - click takes the character that the escape stands for
    check_target(output, force=force)
    given = {key: value for key, value in transfer.items() if value not in (None, (), {})}
    _check_use(given, batch)
    _check_record(given, log, record=record)
    policy = chosen.load()
    show = _Shown(form, output, force, lang, Painter(colour=wants_colour(color, output)))
    if record and log is not None:
        code = _recorded(policy, log, given, batch, show)
    elif batch is not None:
        code = _batch(policy, batch, show)
    else:
        question, decision = answer(policy, **_with_data(given))
        show.one(policy, Answered(question, decision))
        code = Exit.WELL if decision else Exit.FINDING
    return Exit.WELL if exit_zero and code == Exit.FINDING else code


@dataclass(frozen=True, slots=True)
class _Shown:
    """Where answers go, and in which form."""

    form: str
    output: str | None
    force: bool
    lang: Language
    paint: Painter

    def one(self, policy: Policy, answered: Answered) -> None:
        """Show one answer."""
        question, decision, record = answered.question, answered.decision, answered.record
        if question is None or decision is None:
            return
        text = (
            decision_json(question, decision, record) + "\n"
            if self.form == "json"
            else render_decision(
                policy.declarations, question, decision, self.lang, self.paint, record
            )
        )
        write(text, self.output, force=self.force)

    def all(self, answers: Batch, *, recorded: bool = False) -> Exit:
        """Show the answers of a batch; the exit code."""
        if self.form == "json":
            text: Any = answers.as_json()
        else:
            text = render_table(answers, self.lang, self.paint, recorded=recorded)
        write(text, self.output, force=self.force)
        return Exit.MISUSE if answers.faults else Exit.WELL

    def progress(self, path: str) -> Progress:
        """A bar, unless the answers themselves appear on the terminal."""
        return Progress(path, wanted=self.form == "text" or not is_on_terminal(self.output))


def _batch(policy: Policy, path: str, show: _Shown) -> Exit:
    with show.progress(path) as progress:
        return show.all(Batch(policy, path, progress))


def _recorded(
    policy: Policy, log: LogChoice, given: dict[str, Any], batch: str | None, show: _Shown
) -> Exit:
    from doelbinding.cli.recording import AT_ONCE, RecordingGate  # only who records pays for it

    with RecordingGate(policy, log) as gate:
        if batch is not None:
            with show.progress(batch) as progress:
                answers = RecordedBatch(policy, batch, progress, gate, AT_ONCE)
                return show.all(answers, recorded=True)
        answered = gate.send(_with_data(given))
    show.one(policy, answered)
    goes = answered.record is not None and answered.record.action != "stopped"
    return Exit.WELL if goes else Exit.FINDING


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


def _check_record(given: dict[str, Any], log: LogChoice | None, *, record: bool) -> None:
    if record and log is None:
        raise click.UsageError("--record needs --log and --keys")
    if record and "at" in given:
        raise click.UsageError("a record is of the moment itself: leave out --at")
    idle = [option for key, option in _FOR_THE_GATE.items() if key in given]
    if not record and (idle or log is not None):
        raise click.UsageError(f"{(idle or ['--log'])[0]} is of use with --record alone")
