"""Flows that others make superfluous."""

import heapq
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from functools import cached_property
from operator import attrgetter

from doelbinding.model.decision import Effect
from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow
from doelbinding.model.ids import Hierarchy
from doelbinding.validator.overlap.bits import places
from doelbinding.validator.overlap.days import covers
from doelbinding.validator.overlap.grants import Grants

_FEW = 12
"""So many flows are compared one by one sooner than looked at more closely."""

_ANY = ("",)
"""Stands for the data or the subjects of a flow that names none."""

_ID = attrgetter("id")

_Marks = dict[Hashable, int]
"""By what is named, the flows that name it: bits of a number, in the order of their ids."""


class Covering:
    """Which flow grants all that another grants, on the same terms or easier ones."""

    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._grants = Grants(declared)
        self._tables: dict[str, _Table] = {}
        for identifier in sorted(declared.flows):
            flow = declared.flows[identifier]
            for recipient in dict.fromkeys(flow.recipients):
                if recipient not in self._tables:
                    self._tables[recipient] = _Table(self._grants)
                self._tables[recipient].add(flow)

    def of(self, flow: Flow) -> str | None:
        """The first flow that makes this one superfluous; of two alike, only the later is."""
        for other in self._candidates(flow):
            if other.id == flow.id or not self._covers(other, flow):
                continue
            if other.id < flow.id or not self._covers(flow, other):
                return other.id
        return None

    def _candidates(self, flow: Flow) -> Iterable[Flow]:
        """All that can cover a flow, and few else, sorted by id."""
        declared, tables = self._declared, self._tables
        purpose, datum = self._grants.a_datum(flow)
        purposes = declared.purpose_tree.chain(purpose)
        data = None if datum is None else (*_ANY, *declared.category_tree.chain(datum))
        found: list[tuple[_Table, int]] = []
        for recipient in declared.party_tree.chain(flow.recipients[0]):
            table = tables.get(recipient)
            marked = table.that_may_cover(flow, purposes, data) if table else 0
            if table and marked:
                found.append((table, marked))
        if len(found) == 1 and found[0][1].bit_count() == 1:
            return ()  # it is the flow itself
        return heapq.merge(*(table.flows(marked) for table, marked in found), key=_ID)

    def _covers(self, wide: Flow, narrow: Flow) -> bool:
        declared = self._declared
        return (
            (narrow.needs_reference or not wide.needs_reference)
            and (wide.effect is narrow.effect or narrow.effect is Effect.ALLOW)
            and _all_within(declared.party_tree, narrow.senders, wide.senders)
            and self._covers_terms(wide, narrow)
            and {*narrow.duties} <= {*wide.duties}
            and covers(wide.valid, narrow.valid)
            and _all_within(declared.party_tree, narrow.recipients, wide.recipients)
            and _all_within(declared.purpose_tree, narrow.purposes, wide.purposes)
            and self._covers_data(wide, narrow)
        )

    def _covers_terms(self, wide: Flow, narrow: Flow) -> bool:
        """Whether the wide one's condition holds wherever the narrow one's does."""
        easier, harder = self._grants.terms(wide), self._grants.terms(narrow)
        return wide.when is None or all(any(easy <= hard for easy in easier) for hard in harder)

    def _covers_data(self, wide: Flow, narrow: Flow) -> bool:
        return all(
            mine <= yours
            for purpose in self._declared.purpose_tree.expand(narrow.purposes)
            for mine, yours in zip(
                self._grants.of(narrow, purpose), self._grants.of(wide, purpose), strict=True
            )
        )


class _Table:
    """The flows to one recipient, added in the order of their ids, by what else they name."""

    def __init__(self, grants: Grants) -> None:
        self._grants = grants
        self._flows: list[Flow] = []
        self._purposes: _Marks = {}
        self._data: _Marks = {}

    def add(self, flow: Flow) -> None:
        bit = 1 << len(self._flows)
        self._flows.append(flow)
        _mark(self._purposes, flow.purposes, bit)
        _mark(self._data, flow.data or _ANY, bit)

    def flows(self, marked: int) -> Iterator[Flow]:
        """The marked flows, sorted by id."""
        return (self._flows[place] for place in places(marked))

    def that_may_cover(
        self, flow: Flow, purposes: Iterable[str], data: Iterable[str] | None
    ) -> int:
        """Marks on those for one of the purposes and of one of these data, or of any."""
        found = _marked(self._purposes, purposes)
        if data is not None:
            found &= _marked(self._data, data)
        if found.bit_count() > _FEW:
            found &= self._close_look(flow)
        return found

    def _close_look(self, flow: Flow) -> int:
        """Of whatever covers the flow, each has one of these names of every kind."""
        declared, terms = self._grants.declared, self._grants.terms(flow)
        senders, subjects, literals = self._further
        found = _marked(senders, declared.party_tree.chain(flow.senders[0]))
        about = self._grants.subjects(flow.subjects, flow.purposes[0])
        if about:
            found &= _marked(subjects, (*_ANY, *declared.subject_tree.chain(min(about))))
        return found & _marked(literals, (None, *terms[0])) if terms else found

    @cached_property
    def _further(self) -> tuple[_Marks, _Marks, _Marks]:
        """Marks on senders, on subjects, and on the rarest literal of each term."""
        senders: _Marks = {}
        subjects: _Marks = {}
        literals: _Marks = {}
        every = [term for flow in self._flows for term in self._grants.terms(flow)]
        uses = Counter(literal for term in every for literal in term)
        for place, flow in enumerate(self._flows):
            _mark(senders, flow.senders, 1 << place)
            _mark(subjects, flow.subjects or _ANY, 1 << place)
            for term in self._grants.terms(flow):
                rarest = min(term, key=lambda each: (uses[each], each), default=None)
                _mark(literals, (rarest,), 1 << place)
        return senders, subjects, literals


def _mark(marks: _Marks, names: Iterable[Hashable], bit: int) -> None:
    for name in names:
        marks[name] = marks.get(name, 0) | bit


def _marked(marks: _Marks, names: Iterable[Hashable]) -> int:
    found = 0
    for name in names:
        found |= marks.get(name, 0)
    return found


def _all_within(tree: Hierarchy, narrow: tuple[str, ...], wide: tuple[str, ...]) -> bool:
    return narrow == wide or all(not set(tree.chain(each)).isdisjoint(wide) for each in narrow)
