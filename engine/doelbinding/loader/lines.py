"""The plain part of YAML, read line by line, several times faster than event by event.

Plain means: block mappings and lists; keys that are words; values that are complete on their
line, be it a text, one in quotes without escapes, or a list or mapping in brackets; and `>-`.
Most policies hold nothing else, and nearly all large ones do.

A text that holds anything else, or anything that there is to say about, is declined as a whole:
the reader of events tells what it means. Where this one answers, both say the same; the tests
compare them.
"""

import re
from functools import cached_property
from typing import Any, cast
from unicodedata import is_normalized

from doelbinding.loader.content import Content, Keys, Span
from doelbinding.loader.inline import KEY, Declined, Inline, need
from doelbinding.loader.limits import Limits
from doelbinding.loader.scalars import NumberOutOfRange

_DEEPEST = 64

_HEAD = re.compile(r"(%YAML 1\.2\n)?(?:(?:#.*)?\n)*+---\n")
_FOOT = "\n...\n"
_ROW = re.compile(rf"( *)(- +)?(?:({KEY}):(?: +|$))?(?:#.*|(.*))\n", re.MULTILINE)

_Row = tuple[int, int, str, str, str]
"""Number of the line, column from 0, dash with the blanks after it, key, and the rest."""

_END: _Row = (0, -1, "", "", "")


def read_lines(text: str, limits: Limits) -> Content | None:
    """What a text means, or None when that is for the reader of events to say.

    The text is one without hidden characters (`characters.UNSEEN`).
    """
    text = text.replace("\r\n", "\n")
    if "\t" in text or "\r" in text or not (text.isascii() or is_normalized("NFC", text)):
        return None
    try:
        return _Lines(text, limits).read()
    except (Declined, NumberOutOfRange, StopIteration):
        return None


class _Lines:
    """Reads one text; the first thing that does not fit ends it."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text = text
        self._most_nodes = limits.nodes
        self._deepest = min(limits.depth, _DEEPEST)
        self._inline = Inline(self._deepest)
        self._keys: Keys = {}
        self._below: dict[str, Span] = {}
        self._next_row = iter(self._rows()).__next__

    def read(self) -> Content:
        values, after = self._mapping(self._next_row(), 1)
        need(after is _END)
        need(self._nodes_at_most() <= self._most_nodes or _nodes_in(values) <= self._most_nodes)
        return Content(values, self._keys, is_by_line=True)

    def _nodes_at_most(self) -> int:
        """A key has a colon after it, its value too; an item a comma, bracket or dash before it."""
        count = self._text.count
        return 1 + 2 * count(":") + count(",") + count("[") + count("- ")

    def _rows(self) -> list[_Row]:
        text = self._text if self._text.endswith("\n") else self._text + "\n"
        head, has_foot = _HEAD.match(text), text.endswith(_FOOT)
        need(has_foot or not (head and head[1]))
        begin, first = (head.end(), 1 + head[0].count("\n")) if head else (0, 1)
        end = len(text) - (len(_FOOT) - 1) * has_foot
        rows = [
            (number, len(indent), dash, key, rest)
            for number, (indent, dash, key, rest) in enumerate(
                _ROW.findall(text, begin, end), first
            )
            if key or rest or dash
        ]
        need(bool(rows) and not rows[0][1])
        return [*rows, _END]

    @cached_property
    def _lines(self) -> list[str]:
        return [*self._text.split("\n"), ""]

    def _mapping(self, row: _Row, depth: int) -> tuple[dict[str, Any], _Row]:
        need(depth < self._deepest)
        known_name, known_value = self._inline.names.get, self._inline.meanings.get
        entries: dict[str, Any] = {}
        column = row[1]
        number, at, dash, key, rest = row
        while at == column:
            name = known_name(key) or self._inline.name(key)
            if dash or name in entries:
                raise Declined
            if depth <= 2:
                self._note(depth, name, (number, at + 1, number, at + 1 + len(name)))
            after = self._next_row()
            value = known_value(rest)
            if value is None:
                value, after = self._value(row, after, depth + 1)
            entries[name] = value
            number, at, dash, key, rest = row = after
        need(at < column)
        return entries, row

    def _note(self, depth: int, name: str, span: Span) -> None:
        if depth == 1:
            self._below = {}
            self._keys[name] = (span, self._below)
        else:
            self._below[name] = span

    def _value(self, row: _Row, after: _Row, depth: int) -> tuple[Any, _Row]:
        """What the key in a row holds: the rest of it, or what begins in the row after it."""
        _, column, _, _, rest = row
        if rest == ">-":
            return self._folded(row, after)
        if rest:
            return self._inline.value(rest, depth), after
        if after[2] and after[1] >= column:
            return self._sequence(after, depth)
        need(after[1] > column)
        return self._mapping(after, depth)

    def _sequence(self, row: _Row, depth: int) -> tuple[list[Any], _Row]:
        need(depth < self._deepest)
        items: list[Any] = []
        column = row[1]
        while row[1] == column and row[2]:
            number, at, dash, key, rest = row
            if key:
                value, row = self._mapping((number, at + len(dash), "", key, rest), depth + 1)
            else:
                value, row = self._inline.value(rest, depth + 1), self._next_row()
            items.append(value)
        need(row[1] <= column)
        return items, row

    def _folded(self, row: _Row, after: _Row) -> tuple[str, _Row]:
        """Lines of one indentation, which make one; between them stands no blank one."""
        lines, begin = self._lines, row[0]
        indent = lines[begin][: -len(lines[begin].lstrip(" ")) or None]
        end = begin
        while re.fullmatch(rf"{indent}[^ ](?:.*[^ ])?", lines[end]):
            end += 1
        need(len(indent) > row[1] and end > begin)
        beyond = next(filter(None, (lines[each] for each in range(end, len(lines)))), "")
        need(not beyond.startswith(indent) and not beyond.isspace())
        while after is not _END and after[0] <= end:
            after = self._next_row()
        return " ".join(line[len(indent) :] for line in lines[begin:end]), after


def _nodes_in(value: object) -> int:
    if isinstance(value, dict):
        return 1 + sum(1 + _nodes_in(each) for each in cast(dict[str, object], value).values())
    if isinstance(value, list):
        return 1 + sum(map(_nodes_in, cast(list[object], value)))
    return 1
