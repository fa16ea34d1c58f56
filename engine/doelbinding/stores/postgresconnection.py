"""A connection to PostgreSQL that waits for no answer for ever, and does as a store needs."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from time import monotonic
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from doelbinding.errors import StoreError
from doelbinding.stores.postgresdialect import query
from doelbinding.stores.postgresfaults import NoAnswer, store_error, unconnected
from doelbinding.stores.store import Row

PATIENCE = 5.0
"""Seconds for which an answer is waited for while something is written."""

_READERS_PATIENCE = 60.0
_BATCH = 1000

_ADDRESS = "Write it as postgresql://user@host:5432/database (a password may stand in ~/.pgpass)."
_SETTING = "Set it to `on` in postgresql.conf: without it a record that was confirmed can be lost."

_REQUIRED = ("synchronous_commit", "fsync", "full_page_writes")
SETTINGS = ", ".join(f"current_setting('{name}')" for name in _REQUIRED)
"""What makes a commit durable, as a list of columns."""


class Address:
    """Where a server is; `name` tells it without the password."""

    def __init__(self, conninfo: str, timeout: float) -> None:
        try:
            parts = conninfo_to_dict(conninfo)
        except psycopg.Error:
            raise _unknown() from None
        self._password = str(parts.get("password") or "")
        self.name = _name(parts)
        kept: dict[str, Any] = {
            "connect_timeout": max(1, round(timeout)),
            "application_name": "doelbinding",
        }
        self._parts = kept | parts | {"client_encoding": "UTF8"}

    def connect(self, patience: float) -> "BoundedConnection":
        """A new connection. Raises `StoreError`."""
        try:
            connection = BoundedConnection.connect(
                make_conninfo("", **self._parts), autocommit=True
            )
        except psycopg.Error as error:
            raise unconnected(error, self.name, self._password) from None
        connection.patience = patience
        return connection


def _name(parts: dict[str, Any]) -> str:
    host = str(parts.get("host") or parts.get("hostaddr") or "")
    user = str(parts.get("user") or "")
    if "@" in host + user:
        raise _unknown()  # a password with an @ in it was taken apart
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"postgresql://{user and user + '@'}{host}{port}/{parts.get('dbname') or ''}"


def _unknown() -> StoreError:
    return StoreError("the address of the PostgreSQL server cannot be read", _ADDRESS)


class BoundedConnection(psycopg.Connection[Row]):
    """Raises `NoAnswer` after `patience` seconds, in which even a stopped server is silent."""

    patience = PATIENCE

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401, D102 - as the library has it
        return super().wait(_bounded(gen, self.patience), *args, **kwargs)

    @property
    def is_lost(self) -> bool:
        """Whether nothing more can be done with it."""
        return self.closed or self.broken

    def version(self) -> str:
        """The version of the server, as it tells it."""
        told = self.info.parameter_status("server_version") or "of unknown version"
        return told.partition(" (")[0]


def _bounded(gen: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
    """The same exchange, given up when the other side keeps silent."""
    deadline = monotonic() + seconds
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and monotonic() > deadline:
                raise NoAnswer
            wanted = gen.send(ready)
    except StopIteration as end:
        return end.value


def refuse_settings(found: Row, name: str) -> None:
    """Raise `StoreError` if a commit would not be durable; `found` is what SETTINGS gave."""
    for setting, value in zip(_REQUIRED, found, strict=True):
        if value not in ("on", "remote_apply"):
            message = f"{name}: the server has {setting} at `{value}`, not at `on`"
            raise StoreError(message, _SETTING)


class PostgresTransaction:
    """What may be done while nobody else writes."""

    def __init__(self, connection: BoundedConnection) -> None:
        self._connection = connection

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """All rows that a query finds."""
        return self._connection.execute(query(sql).encode(), tuple(parameters)).fetchall()

    def run(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Carry out a statement; the number of rows that it changed."""
        cursor = self._connection.execute(query(sql).encode(), tuple(parameters))
        return max(0, cursor.rowcount)

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out a statement for each row of parameters."""
        with self._connection.cursor() as cursor:
            cursor.executemany(query(sql).encode(), map(tuple, rows))


class PostgresSnapshot:
    """One state of the store, read through cursors that the server keeps."""

    def __init__(self, connection: BoundedConnection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._count = 0
        connection.patience = _READERS_PATIENCE
        connection.execute(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute(b"SELECT 1")  # the first query fixes the state

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """The rows that a query finds, a batch at a time."""
        self._count += 1
        try:
            with self._connection.cursor(f"rows{self._count}") as cursor:
                cursor.itersize = _BATCH
                yield from cursor.execute(query(sql).encode(), tuple(parameters))
        except psycopg.Error as error:
            raise store_error(error, self._name, is_lost=self._connection.is_lost) from None
