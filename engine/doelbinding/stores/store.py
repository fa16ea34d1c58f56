"""What a store is: tables that one writer at a time changes, durably, and that many may read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

Row = tuple[Any, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Schema:
    """What a store holds.

    The statements are in the SQL that SQLite and PostgreSQL both speak, with the types TEXT,
    INTEGER and BLOB alone. `application_id` stands in the head of a SQLite file.
    """

    name: str
    version: int
    statements: tuple[str, ...]
    application_id: int


class Transaction(Protocol):
    """What may be done while nobody else writes. A parameter stands as `?` in the SQL."""

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """All rows that a query finds."""
        ...

    def run(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Carry out a statement; the number of rows that it changed."""
        ...

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out a statement for each row of parameters."""
        ...


class Snapshot(Protocol):
    """One state of the store, however long it is read and whatever is written meanwhile."""

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """The rows that a query finds, a few at a time in memory."""
        ...


class Store(Protocol):
    """A store that is open. It may be shared between threads.

    `name` is where it is, as the user wrote it, without any password. `remarks` tell what its
    operator should know about this database, and need not act on.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - told above
    @property
    def engine(self) -> str:
        """The database and its version."""
        ...

    @property
    def remarks(self) -> tuple[str, ...]: ...  # noqa: D102 - told above

    def exclusive(self, work: Callable[[Transaction], T]) -> T:
        """Do some work while nobody else writes, in this process or any other.

        It is durable when this returns, and undone when this raises, unless the error says
        `may_have_happened`. What `work` raises by itself passes through.
        """
        ...

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Read the store as it is now, while others write on."""
        ...

    def forget(self) -> None:
        """Leave nothing of what was deleted lying about, as far as that is ours to do."""
        ...

    def check(self) -> None:
        """Find out cheaply whether it is still the store that was opened."""
        ...

    def integrity(self) -> str | None:
        """What the database finds wrong with itself, reading all of it; or None."""
        ...

    def free_fraction(self) -> float | None:
        """How much of its disk is free, from 0 to 1; None if that cannot be known."""
        ...

    def close(self) -> None:
        """Let go of it. A store that is closed can do nothing more."""
        ...
