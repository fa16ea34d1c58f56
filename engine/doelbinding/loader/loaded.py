"""A file of a policy as it was read: what it says at once, where each part stands when asked."""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from doelbinding.diagnostics import Finding
from doelbinding.loader.content import Content, Keys
from doelbinding.loader.limits import DEFAULT_LIMITS, Limits
from doelbinding.loader.nodes import Entry, MappingNode
from doelbinding.source import Place, SourceFile


@dataclass(frozen=True)
class LoadedFile:
    """One file: its text, its content when it could be read, and what is wrong with it.

    A place costs ten times as much as a value, and few are asked for: the text is read again,
    as nodes, where one is. Only those of keys and declarations are known from the start.
    """

    source: SourceFile
    content: Content | None
    findings: tuple[Finding, ...] = ()
    limits: Limits = field(default=DEFAULT_LIMITS, repr=False, compare=False)

    @property
    def values(self) -> dict[str, Any] | None:
        """What the file says as plain values, or None if it could not be read."""
        return self.content and self.content.values

    @cached_property
    def root(self) -> MappingNode | None:
        """The file's nodes, or None if it could not be read."""
        return self.content and self._nodes(self.source.text)

    def key_place(self, section: str, identifier: str | None = None) -> Place:
        """Where a key of the file stands, or the id of a declaration in that section."""
        span, below = self._keys[section]
        if identifier is not None:
            found = below.get(identifier)
            span = found or self.entry(section, identifier).key.extent
        return Place(self.source, *span)

    def entry(self, section: str, identifier: str | None = None) -> Entry:
        """The same key with what it holds, each part with its place."""
        is_by_line = self.content and self.content.is_by_line
        root = self._stretch(section, identifier) if is_by_line else self.root
        assert root is not None  # noqa: S101 - content has keys, and these are of it
        entry = root.entries[section]
        if identifier is None:
            return entry
        assert isinstance(entry.value, MappingNode)  # noqa: S101 - it has a key below it
        return entry.value.entries[identifier]

    @property
    def _keys(self) -> Keys:
        return self.content.keys if self.content else {}

    @cached_property
    def _begins(self) -> list[int]:
        """The lines with which a key or a declaration begins."""
        spans = [each for span, below in self._keys.values() for each in (span, *below.values())]
        return [line for line, *_ in spans]

    @cached_property
    def _sections_begin(self) -> list[int]:
        return [span[0] for span, _ in self._keys.values()]

    def _stretch(self, section: str, identifier: str | None) -> MappingNode:
        """The nodes of the text from a key to the next one, at their lines.

        The line of the next key belongs to it: a mapping ends where something else begins.
        """
        span, below = self._keys[section]
        if identifier in below:
            line, begins, above = below[identifier][0], self._begins, f"{section}:\n"
        else:
            line, begins, above = span[0], self._sections_begin, ""
        following = bisect_right(begins, line)
        last = begins[following] if following < len(begins) else self.source.line_count
        blank = "\n" * (line - 1 - above.count("\n"))
        return self._nodes(blank + above + self.source.lines(line, last))

    def _nodes(self, text: str) -> MappingNode:
        from doelbinding.loader.reader import Reader  # few places are asked for: most need no YAML

        root = Reader(SourceFile(self.source.path, text), self.limits).read()
        assert root is not None  # noqa: S101 - it was read before
        return root
