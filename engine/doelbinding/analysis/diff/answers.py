"""Two answers to the same question: where they differ, in the smallest states."""

from typing import NamedTuple

from doelbinding.analysis.answers import Answer
from doelbinding.analysis.terms import FactStates, Order
from doelbinding.decider.index import Demand


class Difference(NamedTuple):
    """The smallest states that show how answers differ; None where none does.

    In the first a category may go and could not before, in the second it could and may not, in
    the third it may go as before but is recorded otherwise, or has other duties.
    """

    widened: Demand | None = None
    narrowed: Demand | None = None
    handled: Demand | None = None

    def __bool__(self) -> bool:
        return any(each is not None for each in self)


class Comparing:
    """Compares answers; each pair once. No answer means: never."""

    def __init__(self, facts: FactStates) -> None:
        self._facts = facts
        self._known: dict[tuple[Answer | None, Answer | None], Difference] = {}

    def __call__(self, old: Answer | None, new: Answer | None) -> Difference:
        """Where the answers differ."""
        if old == new:
            return Difference()
        known = self._known.get((old, new))
        if known is None:
            known = Difference(self._more(new, old), self._more(old, new), self._handled(old, new))
            self._known[old, new] = known
        return known

    def _more(self, one: Answer | None, other: Answer | None) -> Demand | None:
        """The smallest state that one permits and the other does not."""
        if one is None:
            return None
        return self._facts.smallest(one.conjuncts, None if other is None else other.conjuncts)

    def _handled(self, old: Answer | None, new: Answer | None) -> Demand | None:
        if old is None or new is None:
            return None
        conjuncts = *old.conjuncts, *new.conjuncts
        duties = sorted({duty for each in (old, new) for duty, _ in each.duties})
        handling = [(old.logs, new.logs)]
        handling += [(old.when_duty(duty), new.when_duty(duty)) for duty in duties]
        found: list[tuple[Order, Demand]] = []
        for pair in handling:
            for here, there in (pair, pair[::-1]):
                known = self._facts.smallest((*conjuncts, here), (there,))
                if known is not None:
                    found.append((self._facts.order(known), known))
        return min(found)[1] if found else None
