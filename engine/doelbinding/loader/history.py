"""The folder of a policy in other git revisions."""

import os
from posixpath import normpath
from typing import NamedTuple

from doelbinding.errors import SourceError
from doelbinding.loader.git import ask, is_shallow
from doelbinding.loader.origin import is_bundle, is_revision

_HERE = "."
"""The repository's own folder, which git writes as nothing."""

_NONE_HERE = "not a git repository"
_FETCH = (
    "This clone is shallow: fetch the rest first (git fetch --unshallow; in a workflow, "
    "fetch-depth: 0)."
)
_NAME = "Name a branch, tag or commit that git knows; fetch it first if it is elsewhere."
_TWO = "Name two policies: folders, bundles, or folders in git revisions."


def resolved(name: str, folder: str) -> str:
    """A policy as the loader reads it; a bare revision means that folder in it.

    Raises `SourceError` for what is neither, and for a revision without the folder.
    """
    if os.path.isdir(name) or is_bundle(name):  # noqa: PTH112 - answers for any text
        return name
    if is_revision(name):
        revision, _, inside = name.partition(":")
        _require(revision, f"git knows no revision {revision}")
        return _found(revision, _from_here(inside))
    _require(name, f"there is no folder or bundle {name}, and git knows no such revision")
    return _found(name, _from_root(folder, name))


def in_revision(revision: str, folder: str) -> str:
    """That folder as it stands in a revision. Raises `SourceError`."""
    _require(revision, f"git knows no revision {revision}")
    return _found(revision, _from_root(folder, revision))


def _require(revision: str, otherwise: str) -> None:
    """Raises `SourceError`, with that message, for a revision that git does not know here."""
    commit = f"{revision}^{{commit}}"
    if not ask(".", "rev-parse", "--verify", "-q", "--end-of-options", commit).fault:
        return
    if _repository(".") is None:
        raise SourceError(f"{otherwise}: there is no git repository here", _TWO)
    raise SourceError(otherwise, _FETCH if is_shallow(".") else _NAME)


def _found(revision: str, folder: str) -> str:
    """The name of a folder in a revision, if it is there."""
    name = f"{revision}:{'' if folder == _HERE else folder}"
    if ask(".", "cat-file", "-t", "--end-of-options", name).text.strip() != "tree":
        help_text = "Name it as it is called there: REVISION:FOLDER."
        raise SourceError(f"there is no folder {folder} in {revision}", help_text)
    return name


def _from_root(folder: str, revision: str) -> str:
    """The folder's path in its repository, whether it is there now or not."""
    is_there = os.path.isdir(folder)  # noqa: PTH112 - as above
    if is_revision(folder) and not is_there:
        return folder.partition(":")[2]
    if is_bundle(folder):
        message = f"{folder} is a bundle, so that no folder can be looked up in {revision}"
        raise SourceError(message, "Name the other policy as REVISION:FOLDER.")
    found, here = _repository(folder if is_there else "."), _repository(".")
    if found is None or here is None:
        raise SourceError(f"{folder} is in no git repository", _TWO)
    if found.name != here.name:
        raise SourceError(f"{folder} is in another git repository", "Run the command there.")
    return found.prefix if is_there else _below(found, folder)


def _from_here(folder: str) -> str:
    """The same for a folder as git names it in a revision: with a dot, from the current one."""
    here = _repository(".") if folder.startswith(".") else None
    return folder if here is None else _below(here, folder)


def _below(here: "_Repository", folder: str) -> str:
    """The path from the root of what is named from the current folder."""
    inside = os.path.relpath(folder) if os.path.isabs(folder) else folder  # noqa: PTH117 - as above
    path = normpath(os.path.join(here.prefix, inside))  # noqa: PTH118 - as above
    return "" if path == "." else path


class _Repository(NamedTuple):
    """What tells it from others, and the path in it of the folder that was asked about."""

    name: str
    prefix: str


def _repository(where: str) -> _Repository | None:
    """The repository that a folder is in; None if it is in none. Raises `SourceError`."""
    answer = ask(where, "rev-parse", "--absolute-git-dir", "--show-prefix")
    if answer.fault and _NONE_HERE not in answer.fault:
        raise SourceError(
            f"git cannot read the repository: {answer.fault}",
            "See git status, and mend that first.",
        )
    name, _, prefix = answer.text.partition("\n")
    return None if answer.fault else _Repository(name, prefix.rstrip("\n").rstrip("/"))
