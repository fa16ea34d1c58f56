"""What peers are given means what the policy means, and the questions are worth asking."""

from collections import Counter
from collections.abc import Iterable

import pytest

from bench import comparison
from bench.comparison import SMALL, Question
from bench.floor import MaskDecider, remembering
from bench.peers.rules import Rule, Rules, rules_of
from doelbinding import Policy


@pytest.fixture(scope="module")
def policy() -> Policy:
    return comparison.policy(SMALL)


@pytest.fixture(scope="module")
def rules(policy: Policy) -> Rules:
    return rules_of(policy.declarations)


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return comparison.batches(SMALL, 1, 2_000)[0]


@pytest.fixture(scope="module")
def effects(policy: Policy, questions: list[Question]) -> list[str]:
    return [policy.check(**question._asdict()).effect.value for question in questions]


def test_the_questions_have_every_answer(effects: list[str]) -> None:
    counted = Counter(effects)
    assert set(counted) == {"allow", "log", "deny"}
    assert min(counted.values()) > len(effects) // 20


def test_no_question_stands_twice() -> None:
    asked = [repr(each) for batch in comparison.batches(SMALL, 3, 500) for each in batch]
    assert len(set(asked)) == len(asked) == 1_500


def test_what_is_written_by_hand_decides_as_the_policy_does(
    policy: Policy, rules: Rules, questions: list[Question]
) -> None:
    decider = MaskDecider()
    decider.load(rules)
    for question in questions:
        decision = policy.check(**question._asdict())
        effect, permitted, withheld = decider.check(*question)
        assert effect == decision.effect.value
        assert sorted(permitted) == list(decision.permitted)
        assert sorted(withheld) == [each.category for each in decision.withheld]


def test_the_rules_for_peers_mean_what_the_policy_means(
    rules: Rules, questions: list[Question], effects: list[str]
) -> None:
    assert [as_a_peer_reads(rules, question) for question in questions] == effects


def test_an_answer_that_is_remembered_is_the_answer_that_was_given() -> None:
    given: list[Question] = []

    def log(question: Question) -> str:
        given.append(question)
        return "log"

    decide = remembering(log)
    asked = Question("purpose", "recipient", ("data",), {"fact": True})
    assert [decide(*asked), decide(*asked)] == ["log", "log"]
    assert given == [asked]


def as_a_peer_reads(rules: Rules, question: Question) -> str:
    asked = set(question.data)
    if not any(asked <= rule.data for rule in about(rules.covering, question)):
        return "deny"
    if any(asked & rule.data for rule in about(rules.bans, question)):
        return "deny"
    return "log" if any(asked & rule.data for rule in about(rules.logging, question)) else "allow"


def about(rules: Iterable[Rule], question: Question) -> list[Rule]:
    return [
        rule
        for rule in rules
        if rule.purpose in (None, question.purpose)
        and rule.recipient in (None, question.recipient)
        and any(all(question.facts[fact] is state for fact, state in term) for term in rule.terms)
    ]
