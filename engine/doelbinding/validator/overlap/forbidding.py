"""What prohibitions leave of flows."""

from collections.abc import Callable, Iterable, Iterator
from functools import reduce

from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow
from doelbinding.validator.overlap.bits import places
from doelbinding.validator.overlap.days import covers
from doelbinding.validator.overlap.grants import Grants

_Named = tuple[str, ...] | None


class _Marks:
    """For each id the prohibitions that concern it, as the bits of a number."""

    def __init__(
        self,
        named: Iterable[_Named],
        ids: Iterable[str],
        reach: Callable[[tuple[str, ...]], Iterable[str]],
    ) -> None:
        self._seen: dict[frozenset[str], frozenset[int]] = {}
        listed = list(enumerate(named))
        everywhere = sum(1 << place for place, names in listed if names is None)
        self.of = dict.fromkeys(ids, everywhere)
        for place, names in listed:
            for each in () if names is None else reach(names):
                self.of[each] |= 1 << place

    def on(self, ids: frozenset[str]) -> frozenset[int]:
        """The marks on these ids, each once."""
        if ids not in self._seen:
            self._seen[ids] = frozenset(self.of[each] for each in ids)
        return self._seen[ids]


class Forbidding:
    """Whether prohibitions leave anything of what a flow grants."""

    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._grants = Grants(declared)
        bans = self._bans = [declared.prohibitions[each] for each in sorted(declared.prohibitions)]
        parties, purposes = declared.party_tree.touching, declared.purpose_tree.touching
        subjects, data = declared.subject_tree.touching, declared.expanded
        who = declared.parties
        self._senders = _Marks((each.senders for each in bans), who, parties)
        self._recipients = _Marks((each.recipients for each in bans), who, parties)
        self._purposes = _Marks((each.purposes for each in bans), declared.purposes, purposes)
        self._subjects = _Marks((each.subjects for each in bans), declared.subjects, subjects)
        self._data = _Marks((each.data for each in bans), declared.categories, data)
        self._unless = [declared.exception_terms.get(each.id, ()) for each in bans]

    def wholly(self, flow: Flow) -> str | None:
        """A prohibition by which all that the flow grants is forbidden, alone or with others."""
        if not self._bans or self._plainly_grants(flow):
            return None
        biting = 0
        for marks in self._marks_for_each_purpose(flow):
            if 0 in _fewest(marks):
                return None
            biting |= reduce(int.__and__, (reduce(int.__or__, each) for each in marks))
        return self._bans[(biting & -biting).bit_length() - 1].id if biting else None

    def _plainly_grants(self, flow: Flow) -> bool:
        """Whether no prohibition hits a datum that the flow names, between those named first."""
        sender, recipient, purpose = flow.senders[0], flow.recipients[0], flow.purposes[0]
        subject = next(iter(self._grants.subjects(flow.subjects, purpose)), None)
        if subject is None or not self._grants.has_role(recipient, purpose):
            return False
        hits = self._senders.of[sender] & self._recipients.of[recipient]
        hits &= self._purposes.of[purpose] & self._subjects.of[subject]
        data = self._grants.plainly(flow)
        return bool(data) if not hits else any(not hits & self._data.of[each] for each in data)

    def _marks_for_each_purpose(self, flow: Flow) -> Iterator[list[frozenset[int]]]:
        """For each purpose, the marks on senders, recipients, subjects and data it grants."""
        tree = self._declared.party_tree
        senders = self._senders.on(tree.expand(flow.senders))
        recipients = tree.expand(flow.recipients)
        for purpose in self._declared.purpose_tree.expand(flow.purposes):
            granted = self._grants.of(flow, purpose)
            getting = [each for each in recipients if self._grants.has_role(each, purpose)]
            if not (granted.data and granted.subjects and getting):
                continue
            marks = [
                self._purposes.on(frozenset({purpose})),
                senders,
                self._recipients.on(frozenset(getting)),
                self._subjects.on(granted.subjects),
                self._data.on(granted.data),
            ]
            yield [*marks, frozenset({self._standing(flow, purpose, marks)})]

    def _standing(self, flow: Flow, purpose: str, marks: list[frozenset[int]]) -> int:
        """The prohibitions that hit something, and stand whenever the flow grants."""
        concerned = reduce(int.__and__, (reduce(int.__or__, each) for each in marks))
        return sum(
            1 << place
            for place in places(concerned)
            if covers(self._bans[place].valid, flow.valid)
            and not self._can_be_lifted(place, flow, purpose)
        )

    def _can_be_lifted(self, place: int, flow: Flow, purpose: str) -> bool:
        ban, terms = self._bans[place], self._grants.terms(flow)
        return ban.unless is not None and self._grants.can_hold(purpose, self._unless[place], terms)


def _fewest(dimensions: Iterable[frozenset[int]]) -> set[int]:
    """The marks that one choice from each dimension has in common, but no supersets of others."""
    found = {-1}
    for marks in dimensions:
        kept: list[int] = []
        for each in sorted({one & other for one in found for other in marks}, key=int.bit_count):
            if not any(fewer & each == fewer for fewer in kept):
                kept.append(each)
        found = set(kept)
    return found
