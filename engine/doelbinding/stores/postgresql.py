"""A store in a database of PostgreSQL, for many machines.

Whoever writes holds an advisory lock of the database, so that what all write forms one sequence.
Nobody waits for ever: neither for the lock, nor for a server that is gone or keeps silent. A
connection that is lost is made again by the next call.
"""

import os
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from hashlib import sha256
from time import monotonic

from doelbinding.errors import StoreError
from doelbinding.stores import forks
from doelbinding.stores.store import Schema, Snapshot, Store, T, Transaction

try:
    import psycopg

    from doelbinding.stores import postgresconnection
except ImportError as error:
    message = "PostgreSQL needs the package psycopg, which is not installed or cannot be loaded"
    advice = "Install it: python -m pip install 'doelbinding[postgresql]'"
    raise StoreError(message, advice) from error

from doelbinding.stores.postgresconnection import (
    SETTINGS,
    Address,
    BoundedConnection,
    PostgresSnapshot,
    PostgresTransaction,
    refuse_settings,
)
from doelbinding.stores.postgresfaults import NoAnswer, store_error
from doelbinding.stores.postgrestables import find_tables

_BUSY = "Find what holds it, or allow more time."
_AGAIN = "Try it again."
_REOPEN = "Open it again."
_ENCODING = "Make a database with the encoding UTF8."
_CHECKSUMS = (
    "SELECT coalesce(checksum_failures, 0) FROM pg_stat_database WHERE datname = current_database()"
)

_MOST_IDLE = 10
"""Seconds after which the server gives up on a writer that is frozen, with the lock in hand."""

_left_to_the_parent: list[BoundedConnection | None] = []
"""Connections of the process that this one was forked from: to close one would end it there."""


def open_postgresql(conninfo: str, schema: Schema, *, create: bool, timeout: float = 1.0) -> Store:
    """The store in that database; its tables are made if they are not there and may be."""
    store = PostgresStore(conninfo, schema, timeout)
    store.open(create=create)
    return store


class PostgresStore:
    """A store in one database: one connection that writes, and one for each reader."""

    def __init__(self, conninfo: str, schema: Schema, timeout: float) -> None:
        self._address = Address(conninfo, timeout)
        self.name = self._address.name
        self.engine = "PostgreSQL"
        self.remarks: tuple[str, ...] = ()
        self._schema = schema
        self._timeout = timeout
        self._begin_sql, self._lock_sql = _opening(schema, timeout)
        self._threads = threading.Lock()
        self._connection: BoundedConnection | None = None
        self._process = os.getpid()
        self._latched: StoreError | None = None
        self._is_open = False
        self._is_paused = False

    # ── Open and close ───────────────────────────────────────────────────────────────────────────

    def open(self, *, create: bool) -> None:
        """Find the tables, or make them, and make sure that they are what they should be."""
        try:
            self.exclusive(
                lambda transaction: find_tables(transaction, self.name, self._schema, create=create)
            )
        except BaseException:
            self._drop()
            raise
        self._is_open = True
        forks.guard(self)

    def _connect(self) -> BoundedConnection:
        connection = self._address.connect(postgresconnection.PATIENCE)
        try:
            self._examine(connection)
        except psycopg.Error as error:
            connection.close()
            raise store_error(error, self.name, is_lost=True) from None
        except BaseException:
            connection.close()
            raise
        self._connection, self._process = connection, os.getpid()
        return connection

    def _examine(self, connection: BoundedConnection) -> None:
        """Look at a new connection before it is trusted: the server may be another one by now."""
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise StoreError(f"{self.name} keeps texts as {encoding}, not as UTF8", _ENCODING)
        self.engine = f"PostgreSQL {connection.version()}"
        if self._is_open:
            find_tables(PostgresTransaction(connection), self.name, self._schema, create=False)

    def close(self) -> None:
        """Let go of the database."""
        closed = StoreError(f"{self.name} is closed", _REOPEN, is_final=True)
        self._latched = self._latched or closed
        if self._threads.acquire(timeout=self._timeout):
            self._drop()
            self._threads.release()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if self._process != os.getpid():
            _left_to_the_parent.append(connection)
        elif connection is not None:
            with suppress(psycopg.Error):
                connection.close()

    # ── Write ────────────────────────────────────────────────────────────────────────────────────

    def exclusive(self, work: Callable[[Transaction], T]) -> T:
        """Do some work while nobody else writes."""
        with self._held():
            connection = self._begin()
            with self._undone_on_error(connection):
                result = work(PostgresTransaction(connection))
            self._commit(connection)
        return result

    def _begin(self) -> BoundedConnection:
        """A transaction that has the lock; a connection that died meanwhile is made anew."""
        if self._process != os.getpid():
            self._drop()
        used, began = self._connection, monotonic()
        if used is not None:
            try:
                return self._begin_on(used)
            except StoreError:
                if not used.is_lost or monotonic() - began > self._timeout:
                    raise
        return self._begin_on(self._connect())

    def _begin_on(self, connection: BoundedConnection) -> BoundedConnection:
        with self._undone_on_error(connection):
            connection.execute(self._begin_sql)
            _, *settings = connection.execute(self._lock_sql).fetchall()[0]
            refuse_settings(tuple(settings), self.name)
        return connection

    @contextmanager
    def _undone_on_error(self, connection: BoundedConnection) -> Generator[None]:
        try:
            yield
        except psycopg.Error as error:
            is_lost = connection.is_lost
            self._undo(connection, at_once=isinstance(error, NoAnswer))
            raise self._failed(error, is_lost=is_lost) from None
        except BaseException:
            self._undo(connection)
            raise

    def _undo(self, connection: BoundedConnection, *, at_once: bool = False) -> None:
        """Undo what was begun: in order, or by leaving, after which the server does it."""
        try:
            if at_once or connection.is_lost:
                self._drop()
            else:
                connection.execute(b"ROLLBACK")
        except psycopg.Error:
            self._drop()

    def _commit(self, connection: BoundedConnection) -> None:
        try:
            answer = connection.execute(b"COMMIT").statusmessage
        except psycopg.Error as error:
            in_doubt = connection.is_lost or isinstance(error, NoAnswer)
            self._undo(connection, at_once=in_doubt)
            raise self._failed(error, is_lost=in_doubt, may_have_happened=in_doubt) from None
        except BaseException:
            self._drop()
            raise
        if answer != "COMMIT":
            raise StoreError(f"{self.name} undid what was to be written", _AGAIN)

    def _failed(
        self, error: psycopg.Error, *, is_lost: bool, may_have_happened: bool = False
    ) -> StoreError:
        told = store_error(error, self.name, is_lost=is_lost, may_have_happened=may_have_happened)
        if told.is_final:
            self._latched = self._latched or told
        return told

    @contextmanager
    def _held(self) -> Generator[None]:
        """Keep other threads out; what is raised meanwhile passes."""
        self._refuse_latched()
        if not self._threads.acquire(timeout=self._timeout):
            raise StoreError(f"{self.name} is busy: another thread writes", _BUSY)
        try:
            self._refuse_latched()
            yield
        finally:
            self._threads.release()

    # ── Read ─────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def snapshot(self) -> Generator[Snapshot]:
        """Read the store as it is now, while others write on."""
        self._refuse_latched()
        connection = self._address.connect(postgresconnection.PATIENCE)
        try:
            try:
                snapshot = PostgresSnapshot(connection, self.name)
            except psycopg.Error as error:
                raise self._failed(error, is_lost=True) from None
            yield snapshot
        finally:
            with suppress(psycopg.Error):
                connection.close()

    def integrity(self) -> str | None:
        """How many pages the server found damaged, where it keeps checksums."""
        with self.snapshot() as snapshot:
            ((count,),) = snapshot.rows(_CHECKSUMS)
        return f"{count:,} damaged pages" if count else None

    def free_fraction(self) -> float | None:
        """The server does not tell."""
        return None

    def forget(self) -> None:
        """Nothing: PostgreSQL gives deleted rows away when it vacuums."""

    def check(self) -> None:
        """Raise `StoreError` if the server cannot be reached. A writer at work is sign enough."""
        self._refuse_latched()
        if self._threads.acquire(blocking=False):
            try:
                self._undo(self._begin())
            finally:
                self._threads.release()

    def _refuse_latched(self) -> None:
        if self._latched is not None:
            raise StoreError(self._latched.message, self._latched.help, is_final=True)

    # ── Forks (see forks.py) ─────────────────────────────────────────────────────────────────────

    def pause(self) -> bool:
        """Keep writers out until the process has forked; False if one is at work."""
        self._is_paused = self._threads.acquire(timeout=self._timeout)
        return self._is_paused

    def resume(self, *, is_usable: bool) -> None:
        """Go on after a fork."""
        if not is_usable:
            self._latched = StoreError(
                f"{self.name} was in use when this process was forked", forks.ADVICE, is_final=True
            )
        if self._is_paused:
            self._threads.release()


def _opening(schema: Schema, timeout: float) -> tuple[bytes, bytes]:
    """How each transaction begins: with what it needs, then with the lock."""
    key = int.from_bytes(sha256(schema.name.encode()).digest()[:8], "big", signed=True)
    begin = (
        "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL synchronous_commit = on;"
        f" SET LOCAL lock_timeout = '{max(1, round(timeout * 1000))}ms';"
        f" SET LOCAL idle_in_transaction_session_timeout = '{_MOST_IDLE}s'"
    )
    return begin.encode(), f"SELECT pg_advisory_xact_lock({key}), {SETTINGS}".encode()
