"""What transfers exercise in a policy, one by one and from the answers alone (section 6, coverage).

A literal is decisive when its fact, turned, turns the condition and with it the answer: a fact
known as demanded becomes unknown, any other becomes known as demanded. The condition must be one
that takes part: of a candidate that facts and a reference can open, or of a prohibition in force;
and its flow must grant, or its prohibition forbid, some part of what is asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.properties.reference import (
    EPOCH,
    Candidate,
    Declaration,
    ReferencePolicy,
    Term,
    Transfer,
    in_force,
    lineage,
    listed,
    stated,
    terms,
    within,
)


class Item(NamedTuple):
    """One thing to exercise: what of which declaration, with the fact or the day."""

    section: str
    id: str
    kind: str
    key: str = ""
    fact: str = ""
    state: bool | None = None
    day: date | None = None


class Dated(NamedTuple):
    """A period, or the end of one, and where it stands."""

    section: str
    id: str
    key: str
    period: Declaration

    def items(self) -> Iterator[Item]:
        for bound, kind in (("from", "first-day"), ("until", "last-day")):
            if bound in self.period:
                day = date.fromisoformat(self.period[bound])
                yield Item(self.section, self.id, kind, self.key, day=day)


MENDABLE = frozenset(
    {
        "fact-missing",
        "condition-not-met",
        "objection-raised",
        "consent-missing",
        "reference-missing",
    }
)
"""What facts and a reference can mend."""

CONDITIONS = (("flows", "when"), ("prohibitions", "unless"))


def all_items(policy: ReferencePolicy) -> set[Item]:
    """All that there is to exercise."""
    found = {Item("flows", name, "grants") for name in policy.sections["flows"]}
    for name, ban in policy.sections["prohibitions"].items():
        found.add(Item("prohibitions", name, "bites"))
        if "unless" in ban:
            found.add(Item("prohibitions", name, "lifts"))
    for section, key in CONDITIONS:
        for name, declared in policy.sections[section].items():
            if key in declared:
                found.update(_literals(section, name, key, terms(declared[key])))
    return found.union(*(each.items() for each in _dated(policy)))


def exercised_by(policy: ReferencePolicy, transfer: Mapping[str, object]) -> set[Item]:
    """All that one transfer exercises."""
    asked = policy._read(transfer)
    if policy._unknown_id(asked) is not None:
        return set()
    return {
        *_granting(policy, asked),
        *_banning(policy, asked),
        *_deciding(policy, asked),
        *_on_days(policy, asked),
    }


def _literals(section: str, name: str, key: str, of: set[Term]) -> Iterator[Item]:
    for term in of:
        for fact, state in term:
            yield Item(section, name, "decides", key, fact, state)


def _granting(policy: ReferencePolicy, asked: Transfer) -> Iterator[Item]:
    rules = policy._decided(asked)["rules"]
    assert isinstance(rules, list)
    for rule in rules:
        yield Item("flows", rule, "grants")


def _standing(policy: ReferencePolicy, asked: Transfer) -> list[str]:
    """The prohibitions about such transfers in force, whether their exceptions hold or not."""
    return [
        name
        for name, ban in policy.sections["prohibitions"].items()
        if in_force(policy.zone, ban.get("valid", {}), asked.at) and policy._touched(asked, ban)
    ]


def _banning(policy: ReferencePolicy, asked: Transfer) -> Iterator[Item]:
    permitted = policy._permitted(asked, policy._candidates(asked))
    for name in _standing(policy, asked):
        forbids = policy._forbids(policy.sections["prohibitions"][name])
        if not policy._excepted(asked, name):
            if forbids & policy._expansion(asked.data):
                yield Item("prohibitions", name, "bites")
        elif forbids & policy._expansion(permitted):
            yield Item("prohibitions", name, "lifts")


def _deciding(policy: ReferencePolicy, asked: Transfer) -> Iterator[Item]:
    sound = [
        ("flows", each.id, "when")
        for each in policy._candidates(asked)
        if {unmet.code for unmet in each.unmet} <= MENDABLE and _bears_on(policy, asked, each)
    ]
    bans = [
        ("prohibitions", name, "unless")
        for name in _standing(policy, asked)
        if policy._forbids(policy.sections["prohibitions"][name]) & policy._expansion(asked.data)
    ]
    outcome = _outcome(policy, asked)
    for section, name, key in (*sound, *bans):
        of = policy.conditions.get((section, name), set())
        for item in set(_literals(section, name, key, of)):
            assert item.state is not None
            other = _turned(asked, item.fact, item.state)
            if _holds(of, asked) is not _holds(of, other) and _outcome(policy, other) != outcome:
                yield item


def _bears_on(policy: ReferencePolicy, asked: Transfer, candidate: Candidate) -> bool:
    """Whether it grants any part of what is asked, once it is open."""
    ceiling = policy._expansion(listed(policy._of_purpose(asked, "data") or []))
    return bool(candidate.would_grant & ceiling & policy._expansion(asked.data))


def _holds(of: set[Term], asked: Transfer) -> bool:
    return any(all(asked.facts.get(fact) is it for fact, it in term) for term in of)


def _turned(asked: Transfer, fact: str, state: bool) -> Transfer:
    rest = {each: known for each, known in asked.facts.items() if each != fact}
    return replace(asked, facts=rest if asked.facts.get(fact) is state else {**rest, fact: state})


def _outcome(policy: ReferencePolicy, asked: Transfer) -> list[object]:
    decided = policy._decided(asked)
    return [decided[key] for key in ("effect", "permitted", "duties")]


def _on_days(policy: ReferencePolicy, asked: Transfer) -> Iterator[Item]:
    today = (EPOCH + asked.at).replace(tzinfo=UTC).astimezone(ZoneInfo(policy.zone)).date()
    for dated in _dated(policy):
        for item in dated.items():
            if item.day == today and _bears(policy, dated, asked):
                yield item


def _dated(policy: ReferencePolicy) -> Iterator[Dated]:
    for section in ("purposes", "recipients", "flows", "prohibitions"):
        for name, declared in policy.sections[section].items():
            if "valid" in declared:
                yield Dated(section, name, "valid", declared["valid"])
            for place, role in enumerate(declared.get("roles", ())):
                for paper in ("agreement", "safeguard"):
                    yield Dated(section, name, f"roles[{place}].{paper}", role.get(paper, {}))
            if "announcement" in declared:
                refusal = {"until": declared["announcement"]["refusal-until"]}
                yield Dated(section, name, "announcement", refusal)


def _bears(policy: ReferencePolicy, dated: Dated, asked: Transfer) -> bool:
    """Whether the period is one that the transfer is decided by."""
    declared: Mapping[str, Any] = policy.sections[dated.section][dated.id]
    if dated.section == "flows":
        return dated.id in {each.id for each in policy._candidates(asked)}
    if dated.section == "prohibitions":
        forbids = policy._forbids(declared) & policy._expansion(asked.data)
        return bool(forbids) and policy._touched(asked, declared)
    if dated.section == "purposes":
        if dated.key == "valid":
            return within(asked.purpose, dated.id)
        own = stated(policy.sections["purposes"], asked.purpose, "announcement")
        return own is declared["announcement"] and within(asked.purpose, dated.id)
    if dated.key == "valid":
        return any(policy._party_within(each, dated.id) for each in (asked.sender, asked.recipient))
    return _acts_in(policy, dated, asked)


def _acts_in(policy: ReferencePolicy, dated: Dated, asked: Transfer) -> bool:
    """Whether the recipient has the role, its own or inherited, and it covers the purpose."""
    recipients = policy.sections["recipients"]
    lines = lineage(asked.recipient) if asked.recipient in recipients else ()
    stating = next((each for each in lines if "roles" in recipients[each]), "")
    if stating != dated.id:
        return False
    place = int(dated.key.partition("[")[2].partition("]")[0])
    role = recipients[stating]["roles"][place]
    purposes = listed(role.get("purposes", [asked.purpose]))
    return any(within(asked.purpose, each) for each in purposes)
