"""A decision id is given or made; one id is one question, one answer and one record."""

import asyncio
import json
import multiprocessing
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from doelbinding.audit.log import AuditLog
from doelbinding.audit.pending import Receipt
from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import Passage, TransferDenied
from doelbinding.policy import Policy
from tests.gate.policies import (
    ALLOWED,
    DENIED,
    LOGGED,
    OBSERVING,
    PARTLY,
    PERSON,
    SEALED,
    entries,
    gate_in,
    load,
    log_of,
    outcomes,
    write,
)

BSN = "111222333"
OTHER_NUMBER = "111222334"
"""Nine digits that no citizen can have."""

BAD = {
    "a line feed": "a\nb",
    "a line feed at the end": "a\n",
    "a carriage return": "a\rb",
    "an escape": "a\x1b[31m",
    "NUL": "a\0b",
    "nothing": "",
    "a blank": "a b",
    "65 characters": "a" * 65,
    "a surrogate": "a\ud800",
    "another script": "\u0430-1",
    "a bidirectional mark": "a\u202eb",
    "a quotation mark": 'a"b',
    "a percent sign": "%s",
    "the person's own id": f"order-{PERSON}",
    "the person's own id alone": PERSON,
    "a citizen's number": f"order/{BSN}",
    "a citizen's number with dots": "order-1112.22.333",
    "an address": "jan@example.org",
}


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    with gate_in(tmp_path) as gate:
        yield gate


def reason(denied: pytest.ExceptionInfo[TransferDenied]) -> list[str]:
    return [each.reason.value for each in denied.value.decision.withheld]


# ── Given or made ────────────────────────────────────────────────────────────────────────────────


def test_an_id_that_is_not_given_is_made_and_never_twice(gate: Gate) -> None:
    made = [gate.send(**ALLOWED).id for _ in range(200)]
    assert len(set(made)) == 200
    assert all(re.fullmatch(r"[0-9a-f]{32}", str(each)) for each in made)
    assert [each["id"] for each in entries(gate)] == made


@pytest.mark.parametrize("chosen", ["A-1", "a" * 64, "2026-11-24T10:00:00Z", OTHER_NUMBER, "x/y_z"])
def test_a_good_id_is_kept_as_it_was_given(gate: Gate, chosen: str) -> None:
    passage = gate.send(**ALLOWED, decision_id=chosen)
    assert (passage.id, passage.receipt is not None) == (chosen, True)
    assert [each["id"] for each in entries(gate)] == [chosen]


# ── One id, one question ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("asked", [ALLOWED, LOGGED], ids=["allow", "log"])
def test_the_same_question_under_the_same_id_is_one_record_and_one_receipt(
    gate: Gate, asked: dict[str, Any]
) -> None:
    passages = [gate.send(**asked, decision_id="A-1", subject_id=PERSON) for _ in range(3)]
    assert len({each.receipt for each in passages}) == 1
    assert len(entries(gate)) == 1


OTHERS: dict[str, dict[str, Any]] = {
    "other data": {**LOGGED, "data": ("contact",)},
    "other facts": {**LOGGED, "facts": {"asked": True, "urgent": False}},
    "another reference": {**LOGGED, "reference": "R-2"},
    "another person": {**LOGGED, "subject_id": "2000099999999"},
    "nobody": {**LOGGED, "subject_id": None},
    "another subject": {**LOGGED, "subject": "visitor"},
    "another member": {**LOGGED, "recipient_id": "NL-1"},
    "another recipient": ALLOWED,
}


@pytest.mark.parametrize("asked", OTHERS.values(), ids=OTHERS)
def test_another_question_under_the_same_id_is_refused(gate: Gate, asked: dict[str, Any]) -> None:
    first = gate.send(**LOGGED, decision_id="A-1", subject_id=PERSON)
    with pytest.raises(TransferDenied) as denied:
        gate.send(**{"subject_id": PERSON, **asked}, decision_id="A-1")
    assert reason(denied) == ["decision-id-taken"]
    first.carried_out()
    assert len([each for each in entries(gate) if each["id"] == "A-1"]) == 1
    assert [each["outcome"] for each in entries(gate, "outcome") if each["id"] == "A-1"] == [
        "carried-out"
    ]


@pytest.mark.parametrize("asked", [ALLOWED, DENIED, LOGGED], ids=["allow", "deny", "log"])
def test_what_was_refused_is_recorded_under_an_id_of_its_own(
    gate: Gate, asked: dict[str, Any]
) -> None:
    gate.send(**SEALED, decision_id="A-1", fulfils={"encrypt"})
    with pytest.raises(TransferDenied) as denied:
        gate.send(**asked, decision_id="A-1")
    first, second = entries(gate)
    assert (first["id"], second["id"]) == ("A-1", denied.value.id)
    assert second["question"]["recipient"] == asked["recipient"]
    assert (second["action"], second["gate"]["reason"]) == ("stopped", "decision-id-taken")


@pytest.mark.parametrize("asked", [ALLOWED, DENIED, LOGGED], ids=["allow", "deny", "log"])
def test_under_observation_what_would_be_refused_goes_under_an_id_of_its_own(
    tmp_path: Path, asked: dict[str, Any]
) -> None:
    with gate_in(tmp_path, OBSERVING) as gate:
        gate.send(**SEALED, decision_id="A-1", fulfils={"encrypt"})
        with gate.send(**asked, decision_id="A-1") as passage:
            assert passage.action == "observed"
        first, second = entries(gate)
        assert (first["id"], second["id"]) == ("A-1", passage.id)
        assert (second["action"], second["gate"]["reason"]) == ("observed", "decision-id-taken")
        assert [each["id"] for each in entries(gate, "outcome")] == [passage.id]


def test_another_thing_done_under_the_same_id_is_refused(gate: Gate) -> None:
    with pytest.raises(TransferDenied):
        gate.send(**PARTLY, decision_id="A-1")
    with pytest.raises(TransferDenied) as denied:
        gate.strip(**PARTLY, decision_id="A-1")
    assert reason(denied) == ["decision-id-taken"]
    with pytest.raises(TransferDenied) as denied:
        gate.send(**SEALED, decision_id="A-2")
    assert reason(denied) == ["duty-unfulfilled"]
    with pytest.raises(TransferDenied) as denied:
        gate.send(**SEALED, decision_id="A-2", fulfils={"encrypt"})
    assert reason(denied) == ["decision-id-taken"]


def test_an_id_whose_question_would_now_get_another_part_is_refused(
    gate: Gate, tmp_path: Path
) -> None:
    asked = {**PARTLY, "data": ("contact", "loans", "name"), "decision_id": "A-1"}
    assert gate.strip(**asked, fulfils={"encrypt"}).data == ("contact", "name")
    write(tmp_path / "policy", revision=2, flows={"sealed": None})
    gate.reload(tmp_path / "policy")
    with pytest.raises(TransferDenied) as denied:
        gate.strip(**asked, fulfils={"encrypt"})
    assert reason(denied) == ["decision-id-taken"]


def test_an_id_that_the_gate_made_is_taken_at_once(gate: Gate) -> None:
    first = gate.send(**ALLOWED)
    again = gate.send(**ALLOWED, decision_id=first.id)
    assert (again.receipt, len(entries(gate))) == (first.receipt, 1)
    with pytest.raises(TransferDenied) as denied:
        gate.send(**LOGGED, decision_id=gate.send(**ALLOWED).id)
    assert reason(denied) == ["decision-id-taken"]
    assert log_of(gate).status.ready


# ── At once ──────────────────────────────────────────────────────────────────────────────────────


def at_once(count: int, ask: Any) -> list[Any]:
    """What each of so many threads gets that ask at one moment; an error as itself."""
    barrier = Barrier(count)

    def one(number: int) -> Any:
        barrier.wait()
        try:
            return ask(number)
        except TransferDenied as denied:
            return denied

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.parametrize("asked", [ALLOWED, LOGGED], ids=["allow", "log"])
def test_sixteen_threads_with_one_question_get_one_receipt(
    gate: Gate, asked: dict[str, Any]
) -> None:
    async def awaited() -> Passage:
        return await gate.send_async(**asked, decision_id="A-1")

    def ask(number: int) -> Passage:
        if number % 2:
            return asyncio.run(awaited())
        return gate.send(**asked, decision_id="A-1")

    passages = at_once(16, ask)
    assert len({each.receipt for each in passages}) == 1
    assert len(entries(gate)) == 1


def test_of_sixteen_questions_under_one_id_exactly_one_goes(gate: Gate) -> None:
    def ask(number: int) -> Passage:
        return gate.send(**{**LOGGED, "reference": f"R-{number}"}, decision_id="A-1")

    answers = at_once(16, ask)
    passed = [each for each in answers if isinstance(each, Passage)]
    denied = [each for each in answers if isinstance(each, TransferDenied)]
    assert (len(passed), len(denied)) == (1, 15)
    assert {each.decision.withheld[0].reason.value for each in denied} == {"decision-id-taken"}
    assert len([each for each in entries(gate) if each["id"] == "A-1"]) == 1
    assert [each for each in outcomes(gate) if each[1] == "decision-id-taken"] == []


def send_many(folder: Path, start: Any, answers: Any) -> None:
    """In a process of its own: send the same twenty transfers as others do."""
    policy = Policy.load(folder / "policy")
    with AuditLog.sqlite(folder / "audit.db", keys=folder / "keys", timeout=30) as log:
        gate = Gate(policy, log)
        start.wait()
        receipts = [gate.send(**LOGGED, decision_id=f"A-{each}").receipt for each in range(20)]
    answers.put([None if each is None else (each.seq, each.leaf) for each in receipts])


def test_two_processes_with_the_same_questions_get_the_same_receipts(tmp_path: Path) -> None:
    load(tmp_path)
    with AuditLog.sqlite(tmp_path / "audit.db", keys=tmp_path / "keys") as log:
        spawn = multiprocessing.get_context("spawn")
        start, answers = spawn.Barrier(2), spawn.Queue()
        both = [spawn.Process(target=send_many, args=(tmp_path, start, answers)) for _ in "ab"]
        for each in both:
            each.start()
        first, second = answers.get(timeout=120), answers.get(timeout=120)
        for each in both:
            each.join(60)
        assert first == second
        assert None not in first
        assert len(entries(log)) == 20


# ── Bad ones ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("chosen", BAD.values(), ids=BAD)
def test_a_bad_id_is_denied_and_recorded_under_a_made_one(gate: Gate, chosen: str) -> None:
    with pytest.raises(TransferDenied) as denied:
        gate.send(**LOGGED, subject_id=PERSON, decision_id=chosen)
    assert reason(denied) == ["decision-id-malformed"]
    (entry,) = entries(gate)
    assert re.fullmatch(r"[0-9a-f]{32}", entry["id"])
    assert (entry["action"], entry["gate"]["reason"]) == ("stopped", "decision-id-malformed")
    assert denied.value.id == entry["id"]
    if chosen:
        for text in (chosen, json.dumps(chosen)[1:-1]):
            assert text not in json.dumps(entry, ensure_ascii=False).replace("%s", "")
            assert text not in repr(denied.value) + str(denied.value)


@pytest.mark.parametrize("asked", [ALLOWED, LOGGED, DENIED], ids=["allow", "log", "deny"])
@pytest.mark.parametrize("changes", [{}, OBSERVING], ids=["enforced", "observed"])
def test_without_a_log_a_bad_id_is_not_shown_either(
    tmp_path: Path, asked: dict[str, Any], changes: dict[str, Any]
) -> None:
    gate = Gate(load(tmp_path, changes))
    try:
        passed: Passage | TransferDenied = gate.send(**asked, decision_id="Jan Jansen")
    except TransferDenied as denied:
        passed = denied
    assert passed.id is None
    assert "Jansen" not in repr(passed) + str(passed)


def test_a_person_is_found_in_an_id_however_its_letters_are_written(gate: Gate) -> None:
    with pytest.raises(TransferDenied) as denied:
        gate.send(**ALLOWED, subject_id=" ab12-cd ", decision_id="X-AB12-CD")
    assert reason(denied) == ["decision-id-malformed"]


# ── References and members ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("reference", [f"R-{PERSON}", f"R-{BSN}", "R-1112.22.333"])
def test_a_reference_that_tells_of_a_person_stands_as_a_keyed_digest(
    gate: Gate, reference: str
) -> None:
    gate.send(**{**LOGGED, "reference": reference}, subject_id=PERSON)
    (entry,) = entries(gate)
    assert re.fullmatch(r"\d{4}-Q\d-[0-9a-f]{8}:[0-9a-f]{32}", entry["question"]["reference"])


@pytest.mark.parametrize("reference", ["R-1", OTHER_NUMBER, "Jansen"])
def test_any_other_reference_stands_as_it_was_given(gate: Gate, reference: str) -> None:
    gate.send(**{**LOGGED, "reference": reference}, subject_id=PERSON)
    assert [each["question"]["reference"] for each in entries(gate)] == [reference]


@pytest.mark.parametrize("reference", ["R\n1", "x" * 65, "", "R 1", "R\0"])
def test_what_is_no_reference_is_none(gate: Gate, reference: str) -> None:
    with pytest.raises(TransferDenied) as denied:
        gate.send(**{**LOGGED, "reference": reference})
    assert reason(denied) == ["reference-missing"]
    assert [each["question"]["reference"] for each in entries(gate)] == [None]


def test_an_organisations_number_stands_and_anything_else_is_keyed(gate: Gate) -> None:
    members = ["NL-0200000002", "mailer", "Jan Jansen", f"NL-{BSN}", "jan@example.org", "x\ny"]
    for each in members:
        gate.send(**ALLOWED, recipient_id=each)
    recorded = [each["question"]["recipient-id"] for each in entries(gate)]
    assert recorded[:2] == ["NL-0200000002", "mailer"]
    assert all(re.fullmatch(r"\d{4}-Q\d-[0-9a-f]{8}:[0-9a-f]{32}", each) for each in recorded[2:])


def test_the_number_of_a_person_who_gets_the_data_never_stands_as_it_is(gate: Gate) -> None:
    with pytest.raises(TransferDenied):
        gate.send(**{**ALLOWED, "recipient": "data-subject"}, recipient_id="NL-Jansen")
    assert ":" in entries(gate)[0]["question"]["recipient-id"]


def test_a_trace_goes_on_and_what_is_none_begins_a_new_one(gate: Gate) -> None:
    trace, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    header = gate.send(**ALLOWED, traceparent=f"00-{trace}-{span}-01").traceparent
    for bad in ("", "Jan Jansen", f"00-{trace}-{span}-01\n", f"ff-{trace}-{span}-01", "\0"):
        gate.send(**ALLOWED, traceparent=bad)
    first, *others = [each["trace"] for each in entries(gate)]
    assert (first["id"], first["parent"]) == (trace, span)
    assert header == f"00-{trace}-{first['span']}-01"
    assert [each["parent"] for each in others] == [None] * 5
    assert len({each["id"] for each in others}) == 5


def test_a_receipt_names_the_place_and_the_hash_of_the_record(gate: Gate) -> None:
    passage = gate.send(**LOGGED)
    with log_of(gate).store.snapshot() as snapshot:
        rows = snapshot.rows("SELECT seq, leaf FROM entries WHERE id = ?", (passage.id,))
        assert passage.receipt in [
            Receipt(log_of(gate).id, seq, bytes(leaf).hex()) for seq, leaf in rows
        ]


@pytest.mark.parametrize(
    "digits", ["a111222333b0c1d2e3f4a5b6c7d8e9f0", "0f111222333e4c5b8a7d6e5f4a3b2c1d"]
)
def test_nine_digits_within_those_of_a_digest_are_nobodys(gate: Gate, digits: str) -> None:
    assert gate.send(**ALLOWED, decision_id=digits).id == digits


def test_a_transfer_that_was_stripped_is_one_record_when_it_is_asked_again(gate: Gate) -> None:
    asked = {**PARTLY, "decision_id": "S-1"}
    first = gate.strip(**asked, fulfils={"encrypt"})
    again = gate.strip(**asked, fulfils={"encrypt"})
    assert (again.data, again.receipt) == (first.data, first.receipt)
    assert len([each for each in entries(gate) if each["kind"] == "decided"]) == 1
