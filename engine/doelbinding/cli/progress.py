"""How far a long work is, for whoever watches standard error on a terminal."""

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

_Item = TypeVar("_Item")

_AFTER = 0.5
"""Seconds until it is shown: who gets the answers at once need not see it."""
_PAUSE = 0.1


class _Bar:
    """A bar on a terminal; leaving the `with` statement ends it."""

    def __init__(self, doing: str, length: int | None, *, watched: bool) -> None:
        self._bar = _bar(doing, length) if watched else None
        self._due = monotonic() + _AFTER
        self._done = 0
        self._is_shown = False

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Leave the line, so that others can write below it."""
        if self._bar is not None and self._is_shown:
            self._show(self._bar)
            with suppress(OSError, ValueError):
                self._bar.render_finish()
        self._bar = None

    def _advance(self, count: int) -> None:
        self._done += count
        if self._bar is not None and monotonic() >= self._due:
            self._is_shown = True
            self._show(self._bar)
            self._due = monotonic() + _PAUSE

    def _show(self, bar: "ProgressBar[None]") -> None:
        with suppress(OSError, ValueError):  # nobody watches any more
            bar.update(self._done)
        self._done = 0


class Progress(_Bar):
    """How far a batch is: by bytes where the size of the file is known, else by lines."""

    def __init__(self, path: str, *, wanted: bool = True) -> None:
        watched = wanted and _is_watched()
        size = _size(path) if watched else None
        self._by_bytes = size is not None
        super().__init__("deciding", size, watched=watched)

    def __enter__(self) -> "Progress":
        return self

    def advance(self, count_of_bytes: int, count_of_lines: int) -> None:
        """So much more is done."""
        self._advance(count_of_bytes if self._by_bytes else count_of_lines)


class Count(_Bar):
    """How far a work is that goes through so many things, some at a time."""

    def __init__(self, doing: str, length: int, *, wanted: bool = True) -> None:
        super().__init__(doing, length or None, watched=wanted and _is_watched())

    def __enter__(self) -> "Count":
        return self

    def advance(self, count: int) -> None:
        """So many more are done."""
        self._advance(count)


class _Following(_Bar):
    """How far a list is gone through."""

    def __enter__(self) -> "_Following":
        return self

    def step(self) -> None:
        """One more is done."""
        self._advance(1)


def follow(doing: str) -> Callable[[Sequence[_Item]], Iterable[_Item]]:
    """Hands on what is gone through, and shows how far that is once it takes its time."""

    def followed(items: Sequence[_Item]) -> Iterator[_Item]:
        with _Following(doing, len(items), watched=_is_watched()) as bar:
            for item in items:
                yield item
                bar.step()

    return followed


def _bar(doing: str, length: int | None) -> "ProgressBar[None]":
    return click.progressbar(
        _endless(), length=length, label=doing, show_pos=length is None, file=sys.stderr
    )


def _endless() -> Iterator[None]:
    """Something of which click cannot know the length."""
    while True:
        yield None


def _is_watched() -> bool:
    return os.environ.get("TERM") != "dumb" and sys.stderr is not None and sys.stderr.isatty()


def _size(path: str) -> int | None:
    """The bytes of a regular file, or None for what has no size that could be known."""
    try:
        status = os.fstat(sys.stdin.fileno()) if path == "-" else Path(path).stat()
    except (OSError, ValueError, AttributeError):
        return None
    return status.st_size or None if stat.S_ISREG(status.st_mode) else None
