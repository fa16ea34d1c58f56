"""What every command does alike: its help is output like any other, and a broken policy ends it."""

import click

from doelbinding.cli.exits import Exit
from doelbinding.cli.output import remark, remarks_want_colour, write
from doelbinding.diagnostics import PolicyError


class Helpful(click.Command):
    """A command whose help goes where its output goes, with the same exit codes."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option that shows the help."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show_help
        return option


class PolicyCommand(Helpful):
    """A command on a policy; one that cannot be used ends it with all its findings."""

    def invoke(self, ctx: click.Context) -> int:
        """Run it; the exit code."""
        try:
            return int(super().invoke(ctx))
        except PolicyError as error:
            show_findings(error, ctx.params["color"])
            _tell_pipeline(error, ctx)
            return Exit.WELL if ctx.params.get("exit_zero") else Exit.FINDING


def show_findings(error: PolicyError, color: str) -> None:
    """Show what is wrong with a policy, on standard error."""
    remark(_findings(error, colour=remarks_want_colour(color)))


_FOR_PIPELINES = ("github", "junit", "markdown", "sarif")
"""Formats in which the findings go where the outcome would have gone."""


def _tell_pipeline(error: PolicyError, ctx: click.Context) -> None:
    """Write what is wrong with the policy in the format that a pipeline waits for."""
    form = ctx.params.get("form")
    if form not in _FOR_PIPELINES:
        return
    from doelbinding.views.findings import Report  # only a broken policy pays for it
    from doelbinding.views.findings.pipelines import render_for_pipeline

    text = render_for_pipeline(
        Report(error.source, error.findings), str(form), fail_on_warnings=False
    )
    write(text, ctx.params.get("output"), force=bool(ctx.params.get("force")))


def _show_help(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        write(ctx.get_help() + "\n", None)
        ctx.exit()


def _findings(error: PolicyError, *, colour: bool) -> str:
    from doelbinding.views.findings import Report, render_text  # only a broken policy pays for it
    from doelbinding.views.terminal import Painter

    return render_text(Report(error.source, error.findings), Painter(colour=colour))
