"""Every reason, with what it carries: the rule, its clauses and place, parts, fact and remedy.

How reasons are found is shown case by case in `tests/conformance/`; here is what an answer of this
engine holds beside.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest

from doelbinding.model.decision import (
    NO_REMEDY,
    REASONS_OF_POLICY,
    Effect,
    Reason,
    Remedy,
    Withheld,
)
from doelbinding.model.facts import Facts
from doelbinding.policy import Policy
from tests.policies import ask, policy

CONTACT = ("contact", "contact.email", "contact.phone")
LONG_AGO = {"until": "2026-05-31"}


@dataclass(frozen=True)
class Denial:
    """Changes to the base policy and transfer, and what is then said of the withheld category."""

    policy: dict[str, Any] = field(default_factory=dict)
    transfer: dict[str, Any] = field(default_factory=dict)
    category: str | None = "contact"
    parts: tuple[str, ...] = CONTACT
    rule: str | None = "news-mail"
    facts: dict[str, bool] = field(default_factory=dict)
    reference: bool = False
    fact: str | None = None
    demanded: bool | None = None
    nearest: str | None = None


def unknown(nearest: str | None, **transfer: Any) -> Denial:
    return Denial(transfer=transfer, parts=(), rule=None, nearest=nearest)


def lacking(**changes: Any) -> Denial:
    return Denial(policy=changes)


def mended(
    fact: str, demanded: bool, transfer: dict[str, Any] | None = None, **changes: Any
) -> Denial:
    """One fact is in the way, and to know it as demanded is the remedy."""
    given = transfer or {}
    return Denial(changes, given, facts={fact: demanded}, fact=fact, demanded=demanded)


ROLE = {"role": "processor", "purposes": ["news"]}
LOCAL = {"news.local": {"data": ["name"]}}

DENIALS: dict[Reason, Denial] = {
    Reason.UNKNOWN_SENDER: unknown("library", sender="libary"),
    Reason.UNKNOWN_RECIPIENT: unknown("mailer", recipient="mailers"),
    Reason.UNKNOWN_PURPOSE: unknown("news", purpose="new"),
    Reason.UNKNOWN_SUBJECT: unknown(None, subject="elephant"),
    Reason.UNKNOWN_CATEGORY: Denial(
        transfer={"data": ["contact", "contact.emial"]},
        category="contact.emial",
        parts=(),
        rule=None,
        nearest="contact.email",
    ),
    Reason.NO_DATA: Denial(transfer={"data": []}, category=None, parts=(), rule=None),
    Reason.PROHIBITED: Denial(
        policy={"prohibitions": {"never": {"data": ["contact.phone"]}}},
        parts=("contact.phone",),
        rule="never",
    ),
    Reason.SUBJECT_NOT_COVERED: lacking(purposes={"news": {"subjects": ["visitor"]}}),
    Reason.ROLE_MISSING: Denial(
        policy={
            "purposes": {"other": {"lawful-basis": "contract", "data": ["name"]}},
            "recipients": {
                "mailer.bulk": {"roles": [{"role": "controller", "purposes": ["other"]}]}
            },
        },
        transfer={"recipient": "mailer.bulk"},
    ),
    Reason.AGREEMENT_NOT_IN_FORCE: lacking(
        recipients={"mailer": {"roles": [{**ROLE, "agreement": {"reference": "A", **LONG_AGO}}]}}
    ),
    Reason.PARTY_NOT_IN_FORCE: lacking(recipients={"mailer": {"valid": LONG_AGO}}),
    Reason.PURPOSE_NOT_IN_FORCE: lacking(purposes={"news": {"valid": LONG_AGO}}),
    Reason.REFUSAL_PERIOD: lacking(
        purposes={"news": {"announcement": {"on": "2026-05-01", "refusal-until": "2026-07-01"}}}
    ),
    Reason.FLOW_NOT_IN_FORCE: lacking(flows={"news-mail": {"valid": LONG_AGO}}),
    Reason.OBJECTION_RAISED: mended(
        "objection",
        False,
        transfer={"facts": {"objection": True}},
        purposes={"news": {"objection": "heard"}},
    ),
    Reason.CONSENT_MISSING: mended("consent", True, purposes={"news": {"lawful-basis": "consent"}}),
    Reason.FACT_MISSING: mended("urgent", False, flows={"news-mail": {"when": {"not": "urgent"}}}),
    Reason.CONDITION_NOT_MET: mended(
        "asked",
        True,
        transfer={"facts": {"asked": False}},
        flows={"news-mail": {"when": "asked"}},
    ),
    Reason.REFERENCE_MISSING: Denial(
        policy={"flows": {"news-mail": {"reference": "required"}}}, reference=True
    ),
    Reason.OVER_CEILING: Denial(policy={"purposes": LOCAL}, transfer={"purpose": "news.local"}),
    Reason.CATEGORY_NOT_DECLARED: Denial(
        transfer={"data": ["contact", "loans"]},
        category="loans",
        parts=("loans", "loans.titles"),
        rule=None,
    ),
    Reason.NO_FLOW: Denial(transfer={"recipient": "printer"}, rule=None),
}


def withheld_by(denial: Denial) -> tuple[Policy, Withheld]:
    """The policy, and the one entry of its answer."""
    of = policy(**denial.policy)
    decision = ask(of, **denial.transfer)
    assert decision.effect is Effect.DENY
    (entry,) = decision.withheld
    return of, entry


def test_every_reason_is_in_the_table() -> None:
    assert set(DENIALS) == REASONS_OF_POLICY
    assert len(REASONS_OF_POLICY) == 22


@pytest.mark.parametrize("reason", sorted(REASONS_OF_POLICY))
def test_each_reason_is_given_with_its_rule_parts_and_remedy(reason: Reason) -> None:
    denial = DENIALS[reason]
    _, entry = withheld_by(denial)
    assert entry.reason is reason
    assert (entry.category, entry.parts, entry.rule) == (denial.category, denial.parts, denial.rule)
    assert entry.remedy == Remedy(Facts(denial.facts), denial.reference)
    assert (entry.fact, entry.demanded) == (denial.fact, denial.demanded)
    assert entry.nearest == denial.nearest


@pytest.mark.parametrize("reason", sorted(REASONS_OF_POLICY))
def test_a_reason_shows_the_place_of_its_rule_and_no_other(reason: Reason) -> None:
    of, entry = withheld_by(DENIALS[reason])
    declared = {**of.declarations.flows, **of.declarations.prohibitions}
    expected = declared[entry.rule].place if entry.rule else None
    assert str(entry.place) == str(expected)
    assert entry.place is None or entry.place.file.text == ""  # the policy does not go along


@pytest.mark.parametrize("prohibitions", [{}, {"never": {"data": ["contact"]}}])
def test_a_reason_carries_the_clauses_of_its_rule_sorted_and_once(
    prohibitions: dict[str, dict[str, Any]],
) -> None:
    clauses = ["z", "stated", "a"]
    (entry,) = ask(
        policy(
            clauses={each: {"informative": "It binds nothing."} for each in "az"},
            flows={"news-mail": {"when": "asked", "clauses": clauses}},
            prohibitions={each: {**it, "clauses": clauses} for each, it in prohibitions.items()},
        )
    ).withheld
    assert entry.rule == ("never" if prohibitions else "news-mail")
    assert entry.clauses == ("a", "stated", "z")


@pytest.mark.parametrize("reason", sorted(REASONS_OF_POLICY))
def test_the_remedy_applied_turns_the_answer(reason: Reason) -> None:
    denial = DENIALS[reason]
    of, entry = withheld_by(denial)
    if entry.remedy:
        facts = {**denial.transfer.get("facts", {}), **entry.remedy.facts}
        reference = "R-1" if entry.remedy.reference else None
        assert ask(of, **{**denial.transfer, "facts": facts, "reference": reference}).withheld == ()


def test_the_facts_of_a_remedy_are_told_by_id() -> None:
    of = policy(
        purposes={"news": {"lawful-basis": "consent", "objection": "heard"}},
        flows={"news-mail": {"when": {"all": ["urgent", "asked"]}}},
    )
    (entry,) = ask(of, facts={"asked": False}).withheld
    assert list(entry.remedy.facts) == ["asked", "consent", "objection", "urgent"]


def test_a_remedy_is_empty_or_not_and_cannot_be_changed() -> None:
    assert not NO_REMEDY
    assert Remedy(Facts({"asked": True}))
    assert Remedy(reference=True)
    _, entry = withheld_by(DENIALS[Reason.CONDITION_NOT_MET])
    with pytest.raises(TypeError):
        entry.remedy.facts["asked"] = False  # type: ignore[index]  # what must fail
