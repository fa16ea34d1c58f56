"""A policy put together from its files, before its meaning is checked."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from doelbinding.diagnostics import Accepted, Finding
from doelbinding.loader import LoadedFile
from doelbinding.loader.nodes import Entry, MappingNode, Scalar, Sequence, Tree
from doelbinding.model.declaration import Acceptance
from doelbinding.model.declarations import Declarations
from doelbinding.model.ids import above
from doelbinding.model.period import end_instant
from doelbinding.source import Place, SourceFile
from doelbinding.validator.schemas import SECTIONS

Path = tuple[str | int, ...]
"""Where something stands in meaning: section, id, key, then keys and positions in lists."""

MANIFEST = "policy"
"""The section under which the manifest's keys are addressed in paths."""

_COVERING = tuple(section for section in SECTIONS if section not in ("clauses", "findings"))

Owner = tuple[str, str]
"""Section and id of a declaration."""

_ENGLISH = "en"
"""The language of findings."""


class Located(NamedTuple):
    """A key of some file, or a declaration below it."""

    loaded: LoadedFile
    section: str
    identifier: str | None = None

    @property
    def file(self) -> SourceFile:
        """The text in which it stands."""
        return self.loaded.source

    @property
    def entry(self) -> Entry:
        """It and what it holds, each part with its place; read anew when asked."""
        return self.loaded.entry(self.section, self.identifier)

    @property
    def key_place(self) -> Place:
        """The place of the key itself, which is known without that."""
        return self.loaded.key_place(self.section, self.identifier)


@dataclass(frozen=True)
class Draft:
    """The declarations as far as they have the right shape, and where each stands.

    `damaged` are the declarations of which something was left out because its shape is wrong,
    and `cut` the sections of which declarations were; what a rule misses in them may be in the
    part that was left out. `at` is the instant from which warnings about time are seen, or None
    when they are not asked for. `found` is what the rules found that were asked before.
    """

    declarations: Declarations
    files: tuple[LoadedFile, ...]
    manifest: Mapping[str, Located]
    fallback: Place
    damaged: frozenset[Owner] = frozenset()
    cut: frozenset[str] = frozenset()
    at: int | None = None
    found: tuple[Finding, ...] = ()

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """The place of what the path means; of its nearest existing part where it ends early."""
        start, rest = self._start(path)
        if start is None:
            return self.fallback
        return place_within(start, rest, at_key=at_key)

    def _start(self, path: Path) -> tuple[Located | None, Path]:
        section = str(path[0]) if path else ""
        if section in SECTIONS and len(path) > 1:
            return located_in(self.files, (section, str(path[1]))), path[2:]
        if section == MANIFEST and len(path) > 1:
            return self.manifest.get(str(path[1])), path[2:]
        return self.manifest.get(section), path[1:]

    def is_damaged(self, owner: Owner) -> bool:
        """Whether the declaration, or one above it, lost a part or may be lost itself."""
        section, identifier = owner
        if section in self.cut or owner in self.damaged:
            return True
        return any((section, each) in self.damaged for each in above(identifier))

    def acceptance(self, rule: str, owner: Owner) -> Accepted | None:
        """The acceptance in force of the rule's warnings about the declaration, if any."""
        section, identifier = owner
        declared = getattr(self.declarations, section, None) if section in SECTIONS else None
        accept = declared[identifier].accept if declared and identifier in declared else ()
        for index, each in enumerate(accept):
            if each.rule == rule and not self.has_ended(each):
                path = path_text((section, identifier, "accept", index))
                return Accepted(each.until, each.because.in_language(_ENGLISH), path)
        return None

    def has_ended(self, acceptance: Acceptance) -> bool:
        """Whether its last day is past, seen from the draft's moment; without one it never is."""
        zone = self.declarations.manifest.zone
        return self.at is not None and self.at >= end_instant(acceptance.until, zone)

    @cached_property
    def acceptances(self) -> tuple[tuple[Path, Acceptance], ...]:
        """Each acceptance of a warning, with its path."""
        return tuple(self._acceptances())

    def _acceptances(self) -> Iterator[tuple[Path, Acceptance]]:
        for section in SECTIONS:
            for identifier, declaration in getattr(self.declarations, section).items():
                for index, acceptance in enumerate(declaration.accept):
                    yield (section, identifier, "accept", index), acceptance

    @cached_property
    def named(self) -> Mapping[str, Set[str]]:
        """The ids that something names, by their kind."""
        from doelbinding.validator.references import named  # which knows drafts

        return named(self)

    @cached_property
    def answered_clauses(self) -> frozenset[str]:
        """The clauses that a declaration outside the statement names."""
        return frozenset(
            clause
            for section in _COVERING
            for declaration in getattr(self.declarations, section).values()
            for clause in declaration.clauses
        )

    @cached_property
    def may_name_more_clauses(self) -> bool:
        """Whether a part that was left out may have named clauses."""
        return not self.cut.isdisjoint(_COVERING) or any(
            section in _COVERING and not getattr(self.declarations, section)[identifier].clauses
            for section, identifier in self.damaged
        )


def located_in(files: tuple[LoadedFile, ...], owner: Owner) -> Located | None:
    """Where a declaration stands; of several with its id, the first."""
    section, identifier = owner
    for file in files:
        declared = file.values and file.values.get(section)
        if isinstance(declared, dict) and identifier in declared:
            return Located(file, section, identifier)
    return None


def place_within(start: Located, rest: Path, *, at_key: bool = False) -> Place:
    """The place of what the path means below a located key, or of its nearest existing part."""
    if at_key and not rest:
        return start.key_place
    key: Scalar | None
    tree: Tree
    key, tree = start.entry
    for step in rest:
        if isinstance(tree, MappingNode) and step in tree.entries:
            key, tree = tree.entries[str(step)]
        elif isinstance(tree, Sequence) and isinstance(step, int) and step < len(tree.items):
            key, tree = None, tree.items[step]
        elif not (isinstance(tree, Scalar) and step == 0):
            at_key = True
            break
    if at_key and key is not None:
        return key.extent.place(start.file)
    if isinstance(tree, Scalar) or key is None:
        return tree.extent.place(start.file)
    return _shortened(tree, key, start.file)


def _shortened(tree: Tree, key: Scalar, file: SourceFile) -> Place:
    one_line = tree.extent.line == tree.extent.end_line
    return (tree if one_line else key).extent.place(file)


def path_text(path: Path) -> str:
    """The path as people read it: `purposes.contact.data[1]`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
