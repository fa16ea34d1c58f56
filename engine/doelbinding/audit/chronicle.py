"""Entries to rows: each gets its place, its hashes and its running number, in one transaction."""

import os
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

import msgspec

from doelbinding.audit.entries import Asked, Clock, Decided, encoded, payload
from doelbinding.audit.moments import instant_of
from doelbinding.audit.pending import Pending, Receipt
from doelbinding.audit.schema import EMPTY_CHAIN, INSERT_ENTRY
from doelbinding.audit.tree import Frontier, leaf_hash
from doelbinding.errors import StoreError
from doelbinding.stores.store import Row, Transaction

SALT_BYTES = 16

_CLOCK_TOLERANCE = 2_000_000
"""Microseconds by which a clock may go back without a word."""

_STATE = "SELECT size, chain, frontier, last_at, key_id FROM state"
_NEW_STATE = "UPDATE state SET size = ?, chain = ?, frontier = ?, last_at = ?, key_id = ?"
_KEEP_BUNDLE = "INSERT INTO bundles (source, sha256, bytes) VALUES (?, ?, ?)"
_DECIDED = "SELECT seq, leaf, payload FROM entries WHERE kind = 'decided' AND id = ?"
_KEPT = "SELECT seq, leaf FROM entries WHERE kind = 'policy' AND id = ?"
_WRITTEN = "SELECT number, seq, leaf FROM entries WHERE writer = ? AND number >= ?"

_CUT = (
    "Stop, put back the newest copy of the log, and verify it: an older one was put in its place."
)

_asked = msgspec.json.Decoder(Asked)


class Chronicle:
    """The end of the log, as one writer writes on it.

    `size` is the number of entries in the log when it last wrote. What is appended counts once it
    is `confirmed`: until then it may be undone, and tried again.
    """

    def __init__(self, log: str, writer: str) -> None:
        self.log = log
        self.writer = writer
        self.size = 0
        self._numbers = count()  # drawn from in several threads
        self._last_at = ""
        self._chain = EMPTY_CHAIN
        self._appended: tuple[int, bytes, str] = (0, EMPTY_CHAIN, "")

    def burn_number(self) -> None:
        """Leave a gap: a transfer was decided and could not be recorded."""
        next(self._numbers)

    def append(self, transaction: Transaction, group: list[Pending]) -> list[Receipt | None]:
        """Write a group at the end of the log.

        Gives for each its receipt, or None for a chosen id that was given to another
        question, or to the same one with another end.
        The group grows by a word about the clock, where it went back. What was written in an
        earlier attempt whose end nobody saw is not written twice.
        """
        state = self._state(transaction)
        last_at = _with_clock(group, self._last_at or state[3] or "")
        pen = _Pen(self.log, self.writer, state, len(group))
        there = self._written_before(transaction, group)
        receipts: list[Receipt | None] = []
        for pending in group:
            if pending.number in there:
                receipts.append(there[pending.number])
            elif pending.is_special and not self._is_new(pending, transaction, pen, receipts):
                continue
            else:
                if pending.number is None:
                    pending.number = next(self._numbers)
                receipts.append(pen.write(pending))
        pen.finish(transaction, max(last_at, state[3] or ""))
        self._appended = pen.size, pen.chain, last_at
        return receipts

    def confirm(self) -> None:
        """What was appended last is in the log."""
        self.size, self._chain, self._last_at = self._appended

    def _is_new(
        self,
        pending: Pending,
        transaction: Transaction,
        pen: "_Pen",
        receipts: list[Receipt | None],
    ) -> bool:
        """Whether there is something to write; if not, what to answer is added to the receipts."""
        earlier = _Earlier(transaction, self.log, pending, pen)
        if earlier.is_there:
            receipts.append(earlier.receipt)
        elif pending.prepare is not None and not _prepared(pending, transaction):
            receipts.append(None)
        else:
            return True
        return False

    def _state(self, transaction: Transaction) -> Row:
        """Where the log ends: never before the place that this writer knows of."""
        (state,) = transaction.rows(_STATE)
        if state[0] < self.size or (state[0] == self.size and bytes(state[1]) != self._chain):
            message = f"the log ends at entry {state[0]:,}, and {self.size:,} were written"
            raise StoreError(message, _CUT, is_final=True)
        return state

    def _written_before(
        self, transaction: Transaction, group: list[Pending]
    ) -> dict[int | None, Receipt]:
        tried = [each.number for each in group if each.number is not None]
        if not tried:
            return {}
        rows = transaction.rows(_WRITTEN, (self.writer, min(tried)))
        return {number: _receipt(self.log, seq, leaf) for number, seq, leaf in rows}


@dataclass
class _Earlier:
    """Whether an id is in the log already, or in this very group."""

    transaction: Transaction
    log: str
    pending: Pending
    pen: "_Pen"
    receipt: Receipt | None = None

    @property
    def is_there(self) -> bool:
        pending = self.pending
        if pending.bundle is not None:
            return self._finds_bundle(pending.bundle.source)
        return pending.asked is not None and self._finds_question(pending.id)

    def _finds_bundle(self, source: str) -> bool:
        within = self.pen.kept.get(source)
        for seq, leaf in [within] if within else self.transaction.rows(_KEPT, (source,)):
            self.receipt = _receipt(self.log, seq, leaf)
        return self.receipt is not None

    def _finds_question(self, identifier: str | None) -> bool:
        within = self.pen.decided.get(identifier)
        rows = [within] if within else self.transaction.rows(_DECIDED, (identifier,))
        for seq, leaf, said in rows:
            if _asked.decode(said) == _asked.decode(self.pending.body):
                self.receipt = _receipt(self.log, seq, leaf)
            return True
        return False


class _Pen:
    """Makes the rows of a group, each hashed onto the one before it."""

    def __init__(self, log: str, writer: str, state: Row, most: int) -> None:
        size, chain, frontier, _, self._key_id = state
        self.size: int = size
        self.rows: list[tuple[object, ...]] = []
        self.decided: dict[str | None, Row] = {}
        self.kept: dict[str, Row] = {}
        self._log = log
        self._writer = writer
        self.chain = bytes(chain)
        self._frontier = Frontier.from_bytes(size, bytes(frontier))
        self._bundles: list[tuple[object, ...]] = []
        self._salts = os.urandom(SALT_BYTES * most)

    def write(self, pending: Pending) -> Receipt:
        number, until = pending.number or 0, pending.keep_until
        content = payload(pending.kind, pending.at, self._writer, number, until, pending.body)
        place = SALT_BYTES * len(self.rows)
        salt = self._salts[place : place + SALT_BYTES]
        leaf = leaf_hash(salt, content)
        self.chain = sha256(self.chain + leaf).digest()
        self._frontier.append(leaf)
        who = pending.id, pending.at, self._writer, number, pending.subject, until
        row = (self.size, pending.kind, *who, salt, leaf, self.chain, content)
        self.rows.append(row)
        if pending.subject is not None:
            self._key_id = pending.subject.rpartition(":")[0]
        if pending.kind == Decided.kind:
            self.decided[pending.id] = self.size, leaf, content
        if pending.bundle is not None:
            bundle = pending.bundle
            self.kept[bundle.source] = self.size, leaf
            self._bundles.append((bundle.source, bundle.sha256, bundle.content))
        self.size += 1
        return _receipt(self._log, self.size - 1, leaf)

    def finish(self, transaction: Transaction, last_at: str) -> None:
        transaction.run_many(INSERT_ENTRY, self.rows)
        transaction.run_many(_KEEP_BUNDLE, self._bundles)
        state = self.size, self.chain, self._frontier.as_bytes(), last_at, self._key_id
        transaction.run(_NEW_STATE, state)


def _receipt(log: str, seq: int, leaf: bytes) -> Receipt:
    return Receipt(log, seq, bytes(leaf).hex())


def _prepared(pending: Pending, transaction: Transaction) -> bool:
    """Do the work that an entry tells of; whether there was any."""
    body = pending.prepare and pending.prepare(transaction)
    if body:
        pending.body = body
    return bool(body)


def _with_clock(group: list[Pending], last: str) -> str:
    """Put a word before each entry whose moment lies before the last one; the last of the group.

    In a group that is tried again the word is there already.
    """
    noted: list[Pending] = []
    for pending in group:
        if pending.at < last and pending.kind != Clock.kind and _went_back(last, pending.at):
            noted.append(Pending(Clock.kind, pending.at, None, encoded(Clock(last))))
            last = pending.at
        last = pending.at if pending.kind == Clock.kind else max(last, pending.at)
        noted.append(pending)
    group[:] = noted
    return last


def _went_back(before: str, now: str) -> bool:
    return instant_of(before) - instant_of(now) > _CLOCK_TOLERANCE
