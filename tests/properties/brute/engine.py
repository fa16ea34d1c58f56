"""What the engine says, in the words of the tables."""

from datetime import timedelta
from random import Random

from doelbinding.analysis.space import Witness
from doelbinding.analysis.terms import FactStates
from doelbinding.decider.index import Demand
from tests.properties.brute.points import Point
from tests.properties.brute.table import MICROSECOND, Cell, boundaries, microseconds
from tests.properties.reference import EPOCH, ReferencePolicy

__all__ = [
    "cell_of",
    "instant_of",
    "known_of",
    "microseconds",
    "point_of",
    "some_moment",
    "text_of",
]


def point_of(facts: FactStates, known: Demand) -> Point:
    """What is known, as a point."""
    return Point(tuple(facts.states(known).items()), facts.has_reference(known))


def known_of(facts: FactStates, point: Point) -> Demand:
    """A point, as what is known."""
    true, false = (
        sum(1 << facts.ids.index(fact) for fact, it in point.literals if it is state)
        for state in (True, False)
    )
    return true | facts.reference * point.reference, false


def cell_of(witness: Witness) -> Cell:
    """The cell of a transfer."""
    return Cell(*witness[:5])


def instant_of(witness: Witness) -> timedelta:
    """Its moment."""
    return witness.at * MICROSECOND


def text_of(at: timedelta) -> str:
    """A moment as a caller writes it."""
    return f"{(EPOCH + at).isoformat()}+00:00"


def some_moment(random: Random, *references: ReferencePolicy) -> timedelta:
    """A moment to look from, often one at which something begins or ends, or one just before."""
    found = sorted({each for reference in references for each in boundaries(reference)})
    if found and random.randrange(5) < 3:
        before = random.choice((timedelta(0), MICROSECOND, timedelta(days=3)))
        return random.choice(found) - before
    return timedelta(days=20_605 + random.randrange(200), hours=3)
