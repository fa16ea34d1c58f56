"""The file of a SQLite store: made whole, looked at before it is trusted, and watched.

Here no file of a store is opened but by SQLite: to close a file that is also open elsewhere in
this process would take away the locks on it.
"""

import os
import stat
from pathlib import Path

from doelbinding.errors import StoreError
from doelbinding.stores.sqlitedrivers import Connection, Driver
from doelbinding.stores.store import Schema
from doelbinding.stores.versions import refuse_version

SYNCHRONOUS = ("FULL", 2)
"""How far a commit goes: to the disk. Its name, and what SQLite calls it when asked."""

_LARGEST_LOG = 16 << 20
"""Bytes to which the write-ahead log is cut when it begins anew."""

_BESIDE = ("-wal", "-shm")
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC

_NAME_A_FILE = "Name the file of the store, or one that does not exist yet."
_EMPTY = "Put its backup back; only if it never held anything, remove it."
_LEFT = "Put the file back where it was; only if it is not wanted any more, remove what is left."
_SETTING = "Put the store on a local disk, in a file system that can lock and sync."


def is_there(path: Path, name: str) -> bool:
    """Whether there is a file that may be a store. Raises `StoreError` if it cannot be one."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(found.st_mode):
        raise StoreError(f"{name} is a folder, not a file", _NAME_A_FILE)
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(f"{name} is not a regular file", _NAME_A_FILE)
    if not found.st_size:
        raise StoreError(f"{name} is an empty file, not a store", _EMPTY)
    return True


def create_file(driver: Driver, path: Path, name: str, schema: Schema) -> None:
    """Make the file, whole or not at all, readable by its owner alone.

    Whoever calls this holds the lock. What an earlier attempt left is thrown away.
    """
    if beside(path, "-wal").exists():
        raise StoreError(f"{name} is gone, and its write-ahead log {name}-wal is there", _LEFT)
    fresh = beside(path, "-new")
    for left in (fresh, *(beside(fresh, suffix) for suffix in _BESIDE)):
        left.unlink(missing_ok=True)
    os.close(os.open(fresh, _NEW, 0o600))
    connection = driver.connect(str(fresh), "rw", 0)
    try:
        configure(connection, name)
        _fill(connection, schema)
    finally:
        connection.close(checkpoint=True)
    fresh.rename(path)
    _sync(path.parent)


def _fill(connection: Connection, schema: Schema) -> None:
    connection.run("BEGIN IMMEDIATE")
    for statement in schema.statements:
        connection.run(statement)
    connection.run(f"PRAGMA application_id = {schema.application_id}")
    connection.run(f"PRAGMA user_version = {schema.version}")
    connection.run("COMMIT")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, _FOLDER)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def recognise(connection: Connection, name: str, schema: Schema) -> None:
    """Raise `StoreError` unless it is a store of that schema, in that version."""
    ((application,),) = connection.rows("PRAGMA application_id")
    ((version,),) = connection.rows("PRAGMA user_version")
    if application != schema.application_id:
        raise StoreError(f"{name} is a database, but not a {schema.name}", _NAME_A_FILE)
    refuse_version(name, version, schema)


def configure(connection: Connection, name: str) -> None:
    """Set what makes a commit durable, and read it back. Raises `StoreError` if it differs."""
    level, number = SYNCHRONOUS
    for setting, value, expected in (
        ("journal_mode", "WAL", "wal"),
        ("synchronous", level, number),
        ("secure_delete", "ON", 1),
        ("wal_autocheckpoint", "0", 0),
    ):
        connection.rows(f"PRAGMA {setting} = {value}")
        ((found,),) = connection.rows(f"PRAGMA {setting}")
        if found != expected:
            message = f"{name}: SQLite keeps {setting} at {found}, not at {expected}"
            raise StoreError(message, _SETTING)
    connection.rows(f"PRAGMA journal_size_limit = {_LARGEST_LOG}")
    connection.rows("SELECT count(*) FROM sqlite_master")  # now the log is there


class Watch:
    """Files that are open: `lost` tells whether they are still the same."""

    def __init__(self, *paths: Path) -> None:
        self._opened = {path: _identity(path) for path in paths}

    def lost(self) -> Path | None:
        """The first that was removed or replaced; None when all are as they were."""
        for path, opened in self._opened.items():
            if _identity(path) != opened:
                return path
        return None


def free_fraction(folder: Path) -> float | None:
    """How much of the disk under a folder is free for this user; None if that cannot be known."""
    try:
        disk = os.statvfs(folder)
    except OSError:
        return None
    return disk.f_bavail / disk.f_blocks if disk.f_blocks else None


def beside(path: Path, suffix: str) -> Path:
    """A file that belongs to a store, by what is added to its name."""
    return path.with_name(path.name + suffix)


def besides(path: Path) -> tuple[Path, ...]:
    """The files that SQLite keeps beside a database that is open."""
    return tuple(beside(path, suffix) for suffix in _BESIDE)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
