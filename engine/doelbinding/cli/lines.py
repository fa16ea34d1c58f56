"""The lines of a file or of standard input, as many at once as are there."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import cast

from doelbinding.errors import SourceError

LONGEST_LINE = 1 << 20
"""So many bytes, its end included, are a line at most; of a longer one no more are kept."""

_AT_ONCE = 1 << 16
_INSTEAD = "Name a file, or pipe transfers in."


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines that were there at the same time; `first` is the number of the first."""

    first: int
    text: bytes

    @property
    def count(self) -> int:
        """How many lines they are."""
        return self.text.count(b"\n") or 1

    def __iter__(self) -> Iterator[bytes]:
        return iter(BytesIO(self.text))


def read_blocks(path: str) -> Iterator[Block]:
    """The blocks of a file (`-`: standard input), each as soon as it is there.

    Raises `SourceError` where it cannot be read.
    """
    first = 1
    try:
        with _opened(path) as stream:
            for text in _texts(stream):
                block = Block(first, text)
                yield block
                first += block.count
    except OSError as error:
        reason = (error.strerror or "unknown").lower()
        if path == "-":
            raise SourceError(f"cannot read standard input: {reason}", _INSTEAD) from error
        raise SourceError(f"cannot read {path}: {reason}", "Check the path.") from error


def _opened(path: str) -> AbstractContextManager[BufferedReader]:
    if path != "-":
        return cast(BufferedReader, Path(path).open("rb", buffering=_AT_ONCE))
    if sys.stdin is None:
        raise SourceError("standard input is closed", _INSTEAD)
    return nullcontext(cast(BufferedReader, sys.stdin.buffer))


def _texts(stream: BufferedReader) -> Iterator[bytes]:
    """Whole lines as they come; one of which but a part is there is waited for by itself."""
    while text := stream.read1(_AT_ONCE):
        lines, newline, part = text.rpartition(b"\n")
        if newline:
            yield lines + newline
        if part:
            yield _whole(part, stream)


def _whole(line: bytes, stream: BufferedReader) -> bytes:
    line += stream.readline(LONGEST_LINE + 1 - len(line))
    rest = line
    while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
        rest = stream.readline(LONGEST_LINE + 1)
    return line
