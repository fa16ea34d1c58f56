"""`doelbinding validate`: everything that is wrong with a policy, each with its place."""

import click

from doelbinding.cli.command import PolicyCommand
from doelbinding.cli.exits import Exit
from doelbinding.cli.options import exit_zero_option, moment_option, output_options, policy_options
from doelbinding.cli.output import check_target, wants_colour, write
from doelbinding.cli.sources import PolicyChoice
from doelbinding.cli.step_summary import add_to_step_summary
from doelbinding.diagnostics import PolicyError
from doelbinding.errors import SourceError
from doelbinding.views.findings import Report, render_concise, render_json, render_text
from doelbinding.views.terminal import Painter

_SAYING_SO = ("github", "junit")
"""The formats that also say that a policy could not be opened, where pipelines show it."""


@click.command("validate", cls=PolicyCommand)
@policy_options
@output_options("text", "concise", "json", "sarif", "github", "junit", "markdown")
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
    with 0. The format github also adds to the summary of the workflow's step.
    """
    check_target(output, force=force)
    try:
        report = _report(chosen, at)
    except SourceError as error:
        if form in _SAYING_SO:
            write(_unreadable(chosen.source, error, form), output, force=force)
        raise
    text = _rendered(report, form, wants_colour(color, output), fail_on_warnings)
    write(text, output, force=force)
    if form == "github":
        add_to_step_summary(_rendered(report, "markdown", False, fail_on_warnings))
    counted = report.error_count + (report.warning_count if fail_on_warnings else 0)
    return Exit.FINDING if counted and not exit_zero else Exit.WELL


def _report(chosen: PolicyChoice, at: str | None) -> Report:
    try:
        policy = chosen.load(at)
    except PolicyError as error:
        return Report(chosen.source, error.findings)
    return Report(chosen.source, policy.findings, policy.identity, policy.declarations)


def _rendered(report: Report, form: str, colour: bool, fail_on_warnings: bool) -> str:
    if form == "text":
        return render_text(report, Painter(colour=colour))
    if form == "concise":
        return render_concise(report)
    if form == "json":
        return render_json(report)
    from doelbinding.views.findings.pipelines import render_for_pipeline  # people need it not

    return render_for_pipeline(report, form, fail_on_warnings=fail_on_warnings)


def _unreadable(source: str, error: SourceError, form: str) -> str:
    from doelbinding.views.findings.pipelines import render_unreadable  # only a failure pays for it

    return render_unreadable(source, error, form)
