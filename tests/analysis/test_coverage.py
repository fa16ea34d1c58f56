"""What tests exercise, in the corners where counting could go astray."""

from datetime import date
from typing import Any

from doelbinding.analysis.coverage import cover
from tests.analysis.exact import exercised
from tests.policies import policy, policy_of


def flow(**keys: Any) -> dict[str, Any]:
    return {"from": "library", "to": "mailer", "purpose": "news", "data": ["contact"], **keys}


def test_a_flow_grants_where_it_is_a_rule_of_what_may_go() -> None:
    assert exercised(policy(), {}) == {("news-mail", "grants")}
    assert exercised(policy(), {"data": ["contact", "loans"]}) == {("news-mail", "grants")}
    assert not exercised(policy(), {"data": ["loans"]})


def test_a_literal_is_decisive_when_its_fact_turns_the_answer() -> None:
    of = policy(flows={"news-mail": flow(when={"all": ["asked", {"not": "urgent"}]})})
    decided = {("news-mail", "decides", fact) for fact in ("asked", "urgent")}
    assert exercised(of, {"facts": {"asked": True, "urgent": False}}) == {
        ("news-mail", "grants"),
        *decided,
    }
    assert exercised(of, {"facts": {"asked": True}}) == {("news-mail", "decides", "urgent")}
    assert not exercised(of, {})  # one fact alone would not do


def test_a_literal_that_another_makes_superfluous_is_not_decisive() -> None:
    of = policy(flows={"news-mail": flow(when={"any": ["asked", "urgent"]})})
    both = {"facts": {"asked": True, "urgent": True}}
    assert exercised(of, both) == {("news-mail", "grants")}
    assert ("news-mail", "decides", "asked") in exercised(of, {"facts": {"asked": True}})


def test_a_literal_of_a_flow_out_of_force_decides_nothing() -> None:
    ended = flow(when="asked", valid={"until": "2026-05-31"})
    of = policy(flows={"news-mail": ended, "other": flow(when="asked")})
    found = exercised(of, {"facts": {"asked": True}})
    assert found == {("other", "grants"), ("other", "decides", "asked")}


def test_a_literal_decides_where_it_adds_a_record_or_a_duty() -> None:
    for keys in ({"effect": "log"}, {"duties": ["encrypt"]}):
        of = policy(flows={"stricter": flow(when="asked", **keys)})
        assert ("stricter", "decides", "asked") in exercised(of, {})


def test_a_prohibition_bites_where_it_forbids_what_is_asked_and_lifts_where_that_goes() -> None:
    bans = {"no-phone": {"data": ["contact.phone"], "unless": "asked"}}
    of = policy(prohibitions=bans)
    turns = ("no-phone", "decides", "asked")
    assert exercised(of, {}) == {("no-phone", "bites"), turns}
    assert exercised(of, {"data": ["contact.email"]}) == {("news-mail", "grants")}
    lifted = {("news-mail", "grants"), ("no-phone", "lifts"), turns}
    assert exercised(of, {"facts": {"asked": True}}) == lifted


def test_an_exception_lifts_nothing_that_does_not_go_for_another_reason() -> None:
    bans = {"no-loans": {"data": ["loans"], "unless": "asked"}}
    assert not exercised(policy(prohibitions=bans), {"data": ["loans"], "facts": {"asked": True}})


def test_the_days_of_a_period_are_those_of_the_policys_own_calendar() -> None:
    of = policy(flows={"news-mail": flow(valid={"from": "2026-06-01", "until": "2026-06-30"})})
    first = ("news-mail", "first-day", date(2026, 6, 1))
    last = ("news-mail", "last-day", date(2026, 6, 30))
    assert first in exercised(of, {"at": "2026-05-31T22:00:00+00:00"})
    assert first not in exercised(of, {"at": "2026-05-31T21:59:59+00:00"})
    assert last in exercised(of, {"at": "2026-06-30T21:59:59+00:00"})
    assert last not in exercised(of, {"at": "2026-06-30T22:00:00+00:00"})


def test_a_day_of_25_hours_is_exercised_in_all_of_them() -> None:
    of = policy(flows={"news-mail": flow(valid={"until": "2026-10-25"})})
    last = ("news-mail", "last-day", date(2026, 10, 25))
    for at in ("2026-10-25T00:00:00+02:00", "2026-10-25T23:59:59+01:00"):
        assert last in exercised(of, {"at": at})
    assert last not in exercised(of, {"at": "2026-10-26T00:00:00+01:00"})


def test_days_of_papers_count_where_the_recipient_acts_in_that_role() -> None:
    roles = [
        {
            "role": "processor",
            "purposes": ["news"],
            "agreement": {"reference": "A", "from": "2026-06-01"},
        },
        {
            "role": "processor",
            "purposes": ["adverts"],
            "agreement": {"reference": "B", "until": "2026-06-01"},
        },
    ]
    adverts = {"lawful-basis": "contract", "data": ["contact"]}
    of = policy(purposes={"adverts": adverts}, recipients={"mailer": {"roles": roles}})
    day = date(2026, 6, 1)
    assert ("mailer", "first-day", day) in exercised(of, {})
    assert ("mailer", "last-day", day) not in exercised(of, {})
    assert ("mailer", "last-day", day) in exercised(of, {"purpose": "adverts"})


def test_who_nobody_declared_exercises_nothing() -> None:
    for unknown in ("sender", "recipient", "purpose", "subject"):
        assert not exercised(policy(), {unknown: "nobody"})


def test_without_anything_to_exercise_all_of_it_is() -> None:
    of = policy_of({"categories": {"name": {}}, "subjects": {"member": {}}})
    assert cover(of.compiled, []).percent == 100
    assert cover(policy().compiled, []).percent == 0


def test_a_literal_of_a_flow_that_grants_nothing_asked_is_not_decisive() -> None:
    """Both flows ask for the same fact; what is asked about, one of them alone grants."""
    of = policy(flows={"news-mail": flow(when="asked"), "names": flow(data=["name"], when="asked")})
    assert exercised(of, {"facts": {"asked": True}}) == {
        ("news-mail", "grants"),
        ("news-mail", "decides", "asked"),
    }
