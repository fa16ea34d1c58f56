"""Entries that were erased: that an erasure tells of each, and of what is left of it."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

from doelbinding.audit.said import Said
from doelbinding.stores.store import Row

Stretch = tuple[int, int]
"""Places in the log, both ends included."""

LEFT = "SELECT seq, kind, writer, number FROM entries WHERE seq >= ? AND seq <= ? ORDER BY seq"
"""What an erasure leaves, besides the hashes."""


def digest_of(rows: Iterable[Row]) -> str:
    """What stands for what is left of some entries."""
    digest = sha256()
    for seq, kind, writer, number in rows:
        digest.update(f"{seq} {kind} {writer} {number}\n".encode())
    return digest.hexdigest()


class Erasures:
    """Collects empty entries, and the erasures that tell of them."""

    def __init__(self) -> None:
        self._empty: list[list[int]] = []
        self._told: list[tuple[int, Said]] = []

    def note_empty(self, seq: int) -> None:
        """An entry is empty."""
        if self._empty and self._empty[-1][1] == seq - 1:
            self._empty[-1][1] = seq
        else:
            self._empty.append([seq, seq])

    def note(self, seq: int, entry: Said) -> None:
        """An entry tells of an erasure."""
        self._told.append((seq, entry))

    def untold(self) -> Iterator[Stretch]:
        """Entries that are empty, though no erasure tells of them."""
        told = _joined(each for _, entry in self._told for each in entry.ranges)
        for first, last in self._empty:
            place = bisect_right(told, first, key=lambda each: each[0]) - 1
            if place < 0 or told[place][1] < last:
                yield first, last

    def changed(self, left: Callable[[int, int], Iterable[Row]]) -> Iterator[int]:
        """The places of erasures of which something else is left than they tell."""
        for seq, entry in self._told:
            if digest_of(row for each in entry.ranges for row in left(*each)) != entry.left:
                yield seq


def _joined(ranges: Iterable[Stretch]) -> list[Stretch]:
    """The same places in as few ranges as they make, in order."""
    found: list[Stretch] = []
    for begin, end in sorted(ranges):
        if found and begin <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found
