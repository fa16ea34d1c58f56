"""A log is opened: it and its keys belong together, and nothing that was anchored is gone."""

import os
import secrets
from typing import NamedTuple

from doelbinding.audit.damage import octets, told_as_damage
from doelbinding.audit.head import TreeHead
from doelbinding.audit.keys import KeyFolder
from doelbinding.audit.schema import EMPTY_CHAIN, SCHEMA
from doelbinding.errors import StoreError
from doelbinding.stores import open_store
from doelbinding.stores.store import Row, Snapshot, Store, Transaction

_NEW_STATE = "INSERT INTO state (log, size, chain, frontier) VALUES (?, 0, ?, ?)"
_STATE = "SELECT log, size, chain, key_id FROM state"
_LAST = "SELECT seq, chain FROM entries ORDER BY seq DESC LIMIT 1"
_CHAIN_AT = "SELECT chain FROM entries WHERE seq = ?"

_RESTORE = "Put back the newest copy of the log, or begin a new log with keys of its own."


class Opened(NamedTuple):
    """A log that may be written on: its id, its store and its keys."""

    log: str
    store: Store
    keys: KeyFolder


def open_log(where: str, keys: str | os.PathLike[str], *, create: bool) -> Opened:
    """Open a log with its keys; if it may be, a new one is begun. Raises `StoreError`."""
    folder = KeyFolder.open(keys, create=create)
    may_begin = create and folder.log_id is None
    store = open_store(where, SCHEMA, create=may_begin)
    try:
        with told_as_damage(store):
            if may_begin:
                store.exclusive(_begin)
            head = folder.head  # before the log, which goes on: what was anchored must be in it
            with store.snapshot() as snapshot:
                log, size, chain, key_id = _state(snapshot, store)
                _check_end(snapshot, store, size, octets(chain))
                _check_belongs(store, folder, log, size)
                _check_head(snapshot, store, head, size)
            _check_key(folder, key_id)
    except BaseException:
        store.close()
        raise
    return Opened(log, store, folder)


def _begin(transaction: Transaction) -> None:
    if not transaction.rows(_STATE):
        transaction.run(_NEW_STATE, (secrets.token_hex(16), EMPTY_CHAIN, b""))


def _state(snapshot: Snapshot, store: Store) -> Row:
    for row in snapshot.rows(_STATE):
        return row
    raise StoreError(f"{store.name} should hold a log, and holds none", _RESTORE)


def _check_belongs(store: Store, folder: KeyFolder, log: str, size: int) -> None:
    if folder.log_id is None and size == 0:
        folder.bind(log)
    elif folder.log_id is None:
        raise _not_its_keys(store, folder, "were never used for it")
    elif folder.log_id != log:
        raise _not_its_keys(store, folder, "belong to another log")


def _check_end(snapshot: Snapshot, store: Store, size: int, chain: bytes) -> None:
    """The last entry is the one that was written last, as far as the database itself can tell."""
    last = next(iter(snapshot.rows(_LAST)), None)
    found = (0, EMPTY_CHAIN) if last is None else (last[0] + 1, octets(last[1]))
    if found != (size, chain):
        raise StoreError(
            f"{store.name}: the log should end with entry {size:,}, and does not", _RESTORE
        )


def _check_head(snapshot: Snapshot, store: Store, head: TreeHead | None, size: int) -> None:
    """What was anchored is still there: a database that was put back may be an old one."""
    if head is None or head.size == 0:
        return
    if head.size > size:
        message = f"{store.name} holds {size:,} entries; {head.size:,} were anchored"
        raise StoreError(message, _RESTORE)
    found = next(iter(snapshot.rows(_CHAIN_AT, (head.size - 1,))), None)
    if found != (head.chain,):
        message = f"{store.name} is not the log that was anchored: entry {head.size:,} differs"
        raise StoreError(message, _RESTORE)


def _check_key(folder: KeyFolder, key_id: str | None) -> None:
    """The key that is in use is there: under a new one nobody would be found again."""
    if key_id is not None and folder.is_current(key_id) and key_id not in folder.key_ids:
        message = f"the key {key_id}, under which the log records, is not in {folder.name}"
        raise StoreError(message, "Put the key back from where the keys are kept safe.")


def _not_its_keys(store: Store, folder: KeyFolder, why: str) -> StoreError:
    return StoreError(
        f"the keys in {folder.name} {why}: {store.name}", "Name the folder of its own keys."
    )
