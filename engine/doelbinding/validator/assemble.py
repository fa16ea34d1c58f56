"""The files of a policy put together: each declaration checked for its shape, then built."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast

from doelbinding.diagnostics import Finding, Severity
from doelbinding.loader import LoadedFile, PolicySource, faults
from doelbinding.loader.nodes import MappingNode
from doelbinding.model.declaration import Declaration
from doelbinding.model.declarations import Declarations
from doelbinding.model.statement import Statement
from doelbinding.source import Place, SourceFile
from doelbinding.validator import build
from doelbinding.validator.draft import (
    MANIFEST,
    Draft,
    Located,
    Owner,
    located_in,
    path_text,
    place_within,
)
from doelbinding.validator.schemas import (
    REQUIRED_OF_MANIFEST,
    SECTIONS,
    STATEMENT,
    manifest_keys,
    manifest_schema,
)
from doelbinding.validator.sound import declared_in
from doelbinding.validator.structure import (
    Flaw,
    declaration_shape,
    id_shape,
    is_well_shaped,
    manifest_shape,
    shown,
    unknown_key,
)
from doelbinding.validator.values import declaration_flaws, value_flaws

_TOP_LEVEL = [*manifest_keys(), STATEMENT, *SECTIONS]
_NEEDED_BY_RULES = ("controller", "default-subject")
_HIDING_KEYS = frozenset((faults.MERGE.rule, faults.KEY.rule, faults.ANCHOR.rule))
"""Where these were refused, a key that is missing may be among what was not read."""

_Position = tuple[str, int, int]
"""Path, line and column."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """What came of putting a policy together; rules make sense only of a whole one."""

    draft: Draft
    findings: tuple[Finding, ...]
    is_whole: bool


def assemble(source: PolicySource, at: int | None) -> Assembly:
    """Put the files together; what has the wrong shape is a finding and left out."""
    assembler = _Assembler(source)
    for file in source.files:
        assembler.add_file(file)
    assembler.check_manifest()
    return assembler.assembly(at)


@dataclass
class _Assembler:
    source: PolicySource
    findings: list[Finding] = field(default_factory=list[Finding])
    manifest: dict[str, Located] = field(default_factory=dict[str, Located])
    written: dict[str, Any] = field(default_factory=dict[str, Any])
    statement: Statement | None = None
    sections: dict[str, dict[str, Declaration]] = field(
        default_factory=lambda: {section: {} for section in SECTIONS}
    )
    damaged: set[Owner] = field(default_factory=set[Owner])
    cut: set[str] = field(default_factory=set[str])
    _is_well_shaped: bool = False

    @cached_property
    def _refused(self) -> dict[_Position, str]:
        """What the loader refused, by where it stands, in the order of the text."""
        placed = [(each.place, each.rule) for each in self.source.findings if each.place]
        return dict(sorted((_position(place), rule) for place, rule in placed))

    @cached_property
    def _refused_positions(self) -> list[_Position]:
        return list(self._refused)

    @cached_property
    def _doubled(self) -> frozenset[_Position]:
        """The keys that stand a second time in their mapping, where the loader left them out."""
        doubled = [each for each in self.source.findings if each.rule == faults.DUPLICATE.rule]
        return frozenset(_position(place) for each in doubled for _, place in each.related)

    @property
    def fallback(self) -> Place:
        """The place of what stands nowhere: the first file, or the folder."""
        first = next(iter(self.source.files), None)
        file = first.source if first else SourceFile(self.source.name, "")
        return Place(file, 1, 1, 1, 1)

    def add_file(self, file: LoadedFile) -> None:
        values = file.values
        if values is None:
            return
        sound = declared_in(file)
        self._is_well_shaped = sound is not None or is_well_shaped(values)
        if file.findings and file.root and self._loses_keys(file.source, file.root):
            self.cut.update(SECTIONS)
        for key in values:
            located = Located(file, key)
            if key not in self.sections:
                self._add_top_level(key, located, values[key])
            elif sound and self.sections[key].keys().isdisjoint(sound[key]):
                self.sections[key].update(sound[key])
            else:
                self._add_section(key, located, values[key])

    def _add_top_level(self, key: str, located: Located, value: Any) -> None:  # noqa: ANN401
        if key in _TOP_LEVEL:
            self._add_manifest_key(key, located, value)
        else:
            self._report(unknown_key((key,), _TOP_LEVEL), (), located)

    def _add_manifest_key(self, key: str, located: Located, value: Any) -> None:  # noqa: ANN401
        if key in self.manifest:
            self._report_second((MANIFEST, key), self.manifest[key], located)
            return
        self.manifest[key] = located
        flaws = [] if self._is_well_shaped else manifest_shape(key).flaws(value)
        flaws = flaws or _within_key(value_flaws(value, (key,)))
        for flaw in flaws:
            self._report(flaw, (key,) if key == STATEMENT else (MANIFEST, key), located)
        if flaws:
            self.damaged.add((MANIFEST, key))
        elif key == STATEMENT:
            self.statement = build.statement(value)
        else:
            self.written[key] = value

    def _add_section(self, section: str, located: Located, values: Any) -> None:  # noqa: ANN401
        if not isinstance(values, dict):
            message = f"`{section}` holds no declarations by their ids"
            help_text = "Write an id, a colon, and below it the declaration."
            self._report(Flaw("wrong-type", (), message, help_text), (section,), located)
            self.cut.add(section)
            return
        if self._is_doubled(located) or self._loses_declarations(located):
            self.cut.add(section)
        for identifier, value in cast(dict[str, Any], values).items():
            owner = (section, identifier)
            self._add_declaration(owner, Located(located.loaded, section, identifier), value)

    def _add_declaration(self, owner: Owner, located: Located, value: Any) -> None:  # noqa: ANN401
        section, identifier = owner
        if identifier in self.sections[section]:
            self._report_second(owner, located_in(self.source.files, owner), located)
            self.damaged.add(owner)
            return
        flaws: list[Flaw] = []
        if not self._is_well_shaped:
            self._report_bad_id(owner, located)
            flaws = declaration_shape(section).flaws(value)
        flaws = flaws or declaration_flaws(value)
        refused = self._refused_within(located)
        for flaw in flaws:
            if flaw.rule != "missing-key" or refused.isdisjoint(_HIDING_KEYS):
                self._report(flaw, owner, located)
        if flaws or refused or self._is_doubled(located):
            self.damaged.add(owner)
            value = _without(value, flaws) if hasattr(value, "keys") else {}
        place = located.key_place
        built = build.declaration(section, identifier, value, place)
        self.sections[section][identifier] = built

    def _report_bad_id(self, owner: Owner, located: Located) -> None:
        for flaw in id_shape().flaws(owner[1]):
            at_key = Flaw(flaw.rule, (), flaw.message, flaw.help, flaw.expected, at_key=True)
            self._report(at_key, owner, located)

    def _report(self, flaw: Flaw, owner: tuple[str, ...], located: Located) -> None:
        place = place_within(located, flaw.path, at_key=flaw.at_key)
        at_key = place_within(located, flaw.path, at_key=True)
        if self._is_refused(place) or self._is_refused(at_key):
            return
        path = path_text((*owner, *flaw.path) if owner else flaw.path)
        self.findings.append(
            Finding(flaw.rule, Severity.ERROR, flaw.message, flaw.help, place, flaw.expected, path)
        )

    def _is_refused(self, place: Place) -> bool:
        return _position(place) in self._refused

    def _is_doubled(self, located: Located) -> bool:
        return bool(located.loaded.findings) and _position(located.key_place) in self._doubled

    def _refused_within(self, located: Located) -> set[str]:
        """The rules by which the loader refused a part of a declaration."""
        if not located.loaded.findings:
            return set()
        path, (key, value) = located.file.path, located.entry
        start = (path, key.extent.line, key.extent.column)
        end = (path, value.extent.end_line, value.extent.end_column)
        return {self._refused[each] for each in self._refused_between(start, end)}

    def _refused_between(self, start: _Position, end: _Position) -> list[_Position]:
        positions = self._refused_positions
        return positions[bisect_left(positions, start) : bisect_left(positions, end)]

    def _loses_declarations(self, section: Located) -> bool:
        if not section.loaded.findings:
            return False
        tree = section.entry.value
        return isinstance(tree, MappingNode) and self._loses_keys(section.file, tree)

    def _loses_keys(self, file: SourceFile, mapping: MappingNode) -> bool:
        """Whether the loader left out keys of this very mapping that may declare something."""
        extent, entries = mapping.extent, list(mapping.entries.values())
        starts = [(file.path, *entry.key.extent[:2]) for entry in entries]
        for each in self._refused_between((file.path, *extent[:2]), (file.path, *extent[2:])):
            nearest = bisect_right(starts, each) - 1
            end = (file.path, *entries[nearest].value.extent[2:]) if nearest >= 0 else each
            if each >= end and self._refused[each] in _HIDING_KEYS:
                return True
        return False

    def _report_second(self, owner: Owner, first: Located | None, second: Located) -> None:
        assert first is not None  # noqa: S101 - a second one comes after it
        first_place = first.key_place
        name = shown(owner[1])
        self.findings.append(
            Finding(
                "duplicate-id",
                Severity.ERROR,
                f"{name} is declared twice, first in {first_place.path}:{first_place.line}",
                "Keep one of the two declarations.",
                second.key_place,
                path=path_text(owner),
                related=(("the first", first_place),),
            )
        )

    def check_manifest(self) -> None:
        files = self.source.files
        if not files or any(file.values is None for file in files):
            return
        missing = [key for key in REQUIRED_OF_MANIFEST if key not in self.manifest]
        if len(missing) == len(REQUIRED_OF_MANIFEST):
            message = "the policy has no manifest"
            folder = Place(SourceFile(self.source.name, ""), 1, 1, 1, 1)
            self.findings.append(faults.MANIFEST.finding(message, folder))
            return
        for key in missing:
            nearby = next(iter(self.manifest.values()))
            message = f"the manifest's key `{key}` is missing"
            help_text = f"Add `{key}`. {manifest_schema(key)['description']}"
            flaw = Flaw("missing-key", (), message, help_text, at_key=True)
            self._report(flaw, (MANIFEST,), nearby)

    def assembly(self, at: int | None) -> Assembly:
        is_cut = any(each.rule == faults.DOCUMENTS.rule for each in self.source.findings)
        files = self.source.files
        all_read = bool(files) and all(file.values is not None for file in files)
        is_whole = all_read and not is_cut and all(key in self.written for key in _NEEDED_BY_RULES)
        place = self._manifest_place()
        declarations = Declarations(
            manifest=build.manifest(self.written, place),
            statement=self.statement,
            **self.sections,  # type: ignore[arg-type]  # each section holds its own kind
        )
        draft = Draft(
            declarations,
            self.source.files,
            self.manifest,
            self.fallback,
            frozenset(self.damaged),
            frozenset(self.cut),
            at,
        )
        return Assembly(draft, tuple(self.findings), is_whole)

    def _manifest_place(self) -> Place:
        first = next(iter(self.manifest.values()), None)
        return first.key_place if first else self.fallback


def _position(place: Place) -> _Position:
    return place.path, place.line, place.column


def _within_key(flaws: Iterable[Flaw]) -> list[Flaw]:
    return [replace(flaw, path=flaw.path[1:]) for flaw in flaws]


def _without(written: dict[str, Any], flaws: Iterable[Flaw]) -> dict[str, Any]:
    wrong = {flaw.path[0] for flaw in flaws if flaw.path}
    return {key: value for key, value in written.items() if key not in wrong}
