"""The transfer of a test, put together from layers: a fixture, and what the test says itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from doelbinding.analysis.testing.suite import Asked, Fault, Written
from doelbinding.model.period import instant
from doelbinding.suggest import nearest
from doelbinding.validator.draft import Path

Layer = Mapping[str, Written]
"""Keys of a transfer with what they hold; a later layer goes before an earlier one."""

NONE = "none"
"""Stands where a list would be empty, and where there is no reference."""

_UNKNOWN = "unknown"
_KINDS = {"transfers": "transfer", "facts": "set of facts"}
_MOST_NAMED = 5
_MOST_COMPARED = 20_000
"""Once a wrong name was compared with so many others in a file, no more is: it takes its time."""


class Fixtures:
    """The fixtures of one file, and its moment; `faults` fills as tests are made of them."""

    def __init__(self, values: Mapping[str, Any], at: Written | None) -> None:
        self.faults: list[Fault] = []
        self._values = values
        self._at = at
        self._compared = 0

    def layer(self, values: Mapping[str, Any], path: Path) -> Layer:
        """What a mapping of the file says, key by key; of a set of facts, what is known."""
        layer = {key: Written(value, (*path, key)) for key, value in values.items()}
        return {**layer, "facts": self.states(layer["facts"])} if "facts" in layer else layer

    def transfer(self, written: Written) -> Layer:
        """The transfer that is written out, or the one of that name."""
        if isinstance(written.value, str):
            written = self._named("transfers", written)
        return self.layer(*written)

    def states(self, written: Written) -> Written:
        """The facts that are written out, or the set of that name."""
        return self._named("facts", written) if isinstance(written.value, str) else written

    def asked(self, layers: Iterable[Layer]) -> Asked | None:
        """The transfer that these layers make; None when no moment is named anywhere."""
        of_all = list(layers)
        merged = {key: written for layer in of_all for key, written in layer.items()}
        at = merged.get("at", self._at)
        facts = _overlaid(layer["facts"] for layer in of_all if "facts" in layer)
        data = self._data(merged["data"]) if "data" in merged else ()
        if at is None:
            return None
        number = merged.get("reference")
        return Asked(
            at.value,
            self._instant(at),
            data,
            facts,
            merged.get("from"),
            merged.get("to"),
            merged.get("purpose"),
            merged.get("subject"),
            None if number is None or number.value == NONE else number.value,
        )

    def hint(self, name: str, known: Iterable[str]) -> str:
        """What was meant, if anything known is near; else what there is."""
        names = sorted(known) if self._compared < _MOST_COMPARED else []
        self._compared += len(names)
        close = nearest(name, names)
        if close:
            return f"Did you mean `{close}`?"
        some = ", ".join(f"`{each}`" for each in names[:_MOST_NAMED])
        more = " and more" if len(names) > _MOST_NAMED else ""
        return f"Write one of {some}{more}, or add it." if names else "Add it, or name another."

    def _data(self, written: Written) -> tuple[Written, ...]:
        """The categories that are named, lists of data written out."""
        lists = self._values.get("data", {})
        found: list[Written] = []
        for each in listed(written):
            named = lists.get(each.value)
            path: Path = ("fixtures", "data", each.value)
            found += listed(Written(named, path)) if named else [each]
        return tuple(found)

    def _named(self, kind: str, written: Written) -> Written:
        """The fixture of that kind and name; an empty one, and a fault, if there is none."""
        there = self._values.get(kind, {})
        if written.value in there:
            return Written(there[written.value], ("fixtures", kind, written.value))
        message = f"no {_KINDS[kind]} `{written.value}` is among the fixtures of this file"
        self.faults.append(Fault(written.path, message, self.hint(written.value, there)))
        return Written({}, written.path)

    def _instant(self, at: Written) -> int:
        found = _instant_of(at.value)
        if found is None:
            message = f"`{at.value}` is a moment that no calendar has"
            help_text = "Write a day of the calendar, and a time from 00:00:00 to 23:59:59."
            self.faults.append(Fault(at.path, message, help_text, "invalid-date"))
        return found or 0


def _overlaid(sets: Iterable[Written]) -> dict[str, Written]:
    """What is known of each fact, the last word on it counting."""
    return {
        fact: Written(None if state == _UNKNOWN else state, (*path, fact))
        for states, path in sets
        for fact, state in states.items()
    }


def listed(written: Written) -> list[Written]:
    """The items of a list with their places, or the one value that stands in its stead."""
    value, path = written
    if not isinstance(value, list):
        return [written]
    items = cast(list[object], value)
    return [Written(each, (*path, index)) for index, each in enumerate(items)]


@lru_cache(maxsize=1024)
def _instant_of(text: str) -> int | None:
    try:
        return instant(datetime.fromisoformat(text))
    except ValueError:
        return None
