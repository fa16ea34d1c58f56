"""What flows can grant for a purpose, whoever sends and receives."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from doelbinding.model.condition import Term, can_hold_together
from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow
from doelbinding.model.ids import DATA_SUBJECT
from doelbinding.model.recipients import PROCESSORS, Role, RoleKind
from doelbinding.validator.overlap.days import ALWAYS, Window, is_open, overlap_of, window


class Granted(NamedTuple):
    """What a flow can grant for one purpose, and of whom."""

    data: frozenset[str]
    subjects: frozenset[str]


class Grants:
    """What flows can grant for a purpose, whoever sends and receives, each found once."""

    def __init__(self, declared: Declarations) -> None:
        self.declared = declared
        self.ceiling = cache(declared.ceiling)
        self.subjects = cache(self._subjects)
        self._mandate = cache(declared.mandate)
        self._found: dict[tuple[str, str], Granted] = {}
        self._roles: dict[tuple[str, str, frozenset[RoleKind]], frozenset[Window]] = {}

    def of(self, flow: Flow, purpose: str) -> Granted:
        """What a flow grants for a purpose."""
        key = (flow.id, purpose)
        if key not in self._found:
            declared, most = self.declared, self.ceiling(purpose)
            named = most if flow.data is None else declared.expanded(flow.data) & most
            subjects = self.subjects(flow.subjects, purpose)
            self._found[key] = Granted(named - declared.expanded(flow.excluded), subjects)
        return self._found[key]

    def plainly(self, flow: Flow) -> list[str]:
        """Of the data that a flow names, those that it grants for the first purpose it names."""
        purpose = flow.purposes[0]
        ceiling = self.ceiling(purpose)
        named = flow.data or self.declared.purpose(purpose).data or ()
        if not flow.excluded:
            return [each for each in named if each in ceiling]
        excluded = self.declared.expanded(flow.excluded)
        return [each for each in named if each in ceiling and each not in excluded]

    def a_datum(self, flow: Flow) -> tuple[str, str | None]:
        """Some purpose and a category that a flow grants for it; None if it grants nothing."""
        plainly = self.plainly(flow)
        if plainly:
            return flow.purposes[0], plainly[0]
        for purpose in sorted(self.declared.purpose_tree.expand(flow.purposes)):
            data = self.of(flow, purpose).data
            if data:
                return purpose, min(data)
        return flow.purposes[0], None

    def _subjects(self, named: tuple[str, ...] | None, purpose: str) -> frozenset[str]:
        """The subjects of whom a flow that names these can grant something for a purpose."""
        declared = self.declared
        everyone = frozenset(declared.subjects)
        limits = [each for each in (named, declared.purpose(purpose).subjects) if each is not None]
        return everyone.intersection(*map(declared.subject_tree.expand, limits))

    def terms(self, flow: Flow) -> tuple[Term, ...]:
        """The minimal terms of a flow's condition; none of one that is too large."""
        return self.declared.flow_terms.get(flow.id, ())

    def can_hold(self, purpose: str, *conditions: tuple[Term, ...]) -> bool:
        """Whether conditions can hold together with what the purpose demands."""
        return can_hold_together(*conditions, (self.declared.purpose(purpose).demands,))

    def has_role(self, party: str, purpose: str) -> bool:
        """Whether the party has a role for the purpose, or needs none."""
        mandate = self._mandate(party)
        return mandate is None or purpose in mandate

    def days_of_role(self, party: str, purpose: str) -> frozenset[Window]:
        """The stretches of days on which the party has a role for the purpose."""
        if party in (self.declared.controller, DATA_SUBJECT):
            return frozenset({ALWAYS})
        return self._days_in(party, purpose, frozenset(RoleKind))

    def _days_in(self, party: str, purpose: str, kinds: frozenset[RoleKind]) -> frozenset[Window]:
        key = (party, purpose, kinds)
        if key not in self._roles:
            self._roles[key] = frozenset()  # of those who work for each other in a circle
            roles = self.declared.recipient(party).roles or ()
            fitting = [role for role in roles if role.kind in kinds and role.covers(purpose)]
            days = frozenset(each for role in fitting for each in self._days_of(role, purpose))
            self._roles[key] = frozenset(filter(is_open, days))
        return self._roles[key]

    def _days_of(self, role: Role, purpose: str) -> Iterator[Window]:
        papers = window(paper.valid for paper in (role.agreement, role.safeguard) if paper)
        if role.kind is not RoleKind.SUB_PROCESSOR:
            yield papers
        elif role.works_for is not None and role.works_for in self.declared.recipients:
            for engaged in self._days_in(role.works_for, purpose, PROCESSORS):
                yield overlap_of(papers, engaged)
