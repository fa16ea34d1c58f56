"""Where a policy is read from: a folder, a folder in a git revision, or a bundle.

Each gives the policy's texts, and the files of its tests, which it keeps below `tests/`.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from doelbinding.diagnostics import Finding, Severity
from doelbinding.errors import SourceError
from doelbinding.loader import faults
from doelbinding.loader.files import (
    RawFile,
    misnamed_in,
    read_below,
    read_folder,
    read_revision,
    read_revision_below,
    whole_file,
)
from doelbinding.loader.framing import Part
from doelbinding.loader.limits import DEFAULT_LIMITS, Limits

TESTS = "tests"
"""The folder, in that of a policy, which holds its tests."""


class Origin(Protocol):
    """A policy as bytes, not yet read."""

    @property
    def name(self) -> str:
        """The policy's path, as the user wrote it."""
        ...

    def texts(self) -> Iterable[RawFile]:
        """The policy files, by name. Raises `SourceError`."""
        ...

    def tests(self) -> Iterable[RawFile]:
        """The files of the policy's tests, by name. Raises `SourceError`."""
        ...

    def remarks(self) -> list[Finding]:
        """What may have been meant to be read, and is not."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder on disk."""

    name: str
    limits: Limits

    def texts(self) -> Iterable[RawFile]:
        """The files directly in it that end in .yaml."""
        return read_folder(Path(self.name), self.limits)

    def tests(self) -> Iterable[RawFile]:
        """All files below its `tests/`, save hidden ones."""
        return read_below(Path(self.name), TESTS, self.limits)

    def remarks(self) -> list[Finding]:
        """A warning for each file that ends in .yml."""
        folder = Path(self.name)
        return [_misnamed(folder, each) for each in misnamed_in(folder)]


@dataclass(frozen=True, slots=True)
class Revision:
    """A folder in a git revision, written `REVISION:FOLDER`."""

    name: str
    limits: Limits

    def texts(self) -> Iterable[RawFile]:
        """The files directly in it that end in .yaml."""
        revision, _, folder = self.name.partition(":")
        return read_revision(revision, folder, self.limits)

    def tests(self) -> Iterable[RawFile]:
        """All files below its `tests/`, save hidden ones."""
        revision, _, folder = self.name.partition(":")
        return read_revision_below(revision, folder, TESTS, self.limits)

    def remarks(self) -> list[Finding]:
        """None: a revision is past changing."""
        return []


def origin_of(name: str, limits: Limits) -> Origin:
    """Where a policy of that name is. Raises `SourceError` when it is nowhere."""
    if os.path.isdir(name):  # noqa: PTH112 - answers for any text, however long
        return Folder(name, limits)
    if is_bundle(name):
        from doelbinding.loader.bundled import open_bundled  # a folder need not wait for it

        return open_bundled(name, limits)
    if is_revision(name):
        return Revision(name, limits)
    raise SourceError(
        f"there is no folder or bundle {name}", "Name the policy's folder with --policy."
    )


def is_bundle(source: str | os.PathLike[str]) -> bool:
    """Whether there is something of that name that is no folder: it must be a bundle then."""
    return os.path.exists(source) and not os.path.isdir(source)  # noqa: PTH110, PTH112 - as above


def is_revision(name: str) -> bool:
    """Whether a name to which no file answers is written as a folder in a git revision."""
    revision, colon, _ = name.partition(":")
    return bool(colon and revision) and not revision.startswith("-")


def within_limits(found: Iterable[RawFile], limits: Limits) -> tuple[list[RawFile], str]:
    """The files as far as they may be read, and what is too much if they are too many."""
    raw: list[RawFile] = []
    total = 0
    for each in found:
        raw.append(each)
        total += len(each.content)
        if total > limits.total_bytes:
            return raw, f"the policy has more than {limits.total_bytes:,} bytes"
        if len(raw) > limits.files:
            return raw, f"the policy has more than {limits.files:,} files"
    return raw, ""


def read_texts(source: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS) -> tuple[Part, ...]:
    """The policy files' names and bytes. Raises `SourceError` for one that cannot be read."""
    return parts_of(origin_of(os.fspath(source), limits).texts(), limits)


def read_tests(source: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS) -> tuple[Part, ...]:
    """The same for the files of the policy's tests; their names begin with `tests/`."""
    return parts_of(origin_of(os.fspath(source), limits).tests(), limits)


def parts_of(found: Iterable[RawFile], limits: Limits) -> tuple[Part, ...]:
    """Names and bytes of files, all of which must be readable. Raises `SourceError`."""
    raw, excess = within_limits(found, limits)
    if excess:
        raise SourceError(excess, faults.TOO_LARGE.help)
    for each in raw:
        if each.finding:
            raise SourceError(f"{each.path}: {each.finding.message}", each.finding.help)
    return tuple(sorted(each.part for each in raw))


def _misnamed(folder: Path, name: str) -> Finding:
    return Finding(
        faults.FOLDER.rule,
        Severity.WARNING,
        f"`{name}` is not read",
        f"Rename it to {name.removesuffix('.yml')}.yaml, or move it out of the folder.",
        whole_file(str(folder / name)),
    )
