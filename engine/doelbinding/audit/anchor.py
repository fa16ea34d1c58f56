"""Heads of the log are signed, to be kept where whoever can change the log cannot reach them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from time import time

from doelbinding.audit.damage import octets, only_row, told_as_damage
from doelbinding.audit.head import TreeHead, signed
from doelbinding.audit.log import AuditLog
from doelbinding.audit.schema import EMPTY_CHAIN
from doelbinding.audit.tree import Frontier
from doelbinding.errors import StoreError
from doelbinding.stores.store import Snapshot

_STATE = "SELECT size, chain FROM state"
_UP_TO = "SELECT leaf, chain FROM entries ORDER BY seq"

_STOP = (
    "Do not anchor what has changed: find out what happened, from a copy of the log and the heads"
    " that are kept elsewhere."
)


def head_of(log: AuditLog, elsewhere: Iterable[TreeHead] = ()) -> TreeHead:
    """The head of the log as it is, after it was found to continue the last anchored one.

    `elsewhere` are heads of the log that are kept at other places: it must continue them too.
    Raises `StoreError` when it does not: a log never vouches for two different pasts.
    """
    last = log.keys.head  # before the log, which goes on: it must be in what is read then
    anchored = [*elsewhere] if last is None else [*elsewhere, last]
    with told_as_damage(log.store), log.store.snapshot() as snapshot:
        size, chain = only_row(snapshot.rows(_STATE))
        root = _root(snapshot, anchored, size, octets(chain))
    at = datetime.fromtimestamp(int(time()), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return TreeHead(log.id, size, root, octets(chain), at)


def anchor(log: AuditLog) -> str:
    """Sign the head of the log; the note, of which the keys keep a copy. Raises `SourceError`."""
    note = signed(head_of(log), log.keys.head_key())
    log.keys.keep_head(note)
    log.note_head()
    return note


def _root(snapshot: Snapshot, anchored: list[TreeHead], size: int, chain: bytes) -> bytes:
    frontier, last = Frontier(), EMPTY_CHAIN
    due = sorted(anchored, key=lambda each: each.size, reverse=True)
    for leaf, link in snapshot.rows(_UP_TO):
        while due and due[-1].size == frontier.size:
            _compare(frontier, last, due.pop())
        frontier.append(octets(leaf))
        last = sha256(last + leaf).digest()
        if last != link:
            raise StoreError(f"the chain is broken at entry {frontier.size - 1:,}", _STOP)
    for each in due:  # of this size, or of more than there is
        _compare(frontier, last, each)
    if (frontier.size, last) != (size, chain):
        raise StoreError("the log does not end where it should", _STOP)
    return frontier.root()


def _compare(frontier: Frontier, chain: bytes, anchored: TreeHead) -> None:
    here = frontier.size, frontier.root(), chain
    if here != (anchored.size, anchored.root, anchored.chain):
        message = f"the first {anchored.size:,} entries are not those that were anchored"
        raise StoreError(message, _STOP)
