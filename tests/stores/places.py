"""Where a store may be, and how tests open it there; also in a process of its own.

As a program: `python -m tests.stores.places KIND WHERE write NAME COUNT`; or `… hold`, `… strange`.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from doelbinding.errors import StoreError
from doelbinding.stores.sqlite import open_sqlite
from doelbinding.stores.sqlitedrivers import ApswDriver, Driver, StandardDriver
from doelbinding.stores.store import Schema, Store, Transaction

ROOT = Path(__file__).resolve().parents[2]
SQLITES: tuple[type[StandardDriver] | type[ApswDriver], ...] = (StandardDriver, ApswDriver)

SCHEMA = Schema(
    "doelbinding-test",
    3,
    (
        "CREATE TABLE entries (seq INTEGER PRIMARY KEY, writer TEXT NOT NULL, body BLOB)",
        "CREATE INDEX entries_writer ON entries (writer) WHERE body IS NOT NULL",
    ),
    0x74657374,
)
INSERT = "INSERT INTO entries (seq, writer, body) VALUES (?, ?, ?)"
ALL = "SELECT seq, writer, body FROM entries ORDER BY seq"


@dataclass(frozen=True)
class Place:
    """A place for a store."""

    kind: str
    where: str

    def open(self, *, create: bool = True, timeout: float = 10.0, schema: Schema = SCHEMA) -> Store:
        if self.kind == "postgresql":
            from doelbinding.stores.postgresql import open_postgresql

            return open_postgresql(self.where, schema, create=create, timeout=timeout)
        driver: Driver = StandardDriver() if self.kind == "standard" else ApswDriver()
        return open_sqlite(self.where, schema, create=create, timeout=timeout, driver=driver)

    def process(self, *command: str) -> "subprocess.Popen[str]":
        """This module as a program, at this place."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.stores.places", self.kind, self.where, *command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


def wal_of(place: Place) -> Path:
    """The write-ahead log of a file of SQLite."""
    return Path(f"{place.where}-wal")


def disk_of(place: Place) -> tuple[bytes, bytes]:
    """What stands in the database and in its log."""
    return Path(place.where).read_bytes(), wal_of(place).read_bytes()


def append(transaction: Transaction, writer: str, body: bytes | None = None) -> int:
    """Write the next entry; its number."""
    ((seq,),) = transaction.rows("SELECT coalesce(max(seq), -1) + 1 FROM entries")
    transaction.run(INSERT, (seq, writer, body))
    return int(seq)


def write(store: Store, writer: str = "me", body: bytes | None = None) -> int:
    """Write the next entry in a commit of its own; its number."""
    return store.exclusive(lambda transaction: append(transaction, writer, body))


def until_refused(store: Store, body: bytes, most: int = 10_000) -> tuple[int, StoreError]:
    """Write until the store refuses; how many were written, and why no more."""
    for count in range(most):
        try:
            write(store, body=body)
        except StoreError as error:
            return count, error
    raise AssertionError("nothing was refused")


def entries(store: Store) -> list[tuple[int, str, bytes | None]]:
    with store.snapshot() as snapshot:
        return [(seq, writer, body) for seq, writer, body in snapshot.rows(ALL)]


def numbers(store: Store) -> list[int]:
    return [seq for seq, _, _ in entries(store)]


@contextmanager
def suppress_busy() -> Iterator[None]:
    """Let it be tried again, if the store only was not to be had."""
    try:
        yield
    except StoreError as error:
        if error.is_final or error.may_have_happened:
            raise


def _write(store: Store, writer: str, count: str) -> None:
    """Write so many, each as often as it takes, and say which numbers they were given."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for _ in range(int(count)):
        number = None
        while number is None:
            with suppress_busy():
                number = write(store, writer)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
    store.close()


def _hold(store: Store) -> None:
    """Keep others from writing until a line is read."""

    def wait(_: Transaction) -> None:
        sys.stdout.write("held\n")
        sys.stdout.flush()
        sys.stdin.readline()

    store.exclusive(wait)
    store.close()


def _strange(where: str) -> None:
    """Hold the database itself, as a program does that knows nothing of us."""
    stranger = sqlite3.connect(where, isolation_level=None)
    stranger.execute("BEGIN EXCLUSIVE")
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.readline()
    stranger.execute("ROLLBACK")
    stranger.close()


if __name__ == "__main__":
    kind, where, command, *arguments = sys.argv[1:]
    if command == "strange":
        _strange(where)
    elif command == "hold":
        _hold(Place(kind, where).open())
    else:
        _write(Place(kind, where).open(), *arguments)
