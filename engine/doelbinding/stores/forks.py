"""What a fork does to stores: a child must use no connection of its parent.

SQLite notes in memory which locks the process has, and a child has none of them. So each store is
let go before a fork, and opened again by whoever uses it next. What could not be let go, because
somebody was reading or writing, is refused in the child.
"""

import os
import threading
from pathlib import Path
from typing import Protocol
from weakref import WeakSet

from doelbinding.errors import StoreError

ADVICE = "Let each process open the store after it was started."


class Forkable(Protocol):
    """A store, as a fork sees it."""

    def pause(self) -> bool:
        """Let go of everything, and keep others from it; False if something stays open."""
        ...

    def resume(self, *, is_usable: bool) -> None:
        """Go on; not `is_usable`: as the child, and something stayed open."""
        ...


_stores: WeakSet[Forkable] = WeakSet()
_changing = threading.Lock()
_paused: list[tuple[Forkable, bool]] = []
_inherited: set[Path] = set()


def guard(store: Forkable) -> None:
    """Let go of this store at every fork from now on."""
    with _changing:
        _stores.add(store)


def refuse_inherited(path: Path, name: str) -> None:
    """Raise `StoreError` if a connection of the parent to that file was carried over."""
    if path in _inherited:
        raise StoreError(f"{name} was in use when this process was forked", ADVICE, is_final=True)


def carry_over(path: Path) -> None:
    """Note that a connection to that file was open when this process was forked."""
    _inherited.add(path)


def _before() -> None:
    _changing.acquire()
    _paused[:] = [(store, store.pause()) for store in _stores]


def _in_parent() -> None:
    for store, _ in _paused:
        store.resume(is_usable=True)
    _end()


def _in_child() -> None:
    for store, is_usable in _paused:
        store.resume(is_usable=is_usable)
    _end()


def _end() -> None:
    _paused.clear()
    _changing.release()


os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
