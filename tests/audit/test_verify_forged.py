"""What is forged or gone is found by heads and receipts; without, it is told as unanchored."""

from dataclasses import replace

import pytest

from doelbinding.audit.head import SignedHead
from doelbinding.audit.report import MOST_FAULTS
from tests.audit.filled import Filled, changes, cut, forged, found_by, happens
from tests.audit.logs import (
    RECORDED,
    Place,
    faults,
    verified,
)


def test_a_forgery_by_somebody_who_knows_the_code_is_found_by_the_head(filled: Filled) -> None:
    forged(filled)
    report = filled.verify(heads=filled.heads, key=filled.key)
    assert [each.message for each in report.faults] == [
        f"the first {filled.size:,} entries are not those that were anchored"
    ]
    assert report.anchored is None


def test_a_forgery_is_found_by_a_receipt(filled: Filled) -> None:
    seq = forged(filled)
    expected = [("the entry is not the one that a receipt is for", seq)]
    assert faults(filled.verify(receipts=filled.receipts)) == expected


def test_a_forgery_without_head_and_receipt_is_told_to_be_unanchored(filled: Filled) -> None:
    forged(filled)
    report = filled.verify()
    assert report.is_whole
    assert report.unanchored == report.size
    assert report.anchored is None


def test_a_tail_that_was_cut_off_is_found_by_the_head(filled: Filled) -> None:
    cut(filled, 6)
    messages = [each.message for each in filled.verify(heads=filled.heads).faults]
    assert any(each.startswith(f"{filled.size:,} entries were anchored;") for each in messages)


def test_a_tail_that_was_cut_off_is_found_by_a_receipt(filled: Filled) -> None:
    cut(filled, 6)
    found = faults(filled.verify(receipts=filled.receipts))
    assert found == [("the entry that a receipt is for is gone", filled.receipts[-1].seq)]


def test_a_tail_that_was_cut_off_is_told_as_unanchored_without_either(filled: Filled) -> None:
    cut(filled, 6)
    report = filled.verify()
    assert report.is_whole
    assert report.unanchored == report.size == filled.size - 5


def test_a_log_whose_entry_of_a_receipt_lies_in_a_hole_is_told_so(filled: Filled) -> None:
    seq = filled.receipts[0].seq
    with filled.place.by_hand() as hand:
        hand.delete(f"seq = {seq}")
    found = faults(filled.verify(receipts=filled.receipts))
    assert ("the entry that a receipt is for is gone", seq) in found


@pytest.mark.parametrize("order", [1, -1])
def test_two_receipts_for_one_place_that_differ_are_found(filled: Filled, order: int) -> None:
    true = filled.receipts[0]
    receipts = [true, true._replace(leaf="0" * 64)][::order]
    expected = [("the entry is not the one that a receipt is for", true.seq)]
    assert faults(filled.verify(receipts=receipts)) == expected


def test_a_receipt_or_a_head_of_another_log_is_found(filled: Filled) -> None:
    receipt = filled.receipts[0]._replace(log="0" * 32)
    assert faults(filled.verify(receipts=[receipt])) == [
        ("a receipt is of another log", receipt.seq)
    ]
    (head,) = filled.heads
    other = replace(head, head=replace(head.head, log="0" * 32))
    assert "is of another log" in filled.verify(heads=[other]).faults[0].message


def test_a_head_that_nobody_signed_with_the_key_does_not_count(filled: Filled) -> None:
    (head,) = filled.heads
    unsigned = SignedHead(replace(head.head, at="2020-01-01T00:00:00Z"), head.signatures)
    report = filled.verify(heads=[unsigned], key=filled.key)
    assert "not signed by the key" in report.faults[0].message
    assert report.anchored is None


@pytest.mark.parametrize("column", ["size", "chain", "frontier"])
@pytest.mark.parametrize("value", ["2", "x'00'", "'text'", "zeroblob(32)"])
def test_a_changed_state_is_found(filled: Filled, column: str, value: str) -> None:
    assert changes(filled, f"{column} = {value}", "1", "state")
    found_by(filled)


def test_a_log_without_its_state_cannot_be_read(filled: Filled) -> None:
    assert happens(filled, "DELETE FROM state")
    assert found_by(filled) is None


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM bundles",
        "UPDATE bundles SET bytes = x'00'",
        "UPDATE bundles SET bytes = 'text'",
        "UPDATE bundles SET bytes = 1000000000000",
        "UPDATE bundles SET sha256 = 'sha256:00'",
        "UPDATE bundles SET source = 'sha256:00'",
    ],
)
def test_a_changed_or_missing_bundle_is_found(filled: Filled, sql: str) -> None:
    assert happens(filled, sql)
    found_by(filled)


def test_a_policy_that_decided_and_was_never_kept_is_found(place: Place) -> None:
    with place.log() as log:
        gate = place.gate(log)
        gate.send(**RECORDED)
    with place.by_hand() as hand:
        ((seq,),) = hand.execute("SELECT seq FROM entries WHERE kind = 'policy'")
        hand.execute("DELETE FROM entries WHERE seq = ?", (seq,))
    with place.log() as log:
        assert any("was never kept" in each.message for each in verified(log).faults)


def test_an_empty_entry_without_an_erasure_is_found(filled: Filled) -> None:
    seq = filled.receipts[0].seq
    columns = ("id", "at", "subject", "keep_until", "salt", "payload")
    gone = ", ".join(f"{each} = NULL" for each in columns)
    assert changes(filled, gone, f"seq IN ({seq}, {seq + 1})")
    expected = f"the entry is empty, and no erasure tells of it, up to {seq + 1}"
    assert faults(filled.verify(heads=filled.heads)) == [(expected, seq)]


def test_more_faults_than_there_is_room_for_are_counted(filled: Filled) -> None:
    assert changes(filled, "salt = chain, chain = leaf", "salt IS NOT NULL")
    report = filled.verify()
    assert len(report.faults) == MOST_FAULTS < report.fault_count
