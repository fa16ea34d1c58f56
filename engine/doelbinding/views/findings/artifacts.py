"""The file of a repository that a finding is shown at: what pipelines put an annotation on.

A place has its path as the user wrote it: relative to the current folder, or as
`REVISION:FOLDER/file`, or `BUNDLE:file`. Pipelines want the file as the repository knows it.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from doelbinding.diagnostics import Finding
from doelbinding.source import Place


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file, relative to its repository; or a bundle, when what is meant lies inside it."""

    path: str
    is_bundle: bool = False


def artifact_of(place: Place) -> Artifact:
    """The file that a place is shown at."""
    with suppress(OSError):  # the current folder may be gone
        return _artifact(place.path, os.getcwd())  # noqa: PTH109 - a text is what is wanted
    return Artifact(place.path)


def has_region(place: Place) -> bool:
    """Whether the place has lines, and they are lines of that file."""
    return not place.is_whole_file and not artifact_of(place).is_bundle


def message_of(finding: Finding) -> str:
    """Its message; with the place, where the file cannot show it."""
    inside = finding.place is not None and artifact_of(finding.place).is_bundle
    return f"{finding.place}: {finding.message}" if inside else finding.message


@lru_cache(maxsize=4096)
def _artifact(path: str, here: str) -> Artifact:
    """As the loader reads a name: first what is on disk, then a bundle, then a revision."""
    before, colon, rest = path.partition(":")
    if not colon or not before or not rest or os.path.lexists(path):
        return Artifact(_in_repository(path, here))
    if os.path.isfile(before):  # noqa: PTH113 - any text will do
        return Artifact(_in_repository(before, here), is_bundle=True)
    if rest.startswith("."):  # git reads it from the current folder
        return Artifact(_in_repository(rest, here))
    return Artifact(os.path.normpath(rest.lstrip("/")))


def _in_repository(path: str, here: str) -> str:
    """The path from the nearest folder above that is a repository, else from the current one."""
    whole = os.path.normpath(os.path.join(here, path))  # noqa: PTH118 - links are left as they are
    root = next(filter(_is_repository, _folders_above(whole)), here)
    inside = os.path.relpath(whole, root)
    return whole if inside.split("/")[0] == ".." else inside


def _folders_above(path: str) -> Iterator[str]:
    while path != (path := os.path.dirname(path)):  # noqa: PTH120 - as above
        yield path


def _is_repository(folder: str) -> bool:
    return os.path.lexists(os.path.join(folder, ".git"))  # noqa: PTH118 - as above
