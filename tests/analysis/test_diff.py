"""What a change newly permits or forbids, in the corners where reasoning could go astray."""

from typing import Any

import pytest

from tests.analysis.exact import cells, compared, in_words, the_change
from tests.policies import ask, policy, policy_of

LATER = "2027-06-01T12:00:00+02:00"


def flow(**keys: Any) -> dict[str, Any]:
    return {"from": "library", "to": "mailer", "purpose": "news", "data": ["contact"], **keys}


def with_flow(**keys: Any) -> Any:
    return policy(flows={"news-mail": flow(**keys)})


def mailed(*categories: str) -> set[tuple[str, ...]]:
    """The cells of news mailed about each kind of member and visitor."""
    subjects = ("member", "member.child", "visitor")
    return {("library", "mailer", "news", who, what) for who in subjects for what in categories}


CONTACT = ("contact", "contact.email", "contact.phone")


def test_a_flow_added_permits_and_a_flow_removed_denies() -> None:
    old, new = policy(flows={"news-mail": flow(data=["contact.email"])}), policy()
    [change] = compared(old, new).changes
    assert (str(change.kind), str(change.verdict)) == ("newly-permitted", "widened")
    assert cells(change) == mailed("contact", "contact.phone")
    assert the_change(new, old) == ("newly-denied", "narrowed")


def test_unchanged_are_the_cells_that_may_go_before_as_now() -> None:
    old = policy(flows={"news-mail": flow(data=["contact.email"])})
    assert compared(old, policy()).unchanged == len(mailed("contact.email"))
    assert compared(policy(), policy()).unchanged == len(mailed(*CONTACT))


def test_a_condition_less_strict_widens_and_one_as_strict_but_other_does_both() -> None:
    asked, urgent = with_flow(when="asked"), with_flow(when="urgent")
    either = with_flow(when={"any": ["asked", "urgent"]})
    assert the_change(asked, either) == ("conditions-changed", "widened")
    assert the_change(either, asked) == ("conditions-changed", "narrowed")
    assert the_change(asked, urgent) == ("conditions-changed", "both")


def test_a_condition_said_otherwise_is_no_difference() -> None:
    one = with_flow(when={"not": {"any": ["asked", {"not": "urgent"}]}})
    other = with_flow(when={"all": ["urgent", {"not": "asked"}, {"any": ["urgent", "asked"]}]})
    assert not compared(one, other).changes


def test_the_same_granted_by_two_flows_in_place_of_one_is_no_difference() -> None:
    halves = {
        "news-mail": flow(**{"except": ["contact.phone"]}),
        "phone": flow(data=["contact.phone"]),
    }
    assert not compared(policy(), policy(flows=halves)).changes


def test_a_whole_changes_as_soon_as_one_of_its_parts_does() -> None:
    halves = {
        "news-mail": flow(**{"except": ["contact.phone"]}),
        "phone": flow(data=["contact.phone"], when="asked"),
    }
    [change] = compared(policy(), policy(flows=halves)).changes
    assert cells(change) == mailed("contact", "contact.phone")
    assert change.narrowed is not None
    assert change.narrowed.category == "contact"


def test_opposite_conditions_of_parts_deny_the_whole_for_good() -> None:
    def halves(one: Any, other: Any) -> Any:
        return policy(
            flows={
                "news-mail": flow(when=one, **{"except": ["contact.phone"]}),
                "phone": flow(data=["contact.phone"], when=other),
            }
        )

    changes = compared(halves("asked", "asked"), halves("asked", {"not": "asked"})).changes
    found = {str(change.kind): cells(change) for change in changes}
    assert found == {
        "newly-denied": mailed("contact"),
        "conditions-changed": mailed("contact.phone"),
    }


def test_a_log_in_place_of_an_allow_is_a_change_of_handling() -> None:
    assert the_change(policy(), with_flow(effect="log")) == ("handling-changed", "changed")


def test_a_log_that_can_never_be_met_is_no_difference() -> None:
    """A flow that logs beside one that allows makes none where their conditions exclude it."""
    purposes = {"news": {"lawful-basis": "consent"}}
    old = policy(purposes=purposes)
    logs = flow(effect="log", when={"any": ["asked", {"not": "consent"}]})
    new = policy(purposes=purposes, flows={"logs": logs})
    [change] = compared(old, new).changes
    assert change.handled is not None
    facts = in_words(compared(old, new).new, change.handled)["facts"]
    assert facts == {"asked": True, "consent": True}


def test_a_duty_that_comes_only_with_a_fact_shows_with_that_fact() -> None:
    new = policy(flows={"encrypted": flow(duties=["encrypt"], when="asked")})
    comparison = compared(policy(), new)
    [change] = comparison.changes
    assert change.handled is not None
    assert in_words(comparison.new, change.handled)["facts"] == {"asked": True}
    assert (change.widened, change.narrowed) == (None, None)


def test_a_duty_moved_from_the_flows_to_the_party_is_no_difference() -> None:
    assert not compared(
        with_flow(duties=["encrypt"]), policy(recipients={"mailer": {"duties": ["encrypt"]}})
    ).changes


def test_a_fact_that_one_side_does_not_declare_is_ignored_by_it() -> None:
    new = policy(facts={"paid": {}}, flows={"news-mail": flow(when="paid")})
    comparison = compared(policy(), new)
    [change] = comparison.changes
    assert (str(change.kind), str(change.verdict)) == ("conditions-changed", "narrowed")
    assert the_change(new, policy()) == ("conditions-changed", "widened")
    assert not compared(policy(), policy(facts={"paid": {}})).changes


def test_facts_that_each_side_alone_declares_are_told_apart() -> None:
    old = policy(facts={"asked": None, "paid": {}}, flows={"news-mail": flow(when="paid")})
    new = policy(facts={"urgent": None}, flows={"news-mail": flow(when="asked")})
    comparison = compared(old, new)
    [change] = comparison.changes
    assert change.widened is not None
    assert in_words(comparison.new, change.widened)["facts"] == {"asked": True}
    assert change.narrowed is not None
    assert in_words(comparison.new, change.narrowed)["facts"] == {"paid": True}


def test_a_category_below_one_that_may_go_may_go_too() -> None:
    new = policy(categories={"contact.fax": {}})
    [change] = compared(policy(), new).changes
    assert (cells(change), str(change.kind)) == (mailed("contact.fax"), "newly-permitted")
    [change] = compared(new, policy()).changes
    assert (cells(change), str(change.kind)) == (mailed("contact.fax"), "newly-denied")


def test_a_category_below_one_that_may_go_in_parts_holds_the_whole_back() -> None:
    """Contact was granted by its parts and itself; the new part is excepted."""
    new = policy(
        categories={"contact.fax": {}},
        flows={"news-mail": flow(**{"except": ["contact.fax"]})},
    )
    [change] = compared(policy(), new).changes
    assert (cells(change), str(change.kind)) == (mailed("contact"), "newly-denied")


def test_a_prohibition_of_a_new_category_holds_back_what_contains_it() -> None:
    new = policy(categories={"contact.fax": {}}, prohibitions={"no-fax": {"data": ["contact.fax"]}})
    [change] = compared(policy(), new).changes
    assert cells(change) == mailed("contact")


def test_a_subject_that_one_side_does_not_know_is_denied_by_it() -> None:
    new = policy(subjects={"guest": {}})
    [change] = compared(policy(), new).changes
    expected = {("library", "mailer", "news", "guest", each) for each in CONTACT}
    assert (cells(change), str(change.kind)) == (expected, "newly-permitted")


def test_a_prohibition_about_subjects_reaches_those_above_them() -> None:
    new = policy(prohibitions={"children": {"subjects": ["member.child"]}})
    [change] = compared(policy(), new).changes
    assert {cell[3] for cell in cells(change)} == {"member", "member.child"}


def test_a_party_below_one_that_gets_data_gets_them_too() -> None:
    new = policy(recipients={"mailer.branch": {}})
    [change] = compared(policy(), new).changes
    assert {cell[1] for cell in cells(change)} == {"mailer.branch"}
    assert str(change.verdict) == "widened"


def test_a_flow_that_starts_later_is_a_change_from_then_on() -> None:
    new = with_flow(valid={"from": "2027-01-01"})
    comparison = compared(policy(), new)
    [change] = comparison.changes
    assert (str(change.kind), str(change.verdict)) == ("conditions-changed", "narrowed")
    assert not compared(policy(), new, LATER).changes


def test_an_agreement_prolonged_widens_what_comes_after_its_end() -> None:
    def until(day: str) -> Any:
        role = {"role": "processor", "purposes": ["news"]}
        agreement = {"reference": "A", "until": day}
        return policy(recipients={"mailer": {"roles": [{**role, "agreement": agreement}]}})

    old, new = until("2026-12-31"), until("2027-12-31")
    [change] = compared(old, new).changes
    assert change.widened is not None
    assert change.widened.at == new.instant("2027-01-01T00:00:00+01:00")
    assert the_change(old, new, LATER) == ("newly-permitted", "widened")
    assert not compared(old, new, "2028-06-01T00:00:00+02:00").changes


def processors(one: str, other: str) -> Any:
    """The mailer works for one party where it is news, for another where it is adverts."""

    def until(day: str) -> dict[str, Any]:
        role = {"role": "processor", "purposes": ["news", "adverts"]}
        return {"roles": [{**role, "agreement": {"reference": "A", "until": day}}]}

    def under(party: str, purpose: str) -> dict[str, Any]:
        role = {"role": "sub-processor", "of": party, "purposes": [purpose]}
        return {**role, "agreement": {"reference": "B"}}

    roles = [under("one", "news"), under("two", "adverts")]
    return policy(
        purposes={"adverts": {"lawful-basis": "contract", "data": ["contact"]}},
        recipients={"one": until(one), "two": until(other), "mailer": {"roles": roles}},
    )


def test_two_processors_that_swap_agreements_change_what_their_sub_processor_may_get() -> None:
    old, new = processors("2026-12-31", "2027-12-31"), processors("2027-12-31", "2026-12-31")
    assert [str(ask(each, at=LATER).effect) for each in (old, new)] == ["deny", "allow"]
    [change] = compared(old, new, LATER).changes
    assert (cells(change), str(change.verdict)) == (mailed(*CONTACT), "widened")


def test_the_processor_behind_a_sub_processor_is_what_a_change_comes_from() -> None:
    old, new = processors("2026-12-31", "2027-12-31"), processors("2027-06-30", "2027-12-31")
    assert the_change(old, new, "2027-01-01T00:00:00+01:00") == ("newly-permitted", "widened")


def test_another_timezone_moves_the_ends_of_periods() -> None:
    ended = {"news-mail": flow(valid={"until": "2026-12-31"})}
    old, new = policy(flows=ended), policy(flows=ended, timezone="America/Havana")
    comparison = compared(old, new)
    [change] = comparison.changes
    assert str(change.verdict) == "widened"
    assert change.widened is not None
    assert change.widened.at == new.instant("2027-01-01T00:00:00+01:00")
    assert not compared(policy(), policy(timezone="America/Havana")).changes


def test_a_day_on_which_the_clocks_change_ends_when_the_clocks_say_so() -> None:
    """Clocks go back on 25 October 2026 in Amsterdam: the day has 25 hours."""
    old, new = (with_flow(valid={"until": day}) for day in ("2026-10-24", "2026-10-25"))
    [change] = compared(old, new).changes
    assert change.widened is not None
    assert change.widened.at == new.instant("2026-10-25T00:00:00+02:00")
    assert not compared(old, new, "2026-10-26T00:00:00+01:00").changes
    assert compared(old, new, "2026-10-25T23:59:59.999999+01:00").changes


def test_a_reference_that_becomes_required_narrows() -> None:
    comparison = compared(policy(), with_flow(reference="required"))
    [change] = comparison.changes
    assert change.narrowed is not None
    assert not in_words(comparison.new, change.narrowed)["reference"]
    assert str(change.kind) == "conditions-changed"


def test_another_controller_is_another_party() -> None:
    other = {"id": "town", "label": "Town"}
    library = {"roles": [{"role": "controller"}]}
    new = policy(controller=other, recipients={"library": library})
    assert not compared(policy(), new).changes
    to_library = {"inside": flow(to="library")}
    old = policy(flows=to_library)
    processor = {
        "roles": [{"role": "controller", "agreement": {"reference": "A", "until": "2026-12-31"}}]
    }
    new = policy(controller=other, recipients={"library": processor}, flows=to_library)
    assert the_change(old, new) == ("conditions-changed", "narrowed")


def test_a_policy_of_nothing_differs_from_none_like_it() -> None:
    bare: dict[str, Any] = {"categories": {"name": {}}, "subjects": {"member": {}}}
    empty, named = policy_of(bare), policy_of({**bare, "facts": {"paid": {}}})
    comparison = compared(empty, named)
    assert (comparison.changes, comparison.unchanged) == ((), 0)
    changes = compared(empty, policy()).changes
    assert {str(change.kind) for change in changes} == {"newly-permitted"}
    assert {cell for change in changes for cell in cells(change)} == mailed(*CONTACT)


@pytest.mark.parametrize("changed", [{"revision": 7}, {"default-subject": "visitor"}])
def test_what_no_answer_depends_on_makes_no_difference(changed: dict[str, Any]) -> None:
    assert not compared(policy(), policy(**changed)).changes


def test_a_flow_under_another_id_is_no_difference() -> None:
    renamed = policy(flows={"news-mail": None, "renamed": flow()})
    assert not compared(policy(), renamed).changes


def test_a_prohibition_is_no_cause_because_a_purpose_came_below_one_that_it_names() -> None:
    ban = {"purpose": ["news"], "data": ["contact.phone"], "unless": "asked"}
    new = policy(prohibitions={"no-phone": ban}, purposes={"news.local": {}})
    changes = compared(policy(prohibitions={"no-phone": ban}), new).changes
    causes = {cause for change in changes for cause in change.causes}
    assert {(each.section, each.id, str(each.happened)) for each in causes} == {
        ("purposes", "news.local", "added")
    }
