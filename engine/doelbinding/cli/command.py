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
            return Exit.WELL if ctx.params.get("exit_zero") else Exit.FINDING


def show_findings(error: PolicyError, color: str) -> None:
    """Show what is wrong with a policy, on standard error."""
    remark(_findings(error, colour=remarks_want_colour(color)))


def _show_help(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        write(ctx.get_help() + "\n", None)
        ctx.exit()


def _findings(error: PolicyError, *, colour: bool) -> str:
    from doelbinding.views.findings import Report, render_text  # only a broken policy pays for it
    from doelbinding.views.terminal import Painter

    return render_text(Report(error.source, error.findings), Painter(colour=colour))
