"""An export is judged by the verifier that shares nothing with the product."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from doelbinding.audit.anchor import anchor
from doelbinding.audit.erasure import erase
from doelbinding.audit.export import export, extract
from doelbinding.audit.log import AuditLog
from doelbinding.audit.reading import Wanted, query
from doelbinding.audit.verify_export import (
    Checked,
    Findings,
    Given,
    Head,
    Unusable,
    check,
    read_heads,
    read_key,
    read_receipts,
)
from doelbinding.errors import StoreError
from tests.audit.logs import ALLOWED, RECORDED, Place, clock_at, eventually, note


def judged(lines: bytes, given: Given) -> Checked:
    checked = Checked()
    check(io.BytesIO(lines), given, checked)
    return checked


def is_found(lines: bytes, given: Given) -> bool:
    """Whether the judge takes that for broken, or for no export at all."""
    try:
        checked = judged(lines, given)
    except Unusable:
        return True
    return checked.findings.count > 0 or checked.anchored is None


def heads_of(log: AuditLog, note: str) -> Sequence[Head]:
    findings = Findings()
    heads = read_heads(note, read_key(log.keys.head_public_key().pem.decode()), findings)
    assert not findings.count
    return heads


def judged_whole(log: AuditLog, head: str) -> bool:
    """Whether the judge finds nothing wrong in an export of the log, given that head."""
    lines = b"".join(export(log, reader="auditor"))
    return not is_found(lines, Given(heads_of(log, head)))


class Exported:
    """A small log of the product itself, exported; its head, and a receipt."""

    def __init__(self, folder: Path) -> None:
        place = Place(folder)
        with clock_at("2020-06-01T10:00:00Z"), place.log() as log:
            place.gate(log).send(**ALLOWED, subject_id="Anna")
        with place.log() as log:
            assert erase(log)[0] == 1
            gate = place.gate(log)
            with gate.send(**RECORDED, subject_id="Anna") as passage:
                pass
            eventually(lambda: log.status.queued == 0)
            self.receipt = passage.receipt
            self.lines = list(export(log, reader="auditor"))
            self.whole = b"".join(self.lines)
            self.anchored = Given(heads_of(log, anchor(log)))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return Exported(tmp_path_factory.mktemp("exported"))


def test_the_judge_finds_nothing_wrong_and_decides_every_decision_again(exported: Exported) -> None:
    checked = judged(exported.whole, exported.anchored)
    assert checked.findings.wrong == []
    assert checked.anchored is not None
    assert checked.anchored.size == checked.size
    assert (checked.records.decided, checked.records.decided_again) == (1, 1)
    assert checked.records.erased == 1


@pytest.mark.parametrize("mask", [0x01, 0x20])
def test_every_flipped_byte_is_found(exported: Exported, mask: int) -> None:
    whole = bytearray(exported.whole)
    for place in range(len(whole)):
        whole[place] ^= mask
        assert is_found(bytes(whole), exported.anchored), f"byte {place}"
        whole[place] ^= mask


def test_every_cut_is_found(exported: Exported) -> None:
    for length in range(len(exported.whole)):
        assert is_found(exported.whole[:length], exported.anchored), f"cut at {length}"


def test_every_line_that_is_removed_doubled_or_moved_is_found(exported: Exported) -> None:
    lines = exported.lines
    for place, line in enumerate(lines):
        without = lines[:place] + lines[place + 1 :]
        assert is_found(b"".join(without), exported.anchored), f"line {place} removed"
        doubled = [*lines[:place], line, line, *lines[place + 1 :]]
        assert is_found(b"".join(doubled), exported.anchored), f"line {place} twice"
        if place:
            moved = [*without[: place - 1], line, *without[place - 1 :]]
            assert is_found(b"".join(moved), exported.anchored), f"line {place} moved"


def test_the_receipt_of_a_caller_fits_its_record(exported: Exported) -> None:
    assert exported.receipt is not None
    text = json.dumps(exported.receipt._asdict(), separators=(",", ":")) + "\n"
    findings = Findings()
    receipts = read_receipts(io.BytesIO(text.encode()), findings)
    checked = judged(exported.whole, Given(exported.anchored.heads, receipts))
    assert (findings.count, checked.findings.wrong) == (0, [])
    other = [(log, seq, bytes(32)) for log, seq, _ in receipts]
    assert is_found(exported.whole, Given(exported.anchored.heads, other))


def test_an_extract_proves_each_of_its_entries(place: Place) -> None:
    with place.log() as log:
        gate = place.gate(log)
        for _ in range(3):
            gate.send(**RECORDED, subject_id="Anna")
            gate.send(**RECORDED, subject_id="Bram")
        eventually(lambda: log.status.queued == 0)
        found = list(query(log, Wanted(person="Anna"), reader="auditor"))
        lines = b"".join(extract(log, found))
        given = Given(heads_of(log, anchor(log)))
    checked = judged(lines, given)
    assert (checked.count, checked.findings.wrong) == (3, [])
    assert checked.anchored is not None
    for place_, byte in enumerate(lines):
        flipped = lines[:place_] + bytes([byte ^ 1]) + lines[place_ + 1 :]
        assert is_found(flipped, given), f"byte {place_}"


def test_the_progress_of_an_export_adds_up_to_its_entries(log: AuditLog) -> None:
    note(log)
    steps: list[int] = []
    lines = list(export(log, reader="auditor", advance=steps.append))
    assert sum(steps) == len(lines) - 1


def test_an_export_is_in_the_log_before_its_first_line_is_given(log: AuditLog) -> None:
    lines = list(export(log, reader="auditor"))
    last = json.loads(lines[-1])["entry"]
    assert (last["kind"], last["reader"], last["what"]) == ("read", "auditor", "export")


def test_nothing_is_exported_when_it_cannot_be_recorded(log: AuditLog) -> None:
    log.close()
    with pytest.raises(StoreError):
        next(iter(export(log, reader="auditor")))


@pytest.mark.parametrize("column", ["leaf = 'x'", "payload = 'x'", "salt = NULL", "leaf = 7"])
def test_a_damaged_row_ends_an_export_with_one_clear_line(
    place: Place, log: AuditLog, column: str
) -> None:
    note(log)
    with place.by_hand() as hand:
        hand.change(column, "seq = 1")
    with pytest.raises(StoreError, match="is damaged"):
        list(export(log, reader="auditor"))
