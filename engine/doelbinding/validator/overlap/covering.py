"""Flows that others make superfluous."""

import heapq
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator

from doelbinding.model.condition import Literal, Term
from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow
from doelbinding.model.ids import Hierarchy
from doelbinding.validator.overlap.days import covers
from doelbinding.validator.overlap.grants import Grants


class Covering:
    """Which flow grants all that another grants, on the same terms or easier ones."""

    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._grants = Grants(declared)
        terms = self._grants.terms.values()
        self._uses = Counter(literal for each in terms for term in each for literal in term)
        self._indexes: list[dict[Hashable, list[Flow]]] = [{} for _ in range(6)]
        for _, flow in sorted(declared.flows.items()):
            for index, keys in zip(self._indexes, self._keys(flow), strict=True):
                for key in dict.fromkeys(keys):
                    index.setdefault(key, []).append(flow)

    def _keys(self, flow: Flow) -> tuple[Iterable[Hashable], ...]:
        """What a flow is found by: of what it names, all; of each term, the rarest literal."""
        return (
            flow.senders,
            flow.recipients,
            flow.purposes,
            (None,) if flow.data is None else flow.data,
            (None,) if flow.subjects is None else flow.subjects,
            map(self._rarest, self._grants.terms[flow.id]),
        )

    def _rarest(self, term: Term) -> Literal | None:
        return min(term, key=lambda each: (self._uses[each], each), default=None)

    def of(self, flow: Flow) -> str | None:
        """The first flow that makes this one superfluous; of two alike, only the later is."""
        for other in self._candidates(flow):
            if other.id == flow.id or not self._covers(other, flow):
                continue
            if other.id < flow.id or not self._covers(flow, other):
                return other.id
        return None

    def _candidates(self, flow: Flow) -> Iterator[Flow]:
        """All that can cover a flow, and few else, sorted by id."""
        ways = [
            [index[key] for key in keys if key in index]
            for index, keys in zip(self._indexes, self._keys_of_covering(flow), strict=True)
            if keys is not None
        ]
        shortest = min(ways, key=lambda lists: sum(map(len, lists)))
        return heapq.merge(*shortest, key=lambda each: each.id)

    def _keys_of_covering(self, flow: Flow) -> Iterator[list[Hashable] | None]:
        """Of whatever covers the flow, one of these keys in each dimension; None: any at all."""
        declared = self._declared
        yield [*declared.party_tree.chain(flow.senders[0])]
        yield [*declared.party_tree.chain(flow.recipients[0])]
        yield [*declared.purpose_tree.chain(flow.purposes[0])]
        granted = self._grants.of(flow, flow.purposes[0])
        for tree, some in (
            (declared.category_tree, granted.data),
            (declared.subject_tree, granted.subjects),
        ):
            yield [None, *tree.chain(min(some))] if some else None
        terms = self._grants.terms[flow.id]
        yield [None, *terms[0]] if terms else None

    def _covers(self, wide: Flow, narrow: Flow) -> bool:
        declared, terms = self._declared, self._grants.terms
        return (
            covers(wide.valid, narrow.valid)
            and (narrow.needs_reference or not wide.needs_reference)
            and (wide.effect == narrow.effect or narrow.effect == "allow")
            and {*narrow.duties} <= {*wide.duties}
            and _all_within(declared.party_tree, narrow.senders, wide.senders)
            and _all_within(declared.party_tree, narrow.recipients, wide.recipients)
            and _all_within(declared.purpose_tree, narrow.purposes, wide.purposes)
            and all(any(easy <= hard for easy in terms[wide.id]) for hard in terms[narrow.id])
            and self._covers_data(wide, narrow)
        )

    def _covers_data(self, wide: Flow, narrow: Flow) -> bool:
        return all(
            mine <= yours
            for purpose in self._declared.purpose_tree.expand(narrow.purposes)
            for mine, yours in zip(
                self._grants.of(narrow, purpose), self._grants.of(wide, purpose), strict=True
            )
        )


def _all_within(tree: Hierarchy, narrow: tuple[str, ...], wide: tuple[str, ...]) -> bool:
    return narrow == wide or all(not set(tree.chain(each)).isdisjoint(wide) for each in narrow)
