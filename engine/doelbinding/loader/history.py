"""What git knows of a policy: its folder in another revision, and the commits of its lines."""

import os
import subprocess
from dataclasses import dataclass

from doelbinding.errors import SourceError
from doelbinding.loader.origin import is_bundle, is_revision

_SECONDS = 30
_FETCH = (
    "This clone is shallow: fetch the rest first (git fetch --unshallow; in a workflow, "
    "fetch-depth: 0)."
)
_NAME = "Name a branch, tag or commit that git knows; fetch it first if it is elsewhere."
_FORMAT = "--format=%H%x00%cs%x00%s"


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


def commit_of(path: str, text: str) -> Commit | None:
    """The last commit that touched a stretch of a policy file, whole lines of it.

    `path` is as in places: a file, or `REVISION:FOLDER/file`. None where git knows none.
    """
    where = _located(path)
    if where is None:
        return None
    folder, file, revision = where
    committed = _git(folder, "show", f"{revision or 'HEAD'}:{_from_root(folder, file, revision)}")
    if committed is None:
        return None if _git(folder, "rev-parse", "--git-dir") is None else Commit()
    before, found, _ = f"\n{committed}".partition(f"\n{text.rstrip()}\n")
    if not found:
        return Commit()
    first = before.count("\n") + 1
    lines = f"-L{first},{first + text.rstrip().count(chr(10))}:{file}"
    told = _git(folder, "log", "-1", "-s", _FORMAT, lines, revision or "HEAD")
    return _commit(told)


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
    told = _git(folder, "log", "-1", _FORMAT, f"-S{text}", revision or "HEAD", "--", file)
    return _commit(told)


def _commit(told: str | None) -> Commit | None:
    """The commit that git tells of in our format."""
    identifier, _, rest = (told or "").strip().partition("\0")
    day, _, title = rest.partition("\0")
    return Commit(identifier[:9], day, title) if identifier else None


def _from_root(folder: str, file: str, revision: str | None) -> str:
    """A file's path as a revision has it."""
    if revision is not None:
        return file
    return f"{(_git(folder, 'rev-parse', '--show-prefix') or '').strip()}{file}"


def _located(path: str) -> tuple[str, str, str | None] | None:
    """Where to run git for a file, its name there, and in which revision; None for a bundle."""
    if os.path.exists(os.path.dirname(path) or "."):  # noqa: PTH110, PTH120 - answers for any text
        folder, name = os.path.split(path)
        return folder or ".", name, None
    if not is_revision(path) or is_bundle(path.partition(":")[0]):
        return None
    revision, _, file = path.partition(":")
    return (_git(".", "rev-parse", "--show-toplevel") or ".").rstrip("\n"), file, revision


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
