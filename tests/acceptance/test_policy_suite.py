"""The tests that the policy of Bibliotheek Almelo ships: they pass, and notice what is changed."""

import re
from functools import cache
from pathlib import Path

import pytest

from doelbinding.analysis.testing import Outcome, read_suites, run_suites
from doelbinding.analysis.testing.suite import PolicyTest
from doelbinding.decider import decide
from doelbinding.loader import load_texts, read_texts
from doelbinding.model.decision import REASONS_OF_POLICY, Decision, Reason
from doelbinding.model.transfer import Transfer
from doelbinding.policy import Policy

ROOT = Path(__file__).parents[2]
SUITES = read_suites(ROOT / "policy")
TESTS = [test for suite in SUITES for test in suite.tests if isinstance(test, PolicyTest)]
TEXTS = {name: content.decode("utf-8") for name, content in read_texts(ROOT / "policy")}
POLICY = Policy.load(ROOT / "policy", at="2026-11-24T12:00:00+01:00")
RESULTS = run_suites(POLICY.compiled, SUITES)

_SECOND = 1_000_000

UNREACHABLE = {
    Reason.ROLE_MISSING,
    Reason.PARTY_NOT_IN_FORCE,
    Reason.PURPOSE_NOT_IN_FORCE,
    Reason.FLOW_NOT_IN_FORCE,
    Reason.REFUSAL_PERIOD,
    Reason.OVER_CEILING,
}
"""Reasons that no transfer gets from this policy: it has no such periods, and sound flows."""


@cache
def answers() -> list[tuple[Transfer, Decision]]:
    """What each test asked, and the answer."""
    asked = [result.transfer for result in RESULTS if result.transfer is not None]
    return [(transfer, decide(POLICY.compiled.index, transfer)) for transfer in asked]


def test_all_tests_pass_and_none_is_skipped() -> None:
    wrong = [result for result in RESULTS if result.outcome is not Outcome.PASSED]
    assert [finding.message for result in wrong for finding in result.findings] == []
    assert wrong == []
    assert len(RESULTS) > 500


def test_every_clause_that_binds_is_named_by_a_file_of_tests() -> None:
    clauses = POLICY.declarations.clauses.values()
    binding = {clause.id for clause in clauses if not clause.informative}
    named = {clause for suite in SUITES for clause in suite.clauses}
    assert binding - named == {"intro.personal-data"}
    assert len({suite.label for suite in SUITES}) == len(SUITES)


def test_every_file_and_every_test_is_called_something_in_both_languages() -> None:
    labels = [suite.label for suite in SUITES] + [test.label for test in TESTS]
    assert all(label is not None and {*label.languages} == {"nl", "en"} for label in labels)


def test_every_flow_grants_in_a_test() -> None:
    granting = {rule for _, decision in answers() for rule in decision.rules}
    assert granting == {*POLICY.declarations.flows}


def test_each_fact_of_each_condition_turns_the_answer_between_two_tests() -> None:
    declared = POLICY.declarations
    literals = {
        (flow, fact)
        for flow, terms in declared.flow_terms.items()
        for term in terms
        for fact, _ in term
    }
    turned = {
        (flow, fact)
        for granted, decision in answers()
        for refused, other in answers()
        if decision.permitted != other.permitted and (fact := _only_difference(granted, refused))
        for flow in {*decision.rules} - {*other.rules}
    }
    assert literals
    assert literals <= turned


def _only_difference(one: Transfer, other: Transfer) -> str | None:
    """The only fact that tells the two apart, if they differ in nothing else."""
    for field in ("sender", "recipient", "purpose", "subject", "data", "has_reference", "at"):
        if getattr(one, field) != getattr(other, field):
            return None
    facts = {*one.facts.items()} ^ {*other.facts.items()}
    names = {fact for fact, _ in facts}
    return names.pop() if len(names) == 1 else None


def test_every_prohibition_bites_in_a_test() -> None:
    biting = {
        withheld.rule
        for _, decision in answers()
        for withheld in decision.withheld
        if withheld.reason is Reason.PROHIBITED
    }
    assert biting == {*POLICY.declarations.prohibitions}


def test_every_reason_that_the_policy_can_give_is_expected_somewhere() -> None:
    expected = {reason for test in TESTS for reason in test.expected.reasons}
    assert expected == REASONS_OF_POLICY - UNREACHABLE


def test_the_first_and_the_last_day_of_every_agreement_are_asked_about() -> None:
    zone = POLICY.declarations.manifest.zone
    asked = {(transfer.recipient, transfer.at) for transfer, _ in answers()}
    for party, recipient in POLICY.declarations.recipients.items():
        for role in recipient.roles or ():
            if role.agreement is not None:
                begin, end = role.agreement.valid.span(zone)
                moments = (begin - _SECOND, begin, end - _SECOND, end)
                assert {(party, at) for at in moments} <= asked, party


# ── What somebody may change ─────────────────────────────────────────────────────────────────────

CHANGES = {
    "a request is no longer needed": ("flows.yaml", "    when: member-request\n", ""),
    "people are no longer told": ("flows.yaml", "    duties: [inform-subject]\n", ""),
    "KB may report titles": ("flows.yaml", "    data: [loans.ebooks.titles]\n", ""),
    "statistics need no aggregation": ("flows.yaml", "    when: aggregated\n", ""),
    "marketing goes on despite objections": (
        "purposes.yaml",
        "legitimate-interests\n    objection: heard\n    direct-marketing: true\n",
        "contract\n",
    ),
    "the newsletter needs no consent": (
        "purposes.yaml",
        "    lawful-basis: consent\n    subjects: [member, newsletter-subscriber]\n",
        "    subjects: [member, newsletter-subscriber]\n",
    ),
    "data go unencrypted": ("recipients.yaml", "    duties: [encrypt]\n", ""),
    "an agreement ends a day earlier": (
        "recipients.yaml",
        "until: 2027-12-31",
        "until: 2027-12-30",
    ),
    "an agreement begins a day later": ("recipients.yaml", "from: 2024-06-01", "from: 2024-06-02"),
    "a category is added to the portal": (
        "purposes.yaml",
        "    data: [identity, contact, membership, loans, payments, preferences]\n",
        "    data: [identity, contact, membership, loans, payments, preferences, research]\n",
    ),
    "a proof of identity is kept": ("flows.yaml", "    duties: [delete-after-use]\n", ""),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_that_matters_makes_a_test_fail(what: str) -> None:
    file, old, new = CHANGES[what]
    assert old in TEXTS[file]
    changed = {**TEXTS, file: TEXTS[file].replace(old, new)}
    policy = _compiled(changed)
    failed = [each for each in run_suites(policy.compiled, SUITES) if each.differences]
    assert failed


def _compiled(texts: dict[str, str]) -> Policy:
    """The policy of these texts, in which the tests, not the rules, are to notice the change."""
    return Policy.from_source(load_texts("policy", texts.items()))


@pytest.mark.parametrize("file", sorted(TEXTS))
def test_other_words_and_another_order_change_no_test(file: str) -> None:
    relabelled = re.sub(r"en: [A-Z][a-z]+", "en: Something", TEXTS[file])
    results = run_suites(_compiled({**TEXTS, file: relabelled}).compiled, SUITES)
    assert {result.outcome for result in results} == {Outcome.PASSED}
