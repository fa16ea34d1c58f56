"""Heads of the log are signed, to be kept where whoever can change the log cannot reach them."""

from datetime import UTC, datetime
from time import time

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


def head_of(log: AuditLog) -> TreeHead:
    """The head of the log as it is, after it was found to continue the last anchored one.

    Raises `StoreError` when it does not: a log never vouches for two different pasts.
    """
    with log.store.snapshot() as snapshot:
        size, chain = next(iter(snapshot.rows(_STATE)))
        root = _root(snapshot, log, size, bytes(chain))
    at = datetime.fromtimestamp(int(time()), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return TreeHead(log.id, size, root, bytes(chain), at)


def anchor(log: AuditLog) -> str:
    """Sign the head of the log; the note, of which the keys keep a copy. Raises `SourceError`."""
    note = signed(head_of(log), log.keys.head_key())
    log.keys.keep_head(note)
    log.note_head()
    return note


def _root(snapshot: Snapshot, log: AuditLog, size: int, chain: bytes) -> bytes:
    anchored = log.keys.head
    frontier, last = Frontier(), EMPTY_CHAIN
    for leaf, link in snapshot.rows(_UP_TO):
        if anchored is not None and frontier.size == anchored.size:
            _compare(frontier, last, anchored)
        frontier.append(bytes(leaf))
        last = bytes(link)
    if anchored is not None and frontier.size <= anchored.size:
        _compare(frontier, last, anchored)
    if (frontier.size, last) != (size, chain):
        raise StoreError(f"the log should have {size:,} entries, and has {frontier.size:,}", _STOP)
    return frontier.root()


def _compare(frontier: Frontier, chain: bytes, anchored: TreeHead) -> None:
    here = frontier.size, frontier.root(), chain
    if here != (anchored.size, anchored.root, anchored.chain):
        message = f"the first {anchored.size:,} entries are not those that were anchored"
        raise StoreError(message, _STOP)
