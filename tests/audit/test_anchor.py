"""A log is anchored: it vouches for one past only, or stops and says so."""

import shutil
from itertools import pairwise, product

import pytest

from doelbinding.audit.anchor import anchor, head_of
from doelbinding.audit.head import SignedHead, read_heads
from doelbinding.audit.log import AuditLog
from doelbinding.audit.tree import EMPTY_ROOT, Leaves, consistency_proof, verify_consistency
from doelbinding.errors import StoreError
from tests.audit.filled import hash_anew
from tests.audit.logs import RECORDED, Place, clock_at, note, rows, verified


def test_each_head_is_shown_to_continue_the_one_before(log: AuditLog) -> None:
    heads: list[SignedHead] = []
    for count in (1, 2, 5, 0, 12):
        for _ in range(count):
            note(log)
        heads += read_heads(anchor(log))
    leaves = Leaves()
    for (leaf,) in rows(log, "leaf"):
        leaves.append(leaf)
    for old, new in pairwise(heads):
        proof = consistency_proof(leaves, old.head.size, new.head.size)
        sizes = old.head.size, new.head.size
        assert verify_consistency(*sizes, proof, old.head.root, new.head.root)
    report = verified(log, heads=heads, key=log.keys.head_public_key())
    assert (report.is_whole, report.unanchored) == (True, 0)
    assert len(report.heads) == len({*heads}) >= 4


def test_an_empty_log_can_be_anchored(log: AuditLog) -> None:
    (head,) = read_heads(anchor(log))
    assert (head.head.size, head.head.root) == (0, EMPTY_ROOT)
    note(log)
    assert verified(log, heads=[head]).is_whole
    assert read_heads(anchor(log))[0].head.size == 2


CHANGES = (
    "UPDATE entries SET leaf = zeroblob(32) WHERE seq = 1",
    "DELETE FROM entries WHERE seq = 1",
    "DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)",
    "DELETE FROM entries",
)
CLUMSY = (
    "UPDATE entries SET chain = zeroblob(32) WHERE seq = 1",
    "UPDATE entries SET leaf = 'text' WHERE seq = 1",
    "UPDATE state SET size = size - 1",
    "UPDATE state SET chain = 7",
)


@pytest.mark.parametrize(
    ("sql", "skilled"),
    [*product(CHANGES, (True, False)), *product(CLUMSY, (False,))],
)
def test_a_past_that_changed_is_not_anchored(
    place: Place, log: AuditLog, sql: str, skilled: bool
) -> None:
    for _ in range(3):
        note(log)
    first = anchor(log)
    with place.by_hand() as hand:
        hand.execute(sql)
        if skilled:
            hash_anew(hand)
    with pytest.raises(StoreError):
        anchor(log)
    assert log.keys.head == read_heads(first)[0].head


def test_a_leaf_that_changed_after_the_last_head_is_not_anchored(
    place: Place, log: AuditLog
) -> None:
    anchor(log)
    for _ in range(3):
        note(log)
    with place.by_hand() as hand:
        hand.execute("UPDATE entries SET leaf = zeroblob(32) WHERE seq = 2")
    with pytest.raises(StoreError, match="the chain is broken at entry 2"):
        head_of(log)


def test_without_the_key_for_heads_anchoring_stops_and_decisions_go_on(
    place: Place, log: AuditLog
) -> None:
    gate = place.gate(log)
    gate.send(**RECORDED)
    anchor(log)
    (place.keys / "head.pem").unlink()
    unanchored = log.status.unanchored
    for count in (1, 2):
        with pytest.raises(StoreError, match="the key that signed the last head is gone"):
            anchor(log)
        gate.send(**RECORDED)
        assert log.status.unanchored == unanchored + count
    assert log.status.ready


def test_a_head_that_another_process_anchored_counts_for_the_status(
    place: Place, log: AuditLog
) -> None:
    note(log)
    assert log.status.unanchored == 2
    with place.log() as other:
        anchor(other)
    assert log.status.unanchored == 0


def test_the_clock_of_an_anchored_head_may_not_lie_far_ahead(place: Place, log: AuditLog) -> None:
    gate = place.gate(log)
    with clock_at("2026-06-01T10:00:00Z"):
        gate.send(**RECORDED)
        anchor(log)
    with clock_at("2026-06-01T09:56:00Z"):
        gate.send(**RECORDED)
    with clock_at("2026-06-01T09:54:59Z"), pytest.raises(StoreError, match="the clock stands at"):
        note(log)


def test_two_logs_do_not_share_heads(place: Place, log: AuditLog) -> None:
    note(log)
    anchor(log)
    other = Place(place.folder / "other")
    other.folder.mkdir()
    with other.log() as log2:
        note(log2)
    shutil.copy(place.keys / "head", other.keys / "head")
    with pytest.raises(StoreError, match="another log"):
        other.log()
