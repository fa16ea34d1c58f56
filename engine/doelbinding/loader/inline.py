"""Values that are complete on their line, of the plain part of YAML that `lines` reads."""

import re
from collections.abc import Iterator
from typing import Any

from doelbinding.loader.scalars import resolve

KEY = r"[A-Za-z0-9_][A-Za-z0-9_.-]*+"
"""A key that is a word, as a pattern."""

_LONGEST_KEY = 256
"""YAML allows 1,024 characters before the colon."""

_BEGIN = r"[^\x00-#%-')*,-.:-@\[-^`{-\x7f]"
"""Letters, digits, and of the signs `_ / ( + $`; as what it is not, it is made fastest."""
_WORD = rf"{_BEGIN}[^,\[\]{{}}:#?]*+"
_QUOTED = r'"[^"\\]*+"' + "|" + r"'(?:[^']++|'')*+'"
_TEXT = re.compile(rf"{_BEGIN}[^:]*+(?::(?=[^ ])[^:]*+)*+")
_IN_QUOTES = re.compile(rf"({_QUOTED})(?: +(?:#.*)?)?")
_WORDS = re.compile(rf"\[({_WORD}(?:, {_WORD})*+)\](?: +#.*)?")
_PART = re.compile(rf" *+(?:({KEY}): +)?(?:({_QUOTED}) *+|({_WORD}))?([\[\]{{}},])|(.+)")
_COMMENT = re.compile(" +#.*")

_Part = tuple[str, str, str, str, str]
"""Within brackets: key, text in quotes, or word; the sign after it; or something else."""


class Declined(Exception):  # noqa: N818 - no error: the reader of events takes the text on
    """The text is not plain, or there is something to say about it."""


def need(holds: bool) -> None:
    """Decline the text unless this holds."""
    if not holds:
        raise Declined


class Inline:
    """Reads such values; `deepest` is how deep brackets may nest.

    It remembers what was met before, as it was written: most texts of a policy stand there many
    times, and are kept once.
    """

    def __init__(self, deepest: int) -> None:
        self.meanings: dict[str, Any] = {}
        self.names: dict[str, str] = {}
        self._deepest = deepest
        self._parts: Iterator[_Part] = iter(())

    def name(self, key: str) -> str:
        """A key, if it is a name and no number or truth value. Raises `Declined`."""
        need(0 < len(key) <= _LONGEST_KEY and isinstance(resolve(key), str))
        return self.names.setdefault(key, key)

    def value(self, written: str, depth: int) -> Any:  # noqa: ANN401 - any plain value
        """What a value means, without the comment after it. Raises `Declined`."""
        known = self.meanings.get(written)
        if known is not None:
            return known
        if written[:1] in ("[", "{"):
            return self._in_brackets(written, depth)
        quoted = _IN_QUOTES.fullmatch(written)
        value = self._scalar(quoted[1] if quoted else _text_in(written))
        self.meanings[written] = value
        return value

    def _scalar(self, written: str) -> Any:  # noqa: ANN401 - any plain scalar
        value = self.meanings.get(written)
        if value is None:
            value = _unquoted(written) if written[0] in "'\"" else resolve(written)
            need(value is not None)
            self.meanings[written] = value
        return value

    def _in_brackets(self, written: str, depth: int) -> Any:  # noqa: ANN401 - a list or mapping
        words = _WORDS.fullmatch(written)
        if words and depth < self._deepest:
            return [self._scalar(word.rstrip(" ")) for word in words[1].split(", ")]
        self._parts = iter(_PART.findall(written.rstrip(" ")))
        opened = next(self._parts)[3]
        value = self._bracket(opened, depth)
        after = next(self._parts, None)
        need(after is None or _COMMENT.fullmatch(after[4]) is not None)
        return value

    def _bracket(self, opened: str, depth: int) -> Any:  # noqa: ANN401 - a list or mapping
        need(depth < self._deepest)
        return self._items(depth + 1) if opened == "[" else self._pairs(depth + 1)

    def _items(self, depth: int) -> list[Any]:
        items: list[Any] = []
        sign = ","
        while sign == ",":
            part = next(self._parts)
            need(not part[0])
            value, sign = self._held(part, depth)
            items.append(value)
        need(sign == "]")
        return items

    def _pairs(self, depth: int) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        sign = ","
        while sign == ",":
            part = next(self._parts)
            name = self.names.get(part[0]) or self.name(part[0])
            need(name not in entries)
            entries[name], sign = self._held(part, depth)
        need(sign == "}")
        return entries

    def _held(self, part: _Part, depth: int) -> tuple[Any, str]:
        """What stands in a part, or in the brackets that it opens; and the sign after that."""
        _, quoted, word, sign, _ = part
        if quoted or word:
            need(sign in (",", "]", "}"))
            return self._scalar(quoted or word.rstrip(" ")), sign
        need(sign in ("[", "{"))
        value = self._bracket(sign, depth)
        key, quoted, word, sign, _ = next(self._parts)
        need(not (key or quoted or word))
        return value, sign


def _text_in(written: str) -> str:
    text = written.partition(" #")[0].rstrip(" ")
    need(_TEXT.fullmatch(text) is not None)
    return text


def _unquoted(written: str) -> str:
    return written[1:-1].replace("''", "'") if written[0] == "'" else written[1:-1]
