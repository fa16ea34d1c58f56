"""The smallest transfer that breaks a claim, or the shortest chain, sought cell by cell."""

from typing import NamedTuple

from doelbinding.analysis.answers import Answer, Block
from doelbinding.analysis.chains import Chain, Hop, Hops
from doelbinding.analysis.prove.claims import PERMITTED, Breach, Claim
from doelbinding.analysis.routes import Route, SubjectClass
from doelbinding.analysis.space import Witness
from doelbinding.decider.index import Demand
from doelbinding.model.invariants import Never, NoPath
from doelbinding.model.period import Span


class Found(NamedTuple):
    """What breaks a claim, and what is wrong with it; no chain when it holds."""

    broken_by: Chain = ()
    lacks: str = ""


_PERMITTED_AT_ALL = Breach("")


class TransferSearch:
    """Seeks the smallest transfer that breaks a claim about single ones."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.is_idle = not isinstance(claim.invariant.claim, Never)
        self._best: Witness | None = None
        self._lacks = ""
        self._states: dict[tuple[Answer, str], Demand | None] = {}

    def speaks_of(self, route: Route) -> bool:
        """Whether it has to look at that route."""
        return self.claim.speaks_of(route)

    def look(self, route: Route, span: Span, members: SubjectClass, blocks: list[Block]) -> None:
        """Take in what may go in one cell in one stretch of time."""
        subject = self.claim.first_of(members)
        if subject is None:
            return
        for categories, answer in blocks:
            category = self.claim.space.first_of(categories & self.claim.categories)
            if category is None:
                continue
            if self.is_idle:
                self.is_idle = self._smallest(answer, _PERMITTED_AT_ALL) is None
            for breach in self.claim.breaches(route, answer):
                known = self._smallest(answer, breach)
                if known is not None:
                    self._keep(Witness(*route, subject, category, known, span[0]), breach.what)

    def found(self, _at: int) -> Found:
        """What came out."""
        return Found() if self._best is None else Found((self._best,), self._lacks)

    def _smallest(self, answer: Answer, breach: Breach) -> Demand | None:
        key = answer, breach.what
        if key not in self._states:
            conjuncts = (*answer.conjuncts, *breach.besides)
            self._states[key] = self.claim.space.facts.smallest(
                conjuncts, breach.fails, self.claim.given
            )
        return self._states[key]

    def _keep(self, witness: Witness, lacks: str) -> None:
        facts = self.claim.space.facts
        if self._best is None or witness.rank(facts) < self._best.rank(facts):
            self._best, self._lacks = witness, lacks


class PathSearch:
    """Seeks the shortest chain that carries data where they must not come."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.is_idle = False
        space, match = claim.space, claim.invariant.claim.match
        named = match.data.ids if match.data is not None else ()
        self._carried = [(space.touching(each), Hops(space.facts)) for each in named]
        self._states: dict[Answer, Demand | None] = {}

    def speaks_of(self, _route: Route) -> bool:
        """It has to look at every route: any may be on the way."""
        return True

    def look(self, route: Route, span: Span, members: SubjectClass, blocks: list[Block]) -> None:
        """Take in what may go in one cell in one stretch of time."""
        space = self.claim.space
        for touching, hops in self._carried:
            for categories, answer in blocks:
                category = space.first_of(categories & touching)
                known = None if category is None else self._smallest(answer)
                if category is not None and known is not None:
                    transfer = Witness(*route, members[0], category, known, span[0])
                    hops.add(Hop(transfer, span[1]))

    def found(self, at: int) -> Found:
        """What came out, for chains that begin at that instant or later."""
        facts = self.claim.space.facts
        arrived = [
            chain
            for _, hops in self._carried
            for party, chain in hops.chains(self.claim.senders, at).items()
            if party in self.claim.recipients
        ]
        if not arrived:
            return Found()
        shortest = min(
            arrived, key=lambda chain: (len(chain), *(each.rank(facts) for each in chain))
        )
        return Found(shortest, PERMITTED)

    def _smallest(self, answer: Answer) -> Demand | None:
        if answer not in self._states:
            facts, given = self.claim.space.facts, self.claim.given
            self._states[answer] = facts.smallest(answer.conjuncts, None, given)
        return self._states[answer]


Search = TransferSearch | PathSearch


def search_for(claim: Claim) -> Search:
    """The search that fits the claim."""
    is_path = isinstance(claim.invariant.claim, NoPath)
    return PathSearch(claim) if is_path else TransferSearch(claim)
