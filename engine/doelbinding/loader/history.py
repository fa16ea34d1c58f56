"""What git knows of a policy: its folder in another revision, and the commits of its lines."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType

from doelbinding.errors import SourceError
from doelbinding.loader.origin import is_bundle, is_revision

_SECONDS = 30
_FETCH = (
    "This clone is shallow: fetch the rest first (git fetch --unshallow; in a workflow, "
    "fetch-depth: 0)."
)
_NAME = "Name a branch, tag or commit that git knows; fetch it first if it is elsewhere."
_UNMADE = "0" * 40
_HEADER = re.compile(r"([0-9a-f]{40}) \d+ (\d+)")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: the beginning of its hash, its day and title; of one not yet made, nothing."""

    id: str = ""
    day: str = ""
    title: str = ""


def resolved(name: str, folder: str) -> str:
    """A policy as the loader reads it; a bare revision means that folder in it.

    Raises `SourceError` for a revision that is not there.
    """
    if os.path.isdir(name) or is_bundle(name):  # noqa: PTH112 - answers for any text
        return name
    if is_revision(name):
        _require(name.partition(":")[0])
        return name
    return in_revision(name, folder)


def in_revision(revision: str, folder: str) -> str:
    """That folder as it stands in a revision. Raises `SourceError`."""
    if is_revision(folder) and not os.path.isdir(folder):  # noqa: PTH112 - as above
        folder_there = folder.partition(":")[2]
    else:
        folder_there = _in_repository(folder)
    _require(revision)
    return f"{revision}:{folder_there}"


def _in_repository(folder: str) -> str:
    where = folder if os.path.isdir(folder) else "."  # noqa: PTH112 - as above
    prefix = _git(where, "rev-parse", "--show-prefix")
    if prefix is None:
        raise SourceError(
            f"{folder} is in no git repository",
            "Name two folders or bundles: doelbinding diff OLD NEW.",
        )
    if _git(where, "rev-parse", "--show-toplevel") != _git(".", "rev-parse", "--show-toplevel"):
        raise SourceError(f"{folder} is in another git repository", "Run the command there.")
    inside = prefix.strip().rstrip("/")
    return inside if where == folder else "/".join(filter(None, (inside, folder)))


def _require(revision: str) -> None:
    """Raises `SourceError` for a revision that git does not know here."""
    if _git(".", "rev-parse", "--git-dir") is None:
        raise SourceError(
            f"there is no git repository here, so no revision {revision}",
            "Run it in the repository, or name folders or bundles.",
        )
    commit = f"{revision}^{{commit}}"
    if _git(".", "rev-parse", "--verify", "-q", "--end-of-options", commit) is None:
        shallow = _git(".", "rev-parse", "--is-shallow-repository") or ""
        raise SourceError(
            f"git knows no revision {revision}", _FETCH if shallow.strip() == "true" else _NAME
        )


def commit_of(path: str, first: int, last: int) -> Commit | None:
    """The last commit that touched these lines of a policy file; None where git knows none.

    `path` is as in places: a file, or `REVISION:FOLDER/file`.
    """
    where = _located(path)
    if where is None:
        return None
    commits = _blamed(*where)
    found = [commits[line] for line in range(first, last + 1) if line in commits]
    return max(found, key=lambda commit: (not commit.id, commit.day), default=None)


def removal_of(text: str, name: str, source: str) -> Commit | None:
    """The commit that took a text out of the file of that name; None where git knows none.

    `source` is the policy from which it is missing: a folder, or one in a revision.
    """
    where = _located(f"{source.rstrip('/')}/{name}")
    if where is None:
        return None
    folder, file, revision = where
    still = _git(folder, "grep", "-F", "-e", text, revision or "HEAD", "--", file)
    if revision is None and still:
        return Commit()
    which = revision or "HEAD"
    told = _git(folder, "log", "-1", "--format=%H%x00%cs%x00%s", f"-S{text}", which, "--", file)
    identifier, _, rest = (told or "").strip().partition("\0")
    day, _, title = rest.partition("\0")
    return Commit(identifier[:9], day, title) if identifier else None


def _located(path: str) -> tuple[str, str, str | None] | None:
    """Where to run git for a file, its name there, and in which revision; None for a bundle."""
    if os.path.exists(os.path.dirname(path) or "."):  # noqa: PTH110, PTH120 - answers for any text
        folder, name = os.path.split(path)
        return folder or ".", name, None
    if not is_revision(path) or is_bundle(path.partition(":")[0]):
        return None
    revision, _, file = path.partition(":")
    return (_git(".", "rev-parse", "--show-toplevel") or ".").rstrip("\n"), file, revision


@cache
def _blamed(folder: str, name: str, revision: str | None) -> Mapping[int, Commit]:
    """The commit of each line."""
    which = () if revision is None else (revision,)
    told = _git(folder, "blame", "--porcelain", *which, "--", name)
    return MappingProxyType(dict(_lines(told or "")))


def _lines(told: str) -> list[tuple[int, Commit]]:
    """The commits by line, of what `git blame --porcelain` says."""
    numbers: list[tuple[int, str]] = []
    about: dict[str, dict[str, str]] = {}
    current = ""
    for line in told.split("\n"):
        header = _HEADER.match(line)
        if header:
            current = header[1]
            numbers.append((int(header[2]), current))
        elif not line.startswith("\t") and current:
            key, _, value = line.partition(" ")
            about.setdefault(current, {}).setdefault(key, value)
    return [(number, _commit(name, about.get(name, {}))) for number, name in numbers]


def _commit(name: str, about: Mapping[str, str]) -> Commit:
    if name == _UNMADE:
        return Commit()
    seconds = about.get("committer-time", "0")
    day = datetime.fromtimestamp(int(seconds) if seconds.isdigit() else 0, UTC).date()
    return Commit(name[:9], day.isoformat(), about.get("summary", ""))


def _git(where: str, *arguments: str) -> str | None:
    """What git says, or None when it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed program; no argument of the user is an option
            ["git", "-C", where, *arguments],  # noqa: S607 - git as the user has it
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        help_text = "Install git, or name folders or bundles."
        raise SourceError("git cannot be run", help_text) from error
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
