"""Runs a command and turns whatever happens into one of the exit codes."""

import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from doelbinding.cli.exits import Exit
from doelbinding.cli.group import doelbinding
from doelbinding.cli.output import OutputError, remark, settle, speak_utf8
from doelbinding.errors import SourceError
from doelbinding.views.terminal import safe

_REPORT_TO = "https://github.com/doelbinding/doelbinding/issues"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    speak_utf8()
    code = _run(arguments)
    settle()
    return code


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = doelbinding.main(arguments, prog_name="doelbinding", standalone_mode=False)
        return int(code or Exit.WELL)
    except click.ClickException as error:
        remark(_usage(error))
    except (SourceError, OutputError) as error:
        remark(_lines(error.message, error.help))
    except (KeyboardInterrupt, click.Abort):
        remark("interrupted")
    except Exception as error:  # noqa: BLE001 - the last resort: a defect ends in one clear line
        remark(_defect(error))
        return Exit.DEFECT
    return Exit.MISUSE


def _usage(error: click.ClickException) -> str:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    context = getattr(error, "ctx", None)
    return _lines(error.format_message(), f"{context.command_path} --help" if context else "")


def _lines(message: str, help_text: str) -> str:
    """A failure in one clear line, and one with what to do; neither can steer a terminal."""
    return f"error: {safe(message)}" + (f"\nhelp: {safe(help_text)}" if help_text else "")


def _defect(error: Exception) -> str:
    """Where it happened, without any value that was worked on."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return _lines(
        f"a defect of doelbinding itself: {type(error).__name__}{where}",
        f"report it, with the command that you gave, at {_REPORT_TO}",
    )
