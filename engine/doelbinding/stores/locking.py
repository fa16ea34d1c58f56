"""A lock between processes: a file beside the store that one of them at a time holds.

The lock goes when its holder ends, however it ends. The file stays; it is empty.
"""

import errno
import fcntl
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_PAUSE = 0.001
_HELD = frozenset({errno.EAGAIN, errno.EACCES})


class FileLock:
    """Held by one thread of one process at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.threads = threading.Lock()
        self._descriptor = -1

    @contextmanager
    def held(self, timeout: float) -> Generator[None]:
        """Hold it. Raises `TimeoutError` if another does for that long, `OSError` otherwise."""
        deadline = monotonic() + timeout
        if not self.threads.acquire(timeout=timeout):
            raise TimeoutError
        try:
            self._take(deadline)
            try:
                yield
            finally:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        finally:
            self.threads.release()

    def let_go(self) -> None:
        """Close the file. Whoever calls this holds `threads`; the next that holds it opens it."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            with suppress(OSError):
                os.close(descriptor)

    def _take(self, deadline: float) -> None:
        while not self._try():
            if monotonic() >= deadline:
                raise TimeoutError
            sleep(_PAUSE)

    def _try(self) -> bool:
        """Take it if nobody has it, and if the file is still the one that others will find."""
        if self._descriptor < 0:
            self._descriptor = os.open(self.path, _FLAGS, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _HELD:
                return False
            raise
        if self._is_there():
            return True
        self.let_go()
        return False

    def _is_there(self) -> bool:
        try:
            return os.path.samestat(self.path.stat(), os.fstat(self._descriptor))
        except FileNotFoundError:
            return False
