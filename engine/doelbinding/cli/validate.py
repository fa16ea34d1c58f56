"""`doelbinding validate`: everything that is wrong with a policy, each with its place."""

import click

from doelbinding.cli.command import PolicyCommand
from doelbinding.cli.exits import Exit
from doelbinding.cli.options import exit_zero_option, moment_option, output_options, policy_options
from doelbinding.cli.output import check_target, wants_colour, write
from doelbinding.cli.sources import PolicyChoice
from doelbinding.diagnostics import PolicyError
from doelbinding.views.findings import Report, render_concise, render_json, render_text
from doelbinding.views.terminal import Painter


@click.command("validate", cls=PolicyCommand)
@policy_options
@output_options("text", "concise", "json")
@moment_option
@click.option("--fail-on-warnings", is_flag=True, help="End with 1 for warnings too.")
@exit_zero_option
def command(
    chosen: PolicyChoice,
    form: str,
    output: str | None,
    force: bool,
    lang: str,  # noqa: ARG001 - findings are in English; every command takes the option
    color: str,
    at: str | None,
    fail_on_warnings: bool,
    exit_zero: bool,
) -> int:
    """Check a policy: its YAML, the shape of its declarations, and what they mean.

    All findings are shown at once, each with place, excerpt and help. Warnings alone end
    with 0.
    """
    check_target(output, force=force)
    report = _report(chosen, at)
    write(_rendered(report, form, wants_colour(color, output)), output, force=force)
    counted = report.error_count + (report.warning_count if fail_on_warnings else 0)
    return Exit.FINDING if counted and not exit_zero else Exit.WELL


def _report(chosen: PolicyChoice, at: str | None) -> Report:
    try:
        policy = chosen.load(at)
    except PolicyError as error:
        return Report(chosen.source, error.findings)
    return Report(chosen.source, policy.findings, policy.identity, policy.declarations)


def _rendered(report: Report, form: str, colour: bool) -> str:
    if form == "json":
        return render_json(report)
    return (
        render_concise(report) if form == "concise" else render_text(report, Painter(colour=colour))
    )
