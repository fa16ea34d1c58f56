"""The index: every declaration laid out for look-up, and every moment at which one changes."""

from datetime import datetime
from typing import Any

import pytest

from doelbinding.decider.index import Index
from doelbinding.model.period import ALWAYS, NEVER, instant
from tests.policies import policy

AGREEMENT = {"reference": "A", "from": "2026-01-01", "until": "2026-12-31"}
SAFEGUARD = {"kind": "adequacy", "from": "2026-02-01", "until": "2026-11-30"}
ROLE = {"role": "processor", "purposes": ["news"], "agreement": AGREEMENT, "safeguard": SAFEGUARD}


def index(**changes: Any) -> Index:
    return policy(**changes).compiled.index


def at(text: str) -> int:
    return instant(datetime.fromisoformat(text))


def test_without_periods_there_is_no_moment_at_which_anything_changes() -> None:
    assert index().moments == ()


@pytest.mark.parametrize(
    ("changes", "moments"),
    [
        ({"purposes": {"news": {"valid": {"from": "2026-06-01"}}}}, ["2026-06-01T00:00+02:00"]),
        (
            {"recipients": {"printer": {"valid": {"until": "2026-12-31"}}}},
            ["2027-01-01T00:00+01:00"],
        ),
        (
            {"flows": {"news-mail": {"valid": {"from": "2026-06-01", "until": "2026-06-01"}}}},
            ["2026-06-01T00:00+02:00", "2026-06-02T00:00+02:00"],
        ),
        (
            {"prohibitions": {"never": {"data": ["loans"], "valid": {"from": "2026-01-01"}}}},
            ["2026-01-01T00:00+01:00"],
        ),
        (
            {"recipients": {"mailer": {"roles": [ROLE]}}},
            [
                "2026-01-01T00:00+01:00",
                "2026-02-01T00:00+01:00",
                "2026-12-01T00:00+01:00",
                "2027-01-01T00:00+01:00",
            ],
        ),
        (
            {
                "purposes": {
                    "news": {"announcement": {"on": "2026-01-01", "refusal-until": "2026-02-01"}}
                }
            },
            ["2026-02-02T00:00+01:00"],
        ),
    ],
)
def test_each_begin_and_end_is_a_moment_and_the_day_of_an_announcement_is_none(
    changes: dict[str, Any], moments: list[str]
) -> None:
    assert index(**changes).moments == tuple(map(at, moments))


def test_moments_stand_once_and_in_order() -> None:
    period = {"valid": {"from": "2026-06-01", "until": "2026-06-30"}}
    found = index(
        purposes={"news": period},
        flows={"news-mail": {"valid": {"from": "2026-05-01", "until": "2026-06-30"}}},
    ).moments
    moments = ["2026-05-01T00:00+02:00", "2026-06-01T00:00+02:00", "2026-07-01T00:00+02:00"]
    assert found == tuple(map(at, moments))


def test_an_open_end_is_beyond_every_moment() -> None:
    (flow,) = index(flows={"news-mail": {"valid": {"from": "2026-06-01"}}}).candidates(
        "library", "mailer", "news"
    )
    assert flow.span == (at("2026-06-01T00:00+02:00"), NEVER)
    (always,) = index().candidates("library", "mailer", "news")
    assert always.span == (ALWAYS, NEVER)


def test_sets_of_categories_are_bits_in_the_order_of_their_ids() -> None:
    found = index(categories={"address": {}})
    assert found.categories[0] == "address"
    assert found.categories == tuple(sorted(found.categories))
    assert found.named(found.expansions["contact"]) == ("contact", "contact.email", "contact.phone")
    assert found.named(found.purposes["news"].ceiling)[-1] == "name"
    assert found.named(0) == ()


def test_candidates_are_found_from_above_and_stand_once_by_id() -> None:
    keys = {"from": ["library", "data-subject"], "to": ["mailer", "mailer.bulk"], "purpose": "news"}
    found = index(
        purposes={"news.local": {}},
        recipients={"mailer.bulk": {}},
        flows={"a-both": {**keys, "purpose": ["news", "news.local"]}, "z-last": keys},
    )
    ids = [flow.id for flow in found.candidates("library", "mailer.bulk", "news.local")]
    assert ids == ["a-both", "news-mail", "z-last"]
    assert [flow.id for flow in found.candidates("data-subject", "mailer", "news")] == [
        "a-both",
        "z-last",
    ]
    assert found.candidates("mailer", "library", "news") == []


def test_a_prohibition_concerns_what_touches_a_named_id_and_any_where_it_names_none() -> None:
    found = index(
        purposes={"news.local": {}, "news.local.east": {}},
        prohibitions={"a-never": {"purpose": "news.local"}, "b-never": {"to": "mailer"}},
    ).prohibitions
    touched = ("news", "news.local", "news.local.east")
    assert [found.purposes.of(each) for each in touched] == [3, 3, 3]
    assert found.purposes.of("loans") == 2
    assert [found.recipients.of(each) for each in ("mailer", "library")] == [3, 1]
    assert found.senders.of("library") == found.subjects.of("member") == 3


def test_a_prohibition_without_data_forbids_every_category() -> None:
    found = index(prohibitions={"never": {"purpose": "news"}})
    (prohibition,) = found.prohibitions.entries
    assert found.named(prohibition.data) == found.categories


def test_prohibitions_between_parties_are_those_in_force_by_id() -> None:
    ended = {"purpose": "news", "valid": {"until": "2026-01-01"}}
    keys = {"c-other": {"to": "printer"}, "b-ended": ended, "a-never": {"purpose": "news"}}
    found = index(recipients={"printer": {}}, prohibitions=keys).prohibitions
    between = found.between("library", "mailer", "news", "member", at("2026-06-01T00:00+02:00"))
    assert [each.id for each in between] == ["a-never"]
    before = found.between("library", "mailer", "news", "member", at("2025-06-01T00:00+02:00"))
    assert [each.id for each in before] == ["a-never", "b-ended"]


def test_an_epoch_runs_from_one_moment_to_the_next() -> None:
    found = index(flows={"news-mail": {"valid": {"from": "2026-06-01", "until": "2026-06-01"}}})
    begin, end = found.moments
    assert found.epoch(begin - 1) == (ALWAYS, begin)
    assert found.epoch(begin) == found.epoch(end - 1) == (begin, end)
    assert found.epoch(end) == (end, NEVER)


def test_the_controller_and_the_person_need_no_role_and_others_have_theirs() -> None:
    found = index(purposes={"offers": {"lawful-basis": "contract", "data": ["name"]}})
    parties, purposes = found.parties, found.purposes
    assert parties["library"].roles is parties["data-subject"].roles is None
    [role] = list(parties["mailer"].roles or ())
    assert role.is_processor
    assert role.covers(purposes["news"])
    assert not role.covers(purposes["offers"])
