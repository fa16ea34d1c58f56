"""The commits that declarations come from, or went with.

A declaration is found in the versions of its file by its text alone: the lines that stand below
its key, blank lines and comments apart. So a line that was taken out counts as a change, and the
same line in another declaration does not.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from doelbinding.errors import SourceError
from doelbinding.loader.git import ask, is_shallow
from doelbinding.loader.origin import is_bundle, is_revision

_MOST_VERSIONS = 200
"""So many versions of a file are looked at, from the latest back."""

_FORMAT = "--format=%H%x00%P%x00%cs%x00%s"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: the beginning of its hash, its day and title; of one not yet made, nothing."""

    id: str = ""
    day: str = ""
    title: str = ""


Declared = tuple[str, str]
"""The section and the id of a declaration."""

Declarations = Mapping[Declared, str]
"""What stands below each key of each section."""


class _Version(NamedTuple):
    """A commit that touched a file, and those before it that did; of some only the hash is told."""

    parents: tuple[str, ...]
    commit: Commit | None


class Commits:
    """Tells the commits of a policy's declarations; `source` is the policy as the loader reads it.

    Nothing is told where git cannot know: outside a repository, of a bundle, of what lies beyond
    the end of a shallow clone.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._files: dict[str, _File] = {}

    def of(self, declared: Declared, file: str, text: str) -> Commit | None:
        """The last commit that touched a declaration, or took it away.

        `text` is what the file of that name holds now; an empty one when the declaration is gone.
        """
        if self._looking is None:
            return None
        if file not in self._files:
            self._files[file] = _File(self._looking, file)
        return self._files[file].commit_of(declared, text)

    @cached_property
    def _looking(self) -> "_Looking | None":
        try:
            return _looking(self._source)
        except SourceError:  # there is no git
            return None


class _Looking(NamedTuple):
    """The topmost folder, the policy's folder in it, and the revision; none of what is on disk."""

    root: str
    folder: str
    revision: str
    is_shallow: bool


def _looking(source: str) -> _Looking | None:
    """How git looks at a policy; None where it does not know it. Raises `SourceError`."""
    if os.path.isdir(source):  # noqa: PTH112 - answers for any text
        revision, where = "", source
    elif is_bundle(source) or not is_revision(source):
        return None
    else:
        revision, where = source.partition(":")[0], "."
    answer = ask(where, "rev-parse", "--show-cdup", "--show-prefix")
    if answer.fault:
        return None
    up, _, inside = answer.text.partition("\n")
    folder = source.partition(":")[2] if revision else inside.rstrip("\n")
    root = os.path.join(where, up)  # noqa: PTH118 - a link is followed before one goes up
    return _Looking(root, folder.strip("/"), revision, is_shallow(root))


class _File:
    """A file of a policy, with its versions."""

    def __init__(self, looking: _Looking, name: str) -> None:
        self._root = looking.root
        self._path = "/".join(filter(None, (looking.folder, name)))
        self._versions = _versions(looking, self._path)
        self._not_yet = None if looking.revision else Commit()
        self._held: dict[str, Declarations] = {}
        self._now: tuple[str, Declarations] = "", {}

    def commit_of(self, declared: Declared, text: str) -> Commit | None:
        """The last commit that touched the declaration."""
        now = self._in_text(text).get(declared)
        if text and now is None:
            return None  # it is written in a way that is not understood here
        newest = next(iter(self._versions), None)
        if newest is None:
            return self._not_yet if text else None
        if self._at(newest).get(declared) != now:
            return self._not_yet
        return self._back(declared, now, newest)

    def _back(self, declared: Declared, now: str | None, version: str) -> Commit | None:
        """From a version back, along those in which it reads the same, to where it did not."""
        while found := self._versions.get(version):
            same = [each for each in found.parents if self._at(each).get(declared) == now]
            if not same:
                return None if now is None and not found.parents else found.commit
            version = same[0]
        return None

    def _in_text(self, text: str) -> Declarations:
        if self._now[0] != text:
            self._now = text, _declarations(text)
        return self._now[1]

    def _at(self, version: str) -> Declarations:
        if version not in self._held:
            held = ask(self._root, "cat-file", "blob", f"{version}:{self._path}").text
            self._held[version] = _declarations(held)
        return self._held[version]


def _versions(looking: _Looking, path: str) -> dict[str, _Version]:
    """The commits that touched a file, by hash, the latest first."""
    revision = looking.revision or "HEAD"
    log = ("log", f"-{_MOST_VERSIONS}", "--parents", _FORMAT, revision, "--", path)
    told = ask(looking.root, *log).text
    versions = dict(_version(line) for line in told.split("\n") if line)
    if looking.is_shallow:  # and so what was before the oldest is not there
        versions |= {each: _Version((), None) for each in versions if not versions[each].parents}
    return versions


def _version(line: str) -> tuple[str, _Version]:
    identifier, parents, day, title = line.split("\0", 3)
    return identifier, _Version(tuple(parents.split()), Commit(identifier[:9], day, title))


def _declarations(text: str) -> Declarations:
    """What stands below each key of each section, by the indentation alone."""
    found: dict[Declared, list[str]] = {}
    section, identifier, first = "", "", 0
    for line in text.splitlines():
        held = line.strip()
        if not held or held.startswith("#"):
            continue
        depth = len(line) - len(line.lstrip(" "))
        if depth == 0:
            section, first = _key(held), 0
            continue
        first = first or depth
        if depth == first:
            identifier = _key(held)
        found.setdefault((section, identifier), []).append(f"{' ' * (depth - first)}{held}")
    return {declared: "\n".join(lines) for declared, lines in found.items()}


def _key(line: str) -> str:
    return line.partition(":")[0].strip().strip("'\"")
