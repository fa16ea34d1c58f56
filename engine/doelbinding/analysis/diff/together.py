"""Cells with the same change, drawn together over the hierarchies as far as it goes."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from doelbinding.model.ids import above, chain


class Box(NamedTuple):
    """All cells between these senders, recipients, purposes, subjects and categories."""

    senders: frozenset[str]
    recipients: frozenset[str]
    purposes: frozenset[str]
    subjects: frozenset[str]
    categories: frozenset[str]

    @property
    def size(self) -> int:
        """How many cells it is."""
        size = 1
        for side in self:
            size *= len(side)
        return size


_ORDER = ("subjects", "purposes", "recipients", "senders", "categories")
"""Along which side boxes are joined first: where people expect few names."""


def drawn_together(boxes: Iterable[Box]) -> list[Box]:
    """The same cells in fewer boxes: two that differ in one side only become one."""
    joined = [*boxes]
    before = len(joined) + 1
    while len(joined) < before:
        before = len(joined)
        for side in _ORDER:
            joined = _joined(joined, side)
    return sorted(joined, key=lambda box: [sorted(side) for side in box])


def _joined(boxes: list[Box], side: str) -> list[Box]:
    found: dict[Box, frozenset[str]] = {}
    for box in boxes:
        rest = box._replace(**{side: frozenset()})
        found[rest] = found.get(rest, frozenset()) | getattr(box, side)
    return [rest._replace(**{side: members}) for rest, members in found.items()]


class Named(NamedTuple):
    """An id that stands for itself and all below it, or (not `whole`) for itself alone."""

    id: str
    whole: bool


def outline(ids: frozenset[str], declared: Iterable[str]) -> Iterator[Named]:
    """The ids by the highest ones of which all that is declared below is among them."""
    listed = [*declared]
    broken = {higher for each in listed if each not in ids for higher in chain(each)}
    whole = ids - broken
    for each in sorted(ids):
        if not any(higher in whole for higher in above(each)):
            yield Named(each, each in whole)
