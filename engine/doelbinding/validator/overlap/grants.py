"""What flows can grant for a purpose, whoever sends and receives."""

from collections.abc import Iterator
from typing import NamedTuple

from doelbinding.model.condition import Term, can_hold_together
from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow
from doelbinding.model.ids import DATA_SUBJECT
from doelbinding.model.recipients import PROCESSORS, Role, RoleKind
from doelbinding.validator.conditions import terms_of_flows
from doelbinding.validator.overlap.days import ALWAYS, Window, is_open, overlap_of, window


class Granted(NamedTuple):
    """What a flow can grant for one purpose, and of whom."""

    data: frozenset[str]
    subjects: frozenset[str]


class Grants:
    """What flows can grant for a purpose, whoever sends and receives, each found once."""

    def __init__(self, declared: Declarations) -> None:
        self.declared = declared
        self.terms = terms_of_flows(declared)
        self._found: dict[tuple[str, str], Granted] = {}
        self._limits: dict[str, Granted] = {}
        self._roles: dict[tuple[str, str, frozenset[RoleKind]], frozenset[Window]] = {}

    def of(self, flow: Flow, purpose: str) -> Granted:
        """What a flow grants for a purpose."""
        key = (flow.id, purpose)
        if key not in self._found:
            most = self._most(purpose)
            declared = self.declared
            named = most.data if flow.data is None else declared.expanded(flow.data) & most.data
            subjects = self._subjects(flow.subjects, most.subjects)
            self._found[key] = Granted(named - declared.expanded(flow.excluded), subjects)
        return self._found[key]

    def _most(self, purpose: str) -> Granted:
        """What any flow can grant for a purpose at most."""
        if purpose not in self._limits:
            declared = self.declared
            subjects = declared.purpose(purpose).subjects
            everyone = frozenset(declared.subjects)
            limit = Granted(declared.ceiling(purpose), self._subjects(subjects, everyone))
            self._limits[purpose] = limit
        return self._limits[purpose]

    def _subjects(self, named: tuple[str, ...] | None, among: frozenset[str]) -> frozenset[str]:
        return among if named is None else among & self.declared.subject_tree.expand(named)

    def can_hold(self, purpose: str, *conditions: tuple[Term, ...]) -> bool:
        """Whether conditions can hold together with what the purpose demands."""
        return can_hold_together(*conditions, (self.declared.purpose(purpose).demands,))

    def has_role(self, party: str, purpose: str) -> bool:
        """Whether the party has a role for the purpose, or needs none."""
        if party in (self.declared.controller, DATA_SUBJECT):
            return True
        return any(each.covers(purpose) for each in self.declared.recipient(party).roles or ())

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
