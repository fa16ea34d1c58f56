"""Reading without the cyclic garbage collector, which would look again and again at what grows.

What is read holds no cycles: there is nothing that only the collector could free.
"""

import gc
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_inside = 0
_was_enabled = False


@contextmanager
def collector_paused() -> Generator[None]:
    """Keep the collector off; whoever leaves last, of all threads, leaves it as it was."""
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _inside, _was_enabled
    with _lock:
        if not _inside:
            _was_enabled = gc.isenabled()
            gc.disable()
        _inside += 1


def _leave() -> None:
    global _inside
    with _lock:
        _inside -= 1
        if not _inside and _was_enabled:
            gc.enable()
