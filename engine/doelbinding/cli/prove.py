"""`doelbinding prove`: what must hold of every answer, proven, or broken by a transfer."""

from typing import Any

import click

from doelbinding.analysis.prove import prove
from doelbinding.analysis.space import Space
from doelbinding.cli.command import PolicyCommand
from doelbinding.cli.exits import Exit
from doelbinding.cli.options import (
    exit_zero_option,
    fail_on_warnings_option,
    moment_option,
    output_options,
    policy_options,
)
from doelbinding.cli.output import check_target, wants_colour, write
from doelbinding.cli.progress import follow
from doelbinding.cli.sources import PolicyChoice, seen_from
from doelbinding.cli.step_summary import add_to_step_summary
from doelbinding.views.proofs import Outcome, ProofReport, render_json, render_text
from doelbinding.views.terminal import Painter


@click.command("prove", cls=PolicyCommand)
@policy_options
@output_options("text", "json", "sarif", "github", "junit", "markdown")
@moment_option
@fail_on_warnings_option
@exit_zero_option
def command(
    chosen: PolicyChoice,
    form: str,
    output: str | None,
    force: bool,
    lang: Any,  # noqa: ANN401 - one of the languages, as click has checked
    color: str,
    at: str | None,
    fail_on_warnings: bool,
    exit_zero: bool,
) -> int:
    """Prove each invariant over all transfers, or show the smallest one that breaks it.

    All parties, purposes, subjects, categories and states of the facts are covered, and all
    moments from --at on.
    """
    check_target(output, force=force)
    policy = chosen.load(at)
    since = seen_from(policy, at)
    invariants = policy.declarations.invariants.values()
    proofs = prove(Space(policy.compiled.index), invariants, since, follow("proving"))
    report = ProofReport(policy, chosen.source, proofs, since)
    if form == "text":
        text = render_text(report, lang, Painter(colour=wants_colour(color, output)))
    else:
        text = _for_program(report, form, fail_on_warnings)
    write(text, output, force=force)
    failed = report.fails or (fail_on_warnings and report.counts[Outcome.IDLE])
    return Exit.FINDING if failed and not exit_zero else Exit.WELL


def _for_program(report: ProofReport, form: str, fail_on_warnings: bool) -> str:
    if form == "json":
        return render_json(report)
    from doelbinding.views.proofs.findings import outcomes_of  # people need none of it

    outcomes = outcomes_of(report, fail_on_warnings=fail_on_warnings)
    if form == "github":
        add_to_step_summary(outcomes.markdown)
    return outcomes.render(form)
