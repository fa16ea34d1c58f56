"""Each invariant over all transfers that the policy permits from a moment on."""

from collections.abc import Iterable
from dataclasses import dataclass

from doelbinding.analysis.chains import Chain
from doelbinding.analysis.prove.claims import Claim
from doelbinding.analysis.prove.search import Search, search_for
from doelbinding.analysis.space import Follow, Space
from doelbinding.model.invariants import Invariant


@dataclass(frozen=True, slots=True)
class Proof:
    """What came out for one invariant.

    `broken_by` is the smallest transfer that breaks it, or the shortest chain of them; none when
    it holds. `lacks` says what is wrong with that transfer: `permitted`, or what it does not have
    (`effect`, `facts.ID`, `duties.ID`, `reference`, `from`, `to`, `purpose`). It `is_empty` when
    no transfer at all can match it. It `is_idle` when it asks something of permitted transfers,
    and none that is permitted matches it.
    """

    invariant: Invariant
    broken_by: Chain = ()
    lacks: str = ""
    is_empty: bool = False
    is_idle: bool = False

    @property
    def holds(self) -> bool:
        """Whether it is proven of something."""
        return not self.broken_by and not self.is_empty


def prove(
    space: Space, invariants: Iterable[Invariant], at: int, follow: Follow = iter
) -> tuple[Proof, ...]:
    """Prove or break each invariant for all moments from the instant `at` on, in their order."""
    claims = [Claim(space, each) for each in invariants]
    searches = [search_for(claim) for claim in claims if not claim.is_empty]
    _look_everywhere(space, searches, at, follow)
    found = {each.claim.invariant.id: _proof(each, at) for each in searches}
    empty = {each.invariant.id: Proof(each.invariant, is_empty=True) for each in claims}
    return tuple({**empty, **found}[each.invariant.id] for each in claims)


def _look_everywhere(space: Space, searches: list[Search], at: int, follow: Follow) -> None:
    for route in follow(sorted(space.routes.all())):
        asked = [each for each in searches if each.speaks_of(route)]
        if asked:
            for span, members, blocks in space.cells(route, at):
                for search in asked:
                    search.look(route, span, members, blocks)


def _proof(search: Search, at: int) -> Proof:
    invariant = search.claim.invariant
    broken_by, lacks = search.found(at)
    return Proof(invariant, broken_by, lacks, is_idle=search.is_idle)
