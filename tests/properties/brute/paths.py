"""Chains of transfers, hop by hop, tried moment by moment (section 6, no-path and reach)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from tests.properties.brute.points import Point
from tests.properties.brute.table import Answer, Parties, Table
from tests.properties.reference import touches


class Going(NamedTuple):
    """Something that may go between two parties at a moment, at some points."""

    purpose: str
    subject: str
    category: str
    points: int
    logged: int


Everything = Sequence[tuple[Parties, timedelta, Mapping[str, Answer]]]
"""All that may go under a policy (`Table.everything`)."""


class Paths:
    """The ways that a category, parts of it, or what contains it can go."""

    def __init__(
        self,
        table: Table,
        moments: list[timedelta],
        everything: Everything,
        category: str,
        given: Mapping[str, bool] | None = None,
    ) -> None:
        self.table, self.moments = table, moments
        self.hops: dict[tuple[str, str], dict[timedelta, list[Going]]] = {}
        points = table.points.all_known(given or {})
        for parties, at, answers in everything:
            for each, answer in answers.items():
                if answer.permitted & points and touches(each, category):
                    self._add(parties, at, each, answer, points)

    def _add(
        self, parties: Parties, at: timedelta, category: str, answer: Answer, points: int
    ) -> None:
        sender, recipient, purpose, subject = parties
        permitted = answer.permitted & points
        going = Going(purpose, subject, category, permitted, answer.logged & permitted)
        self.hops.setdefault((sender, recipient), {}).setdefault(at, []).append(going)

    def lengths(self, starts: Iterable[str]) -> dict[str, int]:
        """The fewest hops by which each party is reached, none of them before the last one.

        Who has the data, and since when, is found hop by hop until nobody new has them.
        """
        having = {(start, self.moments[0]) for start in starts}
        reached: set[tuple[str, timedelta]] = set()
        found: dict[str, int] = {}
        for count in range(1, len(self.table.parties) * len(self.moments) + 2):
            further = {each for holder in having | reached for each in self._next(*holder)}
            if further == reached:
                break
            reached = further
            for party, _ in reached:
                found.setdefault(party, count)
        return found

    def _next(self, party: str, since: timedelta) -> Iterable[tuple[str, timedelta]]:
        for (sender, recipient), times in self.hops.items():
            if sender == party:
                yield from ((recipient, at) for at in times if at >= since)

    def going(self, sender: str, recipient: str, at: timedelta) -> list[Going]:
        """All that may go between two parties at a moment, which need not be a first one."""
        earlier = [each for each in self.moments if each <= at]
        return self.hops.get((sender, recipient), {}).get(earlier[-1], []) if earlier else []

    def may_go(
        self, sender: str, recipient: str, at: timedelta, what: tuple[str, str, str], point: Point
    ) -> bool:
        """Whether that purpose, subject and category may go between them then, at that point."""
        return any(
            each[:3] == what and each.points >> self.table.points.places[point] & 1
            for each in self.going(sender, recipient, at)
        )

    def parts(self, sender: str, recipient: str, since: timedelta) -> set[str]:
        """All that can come along between two parties from a moment on, with all below."""
        categories = {
            going.category
            for place, at in enumerate(self.moments)
            if place + 1 == len(self.moments) or self.moments[place + 1] > since
            for going in self.hops.get((sender, recipient), {}).get(at, [])
        }
        return self.table.reference._expansion(categories)
