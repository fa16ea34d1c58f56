"""Two policies compared at every point of every cell (section 6, diff)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import NamedTuple

from tests.properties.brute.points import Point, Points
from tests.properties.brute.table import NEVER, Answer, Cell, Table, moments_from
from tests.properties.reference import ReferencePolicy

WAYS = ("widened", "narrowed", "handled")
"""Now permitted and not before; permitted before and not now; permitted as before, but not so."""


class Shown(NamedTuple):
    """A transfer that shows a change, in the order in which smaller ones come first."""

    known: int
    cell: Cell
    literals: tuple[tuple[str, bool], ...]
    reference: bool
    at: timedelta


@dataclass(frozen=True)
class Moved:
    """How a cell changed: at each moment, at which points in each way."""

    cell: Cell
    before: bool
    now: bool
    ways: dict[str, dict[timedelta, int]] = field(default_factory=dict)

    @property
    def kind(self) -> str | None:
        """How the answer changed, if it did."""
        if self.before and not self.now:
            return "newly-denied"
        if self.now and not self.before:
            return "newly-permitted"
        if self.ways["widened"] or self.ways["narrowed"]:
            return "conditions-changed"
        return "handling-changed" if self.ways["handled"] else None

    @property
    def verdict(self) -> str | None:
        """Which way it goes, if anywhere."""
        if self.ways["widened"] and self.ways["narrowed"]:
            return "both"
        found = [way for way in WAYS if self.ways[way]]
        return {"handled": "changed"}.get(found[0], found[0]) if found else None

    def smallest(self, points: Points, way: str) -> Shown | None:
        """The smallest transfer that shows that way."""
        shown = [_shown(self.cell, points.first(where), at) for at, where in self.ways[way].items()]
        return min(shown, default=None)


class Comparison:
    """All that differs between two policies from a moment on."""

    def __init__(self, old: ReferencePolicy, new: ReferencePolicy, at: timedelta) -> None:
        self.points = Points(old.facts | new.facts)
        self.old, self.new = (Table(each, self.points) for each in (old, new))
        self.moments = moments_from(at, old, new)
        self.cells = [*self._cells()]
        self.going = [moved for moved in map(self._moved, self.cells) if moved.before or moved.now]
        self.changed = {each.cell: each for each in self.going if each.kind is not None}
        self.unchanged = sum(each.kind is None for each in self.going)

    @property
    def seen(self) -> int:
        """How many transfers were decided on each side."""
        return len(self.cells) * len(self.points.all) * len(self.moments)

    def smallest(self, cells: Iterable[Cell], way: str) -> Shown | None:
        """The smallest transfer of all these cells that shows that way."""
        shown = [self.changed[cell].smallest(self.points, way) for cell in cells]
        return min((each for each in shown if each is not None), default=None)

    def may_show(self, way: str, cell: Cell, point: Point, at: timedelta) -> bool:
        """Whether that transfer shows that way."""
        where = self.changed[cell].ways[way].get(at, 0)
        return bool(where >> self.points.places[point] & 1)

    def answers(self, cell: Cell) -> list[tuple[timedelta, Answer, Answer]]:
        """What both sides answer at each moment."""
        return [(at, self.old.of(cell, at), self.new.of(cell, at)) for at in self.moments]

    def served(self, side: str) -> tuple[set[str], set[str]]:
        """To whom, and for what, anything may go on that side (`before` or `now`)."""
        cells = [each.cell for each in self.going if getattr(each, side)]
        return {each.recipient for each in cells}, {each.purpose for each in cells}

    def _cells(self) -> Iterator[Cell]:
        sides = ("parties", "parties", "purposes", "subjects", "categories")
        names = [sorted({*getattr(self.old, each), *getattr(self.new, each)}) for each in sides]
        return map(Cell._make, product(*names))

    def _moved(self, cell: Cell) -> Moved:
        ways: dict[str, dict[timedelta, int]] = {way: {} for way in WAYS}
        answers = self.answers(cell)
        for at, old, new in answers:
            found = (
                new.permitted & ~old.permitted,
                old.permitted & ~new.permitted,
                old.permitted & new.permitted & _handled_otherwise(old, new),
            )
            for way, points in zip(WAYS, found, strict=True):
                if points:
                    ways[way][at] = points
        before = any(old != NEVER for _, old, _ in answers)
        return Moved(cell, before, any(new != NEVER for *_, new in answers), ways)


def _handled_otherwise(old: Answer, new: Answer) -> int:
    found = old.logged ^ new.logged
    for duty in {each for each, _ in (*old.duties, *new.duties)}:
        found |= old.with_duty(duty) ^ new.with_duty(duty)
    return found


def _shown(cell: Cell, point: Point, at: timedelta) -> Shown:
    return Shown(len(point.literals), cell, point.literals, point.reference, at)
