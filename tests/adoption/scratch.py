"""A scratch repository with real git, and programs on PATH that a test puts there."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import doelbinding
from doelbinding.cli.main import main

_SOURCE = Path(str(doelbinding.__file__)).parents[1]
_NOBODY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@library.example",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@library.example",
}


@dataclass(frozen=True)
class Ran:
    """What a program ended with and wrote, to both streams together."""

    code: int
    out: str


@dataclass(frozen=True)
class Scratch:
    """A folder with a repository, `bin` for programs and `temp` for files, side by side."""

    folder: Path

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    @property
    def temp(self) -> Path:
        return self.folder / "temp"

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        path = os.pathsep.join([str(self.folder / "bin"), kept.get("PATH", "")])
        return {**kept, **_NOBODY, "PATH": path, "HOME": str(self.temp), "NO_COLOR": "1"}

    def program(self, name: str, text: str) -> None:
        """Put a program on PATH."""
        target = self.folder / "bin" / name
        target.write_text(text, "utf-8")
        target.chmod(0o755)

    def run(
        self, *command: str, env: Mapping[str, str] | None = None, where: Path | None = None
    ) -> Ran:
        done = subprocess.run(
            command,
            cwd=where or self.repository,
            env={**self.environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Ran(done.returncode, done.stdout)

    def git(self, *arguments: str, where: Path | None = None) -> str:
        ran = self.run("git", *arguments, where=where)
        assert ran.code == 0, ran.out
        return ran.out.strip()

    def commit(self, message: str = "A change") -> str:
        """Commit all there is; the new revision."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", message)
        return self.git("rev-parse", "HEAD")

    def write(self, path: str, text: str) -> None:
        target = self.repository / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        """Write something else in a file, at the one place that reads `old`."""
        text = (self.repository / path).read_text("utf-8")
        assert text.count(old) == 1
        self.write(path, text.replace(old, new))


def scratch_in(folder: Path, policy: str = "policy") -> Scratch:
    """A repository that holds a new policy, committed, and the real command on PATH."""
    scratch = Scratch(folder)
    for each in ("repository", "bin", "temp"):
        (folder / each).mkdir()
    scratch.program(
        "doelbinding",
        f'#!/bin/sh\nPYTHONPATH="{_SOURCE}" exec "{sys.executable}" -m doelbinding "$@"\n',
    )
    scratch.git("init", "--quiet", "--initial-branch=main")
    assert main(["init", str(scratch.repository / policy), "--name", "Town Library"]) == 0
    scratch.commit("A policy")
    return scratch
