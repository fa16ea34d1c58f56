"""A slow, plain evaluator of the policy language, written from its specification alone; the
engine is compared with it.

The section numbers in this file are those of the policy language page. A policy is taken to be
valid by its section 5; nothing is checked here but what a caller passes in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

Declaration = Mapping[str, Any]
Section = dict[str, Declaration]
Literal = tuple[str, bool]  # a fact, and what it is demanded to be
Term = frozenset[Literal]

SECTIONS = (
    "categories",
    "subjects",
    "purposes",
    "recipients",
    "flows",
    "prohibitions",
    "facts",
    "clauses",
    "findings",
    "invariants",
)
BUILT_IN_FACTS = {"consent", "objection"}
DATA_SUBJECT = "data-subject"
OBJECTION_BASES = {"legitimate-interests", "public-task"}
CALLER_DEFECT = "{0} must be {1}"
REFERENCE = re.compile(r"[A-Za-z0-9._/:-]{1,64}")


# --- ids (section 1) -----------------------------------------------------------------------------


def lineage(name: str) -> Iterator[str]:
    """An id and every id above it, the nearest first (section 1)."""
    yield name
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def within(inner: str, outer: str) -> bool:
    """*x is within y*: x is y, or lies below it (section 1)."""
    return inner == outer or inner.startswith(outer + ".")


def touches(one: str, other: str) -> bool:
    """*x touches y*: one of them is within the other (section 1)."""
    return within(one, other) or within(other, one)


def listed(value: object) -> list[str]:
    """One id or a list of them, as a list (section 2)."""
    if isinstance(value, str):
        return [value]
    assert isinstance(value, (list, tuple))
    return list(value)


# --- days (section 1: "a period runs from the first moment of from to the last of until") --------
#
# An instant is the time since 1970-01-01T00:00Z. That is plain arithmetic, also for the first and
# the last day that a calendar date can name, where an instant in UTC may have no date of its own.

EPOCH = datetime(1970, 1, 1)
DAY = timedelta(days=1)
STEP = timedelta(minutes=15)
SECOND = timedelta(seconds=1)
FOUR_CENTURIES = timedelta(days=146_097)  # a whole number of weeks: the calendar repeats itself
EARLY, LATE = datetime(2, 1, 1) - EPOCH, datetime(9999, 1, 1) - EPOCH


def instant(moment: datetime) -> timedelta:
    """The instant that a moment with an offset stands for (section 3, ``at``)."""
    offset = moment.utcoffset()
    assert offset is not None
    return moment.replace(tzinfo=None) - EPOCH - offset


def offset_at(zone: str, at: timedelta) -> timedelta:
    """What the clocks of a zone are ahead of UTC at an instant.

    Beyond the ends of the calendar it is read four centuries nearer: before the first clock change
    on record nothing changes, and after the last one the same yearly rule goes on.
    """
    if at < EARLY:
        at += FOUR_CENTURIES
    if at >= LATE:
        at -= FOUR_CENTURIES
    offset = (EPOCH + at).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset


def change_between(zone: str, low: timedelta, high: timedelta) -> timedelta:
    """The first second after ``low`` at which the clocks stand as they do at ``high``."""
    while high - low > SECOND:
        middle = low + (high - low) // (2 * SECOND) * SECOND
        if offset_at(zone, middle) == offset_at(zone, high):
            high = middle
        else:
            low = middle
    return high


def stretches(zone: str, day: date) -> list[tuple[timedelta, timedelta, timedelta]]:
    """The instants around a day, cut up where the clocks change: start, end and offset of each.

    No clock is a whole day away from UTC, so all of the local day lies in these three days.
    """
    start = midnight(day) - DAY
    last = start + 3 * DAY
    found, at = [], start
    while at < last:
        if offset_at(zone, at) != offset_at(zone, at + STEP):
            change = change_between(zone, at, at + STEP)
            found.append((start, change, offset_at(zone, start)))
            start = change
        at += STEP
    return [*found, (start, last, offset_at(zone, start))]


def midnight(day: date) -> timedelta:
    """What a clock shows at the start of a day, as a time since what it shows at the epoch."""
    return timedelta(days=day.toordinal() - EPOCH.toordinal())


@cache
def day_begins(zone: str, day: str) -> timedelta:
    """The first instant whose local date is the day, or a later one (section 1)."""
    shown = midnight(date.fromisoformat(day))
    return min(
        max(start, shown - offset)
        for start, end, offset in stretches(zone, date.fromisoformat(day))
        if shown - offset < end
    )


@cache
def day_ends(zone: str, day: str) -> timedelta:
    """The first instant from which on every local date is later than the day (section 1)."""
    shown = midnight(date.fromisoformat(day)) + DAY
    return max(
        min(end, shown - offset)
        for start, end, offset in stretches(zone, date.fromisoformat(day))
        if start < shown - offset
    )


def in_force(zone: str, period: Declaration, at: timedelta) -> bool:
    """Whether an instant lies in a period with ``from``, ``until``, both or neither (section 1)."""
    begun = "from" not in period or day_begins(zone, period["from"]) <= at
    return begun and not ("until" in period and day_ends(zone, period["until"]) <= at)


# --- conditions (section 2; section 4, step 4, requirement 10) -----------------------------------


def terms(condition: Any, demanded: bool = True) -> set[Term]:
    """The minimal terms of a condition that do not contradict themselves.

    ``not`` is pushed down to the facts; a fact and its opposite are then two different literals.
    """
    if isinstance(condition, str):
        return {frozenset({(condition, demanded)})}
    [(operator, operand)] = condition.items()
    if operator == "not":
        return terms(operand, not demanded)
    parts = [terms(part, demanded) for part in operand]
    if (operator == "any") == demanded:
        return minimal({term for part in parts for term in part})
    product: set[Term] = {frozenset()}
    for part in parts:
        product = minimal({term | other for term in product for other in part})
    return product


def minimal(candidates: set[Term]) -> set[Term]:
    """The terms that hold no other term and no fact both ways."""
    sound = {t for t in candidates if not any((fact, not is_) in t for fact, is_ in t)}
    return {term for term in sound if not any(other < term for other in sound)}


def unmet(term: Term, facts: Mapping[str, bool]) -> list[Literal]:
    """The unmet literals of a term: unknown before known otherwise, then by id."""
    found = [(fact, demanded) for fact, demanded in term if facts.get(fact) is not demanded]
    return sorted(found, key=lambda literal: rank(literal, facts))


def rank(literal: Literal, facts: Mapping[str, bool]) -> tuple[bool, str, bool]:
    """The place of a literal among others: unknown first, then by id, then "true" first."""
    fact, demanded = literal
    return (fact in facts, fact, not demanded)


def fewest_unmet(of: set[Term], facts: Mapping[str, bool]) -> list[Literal]:
    """The unmet literals of the term that has the fewest (requirement 10)."""
    return min(
        (unmet(term, facts) for term in of),
        key=lambda literals: (len(literals), [rank(literal, facts) for literal in literals]),
    )


# --- what is asked (section 3) -------------------------------------------------------------------


@dataclass(frozen=True)
class Transfer:
    """A transfer with its left-out fields filled in (section 3); ``facts`` are the known ones."""

    sender: str
    recipient: str
    purpose: str
    subject: str
    data: frozenset[str]
    facts: Mapping[str, bool]
    reference: bool
    at: timedelta


@dataclass(frozen=True)
class Requirement:
    """A requirement that is not met: its code, and what the caller can do (section 4, step 4)."""

    code: str
    fact: Literal | None = None
    reference: bool = False


@dataclass(frozen=True)
class Candidate:
    """A candidate flow, what it lacks, and what it grants and would grant (steps 3 to 5)."""

    id: str
    flow: Declaration
    unmet: list[Requirement]
    granted: set[str]
    would_grant: set[str]


def a_remedy(facts: Mapping[str, bool], reference: bool) -> dict[str, object]:
    """A remedy: the facts to be true or false, and whether a reference is to be given."""
    return {"facts": dict(facts), "reference": reference}


def text_field(transfer: Mapping[str, object], key: str, default: object = None) -> str:
    """A field that holds text; ``TypeError`` if it is missing or something else (step 2)."""
    value = transfer.get(key, default)
    if not isinstance(value, str):
        raise TypeError(CALLER_DEFECT.format(key, "text"))
    return value


def data_field(transfer: Mapping[str, object]) -> frozenset[str]:
    """The categories as named; one given twice counts once (section 3)."""
    value = transfer.get("data")
    if not isinstance(value, (list, tuple)) or not all(isinstance(name, str) for name in value):
        raise TypeError(CALLER_DEFECT.format("data", "a list of texts"))
    return frozenset(value)


def facts_field(transfer: Mapping[str, object]) -> dict[str, bool | None]:
    """The facts as given (section 3)."""
    value = transfer.get("facts", {})
    if not isinstance(value, Mapping):
        raise TypeError(CALLER_DEFECT.format("facts", "a mapping"))
    for fact, known in value.items():
        if not isinstance(fact, str) or not (known is None or isinstance(known, bool)):
            raise TypeError(CALLER_DEFECT.format("a fact", "true, false or none"))
    return dict(value)


def reference_field(transfer: Mapping[str, object]) -> bool:
    """Whether there is a reference; a text of another form counts as none (section 3)."""
    value = transfer.get("reference")
    if value is not None and not isinstance(value, str):
        raise TypeError(CALLER_DEFECT.format("reference", "text"))
    return value is not None and REFERENCE.fullmatch(value) is not None


def at_field(transfer: Mapping[str, object]) -> timedelta:
    """The moment asked about, which has an offset (section 3; section 4, step 2)."""
    try:
        moment = datetime.fromisoformat(text_field(transfer, "at"))
    except ValueError as error:
        raise TypeError(CALLER_DEFECT.format("at", "a moment")) from error
    if moment.utcoffset() is None:
        raise TypeError(CALLER_DEFECT.format("at", "a moment with its offset"))
    return instant(moment)


# --- the decision (section 4) --------------------------------------------------------------------


class ReferencePolicy:
    """A policy, read from the contents of its files, that decides transfers (section 4)."""

    def __init__(self, documents: Iterable[Mapping[str, object]]) -> None:
        """Put the files of the policy's folder together (section 1)."""
        self.sections: dict[str, Section] = {name: {} for name in SECTIONS}
        self.manifest: dict[str, Any] = {}
        for document in documents:
            for key, value in document.items():
                if key in self.sections:
                    assert isinstance(value, Mapping)
                    self.sections[key].update(value)
                else:
                    self.manifest[key] = value
        self.controller: str = self.manifest["controller"]["id"]
        self.zone: str = self.manifest.get("timezone", "UTC")
        self.facts = set(self.sections["facts"]) | BUILT_IN_FACTS
        self.parties = {self.controller, DATA_SUBJECT, *self.sections["recipients"]}
        categories = set(self.sections["categories"])
        self.expansions = {top: {c for c in categories if within(c, top)} for top in categories}
        self.conditions = self._conditions()

    def decide(self, transfer: Mapping[str, object]) -> dict[str, object]:
        """The answer to: may these data go? (section 4)"""
        asked = self._read(transfer)
        unknown_facts = sorted(set(facts_field(transfer)) - self.facts)
        return {**self._decided(asked), "unknown-facts": unknown_facts}

    def _conditions(self) -> dict[tuple[str, str], set[Term]]:
        """The terms of each ``when`` and ``unless``, by section and id."""
        places = (("flows", "when"), ("prohibitions", "unless"))
        return {
            (section, name): terms(declaration[key])
            for section, key in places
            for name, declaration in self.sections[section].items()
            if key in declaration
        }

    def _read(self, transfer: Mapping[str, object]) -> Transfer:
        """The transfer with what was left out filled in (section 3)."""
        return Transfer(
            sender=text_field(transfer, "sender", self.controller),
            recipient=text_field(transfer, "recipient"),
            purpose=text_field(transfer, "purpose"),
            subject=text_field(transfer, "subject", self.manifest.get("default-subject")),
            data=data_field(transfer),
            facts={
                fact: known
                for fact, known in facts_field(transfer).items()
                if known is not None and fact in self.facts
            },
            reference=reference_field(transfer),
            at=at_field(transfer),
        )

    # Steps 2 and 7 to 9: the answer.

    def _decided(self, asked: Transfer) -> dict[str, object]:
        """Effect, permitted, withheld, rules and duties (section 4, steps 2 and 7 to 9)."""
        unknown = self._unknown_id(asked)
        if not asked.data:
            return self._denied([withheld(None, "no-data")])
        if unknown is not None:
            return self._denied([withheld(name, unknown) for name in sorted(asked.data)])
        candidates = self._candidates(asked)
        permitted = self._permitted(asked, candidates)
        rules = [c for c in candidates if c.granted & self._expansion(permitted)]
        effect = self._effect(rules) if permitted == asked.data else "deny"
        return {
            "effect": effect,
            "permitted": sorted(permitted),
            "withheld": [
                self._reason(asked, candidates, name) for name in sorted(asked.data - permitted)
            ],
            "rules": sorted(candidate.id for candidate in rules),
            "duties": [] if effect == "deny" else self._duties(asked, rules),
        }

    def _unknown_id(self, asked: Transfer) -> str | None:
        """The reason that withholds everything: an unknown id, in this order (step 2)."""
        if asked.sender not in self.parties:
            return "unknown-sender"
        if asked.recipient not in self.parties:
            return "unknown-recipient"
        if asked.purpose not in self.sections["purposes"]:
            return "unknown-purpose"
        if asked.subject not in self.sections["subjects"]:
            return "unknown-subject"
        return None

    def _denied(self, reasons: list[dict[str, object]]) -> dict[str, object]:
        """A denial of everything (step 2)."""
        return {"effect": "deny", "permitted": [], "withheld": reasons, "rules": [], "duties": []}

    def _permitted(self, asked: Transfer, candidates: list[Candidate]) -> set[str]:
        """The named categories that are granted as a whole and nowhere forbidden (step 7)."""
        granted = {category for candidate in candidates for category in candidate.granted}
        forbidden = self._forbidden(asked)
        return {
            name
            for name in asked.data & set(self.sections["categories"])
            if self._expansion([name]) <= granted and not self._expansion([name]) & forbidden
        }

    def _effect(self, rules: list[Candidate]) -> str:
        """Log if any flow that grants some asked part says so, else allow (step 8)."""
        logs = any(rule.flow.get("effect", "allow") == "log" for rule in rules)
        return "log" if logs else "allow"

    def _duties(self, asked: Transfer, rules: list[Candidate]) -> list[str]:
        """The duties of the flows, of the recipient and of the parties above it (step 9)."""
        holders = [rule.flow for rule in rules] + self._party_declarations(asked.recipient)
        return sorted({duty for holder in holders for duty in holder.get("duties", [])})

    # Steps 1, 3, 5 and 6: categories, candidates, grants and prohibitions.

    def _expansion(self, names: Iterable[str]) -> set[str]:
        """The declared categories within any of these (step 1)."""
        return {category for name in names for category in self.expansions.get(name, ())}

    def _candidates(self, asked: Transfer) -> list[Candidate]:
        """The flows of this sender, recipient and purpose, by id (step 3)."""
        return [
            self._candidate(asked, name, flow)
            for name, flow in sorted(self.sections["flows"].items())
            if any(self._party_within(asked.sender, party) for party in listed(flow["from"]))
            and any(self._party_within(asked.recipient, party) for party in listed(flow["to"]))
            and any(within(asked.purpose, purpose) for purpose in listed(flow["purpose"]))
        ]

    def _candidate(self, asked: Transfer, name: str, flow: Declaration) -> Candidate:
        """What a candidate lacks, grants and would grant (steps 4 and 5)."""
        ceiling = self._expansion(listed(self._of_purpose(asked, "data") or []))
        data = self._expansion(listed(flow["data"])) if "data" in flow else ceiling
        would_grant = data - self._expansion(listed(flow.get("except", [])))
        lacking = list(self._unmet(asked, name, flow))
        granted = set() if lacking else would_grant & ceiling
        return Candidate(name, flow, lacking, granted, would_grant)

    def _forbidden(self, asked: Transfer) -> set[str]:
        """All that some prohibition forbids (step 6)."""
        return {
            category
            for prohibition in self._prohibitions(asked).values()
            for category in self._forbids(prohibition)
        }

    def _forbids(self, prohibition: Declaration) -> set[str]:
        """The expansion of a prohibition's ``data``; left out: all categories (step 6)."""
        if "data" not in prohibition:
            return set(self.sections["categories"])
        return self._expansion(listed(prohibition["data"]))

    def _prohibitions(self, asked: Transfer) -> Section:
        """The prohibitions that apply (step 6)."""
        return {
            name: prohibition
            for name, prohibition in self.sections["prohibitions"].items()
            if in_force(self.zone, prohibition.get("valid", {}), asked.at)
            and self._touched(asked, prohibition)
            and not self._excepted(asked, name)
        }

    def _touched(self, asked: Transfer, prohibition: Declaration) -> bool:
        """Whether its parties, purpose and subjects each touch the transfer's (step 6)."""

        def parties(key: str, party: str) -> bool:
            named = listed(prohibition.get(key, [party]))
            return any(
                self._party_within(*pair) for p in named for pair in ((p, party), (party, p))
            )

        def others(key: str, name: str) -> bool:
            return any(touches(name, other) for other in listed(prohibition.get(key, [name])))

        return (
            parties("from", asked.sender)
            and parties("to", asked.recipient)
            and others("purpose", asked.purpose)
            and others("subjects", asked.subject)
        )

    def _excepted(self, asked: Transfer, prohibition: str) -> bool:
        """Whether a prohibition's ``unless`` holds: known to be so (step 6)."""
        exceptions = self.conditions.get(("prohibitions", prohibition), set())
        return any(not unmet(term, asked.facts) for term in exceptions)

    # Step 4: requirements, in their order.

    def _unmet(self, asked: Transfer, name: str, flow: Declaration) -> Iterator[Requirement]:
        """Every requirement of a flow that is not met (step 4)."""
        if not self._subject_covered(asked, flow):
            yield Requirement("subject-not-covered")
        yield from self._unmet_role(asked)
        yield from self._unmet_periods(asked, flow)
        yield from self._unmet_of_person(asked)
        yield from self._unmet_literals(asked, name)
        if flow.get("reference", "optional") == "required" and not asked.reference:
            yield Requirement("reference-missing", reference=True)

    def _subject_covered(self, asked: Transfer, flow: Declaration) -> bool:
        """The subject is within the purpose's and within the flow's (requirement 1)."""
        limits = (self._of_purpose(asked, "subjects"), flow.get("subjects"))
        return all(
            any(within(asked.subject, subject) for subject in listed(limit))
            for limit in limits
            if limit is not None
        )

    def _unmet_role(self, asked: Transfer) -> Iterator[Requirement]:
        """A role that covers the purpose, with its agreement (requirements 2 and 3)."""
        if asked.recipient in (self.controller, DATA_SUBJECT):
            return
        roles = self._covering_roles(asked.recipient, asked.purpose)
        if not roles:
            yield Requirement("role-missing")
        elif not any(self._role_in_force(role, asked, frozenset()) for role in roles):
            yield Requirement("agreement-not-in-force")

    def _covering_roles(self, party: str, purpose: str) -> list[Declaration]:
        """The roles of a party, its own or inherited, that cover a purpose (requirement 2)."""
        roles = stated(self.sections["recipients"], party, "roles") or []
        return [
            role
            for role in roles
            if "purposes" not in role
            or any(within(purpose, covered) for covered in listed(role["purposes"]))
        ]

    def _role_in_force(self, role: Declaration, asked: Transfer, below: frozenset[str]) -> bool:
        """Agreement, safeguard and, for a sub-processor, those of its processor (requirement 3)."""
        papers = (role.get("agreement", {}), role.get("safeguard", {}))
        if not all(in_force(self.zone, paper, asked.at) for paper in papers):
            return False
        if role["role"] != "sub-processor":
            return True
        return role["of"] not in below and any(
            self._role_in_force(other, asked, below | {role["of"]})
            for other in self._covering_roles(role["of"], asked.purpose)
            if other["role"] in ("processor", "sub-processor")
        )

    def _unmet_periods(self, asked: Transfer, flow: Declaration) -> Iterator[Requirement]:
        """The periods of parties, purpose, announcement and flow (requirements 4 to 7)."""
        parties = [
            *self._party_declarations(asked.sender),
            *self._party_declarations(asked.recipient),
        ]
        if not self._all_valid(parties, asked):
            yield Requirement("party-not-in-force")
        purposes = [self.sections["purposes"][purpose] for purpose in lineage(asked.purpose)]
        if not self._all_valid(purposes, asked):
            yield Requirement("purpose-not-in-force")
        if not self._refusal_past(asked):
            yield Requirement("refusal-period")
        if not self._all_valid([flow], asked):
            yield Requirement("flow-not-in-force")

    def _all_valid(self, declarations: list[Declaration], asked: Transfer) -> bool:
        """Whether each of these is within its ``valid``."""
        return all(in_force(self.zone, d.get("valid", {}), asked.at) for d in declarations)

    def _refusal_past(self, asked: Transfer) -> bool:
        """The last moment to refuse an announced purpose is past (requirement 6)."""
        announcement = self._of_purpose(asked, "announcement") or {}
        if "refusal-until" not in announcement:
            return True
        return day_ends(self.zone, announcement["refusal-until"]) <= asked.at

    def _unmet_of_person(self, asked: Transfer) -> Iterator[Requirement]:
        """No objection, and consent, where the purpose asks for them (requirements 8 and 9)."""
        objection = asked.facts.get("objection")
        if self._objection_counts(asked) and objection is not False:
            code = "fact-missing" if objection is None else "objection-raised"
            yield Requirement(code, ("objection", False))
        if self._consent_counts(asked) and asked.facts.get("consent") is not True:
            yield Requirement("consent-missing", ("consent", True))

    def _objection_counts(self, asked: Transfer) -> bool:
        """Whether the purpose asks for an objection known false (requirement 8)."""
        return (
            self._of_purpose(asked, "lawful-basis") in OBJECTION_BASES
            or self._of_purpose(asked, "objection") == "heard"
            or self._of_purpose(asked, "direct-marketing") is True
            or self._of_purpose(asked, "announcement") is not None
        )

    def _consent_counts(self, asked: Transfer) -> bool:
        """Whether the purpose asks for consent known true (requirement 9)."""
        explicit = self._of_purpose(asked, "explicit-consent") is True
        return explicit or self._of_purpose(asked, "lawful-basis") == "consent"

    def _unmet_literals(self, asked: Transfer, flow: str) -> Iterator[Requirement]:
        """The literals of ``when`` that are not known to be as demanded (requirement 10)."""
        condition = self.conditions.get(("flows", flow))
        if condition is None:
            return
        for literal in fewest_unmet(condition, asked.facts):
            known = literal[0] in asked.facts
            yield Requirement("condition-not-met" if known else "fact-missing", literal)

    # Reasons and remedies.

    def _reason(self, asked: Transfer, candidates: list[Candidate], name: str) -> dict[str, object]:
        """Why a category is withheld (section 4, "Reasons")."""
        if name not in self.sections["categories"]:
            return withheld(name, "unknown-category")
        parts = self._expansion([name])
        prohibitions = self._prohibitions(asked)
        hits = sorted(p for p in prohibitions if self._forbids(prohibitions[p]) & parts)
        if hits:
            return withheld(name, "prohibited", parts & self._forbidden(asked), hits[0])
        missing = parts - {part for candidate in candidates for part in candidate.granted}
        return self._reason_missing(asked, candidates, name, missing)

    def _reason_missing(
        self, asked: Transfer, candidates: list[Candidate], name: str, missing: set[str]
    ) -> dict[str, object]:
        """Why some parts of a category are not granted (section 4, "Reasons")."""
        nearest = nearest_candidate(candidates, missing)
        if nearest is None:
            code = "category-not-declared" if candidates else "no-flow"
            return withheld(name, code, missing)
        code = nearest.unmet[0].code if nearest.unmet else "over-ceiling"
        remedy = self._remedy(asked, nearest, name, missing)
        return withheld(name, code, missing, nearest.id, remedy)

    def _remedy(
        self, asked: Transfer, nearest: Candidate, name: str, missing: set[str]
    ) -> dict[str, object]:
        """What the caller can mend, if that is enough (section 4, "the remedy")."""
        mendable = all(r.fact is not None or r.reference for r in nearest.unmet)
        literals = {r.fact for r in nearest.unmet if r.fact is not None}
        contradiction = any((fact, not demanded) in literals for fact, demanded in literals)
        if not mendable or contradiction or not missing <= nearest.would_grant:
            return a_remedy({}, False)
        facts = dict(sorted(literals))
        reference = any(r.reference for r in nearest.unmet)
        again = replace(
            asked, facts={**asked.facts, **facts}, reference=asked.reference or reference
        )
        if name not in self._permitted(again, self._candidates(again)):
            return a_remedy({}, False)
        return a_remedy(facts, reference)

    # Parties and inheritance (sections 1 and 2).

    def _party_within(self, inner: str, outer: str) -> bool:
        """*Within* for parties: only recipients lie below one another (section 1)."""
        recipients = self.sections["recipients"]
        nested = inner in recipients and outer in recipients
        return inner == outer or (nested and within(inner, outer))

    def _party_declarations(self, party: str) -> list[Declaration]:
        """The declarations of a party and of every party above it (section 2)."""
        recipients = self.sections["recipients"]
        return [recipients[p] for p in lineage(party)] if party in recipients else []

    def _of_purpose(self, asked: Transfer, key: str) -> Any:
        """A key of the transfer's purpose, its own or inherited (section 2)."""
        return stated(self.sections["purposes"], asked.purpose, key)


def stated(section: Section, name: str, key: str) -> Any:
    """A key from the nearest declaration, upward, that states it (section 2)."""
    for above in lineage(name):
        if key in section.get(above, {}):
            return section[above][key]
    return None


def nearest_candidate(candidates: list[Candidate], missing: set[str]) -> Candidate | None:
    """The fewest unmet among those granting all, else some, of what is missing ("Reasons")."""
    for_all = [c for c in candidates if missing <= c.would_grant]
    for_some = [c for c in candidates if missing & c.would_grant]
    return min(for_all or for_some, key=lambda c: (len(c.unmet), c.id), default=None)


def withheld(
    category: str | None,
    reason: str,
    parts: Iterable[str] = (),
    rule: str | None = None,
    remedy: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """An entry of the answer's ``withheld`` (section 4, "A reason carries")."""
    return {
        "category": category,
        "reason": reason,
        "parts": sorted(parts),
        "rule": rule,
        "remedy": remedy or a_remedy({}, False),
    }
