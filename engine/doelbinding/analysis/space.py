"""One policy as exact questions see it: its routes, and what every cell on them answers.

The domain is finite (policy language, section 6), and all of it outside the routes is denied. On
a route nothing changes between the moments at which something begins or ends, and subjects of one
class are answered alike.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from doelbinding.analysis.answers import Answers, Block
from doelbinding.analysis.routes import Route, Routes, SubjectClass, SubjectClasses, stretches
from doelbinding.analysis.terms import FactStates
from doelbinding.decider.cell import settle
from doelbinding.decider.index import Demand, Index
from doelbinding.model.ids import above
from doelbinding.model.period import Span

Follow = Callable[[list[Route]], Iterable[Route]]
"""Hands on what is gone through, and may show how far it got."""


class Space:
    """An index with all that exact questions need besides."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.facts = FactStates(index.facts)
        self.routes = Routes(index)
        self._subjects = SubjectClasses(index)
        self._answers = Answers(index, self.facts)
        self._places = {each: place for place, each in enumerate(index.categories)}

    def set_of(self, categories: Iterable[str]) -> int:
        """The categories as a set."""
        places = self._places
        return sum(1 << places[each] for each in categories)

    def first_of(self, categories: int) -> str | None:
        """The first category of a set, by id; none of an empty one."""
        return next(iter(self.index.named(categories & -categories)), None)

    def touching(self, category: str) -> int:
        """The categories that lie within that one or contain it, as a set."""
        higher = (each for each in above(category) if each in self._places)
        return self.index.expansions[category] | self.set_of(higher)

    def blocks(self, route: Route, subject: str, at: int) -> list[Block]:
        """What may go on a route about a subject at a moment, in some state of the facts."""
        return self._answers.blocks(settle(self.index, *route, subject, (at, at)))

    def cells(self, route: Route, at: int) -> Iterator[tuple[Span, SubjectClass, list[Block]]]:
        """The same for each class of subjects, and for each stretch of time from `at` on."""
        classes = self._subjects.on(route)
        for span in stretches((self.index,), route, at):
            for members in classes:
                blocks = self.blocks(route, members[0], span[0])
                if blocks:
                    yield span, members, blocks


class Witness(NamedTuple):
    """A transfer of one category that shows something.

    `known` are the facts known true and false, a reference among them; `at` is an instant.
    """

    sender: str
    recipient: str
    purpose: str
    subject: str
    category: str
    known: Demand
    at: int

    def rank(self, facts: FactStates) -> tuple[object, ...]:
        """Smallest first: fewest known facts, then by ids, then the earliest (section 6)."""
        count, *states = facts.order(self.known)
        return (count, *self[:5], *states, self.at)
