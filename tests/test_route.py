"""Routes and prepared facts: what is constant at a call site, bound once."""

from enum import StrEnum
from typing import Any

import pytest

from doelbinding import Effect, Policy, Reason
from tests.clock import clock_at
from tests.policies import MOMENT, policy

CONDITIONAL = {"news-mail": {"when": {"all": ["asked", {"not": "urgent"}]}}}
MET = {"asked": True, "urgent": False}


def conditional() -> Policy:
    return policy(flows=CONDITIONAL)


def test_a_route_answers_as_the_policy_does() -> None:
    of = conditional()
    route = of.route(recipient="mailer", purpose="news")
    for facts in (MET, {"asked": True}, None):
        decision = of.check(
            recipient="mailer", purpose="news", data=["contact"], facts=facts, at=MOMENT
        )
        assert route.check(["contact"], facts, at=MOMENT) == decision


def test_a_route_binds_sender_and_subject_and_a_call_may_name_another_subject() -> None:
    of = policy(flows={"news-mail": {"from": "printer", "subjects": ["visitor"]}})
    route = of.route(sender="printer", recipient="mailer", purpose="news", subject="visitor")
    assert route.check(["contact"], at=MOMENT).effect is Effect.ALLOW
    denied = route.check(["contact"], subject="member", at=MOMENT)
    assert [each.reason for each in denied.withheld] == [Reason.SUBJECT_NOT_COVERED]
    assert repr(route) == "<Route printer to mailer for news>"


def test_a_route_takes_a_reference() -> None:
    route = policy(flows={"news-mail": {"reference": "required"}}).route(
        recipient="mailer", purpose="news"
    )
    with clock_at(MOMENT):
        for _ in range(3):
            assert route.check(("contact",), reference="ILL-1").effect is Effect.ALLOW
            assert route.check(("contact",), reference="no number").effect is Effect.DENY
            assert route.check(("contact",)).effect is Effect.DENY


def test_what_a_route_is_asked_again_is_the_same_object() -> None:
    of = conditional()
    route = of.route(recipient="mailer", purpose="news")
    facts = of.facts(asked=True, urgent=False)
    with clock_at(MOMENT):
        first = route.check(("contact",), facts)
        assert all(route.check(("contact",), facts) is first for _ in range(3))
        assert route.check(("contact",), of.facts(asked=True)).effect is Effect.DENY


def test_an_unknown_id_in_a_route_is_an_answer() -> None:
    route = policy().route(recipient="mailor", purpose="news")
    (withheld,) = route.check(["contact"], at=MOMENT).withheld
    assert (withheld.reason, withheld.nearest) == (Reason.UNKNOWN_RECIPIENT, "mailer")


@pytest.mark.parametrize("field", ["recipient", "purpose", "sender", "subject"])
def test_a_route_of_the_wrong_type_is_refused_when_it_is_made(field: str) -> None:
    bound: dict[str, Any] = {"recipient": "mailer", "purpose": "news", field: 1}
    with pytest.raises(TypeError, match=f"`{field}` is a text, not int"):
        policy().route(**bound)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"data": "contact"}, "`data` is a list of category ids, not str"),
        ({"data": [["contact"]]}, "`data` is a text, not list"),
        ({"data": (["contact"],)}, "`data` is a text, not list"),
        ({"data": ("contact", 1)}, "`data` is a text, not int"),
        ({"facts": 1}, "`facts` are ids with True, False or None, not int"),
        ({"facts": {"asked": 1}}, "a state in `facts` is True, False or None, not int"),
        ({"facts": {"new": 1}}, "a state in `facts` is True, False or None, not int"),
        ({"subject": 1}, "`subject` is a text, not int"),
        ({"subject": ["member"]}, "`subject` is a text, not list"),
        ({"reference": 1}, "`reference` is a text, not int"),
        ({"reference": b"1"}, "`reference` is a text, not bytes"),
        ({"at": 1}, "`at` is a moment with its offset"),
        ({"at": "2026-06-01"}, "`at` is a moment with its offset"),
    ],
)
@pytest.mark.parametrize("is_warm", [False, True])
def test_a_call_of_the_wrong_type_is_refused_warm_or_not(
    asked: dict[str, Any], message: str, is_warm: bool
) -> None:
    route = conditional().route(recipient="mailer", purpose="news")
    with clock_at(MOMENT):
        for _ in range(3 if is_warm else 0):
            route.check(("contact",), {"asked": True}, reference="1")
            route.check(("contact",), {"asked": True})
        with pytest.raises(TypeError, match=message):
            route.check(**{"data": ("contact",), "facts": {"asked": True}, **asked})


def test_in_keywords_an_underscore_stands_for_a_hyphen() -> None:
    of = policy(facts={"member-request": {}, "on.paper": {}})
    facts = of.facts({"on.paper": False}, member_request=True)
    assert dict(facts) == {"on.paper": False, "member-request": True}


def test_a_fact_given_twice_is_refused() -> None:
    with pytest.raises(TypeError, match="`asked` is given twice"):
        policy().facts({"asked": True}, asked=True)


def test_prepared_facts_of_the_wrong_type_are_refused() -> None:
    with pytest.raises(TypeError, match="a state in `facts` is True, False or None, not int"):
        policy().facts(asked=1)  # type: ignore[arg-type]  # the point of the test


def test_prepared_facts_may_be_used_with_another_policy() -> None:
    facts = policy().facts(asked=True, urgent=False, other=True)
    other = policy(facts={"aaa": {}, "other": {}}, flows=CONDITIONAL)
    decision = other.check(
        recipient="mailer", purpose="news", data=["contact"], facts=facts, at=MOMENT
    )
    assert decision.effect is Effect.ALLOW
    assert decision.unknown_facts == ()


class Name(StrEnum):
    CONTACT = "contact"


def test_an_enumeration_of_ids_is_understood_and_none_of_it_comes_back() -> None:
    route = policy().route(recipient="mailer", purpose="news")
    for _ in range(3):
        decision = route.check((Name.CONTACT,), at=MOMENT)
        assert [type(each) for each in decision.permitted] == [str]


def test_a_route_never_changes() -> None:
    route = policy().route(recipient="mailer", purpose="news")
    with pytest.raises(AttributeError):
        route.recipient = "printer"  # type: ignore[misc]  # the point of the test


def test_prepared_facts_come_from_a_mapping() -> None:
    with pytest.raises(TypeError, match="`facts` are ids with True, False or None, not list"):
        policy().facts(["asked"])  # type: ignore[arg-type]  # the point of the test
