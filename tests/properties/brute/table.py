"""What a policy answers at every point of every cell, by the evaluator's own look at each step."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import product
from typing import Any, NamedTuple

from tests.properties.brute.points import Points
from tests.properties.reference import (
    ReferencePolicy,
    Transfer,
    day_begins,
    day_ends,
    in_force,
    listed,
    within,
)

MICROSECOND = timedelta(microseconds=1)

Parties = tuple[str, str, str, str]
"""Sender, recipient, purpose and subject."""


class Cell(NamedTuple):
    """A question but for what is known, and when."""

    sender: str
    recipient: str
    purpose: str
    subject: str
    category: str


class Answer(NamedTuple):
    """The points at which something may go, at which it is logged, and has each duty."""

    permitted: int = 0
    logged: int = 0
    duties: tuple[tuple[str, int], ...] = ()

    def with_duty(self, duty: str) -> int:
        return dict(self.duties).get(duty, 0)


NEVER = Answer()


class Table:
    """The answers of one policy at the points of these facts, of which it knows some."""

    def __init__(self, reference: ReferencePolicy, points: Points) -> None:
        self.reference, self.points = reference, points
        self.parties = sorted(reference.parties)
        self.purposes = sorted(reference.sections["purposes"])
        self.subjects = sorted(reference.sections["subjects"])
        self.categories = sorted(reference.sections["categories"])
        self._conditions: dict[tuple[str, str], int] = {}
        self._routes: dict[tuple[str, str, str], list[str]] = {}
        self._answers: dict[tuple[Any, ...], dict[str, Answer]] = {}

    def answers(self, parties: Parties, at: timedelta) -> Mapping[str, Answer]:
        """For each category that may go at some point, when."""
        if not self._knows(parties):
            return {}
        flows = self._flows_on(*parties[:3])
        if not flows:
            return {}
        asked = Transfer(*parties, frozenset(), {}, reference=False, at=at)
        sound = tuple(each for each in flows if self._is_sound(asked, each))
        if not sound:
            return {}
        bans = tuple(self._bans(asked))
        key = sound, bans, asked.recipient, asked.purpose
        if key not in self._answers:
            self._answers[key] = dict(self._answered(asked, sound, bans))
        return self._answers[key]

    def of(self, cell: Cell, at: timedelta) -> Answer:
        """The answer of one category."""
        return self.answers(cell[:4], at).get(cell.category, NEVER)

    def everything(
        self, moments: Iterable[timedelta]
    ) -> Iterator[tuple[Parties, timedelta, Mapping[str, Answer]]]:
        """All that may go at some point at any of these moments."""
        names = (self.parties, self.parties, self.purposes, self.subjects)
        for parties, at in product(product(*names), moments):
            answers = self.answers(parties, at)
            if answers:
                yield parties, at, answers

    def _knows(self, parties: Parties) -> bool:
        sender, recipient, purpose, subject = parties
        sections = self.reference.sections
        return (
            {sender, recipient} <= self.reference.parties
            and purpose in sections["purposes"]
            and subject in sections["subjects"]
        )

    def _flows_on(self, sender: str, recipient: str, purpose: str) -> list[str]:
        """The candidates (section 4, step 3)."""
        route, inside = (sender, recipient, purpose), self.reference._party_within
        if route not in self._routes:
            self._routes[route] = [
                name
                for name, flow in self.reference.sections["flows"].items()
                if any(inside(sender, each) for each in listed(flow["from"]))
                and any(inside(recipient, each) for each in listed(flow["to"]))
                and any(within(purpose, each) for each in listed(flow["purpose"]))
            ]
        return self._routes[route]

    def _is_sound(self, asked: Transfer, flow: str) -> bool:
        """Whether it meets all that no fact and no reference can meet (step 4, 1 to 7)."""
        reference, declared = self.reference, self.reference.sections["flows"][flow]
        unmet = [*reference._unmet_role(asked), *reference._unmet_periods(asked, declared)]
        return reference._subject_covered(asked, declared) and not unmet

    def _bans(self, asked: Transfer) -> Iterator[str]:
        """The prohibitions that apply but for their exceptions (step 6)."""
        reference = self.reference
        for name, ban in reference.sections["prohibitions"].items():
            period = ban.get("valid", {})
            if in_force(reference.zone, period, asked.at) and reference._touched(asked, ban):
                yield name

    def _answered(
        self, asked: Transfer, sound: Iterable[str], bans: Iterable[str]
    ) -> Iterator[tuple[str, Answer]]:
        flows = {each: (self._grants(asked, each), self._open(asked, each)) for each in sound}
        for category, parts in self.reference.expansions.items():
            permitted = self.points.every
            for part in parts:
                permitted &= _union(opened for grants, opened in flows.values() if part in grants)
            for ban in bans:
                declared = self.reference.sections["prohibitions"][ban]
                if self.reference._forbids(declared) & parts:
                    permitted &= self._lifted(ban)
            if permitted:
                rules = [each for each, (grants, _) in flows.items() if grants & parts]
                opened = {each: flows[each][1] & permitted for each in rules}
                yield category, self._handled(asked, permitted, opened)

    def _handled(self, asked: Transfer, permitted: int, rules: Mapping[str, int]) -> Answer:
        """Effect and duties of what may go (steps 8 and 9)."""
        declared, duties = self.reference.sections["flows"], dict[str, int]()
        for holder in self.reference._party_declarations(asked.recipient):
            duties |= dict.fromkeys(holder.get("duties", ()), permitted)
        for rule, opened in rules.items():
            for duty in declared[rule].get("duties", ()):
                duties[duty] = duties.get(duty, 0) | opened
        logged = _union(opened for rule, opened in rules.items() if _logs(declared[rule]))
        return Answer(permitted, logged, tuple(sorted((k, v) for k, v in duties.items() if v)))

    def _grants(self, asked: Transfer, flow: str) -> set[str]:
        """What it grants, if it is open (step 5)."""
        reference, declared = self.reference, self.reference.sections["flows"][flow]
        ceiling = reference._expansion(listed(reference._of_purpose(asked, "data") or []))
        data = reference._expansion(listed(declared["data"])) if "data" in declared else ceiling
        return (data & ceiling) - reference._expansion(listed(declared.get("except", [])))

    def _open(self, asked: Transfer, flow: str) -> int:
        """The points that meet what else it asks for (step 4, 8 to 11)."""
        declared, found = self.reference.sections["flows"][flow], self.points.every
        if self.reference._objection_counts(asked):
            found &= self.points.known("objection", False)
        if self.reference._consent_counts(asked):
            found &= self.points.known("consent", True)
        if declared.get("reference") == "required":
            found &= self.points.referenced
        return found & self._condition("flows", flow, "when") if "when" in declared else found

    def _lifted(self, ban: str) -> int:
        """The points at which its exception holds."""
        declared = self.reference.sections["prohibitions"][ban]
        return self._condition("prohibitions", ban, "unless") if "unless" in declared else 0

    def _condition(self, section: str, identifier: str, key: str) -> int:
        known = self._conditions.get((section, identifier))
        if known is None:
            known = self.points.where(self.reference.sections[section][identifier][key])
            self._conditions[section, identifier] = known
        return known


def _logs(flow: Mapping[str, Any]) -> bool:
    return flow.get("effect") == "log"


def _union(sets: Iterable[int]) -> int:
    found = 0
    for each in sets:
        found |= each
    return found


def moments_from(at: timedelta, *references: ReferencePolicy) -> list[timedelta]:
    """A moment in every stretch from that one on in which nothing begins or ends: its first."""
    found = {each for reference in references for each in boundaries(reference)}
    return sorted({at, *(each for each in found if each > at)})


def boundaries(reference: ReferencePolicy) -> Iterator[timedelta]:
    """The moments at which something begins, and from which it has ended (section 1)."""
    for section in ("purposes", "recipients", "flows", "prohibitions"):
        for declaration in reference.sections[section].values():
            for period in _periods(declaration):
                if "from" in period:
                    yield day_begins(reference.zone, period["from"])
                if "until" in period:
                    yield day_ends(reference.zone, period["until"])


def _periods(declaration: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    yield declaration.get("valid", {})
    for role in declaration.get("roles", ()):
        yield role.get("agreement", {})
        yield role.get("safeguard", {})
    if "announcement" in declaration:
        yield {"until": declaration["announcement"]["refusal-until"]}


def microseconds(at: timedelta) -> int:
    """An instant as the engine counts them."""
    return at // MICROSECOND
