"""One decision as a value: what it is true of, what it names, and that it stays as it was."""

from dataclasses import FrozenInstanceError, replace

import pytest

from doelbinding.decider import decide
from doelbinding.model.decision import Effect
from doelbinding.model.transfer import Transfer
from tests.policies import ask, policy

LOGGING = {"news-mail": {"effect": "log", "duties": ["encrypt"]}}


@pytest.mark.parametrize(
    ("effect", "is_true"), [(Effect.ALLOW, True), (Effect.LOG, False), (Effect.DENY, False)]
)
def test_only_an_allow_is_true_since_a_log_waits_for_its_record(
    effect: Effect, is_true: bool
) -> None:
    decision = replace(ask(policy()), effect=effect)
    assert bool(decision) is is_true


def test_an_effect_is_its_word() -> None:
    assert [*Effect] == ["allow", "log", "deny"]
    assert ask(policy(flows=LOGGING)).effect == "log"


def test_a_decision_names_the_policy_that_made_it() -> None:
    of = policy(revision=3)
    assert ask(of).policy == of.identity
    assert ask(of, purpose="nothing").policy == of.identity


def test_a_denial_has_the_rules_of_what_is_permitted_and_no_duties() -> None:
    decision = ask(policy(flows=LOGGING), data=["contact.email", "loans"])
    assert (decision.effect, decision.permitted) == (Effect.DENY, ("contact.email",))
    assert (decision.rules, decision.duties) == (("news-mail",), ())


def test_the_same_question_has_the_same_answer_again() -> None:
    of, same = policy(), policy()
    for data in (["contact"], ["loans"], ["nothing", "name"]):
        assert ask(of, data=data) == ask(of, data=data) == ask(same, data=data)
        assert hash(ask(of, data=["contact"])) == hash(ask(same, data=["contact"]))


def test_a_decision_cannot_be_changed() -> None:
    decision = ask(policy(), data=["loans"])
    with pytest.raises(FrozenInstanceError):
        decision.effect = Effect.ALLOW  # type: ignore[misc]  # what must fail
    with pytest.raises(FrozenInstanceError):
        decision.withheld[0].rule = "other"  # type: ignore[misc]  # what must fail


def test_deciding_changes_nothing_that_it_was_given() -> None:
    index = policy(flows={"news-mail": {"when": "asked"}}).compiled.index
    facts: dict[str, bool] = {}
    transfer = Transfer("library", "mailer", "news", "member", ("name", "contact"), facts, False, 0)
    first = decide(index, transfer)
    assert first.withheld[0].remedy.facts == {"asked": True}
    assert facts == {}
    assert transfer.data == ("name", "contact")
    assert decide(index, transfer) == first


def test_facts_that_nobody_declared_come_back_as_they_were_given_to_decide() -> None:
    index = policy().compiled.index
    transfer = Transfer("library", "mailer", "news", "member", ("contact",), {}, False, 0)
    assert decide(index, transfer, ("a", "b")).unknown_facts == ("a", "b")
