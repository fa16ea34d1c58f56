"""What is merely observed goes and is recorded, until its last day; what is always enforced never.

The base policy's flows are for `news`; the observation covers it, unless a test says otherwise.
"""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import Passage, TransferDenied
from doelbinding.model.decision import Effect
from tests.gate.policies import (
    ALLOWED,
    DENIED,
    LOGGED,
    OBSERVED,
    OBSERVING,
    PARTLY,
    SEALED,
    TO_CLASS,
    entries,
    gate_clock_at,
    gate_in,
    load,
    log_in,
    log_of,
    told,
)

UNTIL = "2026-10-25"  # in Amsterdam the clocks go back on this day: it has 25 hours
LAST_MOMENT = "2026-10-25T23:59:59.999999+01:00"
DAY_AFTER = "2026-10-26T00:00:00+01:00"


def observing(**observe: Any) -> dict[str, Any]:
    return {"enforcement": [{"observe": observe, "until": UNTIL, "because": "Tried out."}]}


def answer(gate: Gate, asked: dict[str, Any], verb: str = "send") -> str:
    """What the gate does, or the first reason why it does not."""
    try:
        passage: Passage = getattr(gate, verb)(**asked)
    except TransferDenied as denied:
        return str(denied.decision.withheld[0].reason.value)
    return passage.action


# ── Until its last day ───────────────────────────────────────────────────────────────────────────


def test_an_observed_denial_goes_and_is_recorded_with_the_last_day(tmp_path: Path) -> None:
    with gate_in(tmp_path, OBSERVING) as gate:
        passage = gate.send(**DENIED)
        assert (passage.action, passage.data) == ("observed", ("loans",))
        assert passage.decision.effect is Effect.DENY
        (entry,) = entries(gate)
        assert (entry["effect"], entry["action"]) == ("deny", "observed")
        assert entry["observed-until"] == "2999-12-31"
        assert [each["reason"] for each in entry["withheld"]] == ["category-not-declared"]
        assert gate.failures == 0


def test_what_may_go_passes_under_observation_as_ever(tmp_path: Path) -> None:
    with gate_in(tmp_path, OBSERVING) as gate:
        assert [answer(gate, each) for each in (ALLOWED, LOGGED)] == ["passed", "passed"]
        assert [each["observed-until"] for each in entries(gate)] == [None, None]


@pytest.mark.parametrize("asked", [SEALED, TO_CLASS], ids=["duty", "class"])
def test_what_the_gate_itself_would_stop_goes_under_observation(
    tmp_path: Path, asked: dict[str, Any]
) -> None:
    with gate_in(tmp_path, OBSERVING) as gate:
        assert answer(gate, asked) == "observed"
        (entry,) = entries(gate)
        assert (entry["effect"], entry["action"]) == ("allow", "observed")
        assert entry["gate"]["reason"] in ("duty-unfulfilled", "recipient-not-named")


@pytest.mark.parametrize("has_log", [True, False])
def test_it_lasts_until_the_end_of_its_last_day_in_the_policys_time_zone(
    tmp_path: Path, has_log: bool
) -> None:
    with gate_clock_at("2026-06-01T12:00:00Z") as clock, log_in(tmp_path) as log:
        gate = Gate(load(tmp_path, observing(purpose="news")), log if has_log else None)
        for moment, expected in (
            ("2026-06-01T12:00:00Z", "observed"),
            (LAST_MOMENT, "observed"),
            (DAY_AFTER, "category-not-declared"),
            ("2027-01-01T00:00:00Z", "category-not-declared"),
        ):
            clock.set(moment)
            assert answer(gate, DENIED) == expected


def test_of_two_observations_the_later_end_counts(tmp_path: Path) -> None:
    longer = {"observe": {"to": "mailer"}, "until": "2026-12-31", "because": "Tried out."}
    both = {"enforcement": [*observing(purpose="news")["enforcement"], longer]}
    with gate_clock_at(DAY_AFTER), gate_in(tmp_path, both) as gate:
        assert answer(gate, DENIED) == "observed"
        assert answer(gate, {**DENIED, "recipient": "printer"}) != "observed"


@pytest.mark.parametrize(
    ("observe", "asked", "is_observed"),
    [
        ({"purpose": "news"}, {}, True),
        ({"to": "mailer"}, {}, True),
        ({"from": "library"}, {}, True),
        ({"from": "library"}, {"sender": "library"}, True),
        ({"from": "printer"}, {}, False),
        ({"to": "mailer", "purpose": "offers"}, {}, False),
        ({"to": "branch"}, {"recipient": "branch.east"}, True),
        ({"to": "branch"}, {"recipient": "branch-office"}, False),
        ({"to": "mailer"}, {"recipient": "thief"}, False),
    ],
)
def test_an_observation_covers_what_it_names_and_what_lies_below(
    tmp_path: Path, observe: dict[str, str], asked: dict[str, Any], is_observed: bool
) -> None:
    with gate_clock_at("2026-06-01T12:00:00Z"), gate_in(tmp_path, observing(**observe)) as gate:
        assert (answer(gate, {**DENIED, **asked}) == "observed") is is_observed


# ── Always enforced ──────────────────────────────────────────────────────────────────────────────

ENFORCED_PURPOSE = {"purposes": {"news": {"always-enforced": True}, "news.daily": {}}}


@pytest.mark.parametrize("asked", [DENIED, SEALED, {**DENIED, "purpose": "news.daily"}])
def test_a_purpose_that_is_always_enforced_is_never_observed(
    tmp_path: Path, asked: dict[str, Any]
) -> None:
    with gate_in(tmp_path, OBSERVING, ENFORCED_PURPOSE) as gate:
        assert answer(gate, asked) != "observed"
        assert [each["action"] for each in entries(gate)] == ["stopped"]


@pytest.mark.parametrize(
    "parties",
    [
        {"recipient": "guarded"},
        {"recipient": "guarded.inner"},
        {"recipient": "guarded.unknown"},
        {"sender": "guarded"},
        {"sender": "guarded.inner"},
    ],
    ids=lambda each: "-".join(next(iter(each.items()))),
)
def test_a_party_that_is_always_enforced_is_never_observed_on_either_side(
    tmp_path: Path, parties: dict[str, str]
) -> None:
    with gate_in(tmp_path, OBSERVING) as gate:
        assert answer(gate, DENIED) == "observed"
        assert answer(gate, {**DENIED, **parties}) != "observed"


def forbidding(**prohibitions: dict[str, Any]) -> dict[str, Any]:
    return {"prohibitions": {key.replace("_", "-"): each for key, each in prohibitions.items()}}


STRICT = {"to": "mailer", "data": ["loans.titles"], "always-enforced": True}
WITH_TITLES: dict[str, Any] = {**PARTLY, "data": ("contact", "loans.titles")}
LENIENT = {"to": "mailer", "data": ["loans"]}


@pytest.mark.parametrize(
    "prohibitions",
    [
        {"titles": STRICT},
        {"a_first": LENIENT, "titles": STRICT},
        {"titles": STRICT, "z_last": LENIENT},
    ],
    ids=["alone", "behind another", "before another"],
)
@pytest.mark.parametrize("verb", ["send", "strip"])
def test_a_prohibition_that_is_always_enforced_stops_what_it_touches(
    tmp_path: Path, prohibitions: dict[str, Any], verb: str
) -> None:
    with gate_in(tmp_path, OBSERVING, forbidding(**prohibitions)) as gate:
        for data in (("loans.titles",), ("loans",), ("loans.titles", "loans")):
            assert answer(gate, {**DENIED, "data": data}, verb) == "prohibited"
        assert answer(gate, {**DENIED, "recipient": "printer"}, verb) == "observed"


def test_what_no_prohibition_touches_is_observed(tmp_path: Path) -> None:
    with gate_in(tmp_path, OBSERVING, forbidding(titles=STRICT)) as gate:
        assert answer(gate, {**DENIED, "data": ("name",), "sender": "printer"}) == "observed"


def test_a_prohibition_that_is_lifted_enforces_nothing(tmp_path: Path) -> None:
    lifted = forbidding(titles={**STRICT, "unless": {"all": ["asked", {"not": "urgent"}]}})
    with gate_in(tmp_path, OBSERVING, lifted) as gate:
        for facts, expected in (
            ({"asked": True, "urgent": False}, "observed"),
            ({"asked": True, "urgent": True}, "prohibited"),
            ({"asked": True}, "prohibited"),
            ({"asked": None, "urgent": False}, "prohibited"),
            ({}, "prohibited"),
        ):
            assert answer(gate, {**DENIED, "facts": facts}) == expected


def test_what_is_always_forbidden_stays_behind_when_a_part_goes(tmp_path: Path) -> None:
    with gate_in(tmp_path, OBSERVING, forbidding(titles=STRICT)) as gate:
        assert gate.strip(**WITH_TITLES).data == ("contact",)


def test_what_is_always_forbidden_stays_behind_when_the_log_fails_too(tmp_path: Path) -> None:
    with gate_in(tmp_path, OBSERVING, forbidding(titles=STRICT)) as gate:
        log_of(gate).close()
        passage = gate.strip(**WITH_TITLES)
        assert passage.data == ("contact",)
        assert answer(gate, {**DENIED, "data": ("loans.titles",)}) == "prohibited"


def test_under_observation_stripping_takes_out_no_more_than_sending_stops(tmp_path: Path) -> None:
    with gate_in(tmp_path, OBSERVING) as gate:
        passage = gate.strip(**PARTLY)
        assert (passage.action, passage.data) == ("observed", ("contact", "loans"))
        (entry,) = entries(gate)
        assert (entry["effect"], entry["action"]) == ("deny", "observed")
        assert entry["permitted"] == ["contact"]


# ── Without a record ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("asked", [ALLOWED, LOGGED, DENIED], ids=["allow", "log", "deny"])
def test_what_cannot_be_recorded_goes_under_observation_counted_and_told(
    tmp_path: Path, asked: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with gate_in(tmp_path, OBSERVING) as gate:
        log_of(gate).close()
        assert gate.send(**asked).action == "observed"
        assert gate.failures == 1
        assert any("unrecorded" in each for each in told(caplog.records))


@pytest.mark.parametrize("asked", [ALLOWED, LOGGED, DENIED], ids=["allow", "log", "deny"])
def test_what_cannot_be_recorded_is_denied_under_enforcement(
    tmp_path: Path, asked: dict[str, Any]
) -> None:
    with gate_in(tmp_path) as gate:
        log_of(gate).close()
        assert answer(gate, asked) in ("log-unavailable", "category-not-declared")
        assert gate.failures == 0


@pytest.mark.parametrize("asked", [LOGGED, DENIED, SEALED], ids=["log", "deny", "duty"])
def test_without_a_log_what_is_observed_is_counted(tmp_path: Path, asked: dict[str, Any]) -> None:
    gate = Gate(load(tmp_path, OBSERVING))
    assert gate.send(**asked).action == "observed"
    assert gate.failures == 1


def test_without_a_log_what_is_allowed_is_no_failure(tmp_path: Path) -> None:
    gate = Gate(load(tmp_path, OBSERVING))
    assert gate.send(**ALLOWED).action == "passed"
    assert gate.failures == 0


# ── Announced ────────────────────────────────────────────────────────────────────────────────────


def moment(days: float) -> str:
    """So many days before the observation's end."""
    end = datetime.fromisoformat(DAY_AFTER).astimezone(UTC)
    return (end - timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("days", "said"),
    [
        *((31, None), (30, None), (29.9, "in 29 days"), (1.5, "in 1 day:"), (0.5, "in 0 days")),
        *((0, "has ended"), (-400, "has ended")),
    ],
)
def test_the_end_of_an_observation_is_announced_in_its_last_thirty_days(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, days: float, said: str | None
) -> None:
    policy = load(tmp_path, observing(purpose="news"))
    with gate_clock_at(moment(days)), caplog.at_level(logging.WARNING):
        Gate(policy)
    lines = told(caplog.records)
    assert (lines == []) if said is None else (said in lines[0] and UNTIL in lines[0])


def test_it_is_announced_while_the_gate_goes_on_too_and_once_a_day(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    policy = load(tmp_path, observing(purpose="news"))
    with gate_clock_at(moment(60)) as clock, caplog.at_level(logging.WARNING):
        gate = Gate(policy)
        gate.send(**DENIED)
        assert [each for each in told(caplog.records) if UNTIL in each] == []
        for days in (20.5, 20.4, 19.5):
            clock.set(moment(days))
            gate.send(**DENIED)
    lines = [each for each in told(caplog.records) if UNTIL in each]
    assert len(lines) == 2
    assert "in 20 days" in lines[0]


def test_an_observation_of_something_else_is_nothing_to_this_transfer(tmp_path: Path) -> None:
    other = {"enforcement": [{**OBSERVED, "observe": {"purpose": "offers"}}]}
    with gate_in(tmp_path, other) as gate:
        assert answer(gate, DENIED) == "category-not-declared"
