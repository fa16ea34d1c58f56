"""A reader of a SQLite store: it sees one state, and can neither write nor clean up."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from doelbinding.stores.sqlitedrivers import Connection, Driver
from doelbinding.stores.store import Row


def open_reader(driver: Driver, path: Path, timeout: float) -> Connection:
    """A connection that stands at the state of this moment."""
    connection = driver.connect(str(path), "ro", timeout)
    try:
        connection.rows("PRAGMA query_only = ON")
        connection.run("BEGIN")
        connection.rows("SELECT count(*) FROM sqlite_master")  # reading fixes the state
    except BaseException:
        connection.close(checkpoint=False)
        raise
    return connection


class SqliteSnapshot:
    """One state of the store; `told` makes a fault of SQLite into one of the store."""

    def __init__(
        self, connection: Connection, told: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._connection = connection
        self._told = told

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """The rows that a query finds, one at a time."""
        with self._told():
            yield from self._connection.stream(sql, parameters)
