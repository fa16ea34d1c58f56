"""How long the write-ahead log of SQLite is, read from the log itself.

Its file is no measure: it keeps its size when the log begins anew. A frame is of today's log if it
carries the salt of the head (sqlite.org/fileformat2.html, section 4.1).
"""

import os
from pathlib import Path

_PAGES = 1000  # about 4 MiB
_HEAD = 32
_FRAME_HEAD = 24


class WriteAheadLog:
    """Tells when the log is to be moved into the database."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._due = _PAGES

    def is_due(self) -> bool:
        """Whether it has grown long enough since it was last tried."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            return self._reaches(descriptor, self._due)
        finally:
            os.close(descriptor)

    def was_moved(self, pages: int, moved: int) -> None:
        """Note what was moved: what a reader holds back is tried again when there is more."""
        self._due = _PAGES if moved == pages else pages + _PAGES

    @staticmethod
    def _reaches(descriptor: int, frames: int) -> bool:
        head = os.pread(descriptor, _HEAD, 0)
        page = int.from_bytes(head[8:12], "big")
        at = _HEAD + (frames - 1) * (_FRAME_HEAD + page)
        frame = os.pread(descriptor, _FRAME_HEAD, at)
        return len(frame) == _FRAME_HEAD and frame[8:16] == head[16:24]
