"""`doelbinding diff`: what a change of a policy newly permits and forbids."""

from collections.abc import Callable
from typing import Any

import click

from doelbinding.analysis.diff import Change, compare
from doelbinding.cli.command import PolicyCommand
from doelbinding.cli.exits import Exit
from doelbinding.cli.options import (
    exit_zero_option,
    moment_option,
    output_options,
    policy_options,
)
from doelbinding.cli.output import check_target, wants_colour, write
from doelbinding.cli.progress import follow
from doelbinding.cli.recorded import replayed
from doelbinding.cli.sides import chosen_sides, commits_of, read_sides
from doelbinding.cli.sources import PolicyChoice, seen_from
from doelbinding.cli.step_summary import add_to_step_summary
from doelbinding.views.differences import (
    DifferenceReport,
    Gate,
    Side,
    render_json,
    render_markdown,
    render_text,
)
from doelbinding.views.explain import Language
from doelbinding.views.terminal import Painter

_FAILING: dict[str, Callable[[Change], bool]] = {
    "widened": lambda change: change.widened is not None,
    "any": lambda _: True,
    "none": lambda _: False,
}
_GATES = {
    Gate.NEW_RECIPIENTS: "Fail when anybody gets anything who got nothing before.",
    Gate.NEW_PURPOSES: "Fail when anything may go for a purpose for which nothing could.",
    Gate.SPECIAL_CATEGORY: "Fail when more specially protected data may go, or data become so.",
    Gate.THIRD_COUNTRY: "Fail when more may go outside the EEA, or a recipient moves there.",
}


def _gate_options(command: Callable[..., int]) -> Callable[..., int]:
    for gate, what in reversed(_GATES.items()):
        option = click.option(f"--{gate}", "gates", flag_value=gate, multiple=True, help=what)
        command = option(command)
    return command


@click.command("diff", cls=PolicyCommand)
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option(
    "--against",
    metavar="REV",
    help="Compare the policy with what it was in this git revision, such as origin/main.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*_FAILING]),
    default="widened",
    show_default=True,
    help="Which changes end it with 1.",
)
@_gate_options
@click.option(
    "--replay",
    metavar="LOG",
    help="Decide anew the transfers of a log that check --batch has written as JSON.",
)
@click.option("--full", is_flag=True, help="Show everything, however long; every cell in JSON.")
@policy_options
@output_options("text", "json", "markdown", "sarif", "github")
@moment_option
@exit_zero_option
def command(
    chosen: PolicyChoice,
    old: str | None,
    new: str | None,
    against: str | None,
    fail_on: str,
    gates: tuple[str, ...],
    replay: str | None,
    full: bool,
    form: str,
    output: str | None,
    force: bool,
    lang: Any,  # noqa: ANN401 - one of the languages, as click has checked
    color: str,
    at: str | None,
    exit_zero: bool,
) -> int:
    """Say what NEW permits and forbids that OLD does not, exactly, with a transfer for each.

    \b
    doelbinding diff old-policy new-policy
    doelbinding diff HEAD~1:policy policy
    doelbinding diff --against origin/main

    OLD and NEW are folders, bundles, or folders in git revisions; a bare revision means the
    folder of --policy in it. NEW left out is the policy of --policy. All transfers are covered,
    and all moments from --at on.
    """  # noqa: D301 - click takes the character that the escape stands for
    check_target(output, force=force)
    before, now = read_sides(*chosen_sides(chosen, old, new, against), at, color)
    compared = compare(
        before.policy.compiled.index,
        now.policy.compiled.index,
        seen_from(now.policy, at),
        follow("comparing"),
    )
    report = DifferenceReport(
        before,
        now,
        compared,
        tuple(map(Gate, gates)),
        None if replay is None else replayed(replay, now.policy, _categories(before, now)),
        full,
        commits_of(now),
    )
    fails = _FAILING[fail_on]
    write(_rendered(report, form, lang, wants_colour(color, output), fails), output, force=force)
    if form == "github":
        add_to_step_summary(render_markdown(report, lang))
    failed = any(map(fails, report.changes)) or report.opened() or _guards_fail(report, fail_on)
    return Exit.FINDING if failed and not exit_zero else Exit.WELL


def _guards_fail(report: DifferenceReport, fail_on: str) -> bool:
    """Another default may permit more to whoever names no subject; other guards fail with `any`."""
    if fail_on == "widened":
        return any(each.is_default for each in report.guards)
    return fail_on == "any" and bool(report.guards)


def _categories(*sides: Side) -> frozenset[str]:
    return frozenset(each for side in sides for each in side.declarations.categories)


def _rendered(
    report: DifferenceReport,
    form: str,
    lang: Language,
    colour: bool,
    fails: Callable[[Change], bool],
) -> str:
    if form == "text":
        return render_text(report, lang, Painter(colour=colour))
    if form == "json":
        return render_json(report)
    if form == "markdown":
        return render_markdown(report, lang)
    from doelbinding.views.differences.findings import findings_of  # only a pipeline pays for it
    from doelbinding.views.pipelines import Outcomes

    found = findings_of(report, fails)
    return Outcomes("doelbinding diff", report.verdict("en"), found).render(form)
