"""Where data can end up, in the corners where reasoning could go astray."""

from typing import Any

import pytest

from doelbinding.analysis.terms import FactStates
from tests.analysis.exact import reached
from tests.policies import policy

BRANCH = {"branch": {"roles": [{"role": "controller"}]}}


def flow(**keys: Any) -> dict[str, Any]:
    return {"from": "library", "to": "mailer", "purpose": "news", "data": ["contact"], **keys}


def onwards(**keys: Any) -> dict[str, Any]:
    return flow(**{"from": "mailer", "to": "printer", **keys})


def test_a_category_reaches_parties_hop_by_hop_the_nearest_first() -> None:
    found = reached(policy(flows={"onwards": onwards()}), "contact")
    assert [(each.party, len(each.legs)) for each in found] == [("mailer", 1), ("printer", 2)]


def test_what_contains_it_carries_it_and_parts_of_it_count() -> None:
    of = policy(flows={"onwards": onwards(data=["contact.phone"])})
    assert [each.party for each in reached(of, "contact.phone")] == ["mailer", "printer"]
    assert [each.party for each in reached(of, "contact")] == ["mailer", "printer"]
    assert [each.party for each in reached(of, "contact.email")] == ["mailer"]


def test_a_hop_that_carries_more_than_the_one_before_is_wider() -> None:
    of = policy(flows={"news-mail": flow(data=["contact.email"]), "onwards": onwards()})
    [mailer, printer] = reached(of, "contact")
    assert [leg.wider for leg in mailer.legs] == [False]
    assert [leg.wider for leg in printer.legs] == [False, True]


def test_what_ends_before_the_next_begins_is_not_gone_through() -> None:
    ended = flow(valid={"from": "2027-01-01"})
    of = policy(flows={"news-mail": ended, "onwards": onwards(valid={"until": "2026-12-31"})})
    assert [each.party for each in reached(of, "contact")] == ["mailer"]
    of = policy(flows={"news-mail": ended, "onwards": onwards(valid={"until": "2027-01-01"})})
    assert [each.party for each in reached(of, "contact")] == ["mailer", "printer"]


def test_a_shortest_chain_may_be_one_that_starts_late() -> None:
    straight = flow(to="printer", valid={"from": "2030-01-01"})
    of = policy(flows={"onwards": onwards(), "straight": straight})
    assert [(each.party, len(each.legs)) for each in reached(of, "contact")] == [
        ("mailer", 1),
        ("printer", 1),
    ]


def test_a_late_arrival_leads_no_further_where_an_early_one_does() -> None:
    """The printer is reached straight but late; the branch only through the early chain."""
    flows = {
        "straight": flow(to="printer", valid={"from": "2030-01-01"}),
        "onwards": onwards(),
        "last": flow(**{"from": "printer", "to": "branch", "valid": {"until": "2028-12-31"}}),
    }
    found = reached(policy(flows=flows, recipients=BRANCH), "contact")
    assert [(each.party, len(each.legs)) for each in found] == [
        ("mailer", 1),
        ("printer", 1),
        ("branch", 3),
    ]


def test_the_terms_of_a_passage_are_the_least_that_must_be_known() -> None:
    condition = {"any": [{"all": ["asked", {"not": "urgent"}]}, "consent"]}
    of = policy(flows={"news-mail": flow(when=condition, reference="required")})
    [mailer] = reached(of, "contact")
    [passage] = mailer.legs[0].passages
    facts = FactStates(of.compiled.index.facts)
    assert [facts.states(known) for known in passage.terms] == [
        {"consent": True},
        {"asked": True, "urgent": False},
    ]
    assert all(facts.has_reference(known) for known in passage.terms)


def test_subjects_answered_alike_go_together() -> None:
    [mailer] = reached(policy(flows={"news-mail": flow(subjects=["member"])}), "contact")
    [passage] = mailer.legs[0].passages
    assert passage.subjects == ("member", "member.child")


def test_a_passage_logs_where_any_of_its_states_is_logged() -> None:
    [mailer] = reached(policy(flows={"logs": flow(effect="log", when="asked")}), "contact")
    assert [passage.logs for passage in mailer.legs[0].passages] == [True]
    [mailer] = reached(policy(), "contact")
    assert [passage.logs for passage in mailer.legs[0].passages] == [False]


def test_a_passage_does_not_log_where_the_log_excludes_what_it_takes() -> None:
    """One half needs `asked` false, and the flow that logs the other half needs it true."""
    flows = {
        "news-mail": flow(when={"not": "asked"}),
        "logs": flow(data=["contact.phone"], effect="log", when="asked"),
    }
    [mailer] = reached(policy(flows=flows), "contact.email")
    logs = {
        passage.categories: passage.logs
        for passage in mailer.legs[0].passages
        if "contact" in passage.categories
    }
    assert [*logs.values()] == [False]


@pytest.mark.parametrize("start", ["mailer", "data-subject"])
def test_who_sends_nothing_reaches_nobody(start: str) -> None:
    assert not reached(policy(), "contact", start)


def test_data_can_come_back_to_where_they_started() -> None:
    of = policy(flows={"back": flow(**{"from": "mailer", "to": "library"})})
    assert [(each.party, len(each.legs)) for each in reached(of, "contact")] == [
        ("mailer", 1),
        ("library", 2),
    ]


def test_an_empty_policy_reaches_nobody() -> None:
    assert not reached(policy(flows=None), "contact")
