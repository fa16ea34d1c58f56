"""A log with transfers of each kind and an erasure, and what somebody may do to its database."""

from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from doelbinding.audit import checking
from doelbinding.audit.anchor import anchor
from doelbinding.audit.erasure import erase
from doelbinding.audit.head import read_heads
from doelbinding.audit.log import AuditLog
from doelbinding.audit.pending import Receipt
from doelbinding.audit.report import Report
from doelbinding.audit.schema import SCHEMA
from doelbinding.audit.tree import Frontier, leaf_hash
from doelbinding.audit.verify import verify
from doelbinding.errors import StoreError
from doelbinding.gate.passage import TransferDenied
from doelbinding.stores import open_store
from doelbinding.stores.sqlitedrivers import SqliteFault
from tests.audit.logs import (
    ALLOWED,
    DENIED,
    RECORDED,
    TODAY,
    Hand,
    Place,
    clock_at,
    eventually,
)

PEOPLE = ("Anna", "Bram", "Çelik")


def fill(place: Place, log: AuditLog) -> list[Receipt]:
    """Transfers of each kind, for three people; the receipts of what was recorded."""
    gate = place.gate(log)
    receipts: list[Receipt | None] = []
    for person in PEOPLE:
        with gate.send(**RECORDED, subject_id=person) as passage:
            receipts.append(passage.receipt)
        gate.send(**ALLOWED, subject_id=person)
        with pytest.raises(TransferDenied):
            gate.send(**DENIED, subject_id=person)
    eventually(lambda: log.status.queued == 0)
    return [each for each in receipts if each is not None]


class Filled:
    """A log with an erasure in it, closed; a head and receipts that are kept elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder)
        with clock_at("2020-06-01T10:00:00Z"), self.place.log() as log:
            fill(self.place, log)
        with self.place.log() as log:
            assert erase(log)[0]
            self.receipts = fill(self.place, log)
            self.heads = read_heads(anchor(log))
            self.key = log.keys.head_public_key()
            self.size = log.status.size
        self.original = self.place.database.read_bytes()

    def verify(self, **given: Any) -> Report:
        """What the check comes to: the same, however many entries it takes at once."""
        with closing(open_store(str(self.place.database), SCHEMA, create=False)) as store:
            reports: list[Report] = []
            for at_once in (1, 4, 500):
                with patch.object(checking, "_AT_ONCE", at_once):
                    reports.append(verify(store, today=TODAY, **given))
        assert reports[0] == reports[1] == reports[2]
        return reports[0]

    def restore(self) -> None:
        for each in self.place.folder.glob("audit.db*"):
            each.unlink()
        self.place.database.write_bytes(self.original)

    def empty_places(self) -> list[int]:
        with self.place.by_hand() as hand:
            found = hand.execute("SELECT seq FROM entries WHERE payload IS NULL")
            return [seq for (seq,) in found]


def changes(filled: Filled, change: str, where: str, table: str = "entries") -> bool:
    """Whether the database takes the change of some rows, and is another one by it."""
    return happens(filled, f"UPDATE {table} SET {change} WHERE {where}")  # noqa: S608


def happens(filled: Filled, sql: str) -> bool:
    before = filled.place.database.read_bytes()
    try:
        with filled.place.by_hand() as hand:
            hand.execute(sql)
    except SqliteFault:
        return False
    return filled.place.database.read_bytes() != before


def found_by(filled: Filled) -> set[int | None] | None:
    """The places of the faults that are found without any head; None if it cannot be read."""
    try:
        report = filled.verify()
    except StoreError:
        return None
    assert not report.is_whole
    return {each.seq for each in report.faults}


def rewrite(hand: Hand, seq: int) -> None:
    """Let an entry say something else, its leaf with it."""
    query = "SELECT salt, payload FROM entries WHERE seq = ?"
    ((salt, said),) = hand.execute(query, (seq,))
    other = said.replace(b'"effect":"log"', b'"effect":"deny"')
    assert other != said
    change = "UPDATE entries SET payload = ?, leaf = ? WHERE seq = ?"
    hand.execute(change, (other, leaf_hash(salt, other), seq))


def hash_anew(hand: Hand) -> None:
    """All hashes as the code would make them: the work of somebody who knows it."""
    chain, frontier = bytes(32), Frontier()
    found = hand.execute("SELECT seq, leaf FROM entries ORDER BY seq")
    for seq, leaf in found:
        chain = sha256(chain + leaf).digest()
        frontier.append(leaf)
        hand.execute("UPDATE entries SET chain = ? WHERE seq = ?", (chain, seq))
    state = len(found), chain, frontier.as_bytes()
    hand.execute("UPDATE state SET size = ?, chain = ?, frontier = ?", state)


def forged(filled: Filled) -> int:
    seq = filled.receipts[0].seq
    with filled.place.by_hand() as hand:
        rewrite(hand, seq)
        hash_anew(hand)
    return seq


def cut(filled: Filled, count: int) -> None:
    """Take the end away, and leave no trace of it."""
    with filled.place.by_hand() as hand:
        hand.execute(
            "DELETE FROM entries WHERE seq >= (SELECT max(seq) + 1 FROM entries) - ?", (count,)
        )
        hash_anew(hand)
