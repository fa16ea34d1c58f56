"""Git repositories for tests: made in the current folder, the same ones every time."""

import os
import subprocess
from pathlib import Path

import pytest

_SETTINGS = (
    *("-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"),
    *("-c", "core.hooksPath=/dev/null", "-c", "protocol.file.allow=always"),
)
_WHEN = "2026-05-{day:02}T12:00:00+02:00"


def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let git read no settings of whoever runs the tests, nor of a hook that does."""
    for name in [each for each in os.environ if each.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(Path.cwd().parent))


def git(*arguments: str, day: int = 1) -> str:
    """What git says, on a day in May 2026."""
    when = _WHEN.format(day=day)
    named = {"GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@library.example"}
    named |= {"GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@library.example"}
    named |= {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    command = ["git", *_SETTINGS, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, env={**os.environ, **named})
    return done.stdout.decode("utf-8").strip()


def commit(title: str, day: int = 1) -> str:
    """Commit all there is; the beginning of the commit's hash."""
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "--message", title, day=day)
    return git("rev-parse", "HEAD")[:9]
