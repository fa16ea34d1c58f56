"""The combinations of a matrix, and what is expected of each."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from math import prod
from typing import Any, NamedTuple

from doelbinding.analysis.testing.expectation import denial, expectation
from doelbinding.analysis.testing.layers import Fixtures, Layer, listed
from doelbinding.analysis.testing.suite import Expectation, Fault, Written
from doelbinding.loader import faults
from doelbinding.model.ids import chain
from doelbinding.validator.draft import Path

_SAID = {
    "transfers": "{}",
    "facts": "{}",
    "from": "from {}",
    "to": "to {}",
    "purpose": "for {}",
    "subject": "about {}",
    "data": "{}",
    "at": "at {}",
}
"""What can be combined, in this order, and how the name of a combination says it."""

_BY_NAME = frozenset({"transfers", "facts", "at"})
"""Of these a name means itself alone; an id means what lies within it."""

Position = tuple[int, ...]
"""A combination: of each axis, which of its values."""


class Combination(NamedTuple):
    """What is asked, as layers, and expected, under a name; a case is the only one of its kind."""

    name: str
    layers: list[Layer]
    expected: Expectation


class Axis:
    """What a matrix lists under one key."""

    def __init__(self, key: str, values: Sequence[Written]) -> None:
        self.key = key
        self.values = values

    @cached_property
    def places(self) -> Mapping[str, frozenset[int]]:
        """By each name that an expectation may give: which values it means."""
        return _places(self.key, ([each.value] for each in self.values))

    def said(self, place: int) -> str:
        """A value as the name of a combination says it."""
        return _SAID[self.key].format(self.values[place].value)


def combinations(
    fixtures: Fixtures, path: Path, written: Mapping[str, Any], room: int
) -> list[Combination]:
    """All of them, or none where something is wrong, which the fixtures' faults then tell."""
    axes = [
        Axis(key, listed(Written(written[key], (*path, key)))) for key in _SAID if key in written
    ]
    before = len(fixtures.faults)
    fixtures.faults += [*_too_many(axes, path, room), *_doubled(axes)]
    if len(fixtures.faults) > before:
        return []
    matrix = _Matrix(fixtures, path, written, axes)
    found = list(matrix.combinations())
    return found if len(fixtures.faults) == before else []


class _Matrix:
    """A matrix at work."""

    def __init__(
        self, fixtures: Fixtures, path: Path, written: Mapping[str, Any], axes: list[Axis]
    ) -> None:
        values = {axis.key: axis.values for axis in axes}
        self._fixtures = fixtures
        self._path = path
        self._written = written
        self._axes = axes
        self._transfers = [fixtures.transfer(each) for each in values.get("transfers", ())]
        self._facts = {each.value: fixtures.states(each) for each in values.get("facts", ())}

    def combinations(self) -> Iterator[Combination]:
        answers = self._answers()
        unlisted = denial(self._path)
        for position in product(*(range(len(axis.values)) for axis in self._axes)):
            yield Combination(
                self._name(position), self._layers(position), answers.get(position, unlisted)
            )

    def _name(self, position: Position) -> str:
        """The name of the matrix, and whatever tells this combination from the others."""
        chosen = zip(self._axes, position, strict=True)
        parts = [axis.said(place) for axis, place in chosen if len(axis.values) > 1]
        name = str(self._path[-1])
        return f"{name}: {', '.join(parts)}" if parts else name

    def _layers(self, position: Position) -> list[Layer]:
        chosen = {
            axis.key: axis.values[place]
            for axis, place in zip(self._axes, position, strict=True)
            if axis.key != "transfers"
        }
        if "facts" in chosen:
            chosen["facts"] = self._facts[chosen["facts"].value]
        if "reference" in self._written:
            chosen["reference"] = Written(self._written["reference"], (*self._path, "reference"))
        transfers = self._transfers[position[0] : position[0] + 1] if self._transfers else []
        return [*transfers, chosen]

    def _answers(self) -> dict[Position, Expectation]:
        """The combinations that are listed, each with what is expected of it."""
        answers: dict[Position, Expectation] = {}
        for number, entry in enumerate(self._written.get("expect", ())):
            path = (*self._path, "expect", number)
            expected = expectation(entry, path)
            for position in self._meant(entry, path):
                if position in answers:
                    self._add_second(position, answers[position].path, path)
                    break
                answers[position] = expected
        return answers

    def _meant(self, entry: Mapping[str, Any], path: Path) -> Iterator[Position]:
        """The combinations that an entry means."""
        allowed = [frozenset(range(len(axis.values))) for axis in self._axes]
        before = len(self._fixtures.faults)
        for key in _SAID:
            if key in entry:
                number, meant = self._chosen(key, Written(entry[key], (*path, key)))
                if number is not None:
                    allowed[number] &= meant
        if len(self._fixtures.faults) == before and not all(allowed):
            message = "no combination is all that is named here"
            help_text = "Name what the matrix combines, or leave one of the keys out."
            self._fixtures.faults.append(Fault(path, message, help_text))
        return product(*map(sorted, allowed))

    def _chosen(self, key: str, written: Written) -> tuple[int | None, set[int]]:
        """The axis on which an entry chooses by a key, and what it chooses there."""
        number, places = self._places(key)
        meant: set[int] = set()
        for each in listed(written):
            if each.value in places:
                meant |= places[each.value]
            else:
                self._add_stranger(key, each, places)
        return number, meant

    def _places(self, key: str) -> tuple[int | None, Mapping[str, frozenset[int]]]:
        """The axis on which a key chooses, and by name what it chooses there."""
        for number, axis in enumerate(self._axes):
            if axis.key == key:
                return number, axis.places
        if self._transfers and key in self._of_transfers:
            return 0, self._of_transfers[key]
        return None, {}

    @cached_property
    def _of_transfers(self) -> Mapping[str, Mapping[str, frozenset[int]]]:
        """What the transfers themselves say under the keys that are not combined."""
        return {
            key: _places(
                key,
                (
                    [each.value for each in listed(layer[key])] if key in layer else []
                    for layer in self._transfers
                ),
            )
            for key in _SAID
            if key not in ("transfers", "facts")
        }

    def _add_stranger(self, key: str, written: Written, known: Mapping[str, object]) -> None:
        message = f"nothing in this matrix has `{written.value}` under `{key}`"
        help_text = self._fixtures.hint(written.value, known)
        self._fixtures.faults.append(Fault(written.path, message, help_text))

    def _add_second(self, position: Position, first: Path, second: Path) -> None:
        message = f"`{self._name(position)}` is expected twice"
        help_text = "Let each combination stand in one entry: narrow one of the two."
        related = (("it is expected here first", first),)
        self._fixtures.faults.append(Fault(second, message, help_text, related=related))


def _places(key: str, values: Iterator[list[str]]) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for place, names in enumerate(values):
        for name in names:
            for each in [name] if key in _BY_NAME else chain(name):
                found.setdefault(each, set()).add(place)
    return {name: frozenset(places) for name, places in found.items()}


def _too_many(axes: Sequence[Axis], path: Path, room: int) -> Iterator[Fault]:
    count = prod(len(axis.values) for axis in axes)
    if count > room:
        message = (
            f"the matrix has {count:,} combinations, and there is room for {room:,} tests more"
        )
        help_text = "List less: each combination is a test that somebody has to be able to read."
        yield Fault(path, message, help_text, faults.TOO_LARGE.rule, at_key=True)


def _doubled(axes: Sequence[Axis]) -> Iterator[Fault]:
    for axis in axes:
        seen: set[str] = set()
        for value, path in axis.values:
            if value in seen:
                message = f"`{value}` stands twice in this list"
                yield Fault(path, message, "Name it once, or name what was meant instead.")
            seen.add(value)
