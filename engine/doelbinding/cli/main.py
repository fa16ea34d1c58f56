"""Runs a command and turns whatever happens into one of the exit codes."""

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from doelbinding.cli.exits import Exit
from doelbinding.cli.group import doelbinding
from doelbinding.cli.output import OutputError, remark, speak_utf8, wants_colour
from doelbinding.diagnostics import PolicyError
from doelbinding.errors import SourceError

_REPORT_TO = "https://github.com/doelbinding/doelbinding/issues"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    speak_utf8()
    try:
        code = doelbinding.main(arguments, prog_name="doelbinding", standalone_mode=False)
        return int(code or Exit.WELL)
    except click.ClickException as error:
        remark(_usage(error))
    except (SourceError, OutputError) as error:
        remark(f"error: {error.message}" + (f"\nhelp: {error.help}" if error.help else ""))
    except PolicyError as error:
        remark(_findings(error))
        return Exit.FINDING
    except (KeyboardInterrupt, click.Abort):
        remark("interrupted")
    except BrokenPipeError:
        remark("error: standard output cannot be written: broken pipe")
    except Exception as error:  # noqa: BLE001 - the last resort: a defect ends in one clear line
        remark(_defect(error))
        return Exit.DEFECT
    return Exit.MISUSE


def _usage(error: click.ClickException) -> str:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    lines = [f"error: {error.format_message()}"]
    context = getattr(error, "ctx", None)
    if context is not None:
        lines.append(f"help: {context.command_path} --help")
    return "\n".join(lines)


def _findings(error: PolicyError) -> str:
    from doelbinding.views.findings import Report, render_text
    from doelbinding.views.terminal import Painter

    source = error.source or "the policy"
    return render_text(Report(source, error.findings), Painter(colour=_stderr_wants_colour()))


def _stderr_wants_colour() -> bool:
    return wants_colour("auto", None) and sys.stderr is not None and sys.stderr.isatty()


def _defect(error: Exception) -> str:
    """Where it happened, without any value that was worked on."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return (
        f"error: a defect of doelbinding itself: {type(error).__name__}{where}\n"
        f"help: report it, with the command that you gave, at {_REPORT_TO}"
    )
