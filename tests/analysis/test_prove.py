"""Invariants proven or broken, in the corners where reasoning could go astray."""

from typing import Any

from tests.analysis.exact import broken, proved
from tests.policies import MOMENT, ask

NEVER_CONTACT = {"never": {"data": ["contact"]}}


def flow(**keys: Any) -> dict[str, Any]:
    return {"from": "library", "to": "mailer", "purpose": "news", "data": ["contact"], **keys}


HALVES = {
    "news-mail": flow(data=["contact"], **{"except": ["contact.phone"]}, when="asked"),
    "phone": flow(data=["contact.phone"], when="urgent"),
}
"""Contact data are granted in two parts, each under a condition of its own."""


def test_a_category_granted_in_parts_needs_the_conditions_of_all_of_them() -> None:
    whole = {"never": {"data": ["contact"], "given": {"urgent": True}}}
    [breaking] = broken(
        {"never": {"data": {"not": ["contact.email", "contact.phone"]}}}, flows=HALVES
    )
    assert (breaking["data"], breaking["facts"]) == ("contact", {"asked": True, "urgent": True})
    [breaking] = broken(whole, flows=HALVES)
    assert breaking["facts"] == {"urgent": True}  # a part will do


def test_parts_with_opposite_conditions_are_never_granted_together() -> None:
    opposite = {**HALVES, "phone": flow(data=["contact.phone"], when={"not": "asked"})}
    of, proof = proved(
        {"never": {"data": {"not": ["contact.email", "contact.phone"]}}}, flows=opposite
    )
    assert proof.holds
    for asked in (True, False):
        assert ask(of, facts={"asked": asked}).effect == "deny"


def test_the_smallest_example_has_one_category_and_fewest_facts_then_first_ids() -> None:
    flows = {
        "news-mail": None,
        "one": flow(data=["contact.phone"]),
        "two": flow(data=["contact.email"], when="asked"),
    }
    [breaking] = broken({"never": {}}, flows=flows)
    assert (breaking["data"], breaking["facts"], breaking["subject"]) == (
        "contact.phone",
        {},
        "member",
    )


def test_what_is_given_is_known_in_the_example() -> None:
    [breaking] = broken({"never": {"given": {"urgent": False, "consent": True}}})
    assert breaking["facts"] == {"consent": True, "urgent": False}


def test_given_facts_can_make_an_invariant_hold() -> None:
    flows = {"news-mail": flow(when="asked")}
    assert broken({"never": {"data": ["contact"]}}, flows=flows)
    assert not broken({"never": {"data": ["contact"], "given": {"asked": False}}}, flows=flows)


def test_logging_by_one_flow_is_not_logging_by_another() -> None:
    """The stricter wins, but only where its own condition holds."""
    logs = {"logs": flow(effect="log", when="asked")}
    flows = {"news-mail": flow(when={"not": "asked"}), **logs}
    claim = {"always": {"match": {}, "effect": "log"}}
    [breaking] = broken(claim, flows=flows)
    assert breaking["facts"] == {"asked": False}
    both = {"news-mail": flow(when="urgent"), "logs": flow(effect="log")}
    assert not broken(claim, flows=both)


def test_an_allow_is_broken_by_the_least_that_makes_it_a_log() -> None:
    flows = {"allows": flow(), "logs": flow(effect="log", when={"all": ["asked", "urgent"]})}
    [breaking] = broken({"always": {"match": {}, "effect": "allow"}}, flows=flows)
    assert breaking["facts"] == {"asked": True, "urgent": True}


def test_a_duty_that_comes_with_a_fact_is_missing_without_it() -> None:
    flows = {"plain": flow(), "encrypted": flow(duties=["encrypt"], when="asked")}
    of, proof = proved({"always": {"match": {}, "duties": ["encrypt"]}}, flows=flows)
    assert proof.lacks == "duties.encrypt"
    assert ask(of).duties == ()
    given = {"always": {"match": {"given": {"asked": True}}, "duties": ["encrypt"]}}
    assert not broken(given, flows=flows)


def test_a_duty_of_the_party_comes_with_every_transfer_to_it() -> None:
    recipients = {"mailer": {"duties": ["encrypt"]}}
    claim = {"always": {"match": {}, "duties": ["encrypt"]}}
    assert not broken(claim, recipients=recipients)


def test_an_exception_of_a_prohibition_opens_what_it_forbids() -> None:
    bans = {
        "no-phone": {"data": ["contact.phone"], "unless": {"all": ["asked", {"not": "urgent"}]}}
    }
    [breaking] = broken({"never": {"data": ["contact.phone"]}}, prohibitions=bans)
    assert breaking["facts"] == {"asked": True, "urgent": False}
    assert not broken({"never": {"data": ["contact.phone"]}}, prohibitions={"no": {}})


def test_a_prohibition_of_a_part_holds_the_whole_back() -> None:
    bans = {"no-phone": {"data": ["contact.phone"], "unless": "asked"}}
    whole = {"never": {"data": {"not": ["contact.email", "contact.phone"]}}}
    [breaking] = broken(whole, prohibitions=bans)
    assert (breaking["data"], breaking["facts"]) == ("contact", {"asked": True})


def test_a_subject_below_one_that_is_covered_matches_its_class() -> None:
    flows = {"news-mail": flow(subjects=["member"])}
    [breaking] = broken({"never": {"subjects": ["member.child"]}}, flows=flows)
    assert breaking["subject"] == "member.child"
    assert not broken({"never": {"subjects": {"not": ["member"]}}}, flows=flows)


def test_a_flow_that_starts_later_breaks_it_from_its_first_moment() -> None:
    flows = {"news-mail": flow(valid={"from": "2027-01-01"})}
    of, proof = proved(NEVER_CONTACT, flows=flows)
    assert [each.at for each in proof.broken_by] == [of.instant("2027-01-01T00:00:00+01:00")]


def test_what_has_ended_before_the_moment_asked_about_breaks_nothing() -> None:
    flows = {"news-mail": flow(valid={"until": "2026-05-31"})}
    last = "2026-05-31T23:59:59.999999+02:00"
    assert broken(NEVER_CONTACT, at=last, flows=flows)
    assert not broken(NEVER_CONTACT, at="2026-06-01T00:00:00+02:00", flows=flows)


def test_a_period_of_one_day_on_which_the_clocks_change_is_found() -> None:
    for day, offset in (("2027-03-28", "+01:00"), ("2026-10-25", "+02:00")):
        flows = {"news-mail": flow(valid={"from": day, "until": day})}
        of, proof = proved(NEVER_CONTACT, flows=flows)
        assert [each.at for each in proof.broken_by] == [of.instant(f"{day}T00:00:00{offset}")]


def test_periods_that_do_not_meet_never_let_anything_go() -> None:
    flows = {"news-mail": flow(valid={"from": "2027-01-01"})}
    purposes = {"news": {"valid": {"until": "2026-12-31"}}}
    assert not broken(NEVER_CONTACT, flows=flows, purposes=purposes)


def test_a_processor_that_works_no_longer_closes_its_sub_processor() -> None:
    def working(until: str) -> dict[str, Any]:
        role = {"role": "sub-processor", "of": "printer", "purposes": ["news"]}
        agreement = {"reference": "A", "until": until}
        printer = {"role": "processor", "purposes": ["news"], "agreement": agreement}
        return {
            "mailer": {"roles": [{**role, "agreement": {"reference": "B"}}]},
            "printer": {"roles": [printer]},
        }

    later = "2027-01-01T00:00:00+01:00"
    assert broken(NEVER_CONTACT, at=later, recipients=working("2027-12-31"))
    assert not broken(NEVER_CONTACT, at=later, recipients=working("2026-12-31"))


def test_a_reference_is_part_of_the_example_only_where_it_is_needed() -> None:
    [breaking] = broken(NEVER_CONTACT, flows={"news-mail": flow(reference="required")})
    assert breaking["reference"]
    [breaking] = broken(NEVER_CONTACT)
    assert not breaking["reference"]
    claim = {"always": {"match": {}, "reference": True}}
    assert broken(claim)
    assert not broken(claim, flows={"news-mail": flow(reference="required")})


def test_consent_and_objection_are_demanded_by_the_purpose() -> None:
    purposes = {"news": {"lawful-basis": "consent", "objection": "heard"}}
    [breaking] = broken({"never": {}}, purposes=purposes)
    assert breaking["facts"] == {"consent": True, "objection": False}
    assert not broken({"never": {"given": {"objection": True}}}, purposes=purposes)
    asked = {"match": {}, "facts": {"consent": True}}
    assert not broken({"always": asked}, purposes=purposes)


def test_an_invariant_that_matches_nothing_at_all_is_empty_and_one_that_nothing_meets_idle() -> (
    None
):
    _, proof = proved({"never": {"data": {"not": ["contact", "loans", "name"]}}})
    assert (proof.is_empty, proof.is_idle, proof.holds) == (True, False, False)
    _, proof = proved({"always": {"match": {"data": ["loans"]}, "effect": "log"}})
    assert (proof.is_empty, proof.is_idle, proof.holds) == (False, True, True)


def test_only_says_which_side_is_another() -> None:
    _, proof = proved({"only": {"match": {"data": ["contact"]}, "to": ["printer"]}})
    assert proof.lacks == "to"
    _, proof = proved(
        {"only": {"match": {"data": ["contact"]}, "to": ["mailer"], "purpose": ["news"]}}
    )
    assert proof.holds


# ── Chains ───────────────────────────────────────────────────────────────────────────────────────

ONWARDS = {
    "news-mail": flow(),
    "onwards": flow(**{"from": "mailer", "to": "printer", "data": ["contact.email"]}),
}
TO_PRINTER = {"from": "library", "to": "printer", "data": ["contact"]}


def test_a_chain_carries_a_part_onwards() -> None:
    chain = broken({"no-path": TO_PRINTER}, flows=ONWARDS)
    assert [(hop["sender"], hop["recipient"]) for hop in chain] == [
        ("library", "mailer"),
        ("mailer", "printer"),
    ]


def test_a_chain_does_not_go_back_in_time() -> None:
    ended = {**ONWARDS, "onwards": {**ONWARDS["onwards"], "valid": {"until": "2026-12-31"}}}
    begun = {"news-mail": flow(valid={"from": "2026-12-31"})}
    assert broken({"no-path": TO_PRINTER}, flows={**ended, **begun})
    begun = {"news-mail": flow(valid={"from": "2027-01-01"})}
    assert not broken({"no-path": TO_PRINTER}, flows={**ended, **begun})


def test_each_hop_has_facts_of_its_own_but_for_those_given() -> None:
    flows = {
        "news-mail": {**ONWARDS["news-mail"], "when": "asked"},
        "onwards": {**ONWARDS["onwards"], "when": {"not": "asked"}},
    }
    chain = broken({"no-path": TO_PRINTER}, flows=flows)
    assert [hop["facts"] for hop in chain] == [{"asked": True}, {"asked": False}]
    for asked in (True, False):
        given = {**TO_PRINTER, "given": {"asked": asked}}
        assert not broken({"no-path": given}, flows=flows)


def test_a_longer_chain_is_shown_only_where_there_is_no_shorter_one() -> None:
    straight = flow(to="printer", valid={"from": "2030-01-01"})
    [hop] = broken({"no-path": TO_PRINTER}, flows={**ONWARDS, "straight": straight})
    assert hop["recipient"] == "printer"


def test_a_path_back_to_where_it_started_counts() -> None:
    back = flow(**{"from": "mailer", "to": "library"})
    circle = {"from": "library", "to": "library", "data": ["contact"]}
    assert len(broken({"no-path": circle}, flows={"news-mail": flow(), "back": back})) == 2
    assert not broken({"no-path": circle})


def test_a_path_is_of_one_category_and_not_of_two_that_share_nothing() -> None:
    flows = {
        "news-mail": flow(data=["name"]),
        "onwards": flow(**{"from": "mailer", "to": "printer"}),
    }
    both = {**TO_PRINTER, "data": ["contact", "name"]}
    assert not broken({"no-path": both}, flows=flows)


def test_an_empty_policy_breaks_nothing() -> None:
    assert not broken({"never": {}}, flows=None)
    assert not broken({"no-path": TO_PRINTER}, flows=None)


def test_the_last_day_of_the_calendar_and_the_first_are_days_like_others() -> None:
    flows = {"news-mail": flow(valid={"from": "9999-12-31"})}
    of, proof = proved(NEVER_CONTACT, flows=flows)
    assert [each.at for each in proof.broken_by] == [of.instant("9999-12-31T00:00:00+01:00")]
    assert not broken(NEVER_CONTACT, flows={"news-mail": flow(valid={"until": "0001-01-01"})})
    assert broken(
        NEVER_CONTACT, at=MOMENT, flows={"news-mail": flow(valid={"until": "9999-12-31"})}
    )
