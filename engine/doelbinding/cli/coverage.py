"""`doelbinding coverage`: what covers each clause, and what the tests exercise."""

from collections import Counter
from math import isnan
from typing import Any

import click

from doelbinding.analysis.coverage import cover
from doelbinding.analysis.testing import Outcome, read_suites, run_suites
from doelbinding.cli.command import PolicyCommand
from doelbinding.cli.exits import Exit
from doelbinding.cli.options import exit_zero_option, moment_option, output_options, policy_options
from doelbinding.cli.output import check_target, remark, wants_colour, write
from doelbinding.cli.sources import PolicyChoice
from doelbinding.policy import Policy
from doelbinding.views.covering import (
    CoverageReport,
    render_html,
    render_json,
    render_markdown,
    render_text,
)
from doelbinding.views.explain import Language
from doelbinding.views.terminal import Painter


def _number(
    _context: click.Context, _parameter: click.Parameter, value: float | None
) -> float | None:
    """What is no number is neither above nor below, and would let everything pass."""
    if value is not None and isnan(value):
        raise click.BadParameter("give a number from 0 to 100")
    return value


@click.command("coverage", cls=PolicyCommand)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    callback=_number,
    metavar="N",
    help="End with 1 when less than N percent is exercised.",
)
@policy_options
@output_options("text", "json", "html", "markdown")
@moment_option
@exit_zero_option
def command(
    chosen: PolicyChoice,
    fail_under: float | None,
    form: str,
    output: str | None,
    force: bool,
    lang: Any,  # noqa: ANN401 - one of the languages, as click has checked
    color: str,
    at: str | None,
    exit_zero: bool,
) -> int:
    """Say what covers each clause of the statement, and what the policy's tests exercise.

    Counted is each flow that grants, each fact on which an answer turns, each prohibition that
    bites, each exception that lifts one, the first and the last day of each period: once each,
    however many tests there are. Tests that fail, or cannot be used, end it with 1 as well.
    """
    check_target(output, force=force)
    report = _report(chosen, chosen.load(at))
    bad = report.outcomes[Outcome.FAILED] + report.outcomes[Outcome.UNUSABLE]
    if bad:
        remark(f"{bad:,} of the tests did not pass: doelbinding test says why")
    write(_rendered(report, form, lang, wants_colour(color, output)), output, force=force)
    is_under = fail_under is not None and report.coverage.percent < fail_under
    if is_under:
        remark(f"{report.percent_text('en')} is exercised, which is less than {fail_under:g} %")
    return Exit.FINDING if (is_under or bad) and not exit_zero else Exit.WELL


def _report(chosen: PolicyChoice, policy: Policy) -> CoverageReport:
    suites = read_suites(
        chosen.source, chosen.limits, verify=chosen.verify, at_least=chosen.at_least
    )
    results = run_suites(policy.compiled, suites)
    ran = [each.transfer for each in results if each.transfer]
    outcomes = Counter(each.outcome for each in results)
    return CoverageReport(policy, chosen.source, cover(policy.compiled, ran), outcomes)


def _rendered(report: CoverageReport, form: str, lang: Language, colour: bool) -> str:
    if form == "text":
        return render_text(report, lang, Painter(colour=colour))
    if form == "json":
        return render_json(report)
    return render_html(report, lang) if form == "html" else render_markdown(report, lang)
