"""A database that was damaged, or altered by hand, gives what it likes: nothing is trusted."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager

from doelbinding.errors import StoreError
from doelbinding.stores.store import Row, Store

_VERIFY = "Check the log: `doelbinding audit verify`. Then put back its newest copy."


@contextmanager
def told_as_damage(store: Store) -> Generator[None]:
    """Tell what no log ever wrote as a fault of the store."""
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise StoreError(
            f"{store.name} is damaged: it holds what no log writes", _VERIFY
        ) from error


def only_row(rows: Iterable[Row]) -> Row:
    """The one row that there must be. Raises `LookupError`."""
    found = next(iter(rows), None)
    if found is None:
        raise LookupError("no row")
    return found


def octets(value: object) -> bytes:
    """What a column holds that should hold bytes. Raises `TypeError`."""
    if not isinstance(value, bytes):
        raise TypeError("no bytes")
    return value
