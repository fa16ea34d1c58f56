"""SQLite by two ways: the standard library, or `apsw`, which carries a SQLite of its own.

Both are behind one small interface. A connection that writes never moves the write-ahead log
into the database by itself, not even when it is closed, unless it is told to: after an I/O error
that would write old pages over good ones.
"""

import os
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, Protocol
from urllib.parse import quote

from doelbinding.errors import StoreError
from doelbinding.stores.store import Row

Mode = Literal["ro", "rw"]
Version = tuple[int, ...]

_ERROR = 1  # SQLITE_ERROR: what has no code of its own
_HOLD = "SELECT count(*) FROM sqlite_master"
"""Reads once; in WAL mode the file then stays held until the connection is closed."""


_DEFECT = (
    "this SQLite can damage a file when two write at one instant (sqlite.org/wal.html, the"
    " WAL-reset bug); the lock that every writer here holds keeps it from happening"
)


class SqliteFault(Exception):  # noqa: N818 - one word for each thing: a fault, not an error
    """What SQLite answered: its extended result code, and its words, which quote no value."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class Connection(Protocol):
    """A connection, in autocommit until it says BEGIN. Everything may raise `SqliteFault`."""

    @property
    def is_inside(self) -> bool:
        """Whether a transaction is open."""
        ...

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]: ...  # noqa: D102
    def stream(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[Row]: ...  # noqa: D102
    def run(self, sql: str, parameters: Sequence[object] = ()) -> int: ...  # noqa: D102
    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None: ...  # noqa: D102

    def close(self, *, checkpoint: bool) -> None:
        """Close it; `checkpoint`: the last one moves the log into the database and removes it."""
        ...


class Driver(Protocol):
    """A way to SQLite."""

    @property
    def engine(self) -> str: ...  # noqa: D102 - as in Store
    @property
    def version(self) -> Version:
        """The version of SQLite itself."""
        ...

    def connect(self, path: str, mode: Mode, timeout: float) -> Connection:
        """Open a file that exists."""
        ...


def best_driver() -> Driver:
    """The standard library; `apsw`, where installed, if the former has the WAL-reset defect.

    A process must use one of them only for one file: each thinks that it alone has its locks.
    """
    standard = StandardDriver()
    if has_wal_reset_defect(standard.version) and find_spec("apsw") is not None:
        return ApswDriver()
    return standard


def has_wal_reset_defect(version: Version) -> bool:
    """Whether two that write or checkpoint at one instant may damage the file.

    The defect came with WAL in 3.7.0 and went with 3.51.3; 3.44.6 and 3.50.7 lack it as well.
    """
    lacks = ((3, 44, 6) <= version < (3, 45), (3, 50, 7) <= version < (3, 51))
    return (3, 7, 0) <= version < (3, 51, 3) and not any(lacks)


def remarks_on(version: Version) -> tuple[str, ...]:
    """What is to be known about a version of SQLite."""
    return (_DEFECT,) if has_wal_reset_defect(version) else ()


# ── The standard library ─────────────────────────────────────────────────────────────────────────


@contextmanager
def _faults() -> Generator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise SqliteFault(getattr(error, "sqlite_errorcode", None) or _ERROR, str(error)) from error


class StandardDriver:
    """The SQLite that Python was built with; `vfs` names another layer below it."""

    def __init__(self, vfs: str | None = None) -> None:
        self.version: Version = sqlite3.sqlite_version_info
        self.engine = f"SQLite {sqlite3.sqlite_version}"
        self._vfs = vfs

    def connect(self, path: str, mode: Mode, timeout: float) -> Connection:
        """Open a file that exists."""
        with _faults():
            return StandardConnection(_uri(path, mode, self._vfs), mode, timeout)


class StandardConnection:
    """A connection of the standard library.

    Until Python 3.12 it cannot be told to leave the log alone when it is closed. So a reader of
    the same file stands beside each writer: SQLite cleans up after the last one only, and a
    reader cannot.
    """

    def __init__(self, uri: str, mode: Mode, timeout: float) -> None:
        self._own = _plain(uri, timeout)
        self._beside: sqlite3.Connection | None = None
        if mode == "rw":
            self._beside = _plain(uri.replace("mode=rw", "mode=ro", 1), timeout)
            self._beside.execute(_HOLD).fetchall()

    @property
    def is_inside(self) -> bool:
        """Whether a transaction is open."""
        return self._own.in_transaction

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """All rows that a query finds."""
        return list(self.stream(sql, parameters))

    def stream(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """The rows that a query finds, one at a time."""
        with _faults():
            yield from self._own.execute(sql, parameters)

    def run(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Carry out a statement; the number of rows that it changed."""
        with _faults():
            before = self._own.total_changes
            self._own.execute(sql, parameters).close()
            return self._own.total_changes - before

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out a statement for each row of parameters."""
        with _faults():
            self._own.executemany(sql, rows).close()

    def close(self, *, checkpoint: bool) -> None:
        """Close it, and what stands beside it: first the one that must not be the last."""
        both = (self._own, self._beside)
        for connection in reversed(both) if checkpoint else both:
            if connection is not None:
                with _faults():
                    connection.close()


def _plain(uri: str, timeout: float) -> sqlite3.Connection:
    return sqlite3.connect(
        uri, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False
    )


# ── apsw ─────────────────────────────────────────────────────────────────────────────────────────


class ApswDriver:
    """The SQLite that the package `apsw` carries; `vfs` names another layer below it."""

    def __init__(self, vfs: str | None = None) -> None:
        library = _apsw()
        version = library.sqlite_lib_version()
        self.version: Version = tuple(map(int, version.split(".")))
        self.engine = f"SQLite {version} (apsw)"
        self._vfs = vfs

    def connect(self, path: str, mode: Mode, timeout: float) -> Connection:
        """Open a file that exists."""
        library = _apsw()
        with _apsw_faults(library):
            return ApswConnection(library, _uri(path, mode, self._vfs), timeout)


class ApswConnection:
    """A connection of apsw."""

    def __init__(self, library: Any, uri: str, timeout: float) -> None:  # noqa: ANN401 - a module
        flags = library.SQLITE_OPEN_URI | library.SQLITE_OPEN_READWRITE
        self._library = library
        self._own: Any = library.Connection(uri, flags=flags)
        self._own.set_busy_timeout(round(timeout * 1000))
        self._own.config(library.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)

    @property
    def is_inside(self) -> bool:
        """Whether a transaction is open."""
        return bool(self._own.in_transaction)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """All rows that a query finds."""
        return list(self.stream(sql, parameters))

    def stream(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """The rows that a query finds, one at a time."""
        with _apsw_faults(self._library):
            yield from self._own.execute(sql, parameters)

    def run(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Carry out a statement; the number of rows that it changed."""
        with _apsw_faults(self._library):
            before = int(self._own.total_changes())
            self._own.execute(sql, parameters).close()
            return int(self._own.total_changes()) - before

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out a statement for each row of parameters."""
        with _apsw_faults(self._library):
            self._own.executemany(sql, rows).close()

    def close(self, *, checkpoint: bool) -> None:
        """Close it."""
        with _apsw_faults(self._library):
            leave = self._library.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE
            self._own.config(leave, int(not checkpoint))
            self._own.close()


def _apsw() -> Any:  # noqa: ANN401 - a module that need not be installed
    try:
        return import_module("apsw")
    except ImportError as error:
        message = "the package apsw is not installed, or cannot be loaded"
        raise StoreError(message, _INSTALL) from error


@contextmanager
def _apsw_faults(library: Any) -> Generator[None]:  # noqa: ANN401 - likewise
    try:
        yield
    except library.Error as error:
        code = getattr(error, "extendedresult", 0) or getattr(error, "result", 0) or _ERROR
        raise SqliteFault(code, str(error)) from error


def _uri(path: str, mode: Mode, vfs: str | None) -> str:
    return f"file:{quote(os.fsencode(path))}?mode={mode}" + (f"&vfs={quote(vfs)}" if vfs else "")


_INSTALL = "Install it: python -m pip install 'doelbinding[apsw]'"
