"""YAML events to nodes, under limits; what the language does not allow is a finding.

Anchors, aliases, merge keys and tags are refused as they pass by, before anything is built
from them: a text of a few hundred bytes can otherwise unfold without end (yaml/pyyaml#897).
"""

import unicodedata
from collections.abc import Callable
from typing import Any, NoReturn, cast

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from doelbinding.diagnostics import Finding
from doelbinding.loader import characters, faults
from doelbinding.loader.limits import Limits
from doelbinding.loader.nodes import Entry, Extent, MappingNode, Scalar, Sequence, Tree, Value
from doelbinding.loader.scalars import NumberOutOfRange, resolve
from doelbinding.loader.syntax import explain, place_of
from doelbinding.source import Place, SourceFile

_PARSER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PARSER = f"PyYAML {yaml.__version__}, {_PARSER.__name__}"
"""What parses, by name and version."""

_MERGE_KEY = "<<"

_Event = Any
"""An event of PyYAML; the classes of its C parser and its pure one have the same attributes."""


class Abandoned(Exception):  # noqa: N818 - the reading was abandoned; the finding says why
    """The file cannot be read further."""


class Reader:
    """Reads one text; `findings` fills as it goes."""

    def __init__(self, file: SourceFile, limits: Limits) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._limits = limits
        self._nodes = 0
        self._next: Callable[[], _Event] = _no_event

    def read(self) -> MappingNode | None:
        """The text's one mapping, or None when it holds no such thing."""
        parser = _PARSER(self.file.text)
        self._next = parser.get_event
        try:
            return self._stream()
        except Abandoned:
            return None
        except (ValueError, OverflowError):  # the pure parser's own conversions: \U00110000
            message = "a number that stands for a character or a version is out of range"
            self._add(faults.SYNTAX, message, place_of(parser.get_mark(), self.file))
            return None
        except yaml.YAMLError as error:
            problem = explain(error, self.file)
            self._add(faults.SYNTAX, problem.message, problem.place, help=problem.help)
            return None

    def _stream(self) -> MappingNode | None:
        self._next()
        start = self._next()
        if isinstance(start, StreamEndEvent):
            place = Place(self.file, 1, 1, 1, 2)
            self._abandon(faults.EMPTY, "the file holds no declarations", place)
        self._check_directives(start)
        tree = self._node(self._next(), 1)
        self._check_end(start, self._next())
        following = self._next()
        if not isinstance(following, StreamEndEvent):
            place = _extent(following).place(self.file)
            self._add(faults.DOCUMENTS, "a second document begins here", place)
        if not isinstance(tree, MappingNode):
            kind = "a list" if isinstance(tree, Sequence) else "a single value"
            message = f"the file holds {kind}, not sections with declarations"
            self._abandon(faults.EMPTY, message, tree.extent.place(self.file))
        return tree

    def _check_directives(self, start: _Event) -> None:
        if start.tags or start.version not in (None, (1, 2)):
            message = "a directive that changes how the text is read"
            self._add(faults.DIRECTIVE, message, _extent(start).place(self.file))

    def _check_end(self, start: _Event, end: _Event) -> None:
        if start.version is not None and not end.explicit:
            message = "the file does not end with `...`; it may have been cut short"
            self._add(faults.END_MARKER, message, place_of(end.start_mark, self.file))

    def _node(self, event: _Event, depth: int) -> Tree:
        self._nodes += 1
        if self._nodes > self._limits.nodes or depth > self._limits.depth:
            self._abandon_too_large(event)
        kind = cast(type, event.__class__)
        if kind is ScalarEvent:
            return self._scalar(event)
        if kind is AliasEvent:
            return self._alias(event)
        self._check_properties(event)
        return (
            self._sequence(event, depth)
            if kind is SequenceStartEvent
            else self._mapping(event, depth)
        )

    def _abandon_too_large(self, event: _Event) -> NoReturn:
        limits = self._limits
        message = f"lists and mappings nest deeper than {limits.depth}"
        if self._nodes > limits.nodes:
            message = f"the file holds more than {limits.nodes:,} values"
        self._abandon(faults.TOO_LARGE, message, _extent(event).place(self.file))

    def _check_properties(self, event: _Event) -> None:
        if event.anchor is not None:
            place = _extent(event).place(self.file)
            self._add(faults.ANCHOR, f"`&{event.anchor}` names a value to be used again", place)
        if event.tag is not None:
            place = _extent(event).place(self.file)
            self._add(
                faults.TAG, f"the tag `{_short(event.tag)}` says how a value is to be built", place
            )

    def _alias(self, event: _Event) -> Scalar:
        extent = _extent(event)
        message = f"`*{event.anchor}` repeats a value from elsewhere"
        self._add(faults.ANCHOR, message, extent.place(self.file))
        return Scalar(extent, None, f"*{event.anchor}")

    def _scalar(self, event: _Event) -> Scalar:
        if event.anchor is not None or event.tag is not None:
            self._check_properties(event)
        text = event.value
        if event.style:  # the C parser says "" of a plain scalar, the pure one None
            return Scalar(_extent(event), self._checked(event, text), text)
        try:
            value = resolve(text)
            return Scalar(_extent(event), value if text.isascii() else _normal(value), text)
        except NumberOutOfRange:
            extent = _extent(event)
            message = f"a number of {len(text):,} digits"
            self._add(faults.NUMBER, message, extent.place(self.file))
            return Scalar(extent, 0, text[:20])

    def _checked(self, event: _Event, text: str) -> str:
        unseen = characters.UNSEEN.search(text) if event.style == '"' else None
        if unseen:
            message = f"the text holds {characters.name(unseen.group())}"
            self._add(faults.UNSEEN, message, _extent(event).place(self.file))
            return ""
        return text if text.isascii() else unicodedata.normalize("NFC", text)

    def _sequence(self, event: _Event, depth: int) -> Sequence:
        items: list[Tree] = []
        while not isinstance(following := self._next(), SequenceEndEvent):
            item = self._node(following, depth + 1)
            if isinstance(item, Scalar) and item.value is None and not _is_alias(item):
                place = item.extent.place(self.file)
                self._add(faults.NULL, "an item of the list has no value", place)
            items.append(item)
        extent = _extent(event, following)
        if not items:
            self._add(faults.EMPTY_LIST, "an empty list", extent.place(self.file))
        return Sequence(extent, tuple(items))

    def _mapping(self, event: _Event, depth: int) -> MappingNode:
        entries: dict[str, Entry] = {}
        while not isinstance(following := self._next(), MappingEndEvent):
            name, key = self._key(following, depth + 1)
            entry = Entry(key, self._node(self._next(), depth + 1))
            if name is None:
                continue
            if name in entries:
                self._add_duplicate(entries[name].key, key)
                continue
            if isinstance(entry.value, Scalar) and entry.value.value is None:
                self._add_null(entry, entries, in_braces=event.flow_style)
            entries[name] = entry
        return MappingNode(_extent(event, following), entries)

    def _key(self, event: _Event, depth: int) -> tuple[str | None, Scalar]:
        node = self._node(event, depth)
        if isinstance(node, Scalar) and isinstance(node.value, str):
            if node.text != _MERGE_KEY or event.style:
                return node.value, node
            place = node.extent.place(self.file)
            self._add(faults.MERGE, "`<<` takes keys over from elsewhere", place)
            return None, node
        return None, self._refused_key(node)

    def _refused_key(self, node: Tree) -> Scalar:
        place = node.extent.place(self.file)
        if not isinstance(node, Scalar):
            self._add(faults.KEY, "a list or mapping as a key", place)
            return Scalar(node.extent, None, "")
        if not _is_alias(node):
            self._add(faults.KEY, f"the key `{node.text}` is read as a {_kind(node)}", place)
        return node

    def _add_duplicate(self, first: Scalar, second: Scalar) -> None:
        message = f"`{second.text}` stands twice, first on line {first.extent.line}"
        related = (("it stands here first", first.extent.place(self.file)),)
        place = second.extent.place(self.file)
        self._add(faults.DUPLICATE, message, place, related=related)

    def _add_null(self, entry: Entry, before: dict[str, Entry], *, in_braces: bool) -> None:
        value = entry.value
        if not isinstance(value, Scalar) or _is_alias(value):
            return
        if value.text:
            message = f"`{entry.key.text}` is `{value.text}`, which is no value"
            self._add(faults.NULL, message, value.extent.place(self.file))
            return
        message = f"`{entry.key.text}` has no value"
        place = entry.key.extent.place(self.file)
        self._add(faults.NULL, message, place, help=_null_help(entry, before, in_braces))

    def _add(self, fault: faults.Fault, message: str, place: Place, **more: object) -> None:
        self.findings.append(fault.finding(message, place, **more))

    def _abandon(self, fault: faults.Fault, message: str, place: Place) -> NoReturn:
        self._add(fault, message, place)
        raise Abandoned


def _no_event() -> _Event:
    raise Abandoned


def _extent(first: _Event, last: _Event | None = None) -> Extent:
    start, end = first.start_mark, (last or first).end_mark
    return Extent(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _normal(value: Value) -> Value:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _short(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!", 1)


def _is_alias(node: Scalar) -> bool:
    """Whether it stands for an alias, which was refused; no plain text begins with its sign."""
    return node.value is None and node.text.startswith("*")


def _kind(node: Scalar) -> str:
    if node.value is None:
        return "missing value"
    return "true/false value" if isinstance(node.value, bool) else "number"


def _null_help(entry: Entry, before: dict[str, Entry], in_braces: bool) -> str:
    previous = next(reversed(before.values()), None) if in_braces else None
    if previous is None or not isinstance(previous.value, Scalar):
        return faults.NULL.help
    return (
        "Inside {…} a comma begins a new key. Put a text that holds a comma in quotes: "
        f'{previous.key.text}: "{previous.value.text}, {entry.key.text}"'
    )
