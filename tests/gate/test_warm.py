"""A gate that was asked before answers, and records, as one that never was."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from doelbinding.audit.log import AuditLog
from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import TransferDenied
from tests.gate.asking import asked_at_random
from tests.gate.policies import (
    ALLOWED,
    LOGGED,
    OBSERVING,
    OFFERED,
    PERSON,
    SEALED,
    TO_CLASS,
    Entry,
    Register,
    entries,
    gate_clock_at,
    gate_in,
    load,
    log_in,
    log_of,
)

OWN = ("id", "at", "number", "trace")
"""What differs from record to record."""


def answer(gate: Gate, verb: str, asked: dict[str, Any]) -> tuple[Any, ...]:
    try:
        passage = getattr(gate, verb)(**asked)
    except TransferDenied as denied:
        return (denied.decision,)
    return passage.decision, passage.action, passage.data


def last(log: AuditLog, since: int) -> list[Entry]:
    """The entries from there on, without what is of each alone."""
    return [
        {key: value for key, value in each.items() if key not in OWN}
        for each in entries(log)[since:]
    ]


@pytest.mark.parametrize("changes", [{}, OBSERVING], ids=["enforced", "observed"])
@pytest.mark.parametrize("seed", range(2))
def test_a_warm_gate_answers_and_records_as_a_fresh_one(
    tmp_path: Path, changes: dict[str, Any], seed: int
) -> None:
    random = Random(f"warm {seed}")
    asked = [asked_at_random(random) for _ in range(120)]
    alike = [near(random, random.choice(asked)) for _ in range(120)]
    asked += alike
    verbs = [random.choice(("send", "strip")) for _ in asked]
    with gate_clock_at("2026-06-01T12:00:00Z"), log_in(tmp_path) as log:
        policy = load(tmp_path, changes)
        gates = [Gate(policy, log), Gate(policy, log, consents=Register({"consent": True}))]
        pairs = [(gate, each) for each in zip(verbs, asked, strict=True) for gate in gates]
        cold = [answer(Gate(policy, log, consents=of._consents), *each) for of, each in pairs]
        for _ in range(2):
            assert [answer(of, *each) for of, each in pairs] == cold
        recorded = last(log, 0)
    count = len(pairs)
    assert recorded[:count] == recorded[count : 2 * count] == recorded[2 * count :]


def near(random: Random, asked: dict[str, Any]) -> dict[str, Any]:
    """The same, but for one field."""
    field = random.choice(sorted(asked))
    return {**asked, field: asked_at_random(random)[field]}


@pytest.mark.parametrize("has_log", [True, False])
def test_what_begins_or_ends_is_seen_by_a_warm_gate(tmp_path: Path, has_log: bool) -> None:
    period = {"from": "2026-03-01", "until": "2026-06-30"}
    changes = {"flows": {"news-mail": {"valid": period}, "print": {"valid": period}}}
    with gate_clock_at("2026-01-01T12:00:00Z") as clock, gate_in(tmp_path, changes) as logged:
        gate = logged if has_log else Gate(logged.policy)
        for moment, goes in (
            ("2026-02-28T23:59:59.999999+01:00", False),
            ("2026-03-01T00:00:00+01:00", True),
            ("2026-06-30T23:59:59.999999+02:00", True),
            ("2026-07-01T00:00:00+02:00", False),
            ("2026-05-01T00:00:00+02:00", True),
        ):
            clock.set(moment)
            for asked in (ALLOWED, LOGGED) if has_log else (ALLOWED,):
                assert [len(answer(gate, "send", asked)) == 3 for _ in "ab"] == [goes, goes]


def test_the_moment_of_the_record_is_that_of_the_decision(tmp_path: Path) -> None:
    with gate_clock_at("2026-01-01T12:00:00Z") as clock, gate_in(tmp_path) as gate:
        for moment in ("2026-01-01T12:00:00.000001+00:00", "2026-03-29T03:00:00+02:00"):
            clock.set(moment)
            gate.send(**ALLOWED)
        assert [each["at"] for each in entries(gate)] == [
            "2026-01-01T12:00:00.000001Z",
            "2026-03-29T01:00:00.000000Z",
        ]


@pytest.mark.parametrize("without", ["reference", "facts", "recipient_id", "fulfils"])
def test_what_once_opened_the_gate_must_be_said_each_time(tmp_path: Path, without: str) -> None:
    openings: tuple[dict[str, Any], ...] = (
        LOGGED,
        {**TO_CLASS, "recipient_id": "NL-1"},
        {**SEALED, "fulfils": {"encrypt"}},
    )
    with gate_in(tmp_path) as gate:
        for asked in openings:
            if without in asked:
                rest = {key: value for key, value in asked.items() if key != without}
                goes = [len(answer(gate, "send", each)) == 3 for each in (asked, rest, asked, rest)]
                assert goes == [True, False, True, False]


def test_whose_word_it_was_is_recorded_of_each_transfer(tmp_path: Path) -> None:
    with gate_in(tmp_path) as gate:
        for name in ("one", "other", "one"):
            register = Register({"consent": True})
            gate._handling._register = register
            register.name = name
            gate.send(**OFFERED, subject_id=PERSON)
        facts = [each["question"]["facts"] for each in entries(log_of(gate))]
    assert [each["consent"]["source"] for each in facts] == ["one", "other", "one"]
