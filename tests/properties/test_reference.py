"""Examples worked out by hand that guard the plain evaluator itself.

The section numbers are those of the policy language page.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.properties.reference import ReferencePolicy, day_begins, day_ends, instant, terms

MANIFEST: dict[str, Any] = {
    "doelbinding": 1,
    "policy": "library",
    "revision": 1,
    "controller": {"id": "library"},
    "timezone": "Europe/Amsterdam",
    "default-subject": "member",
}

BASE: dict[str, Any] = {
    "categories": {
        "contact": {},
        "contact.email": {},
        "contact.phone": {},
        "loans": {},
        "loans.titles": {},
        "name": {},
    },
    "subjects": {"member": {}, "member.child": {}, "visitor": {}},
    "purposes": {"news": {"lawful-basis": "contract", "data": ["contact", "name"]}},
    "recipients": {
        "mailer": {
            "roles": [{"role": "processor", "purposes": ["news"], "agreement": {"reference": "A"}}]
        },
        "printer": {"roles": [{"role": "controller"}]},
    },
    "flows": {
        "news-mail": {"from": "library", "to": "mailer", "purpose": "news", "data": ["contact"]}
    },
    "facts": {"asked": {}, "urgent": {}, "moved": {}},
}

NO_REMEDY = {"facts": {}, "reference": False}
NOON = "2026-06-01T12:00:00+02:00"


def policy(**sections: Any) -> ReferencePolicy:
    """The small base policy with some sections (or manifest keys) replaced."""
    return ReferencePolicy([MANIFEST, {**BASE, **sections}])


def flow(**keys: Any) -> dict[str, Any]:
    """The base policy's flow with some keys replaced."""
    return {**BASE["flows"]["news-mail"], **keys}


def purpose(**keys: Any) -> dict[str, Any]:
    """The base policy's purposes with some keys replaced in the one there is."""
    return {"news": {**BASE["purposes"]["news"], **keys}}


def ask(of: ReferencePolicy, **fields: Any) -> dict[str, Any]:
    """The answer for the base transfer with some fields replaced."""
    base = {"recipient": "mailer", "purpose": "news", "data": ["contact"], "at": NOON}
    return of.decide({**base, **fields})


def only(answer: dict[str, Any]) -> dict[str, Any]:
    """The one withheld entry of a denial."""
    assert answer["effect"] == "deny"
    [entry] = answer["withheld"]
    assert isinstance(entry, dict)
    return entry


def reason(answer: dict[str, Any]) -> str:
    """The code of the one withheld entry of a denial."""
    return str(only(answer)["reason"])


def remedy(facts: dict[str, bool], reference: bool = False) -> dict[str, Any]:
    """A remedy as it stands in an answer."""
    return {"facts": facts, "reference": reference}


def test_what_a_flow_grants_is_allowed_and_the_flow_is_named() -> None:
    assert ask(policy(), data=["contact.email", "contact", "contact"]) == {
        "effect": "allow",
        "permitted": ["contact", "contact.email"],
        "withheld": [],
        "rules": ["news-mail"],
        "duties": [],
        "unknown-facts": [],
    }


# --- ids and empty data (section 4, step 2) ---


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"sender": "x", "recipient": "x", "purpose": "x", "subject": "x"}, "unknown-sender"),
        ({"recipient": "x", "purpose": "x", "subject": "x"}, "unknown-recipient"),
        ({"purpose": "x", "subject": "x"}, "unknown-purpose"),
        ({"subject": "x"}, "unknown-subject"),
    ],
)
def test_the_first_unknown_id_withholds_everything(fields: dict[str, str], code: str) -> None:
    answer = ask(policy(), data=["nothing", "contact"], **fields)
    assert [(w["category"], w["reason"], w["rule"]) for w in answer["withheld"]] == [
        ("contact", code, None),
        ("nothing", code, None),
    ]
    assert (answer["effect"], answer["permitted"], answer["rules"]) == ("deny", [], [])


def test_an_unknown_category_withholds_only_itself() -> None:
    answer = ask(policy(), data=["contact", "contact.fax"])
    assert reason(answer) == "unknown-category"
    assert only(answer)["parts"] == []
    assert (answer["permitted"], answer["rules"]) == (["contact"], ["news-mail"])


def test_no_data_is_one_reason_without_a_category() -> None:
    assert only(ask(policy(), data=[])) == {
        "category": None,
        "reason": "no-data",
        "parts": [],
        "rule": None,
        "remedy": NO_REMEDY,
    }


def test_an_undeclared_fact_is_named_and_opens_nothing() -> None:
    flows = {"news-mail": flow(when="asked")}
    answer = ask(policy(flows=flows), facts={"z": True, "b": False, "asked": True, "consent": True})
    assert answer["effect"] == "allow"
    assert answer["unknown-facts"] == ["b", "z"]


@pytest.mark.parametrize(
    "fields",
    [
        {"reference": 7},
        {"facts": {"asked": 1}},
        {"data": "contact"},
        {"at": "2026-06-01T12:00:00"},
        {"purpose": None},
    ],
)
def test_a_defect_of_the_caller_is_a_type_error(fields: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        ask(policy(), **fields)


# --- candidates and grants (steps 3, 5 and 7) ---


def test_without_a_candidate_there_is_no_flow() -> None:
    assert only(ask(policy(), recipient="printer")) == {
        "category": "contact",
        "reason": "no-flow",
        "parts": ["contact", "contact.email", "contact.phone"],
        "rule": None,
        "remedy": NO_REMEDY,
    }


def test_a_category_that_no_candidate_would_grant_is_not_declared() -> None:
    entry = only(ask(policy(), data=["loans.titles"]))
    assert (entry["reason"], entry["rule"]) == ("category-not-declared", None)
    assert entry["parts"] == ["loans.titles"]


def test_a_flow_without_data_grants_the_ceiling_less_its_exceptions() -> None:
    flows = {"news-mail": flow(**{"except": ["contact.phone"]})}
    del flows["news-mail"]["data"]
    answer = ask(policy(flows=flows), data=["name", "contact", "contact.email"])
    assert answer["permitted"] == ["contact.email", "name"]
    entry = only(answer)
    assert (entry["reason"], entry["parts"]) == ("category-not-declared", ["contact.phone"])


def test_what_only_the_ceiling_stops_is_over_ceiling_and_has_no_remedy() -> None:
    flows = {"news-mail": flow(data=["contact", "loans"])}
    entry = only(ask(policy(flows=flows), data=["loans.titles"]))
    assert (entry["reason"], entry["rule"]) == ("over-ceiling", "news-mail")
    assert entry["remedy"] == NO_REMEDY


def test_a_flow_that_a_fact_opens_cannot_be_mended_over_the_ceiling() -> None:
    flows = {"news-mail": flow(data=["contact", "loans"], when="asked")}
    entry = only(ask(policy(flows=flows), data=["loans"]))
    assert (entry["reason"], entry["remedy"]) == ("fact-missing", NO_REMEDY)


def test_a_purpose_without_ceiling_grants_nothing() -> None:
    purposes = {"news": {"lawful-basis": "contract"}}
    assert reason(ask(policy(purposes=purposes))) == "over-ceiling"


def test_a_ceiling_is_inherited_and_a_narrower_one_replaces_it() -> None:
    purposes = {**purpose(), "news.weekly": {}, "news.weekly.sms": {"data": ["contact.phone"]}}
    assert ask(policy(purposes=purposes), purpose="news.weekly")["effect"] == "allow"
    recipients = {"mailer": {"roles": [{"role": "processor", "purposes": ["news"]}]}}
    answer = ask(policy(purposes=purposes, recipients=recipients), purpose="news.weekly.sms")
    assert only(answer)["parts"] == ["contact", "contact.email"]


def test_flows_together_grant_a_category_that_neither_grants_alone() -> None:
    flows = {
        "a": flow(data=["contact.email"], duties=["encrypt"]),
        "b": flow(data=["contact"], **{"except": ["contact.email"]}, duties=["delete-after-use"]),
        "c": flow(data=["name"], duties=["pseudonymise"]),
    }
    answer = ask(policy(flows=flows))
    assert (answer["effect"], answer["rules"]) == ("allow", ["a", "b"])
    assert answer["duties"] == ["delete-after-use", "encrypt"]


def test_log_beats_allow_when_a_logging_flow_grants_any_asked_part() -> None:
    flows = {"a": flow(), "b": flow(data=["contact.email"], effect="log")}
    answer = ask(policy(flows=flows))
    assert (answer["effect"], answer["rules"]) == ("log", ["a", "b"])
    assert ask(policy(flows=flows), data=["contact.phone"])["effect"] == "allow"


def test_a_denial_names_the_rules_of_what_is_permitted_but_no_duties() -> None:
    flows = {"news-mail": flow(duties=["encrypt"])}
    answer = ask(policy(flows=flows), data=["contact", "loans"])
    assert (answer["effect"], answer["permitted"]) == ("deny", ["contact"])
    assert (answer["rules"], answer["duties"]) == (["news-mail"], [])


def test_duties_of_the_recipient_and_the_parties_above_it_are_added() -> None:
    recipients = {
        "mailer": {**BASE["recipients"]["mailer"], "duties": ["encrypt"]},
        "mailer.eu": {"duties": ["delete-after-use"]},
        "mailer.us": {"duties": ["pseudonymise"]},
    }
    answer = ask(policy(recipients=recipients), recipient="mailer.eu")
    assert answer["duties"] == ["delete-after-use", "encrypt"]


# --- requirements (step 4) ---


def test_a_subject_must_be_within_the_purposes_and_the_flows_subjects() -> None:
    of = policy(
        purposes=purpose(subjects=["member"]),
        flows={"news-mail": flow(subjects=["member.child", "visitor"])},
    )
    assert reason(ask(of)) == "subject-not-covered"
    assert reason(ask(of, subject="visitor")) == "subject-not-covered"
    assert ask(of, subject="member.child")["effect"] == "allow"


def test_a_recipient_needs_a_role_that_covers_the_purpose() -> None:
    recipients = {"mailer": {"roles": [{"role": "processor", "purposes": ["news.weekly"]}]}}
    purposes = {**purpose(), "news.weekly": {}, "news.weekly.sms": {}}
    of = policy(recipients=recipients, purposes=purposes)
    assert reason(ask(of)) == "role-missing"
    assert ask(of, purpose="news.weekly.sms")["effect"] == "allow"


def test_the_controller_and_the_person_need_no_role() -> None:
    flows = {"news-mail": flow(to=["library", "data-subject"])}
    assert ask(policy(flows=flows), recipient="library")["effect"] == "allow"
    assert ask(policy(flows=flows), recipient="data-subject")["effect"] == "allow"


def test_own_roles_replace_inherited_ones() -> None:
    other = {"roles": [{"role": "processor", "purposes": ["other"]}]}
    recipients = {**BASE["recipients"], "mailer.eu": {}, "mailer.us": other}
    of = policy(recipients=recipients, purposes={**purpose(), "other": {}})
    assert ask(of, recipient="mailer.eu")["effect"] == "allow"
    assert reason(ask(of, recipient="mailer.us")) == "role-missing"


def test_agreement_and_safeguard_must_be_in_force_in_one_and_the_same_role() -> None:
    good, past = {"reference": "A"}, {"reference": "B", "until": "2026-05-31"}
    roles = [
        {"role": "processor", "purposes": ["news"], "agreement": good, "safeguard": past},
        {"role": "processor", "purposes": ["news"], "agreement": past, "safeguard": good},
    ]
    of = policy(recipients={"mailer": {"roles": roles}})
    assert reason(ask(of)) == "agreement-not-in-force"
    assert ask(of, at="2026-05-31T23:59:59+02:00")["effect"] == "allow"


def sub_processing(of_roles: list[dict[str, Any]]) -> ReferencePolicy:
    """A policy in which the mailer works for the host, which has these roles."""
    sub = {"role": "sub-processor", "purposes": ["news"], "of": "host", "agreement": {}}
    return policy(recipients={"mailer": {"roles": [sub]}, "host": {"roles": of_roles}})


def test_a_sub_processor_needs_a_processor_in_force_for_the_purpose() -> None:
    role = {"role": "processor", "purposes": ["news"], "agreement": {"from": "2026-06-02"}}
    of = sub_processing([role])
    assert reason(ask(of)) == "agreement-not-in-force"
    assert ask(of, at="2026-06-02T00:00:00+02:00")["effect"] == "allow"
    elsewhere = {**role, "purposes": ["other"], "agreement": {}}
    assert reason(ask(sub_processing([elsewhere]))) == "agreement-not-in-force"
    controller = {"role": "controller"}
    assert reason(ask(sub_processing([controller]))) == "agreement-not-in-force"


def test_the_processors_own_period_is_no_part_of_the_sub_processors_requirement() -> None:
    role = {"role": "processor", "purposes": ["news"], "agreement": {}}
    sub = {"role": "sub-processor", "purposes": ["news"], "of": "host"}
    host = {"roles": [role], "valid": {"until": "2020-01-01"}}
    of = policy(recipients={"mailer": {"roles": [sub]}, "host": host})
    assert ask(of)["effect"] == "allow"


def test_the_period_of_a_party_above_holds_too() -> None:
    above = {**BASE["recipients"]["mailer"], "valid": {"until": "2026-06-30"}}
    below = {"valid": {"until": "2027-01-01"}}
    of = policy(recipients={"mailer": above, "mailer.eu": below})
    assert ask(of, recipient="mailer.eu")["effect"] == "allow"
    july = ask(of, recipient="mailer.eu", at="2026-07-01T00:00:00+02:00")
    assert reason(july) == "party-not-in-force"


def test_the_period_of_the_sender_counts_as_well() -> None:
    recipients = {**BASE["recipients"], "branch": {"valid": {"from": "2026-06-02"}}}
    of = policy(recipients=recipients, flows={"news-mail": flow(**{"from": "branch"})})
    assert reason(ask(of, sender="branch")) == "party-not-in-force"


def test_the_period_of_a_purpose_above_holds_too() -> None:
    purposes = {**purpose(valid={"from": "2026-06-02"}), "news.weekly": {}}
    answer = ask(policy(purposes=purposes), purpose="news.weekly")
    assert reason(answer) == "purpose-not-in-force"


def test_a_flow_outside_its_period_grants_nothing() -> None:
    flows = {"news-mail": flow(valid={"until": "2026-05-31"})}
    assert reason(ask(policy(flows=flows))) == "flow-not-in-force"


def test_an_announced_purpose_waits_for_the_refusal_period_and_asks_for_no_objection() -> None:
    announcement = {"on": "2026-05-01", "refusal-until": "2026-06-01"}
    purposes = {**purpose(announcement=announcement), "news.weekly": {}}
    of = policy(purposes=purposes)
    entry = only(ask(of, purpose="news.weekly", at="2026-06-01T23:59:59.999999+02:00"))
    assert (entry["reason"], entry["remedy"]) == ("refusal-period", NO_REMEDY)
    past = {"purpose": "news.weekly", "at": "2026-06-02T00:00:00+02:00"}
    entry = only(ask(of, **past))
    assert (entry["reason"], entry["remedy"]) == ("fact-missing", remedy({"objection": False}))
    assert ask(of, facts={"objection": False}, **past)["effect"] == "allow"


@pytest.mark.parametrize(
    "keys",
    [
        {"lawful-basis": "legitimate-interests"},
        {"lawful-basis": "public-task"},
        {"objection": "heard"},
        {"direct-marketing": True},
    ],
)
def test_an_objection_must_be_known_false_where_it_is_heard(keys: dict[str, Any]) -> None:
    of = policy(purposes=purpose(**keys))
    entry = only(ask(of, facts={"objection": None}))
    assert (entry["reason"], entry["remedy"]) == ("fact-missing", remedy({"objection": False}))
    assert reason(ask(of, facts={"objection": True})) == "objection-raised"
    assert ask(of, facts={"objection": False})["effect"] == "allow"


def test_direct_marketing_false_ends_what_stands_above() -> None:
    purposes = {**purpose(**{"direct-marketing": True}), "news.service": {}}
    purposes["news.recall"] = {"direct-marketing": False}
    of = policy(purposes=purposes)
    assert reason(ask(of, purpose="news.service")) == "fact-missing"
    assert ask(of, purpose="news.recall")["effect"] == "allow"


def test_direct_marketing_false_does_not_end_an_objection_stated_above() -> None:
    keys = {"direct-marketing": True, "objection": "heard"}
    purposes = {**purpose(**keys), "news.recall": {"direct-marketing": False}}
    assert reason(ask(policy(purposes=purposes), purpose="news.recall")) == "fact-missing"


@pytest.mark.parametrize("keys", [{"lawful-basis": "consent"}, {"explicit-consent": True}])
def test_consent_must_be_known_true_where_it_is_the_basis(keys: dict[str, Any]) -> None:
    of = policy(purposes=purpose(**keys))
    for facts in ({}, {"consent": None}, {"consent": False}):
        entry = only(ask(of, facts=facts))
        assert (entry["reason"], entry["remedy"]) == ("consent-missing", remedy({"consent": True}))
    assert ask(of, facts={"consent": True})["effect"] == "allow"


def test_a_reference_of_another_form_counts_as_none() -> None:
    of = policy(flows={"news-mail": flow(reference="required")})
    for wrong in (None, "", "a b", "x" * 65, "ok\n", "é"):
        entry = only(ask(of, reference=wrong))
        assert (entry["reason"], entry["remedy"]) == ("reference-missing", remedy({}, True))
    assert ask(of, reference="x" * 64)["effect"] == "allow"
    assert ask(of, reference="A-1_b./:9")["effect"] == "allow"


# --- conditions (requirement 10) ---


def test_not_is_pushed_down_to_the_facts() -> None:
    assert terms({"not": {"all": ["a", {"any": ["b", {"not": "c"}]}]}}) == {
        frozenset({("a", False)}),
        frozenset({("b", False), ("c", True)}),
    }


def test_a_condition_and_its_opposite_do_not_make_it_certain() -> None:
    either = {"any": ["asked", {"not": "asked"}]}
    of = policy(flows={"news-mail": flow(when=either)})
    assert reason(ask(of)) == "fact-missing"
    assert ask(of, facts={"asked": False})["effect"] == "allow"


def test_a_known_fact_that_is_not_as_demanded_is_a_condition_not_met() -> None:
    of = policy(flows={"news-mail": flow(when={"not": "moved"})})
    entry = only(ask(of, facts={"moved": True}))
    assert (entry["reason"], entry["remedy"]) == ("condition-not-met", remedy({"moved": False}))


def test_unknown_facts_come_before_those_known_otherwise() -> None:
    of = policy(flows={"news-mail": flow(when={"all": ["asked", "urgent"]})})
    entry = only(ask(of, facts={"asked": False}))
    assert entry["reason"] == "fact-missing"
    assert entry["remedy"] == remedy({"asked": True, "urgent": True})


def test_the_term_with_the_fewest_unmet_literals_is_the_one_to_mend() -> None:
    when = {"any": [{"all": ["asked", "moved"]}, {"all": ["urgent", {"not": "moved"}]}]}
    of = policy(flows={"news-mail": flow(when=when)})
    assert only(ask(of))["remedy"] == remedy({"asked": True, "moved": True})
    assert only(ask(of, facts={"moved": False}))["remedy"] == remedy({"urgent": True})


def test_between_equal_terms_unknown_facts_sort_before_those_known_otherwise() -> None:
    of = policy(flows={"news-mail": flow(when={"any": ["asked", "urgent"]})})
    entry = only(ask(of, facts={"asked": False}))
    assert (entry["reason"], entry["remedy"]) == ("fact-missing", remedy({"urgent": True}))


def test_a_literal_that_repeats_consent_counts_twice() -> None:
    flows = {
        "a": flow(when="consent"),
        "b": flow(reference="required"),
        "c": flow(when={"all": ["asked", "urgent"]}),
    }
    of = policy(flows=flows, purposes=purpose(**{"lawful-basis": "consent"}))
    # Lacking: a has two (consent, consent), b has two (consent, reference), c has three.
    assert only(ask(of))["rule"] == "a"
    assert only(ask(of))["remedy"] == remedy({"consent": True})
    # With a reference b lacks but consent, so it is nearer than a.
    assert only(ask(of, reference="R1"))["rule"] == "b"


# --- prohibitions (step 6) ---


def test_a_prohibition_wins_unless_its_exception_is_known_to_hold() -> None:
    prohibitions = {
        "no-mail": {"to": "mailer", "data": ["contact.email"], "unless": "asked"},
        "no-mail-at-all": {"to": "mailer", "data": ["contact"], "unless": "asked"},
    }
    of = policy(prohibitions=prohibitions)
    for facts in ({}, {"asked": None}, {"asked": False}):
        answer = ask(of, data=["contact.email"], facts=facts)
        assert only(answer) == {
            "category": "contact.email",
            "reason": "prohibited",
            "parts": ["contact.email"],
            "rule": "no-mail",
            "remedy": NO_REMEDY,
        }
    assert ask(of, facts={"asked": True})["effect"] == "allow"


def test_a_prohibition_of_a_part_withholds_the_whole_but_not_the_other_parts() -> None:
    of = policy(prohibitions={"p": {"data": ["contact.email"]}})
    answer = ask(of, data=["contact", "contact.phone"])
    assert answer["permitted"] == ["contact.phone"]
    assert only(answer)["parts"] == ["contact.email"]


def test_a_prohibition_on_something_narrower_touches_the_transfer() -> None:
    recipients = {**BASE["recipients"], "mailer.eu": {}}
    purposes = {**purpose(), "news.weekly": {}}
    p = {"to": "mailer.eu", "purpose": "news.weekly", "subjects": ["member.child"]}
    of = policy(recipients=recipients, purposes=purposes, prohibitions={"p": p})
    assert reason(ask(of)) == "prohibited"
    assert ask(of, subject="visitor")["effect"] == "allow"


def test_a_prohibition_holds_only_in_its_period() -> None:
    of = policy(prohibitions={"p": {"valid": {"from": "2026-06-02"}}})
    assert ask(of)["effect"] == "allow"
    assert reason(ask(of, at="2026-06-02T00:00:00+02:00")) == "prohibited"


# --- reasons and remedies ---


def test_the_nearest_candidate_that_would_grant_all_goes_before_a_nearer_one_for_some() -> None:
    flows = {
        "a": flow(data=["contact.email"], when="asked"),
        "b": flow(when={"all": ["asked", "urgent"]}),
    }
    entry = only(ask(policy(flows=flows)))
    assert (entry["rule"], entry["remedy"]) == ("b", remedy({"asked": True, "urgent": True}))


def test_a_candidate_that_would_grant_only_some_gives_a_reason_but_no_remedy() -> None:
    flows = {"a": flow(data=["contact.email"], when="asked")}
    entry = only(ask(policy(flows=flows)))
    assert (entry["reason"], entry["rule"]) == ("fact-missing", "a")
    assert entry["remedy"] == NO_REMEDY


def test_only_the_parts_not_granted_elsewhere_need_the_nearest_candidate() -> None:
    flows = {"a": flow(data=["contact.email"], when="asked"), "b": flow(data=["contact.phone"])}
    flows["c"] = flow(**{"except": ["contact.email", "contact.phone"]})
    entry = only(ask(policy(flows=flows)))
    assert (entry["parts"], entry["rule"]) == (["contact.email"], "a")
    assert entry["remedy"] == remedy({"asked": True})


def test_the_remedy_is_empty_when_a_turned_fact_closes_another_flow() -> None:
    flows = {
        "email": flow(data=["contact.email"], when="asked"),
        "rest": flow(**{"except": ["contact.email"]}, when={"not": "asked"}),
    }
    of = policy(flows=flows)
    entry = only(ask(of, facts={"asked": False}))
    assert (entry["reason"], entry["parts"]) == ("condition-not-met", ["contact.email"])
    assert (entry["rule"], entry["remedy"]) == ("email", NO_REMEDY)
    alone = only(ask(of, data=["contact.email"], facts={"asked": False}))
    assert alone["remedy"] == remedy({"asked": True})


def test_the_remedy_is_empty_when_a_turned_fact_brings_a_prohibition_to_bear() -> None:
    of = policy(
        flows={"news-mail": flow(when="moved")},
        prohibitions={"p": {"unless": {"not": "moved"}}},
    )
    entry = only(ask(of, facts={"moved": False}))
    assert (entry["reason"], entry["remedy"]) == ("condition-not-met", NO_REMEDY)


def test_the_remedy_is_empty_when_something_else_is_in_the_way() -> None:
    flows = {"news-mail": flow(valid={"until": "2026-05-31"}, when="asked")}
    entry = only(ask(policy(flows=flows)))
    assert (entry["reason"], entry["remedy"]) == ("flow-not-in-force", NO_REMEDY)


def test_the_remedy_is_empty_when_it_would_demand_a_fact_both_ways() -> None:
    when = {"any": [{"not": "consent"}, {"all": ["asked", "urgent"]}]}
    of = policy(
        flows={"news-mail": flow(when=when)}, purposes=purpose(**{"lawful-basis": "consent"})
    )
    entry = only(ask(of))
    assert (entry["reason"], entry["remedy"]) == ("consent-missing", NO_REMEDY)


# --- days (section 1) ---


def at(text: str) -> timedelta:
    """The instant of a moment written with its offset."""
    return instant(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("zone", "day", "begins", "ends"),
    [
        # 23 hours, and 25.
        ("Europe/Amsterdam", "2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
        ("Europe/Amsterdam", "2026-10-25", "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
        # The clock jumps from midnight to 01:00, at UTC-3 to UTC-2.
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00Z", "2018-11-05T02:00Z"),
        # At midnight it is 23:00 again: the last hour of the 17th passes twice.
        ("America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00Z", "2018-02-18T03:00Z"),
        ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00Z", "2018-02-19T03:00Z"),
        # At one minute past midnight it is 23:01 again: midnight is passed twice.
        ("America/St_Johns", "2010-11-06", "2010-11-06T02:30Z", "2010-11-07T03:30Z"),
        ("America/St_Johns", "2010-11-07", "2010-11-07T02:30Z", "2010-11-08T03:30Z"),
        # At 01:00 it is midnight again: the first hour passes twice.
        ("America/Havana", "2026-11-01", "2026-11-01T04:00Z", "2026-11-02T05:00Z"),
        # The day after the 29th is the 31st.
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00Z", "2011-12-30T10:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00Z", "2011-12-30T10:00Z"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00Z", "2011-12-31T10:00Z"),
    ],
)
def test_a_day_begins_and_ends_by_the_clocks_of_its_zone(
    zone: str, day: str, begins: str, ends: str
) -> None:
    assert day_begins(zone, day) == at(begins)
    assert day_ends(zone, day) == at(ends)


@pytest.mark.parametrize(
    ("zone", "first", "before_first", "last", "after_last"),
    [
        (
            "Europe/Amsterdam",
            ("2026-03-29", "2026-03-29T00:00:00+01:00"),
            "2026-03-28T23:59:59.999999+01:00",
            ("2026-10-25", "2026-10-25T23:59:59.999999+01:00"),
            "2026-10-26T00:00:00+01:00",
        ),
        (
            "America/Sao_Paulo",
            ("2018-11-04", "2018-11-04T01:00:00-02:00"),
            "2018-11-03T23:59:59.999999-03:00",
            ("2018-11-04", "2018-11-04T23:59:59.999999-02:00"),
            "2018-11-05T00:00:00-02:00",
        ),
        (
            "Pacific/Apia",
            ("2011-12-30", "2011-12-31T00:00:00+14:00"),
            "2011-12-29T23:59:59.999999-10:00",
            ("2011-12-31", "2011-12-31T23:59:59.999999+14:00"),
            "2012-01-01T00:00:00+14:00",
        ),
    ],
)
def test_a_flow_opens_and_closes_with_the_days_of_its_period(
    zone: str, first: tuple[str, str], before_first: str, last: tuple[str, str], after_last: str
) -> None:
    flows = {"news-mail": flow(valid={"from": first[0], "until": last[0]})}
    of = policy(timezone=zone, flows=flows)
    assert ask(of, at=first[1])["effect"] == "allow"
    assert ask(of, at=last[1])["effect"] == "allow"
    assert reason(ask(of, at=before_first)) == "flow-not-in-force"
    assert reason(ask(of, at=after_last)) == "flow-not-in-force"


def test_a_period_of_a_day_that_was_skipped_has_no_moment() -> None:
    valid = {"from": "2011-12-30", "until": "2011-12-30"}
    of = policy(timezone="Pacific/Apia", flows={"news-mail": flow(valid=valid)})
    for moment in ("2011-12-29T23:59:59.999999-10:00", "2011-12-31T00:00:00+14:00"):
        assert reason(ask(of, at=moment)) == "flow-not-in-force"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "Europe/Amsterdam"])
def test_the_first_and_the_last_date_of_the_calendar_are_days_like_others(zone: str) -> None:
    valid = {"from": "0001-01-01", "until": "9999-12-31"}
    of = policy(timezone=zone, flows={"news-mail": flow(valid=valid)})
    assert ask(of, at="0001-01-02T00:00:00+00:00")["effect"] == "allow"
    assert ask(of, at="9999-12-31T00:00:00+00:00")["effect"] == "allow"
    assert reason(ask(of, at="9999-12-31T23:59:59-12:00")) == "flow-not-in-force"
