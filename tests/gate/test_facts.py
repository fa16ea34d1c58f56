"""Of consent and objection the register alone speaks; the caller speaks of everything else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import TransferDenied
from tests.gate.policies import LOGGED, OFFERED, PERSON, Register, entries, load, log_in

STUDY: dict[str, Any] = {"recipient": "printer", "purpose": "research", "data": ("contact",)}
CLAIM = {"consent": True, "objection": False}


@contextmanager
def gate_with(folder: Path, register: Register | None) -> Iterator[Gate]:
    with log_in(folder) as log:
        yield Gate(load(folder), log, consents=register)


def answer(gate: Gate, **asked: Any) -> str:
    """What the gate does, or the first reason why it does not."""
    try:
        return gate.send(**asked).action
    except TransferDenied as denied:
        return str(denied.decision.withheld[0].reason.value)


@pytest.mark.parametrize("has_log", [True, False])
def test_what_the_caller_claims_of_consent_is_heard_without_a_register_alone(
    tmp_path: Path, has_log: bool
) -> None:
    with gate_with(tmp_path, None) as gate:
        assert answer(gate, **OFFERED, facts=CLAIM, subject_id=PERSON) == "passed"
        for says, expected in (
            ({}, "consent-missing"),
            ({"consent": False}, "consent-missing"),
            ({"consent": None}, "consent-missing"),
            ({"consent": True}, "passed"),
        ):
            log = gate.log if has_log else None
            asked = Gate(gate.policy, log, consents=Register(says))
            assert answer(asked, **OFFERED, facts=CLAIM, subject_id=PERSON) == expected


def test_what_the_caller_claims_of_an_objection_is_not_heard_either(tmp_path: Path) -> None:
    for says, expected in (
        ({}, "fact-missing"),
        ({"objection": True}, "objection-raised"),
        ({"objection": False}, "passed"),
    ):
        with gate_with(tmp_path, Register(says)) as gate:
            assert answer(gate, **STUDY, facts=CLAIM, subject_id=PERSON) == expected


def test_without_a_person_the_register_is_not_asked_and_knows_nothing(tmp_path: Path) -> None:
    register = Register(CLAIM)
    with gate_with(tmp_path, register) as gate:
        assert answer(gate, **OFFERED, facts=CLAIM) == "consent-missing"
        assert answer(gate, **STUDY, facts=CLAIM) == "fact-missing"
        assert register.asked == []


def test_the_register_is_asked_for_the_purpose_the_subject_and_the_person(tmp_path: Path) -> None:
    register = Register(CLAIM)
    with gate_with(tmp_path, register) as gate:
        answer(gate, **OFFERED, subject_id=PERSON)
        answer(gate, **OFFERED, subject_id=PERSON, subject="visitor")
    at = [each.pop("at") for each in register.asked]
    assert register.asked == [
        {"purpose": "offers", "subject": each, "subject_id": PERSON}
        for each in ("member", "visitor")
    ]
    assert at == sorted(at)


def test_each_fact_is_recorded_with_who_said_so(tmp_path: Path) -> None:
    register = Register({"consent": True, "urgent": False, "unheard-of": True})
    with gate_with(tmp_path, register) as gate:
        told = {"asked": True, "urgent": True, "consent": False, "objection": None}
        answer(gate, **LOGGED | {"facts": told, "subject_id": PERSON})
        (entry,) = entries(gate)
    assert entry["question"]["facts"] == {
        "asked": {"state": True, "source": "caller"},
        "consent": {"state": True, "source": "register"},
        "urgent": {"state": False, "source": "register"},
    }
    assert len(entry["unknown-facts"]) == 1
    assert "unheard-of" not in str(entry)


def test_a_consent_that_was_withdrawn_counts_from_the_next_transfer_on(tmp_path: Path) -> None:
    register = Register({"consent": True})
    with gate_with(tmp_path, register) as gate:
        assert answer(gate, **OFFERED, subject_id=PERSON) == "passed"
        register.says = {"consent": False}
        assert answer(gate, **OFFERED, subject_id=PERSON) == "consent-missing"
        register.says = ConnectionError()
        assert answer(gate, **OFFERED, subject_id=PERSON) == "facts-unavailable"
        states = [each["question"]["facts"].get("consent") for each in entries(gate)]
    assert [each and each["state"] for each in states] == [True, False, None]


def test_the_same_word_from_another_source_is_another_question(tmp_path: Path) -> None:
    with gate_with(tmp_path, None) as gate:
        other = Gate(gate.policy, gate.log, consents=Register({"consent": True}))
        asked = {**OFFERED, "subject_id": PERSON, "decision_id": "A-1"}
        assert answer(gate, **asked, facts={"consent": True}) == "passed"
        assert answer(other, **asked) == "decision-id-taken"


def test_the_name_of_the_register_is_written_as_it_is(tmp_path: Path) -> None:
    register = Register({"consent": True})
    register.name = 'a "100%s" sure register\n'
    with gate_with(tmp_path, register) as gate:
        assert answer(gate, **OFFERED, subject_id=PERSON) == "passed"
        (entry,) = entries(gate)
    assert entry["question"]["facts"]["consent"]["source"] == register.name
