"""Git as the user has it, asked about a repository."""

import os
import subprocess
from typing import NamedTuple

from doelbinding.errors import SourceError

_SECONDS = 30
_INSTALL = "Install git, or name folders or bundles."
_STEADY = ("--literal-pathspecs", "--no-pager", "-c", "log.showSignature=false")
"""Names of files are no patterns, and no setting of the user adds to an answer."""


class Answer(NamedTuple):
    """What git says; when it fails, in `fault`, why."""

    text: str = ""
    fault: str = ""


def ask(where: str, *arguments: str, given: str = "") -> Answer:
    """Run git in a folder; `given` is its standard input. Raises `SourceError` without git."""
    text, fault = read(where, *arguments, given=given)
    return Answer(text.decode("utf-8", "replace"), fault)


def read(where: str, *arguments: str, given: str = "") -> tuple[bytes, str]:
    """The same, in bytes; and why it failed, if it did."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed program; no argument of the user is an option
            ["git", "-C", where, *_STEADY, *arguments],  # noqa: S607 - git as the user has it
            input=given.encode("utf-8", "surrogateescape"),
            capture_output=True,
            timeout=_SECONDS,
            env={**os.environ, "LC_ALL": "C"},
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise SourceError(
            "git cannot be run", "Install git, or name folders or bundles."
        ) from error
    if done.returncode == 0:
        return done.stdout, ""
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return b"", said[0].removeprefix("fatal: ") if said else "git found nothing"


def is_shallow(where: str) -> bool:
    """Whether the clone ends before the history does. Raises `SourceError` without git."""
    return ask(where, "rev-parse", "--is-shallow-repository").text.strip() == "true"
