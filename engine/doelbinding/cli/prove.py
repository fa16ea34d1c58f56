"""`doelbinding prove`: what must hold of every answer, proven, or broken by a transfer."""

from typing import TYPE_CHECKING, Any

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
from doelbinding.views.explain import Language
from doelbinding.views.proofs import ProofReport, render_json, render_text
from doelbinding.views.proofs.findings import cases_of, findings_of
from doelbinding.views.terminal import Painter

if TYPE_CHECKING:
    from doelbinding.views.pipelines import Outcomes


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
    write(_rendered(report, form, lang, wants_colour(color, output)), output, force=force)
    if form == "github":
        add_to_step_summary(_outcomes(report).markdown)
    idle = fail_on_warnings and any(proof.is_idle for proof in proofs)
    return Exit.FINDING if (report.broken or idle) and not exit_zero else Exit.WELL


def _rendered(report: ProofReport, form: str, lang: Language, colour: bool) -> str:
    if form == "text":
        return render_text(report, lang, Painter(colour=colour))
    return render_json(report) if form == "json" else _outcomes(report).render(form)


def _outcomes(report: ProofReport) -> "Outcomes":
    from doelbinding.views.pipelines import Outcomes  # only a pipeline pays for it

    return Outcomes(
        "doelbinding prove", report.verdict("en"), findings_of(report), lambda: cases_of(report)
    )
