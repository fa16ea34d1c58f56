"""Whatever somebody changes in the database, `verify` finds it."""

import pytest

from tests.audit.filled import Filled, changes, found_by, rewrite
from tests.audit.logs import (
    faults,
)


def test_a_log_to_which_nothing_happened_is_whole(filled: Filled) -> None:
    report = filled.verify(heads=filled.heads, key=filled.key, receipts=filled.receipts)
    assert (report.is_whole, report.faults) == (True, ())
    assert report.anchored == filled.size
    assert report.unanchored == report.size - filled.size
    assert (report.receipts, report.policies) == (3, 1)
    assert report.erased == len(filled.empty_places()) > 3
    assert not report.unended


COLUMNS = ("id", "at", "writer", "number", "subject", "keep_until", "salt", "leaf", "chain")

CHANGES = {
    "text": "'changed'",
    "number": "7000",
    "real": "1.5",
    "bytes": "x'00ff'",
    "null": "NULL",
    "huge": "9223372036854775807",
    "odd text": "CAST(x'ff' AS TEXT)",
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("column", ["kind", *COLUMNS, "payload"])
def test_a_changed_column_of_an_entry_is_found_and_its_place_is_named(
    filled: Filled, column: str, change: str
) -> None:
    seq = filled.receipts[1].seq
    if not changes(filled, f"{column} = {CHANGES[change]}", f"seq = {seq}"):
        return
    told = found_by(filled)
    assert told is None or seq in told


@pytest.mark.parametrize("column", [each for each in COLUMNS if each not in ("writer", "number")])
def test_a_changed_column_of_an_erased_entry_is_found(filled: Filled, column: str) -> None:
    seq = filled.empty_places()[2]
    assert changes(filled, f"{column} = x'01'", f"seq = {seq}")
    assert seq in (found_by(filled) or ())


@pytest.mark.parametrize("change", ["kind = 'read'", "writer = 'other'", "number = number + 1000"])
def test_what_an_erased_entry_keeps_is_held_to_what_the_erasure_tells(
    filled: Filled, change: str
) -> None:
    seq = filled.empty_places()[2]
    assert changes(filled, change, f"seq = {seq}")
    report = filled.verify()
    told = [each.message for each in report.faults]
    assert "of the entries that were erased something else is left" in told


def test_two_entries_that_change_places_are_found(filled: Filled) -> None:
    first, second = filled.receipts[0].seq, filled.receipts[1].seq
    with filled.place.by_hand() as hand:
        for before, after in ((first, -1), (second, first), (-1, second)):
            hand.change(f"seq = {after}", f"seq = {before}")
    assert {first, second} <= {each.seq for each in filled.verify().faults}


def test_every_entry_that_is_deleted_is_missed(filled: Filled) -> None:
    report = filled.verify()
    for seq in range(report.size):
        filled.restore()
        with filled.place.by_hand() as hand:
            hand.delete(f"seq = {seq}")
        again = filled.verify()
        assert not again.is_whole, seq
        last = seq == report.size - 1
        expected = f"and has {seq:,}" if last else f"stands where {seq} belongs"
        assert any(expected in each.message for each in again.faults), seq


@pytest.mark.parametrize("salt", [True, False])
def test_an_entry_that_says_something_else_with_a_new_leaf_breaks_the_chain(
    filled: Filled, salt: bool
) -> None:
    seq = filled.receipts[0].seq
    with filled.place.by_hand() as hand:
        rewrite(hand, seq)
    assert ("the chain is broken", seq) in faults(filled.verify())
