"""Layers below SQLite, for tests: one whose disk fails, and one that forgets what is not synced."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from random import Random
from uuid import uuid4

import apsw

IO_WRITE = apsw.SQLITE_IOERR_WRITE
IO_SYNC = apsw.SQLITE_IOERR_FSYNC
IO_READ = apsw.SQLITE_IOERR_READ


class FailingDisk(apsw.VFS):
    """Does what is asked until it is told to fail; notes what was written and synced, in order."""

    def __init__(self) -> None:
        self.name = f"failing-{uuid4().hex}"
        self.fails: Callable[[str, str], int | None] = lambda act, path: None
        self.done: list[tuple[str, str]] = []
        super().__init__(self.name, "unix")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> "FailingFile":  # noqa: N802
        return FailingFile(self, name, flags)

    def note(self, act: str, path: str) -> None:
        self.done.append((act, Path(path).name))
        code = self.fails(act, path)
        if code is not None:
            raise apsw.exception_for(code)


class FailingFile(apsw.VFSFile):
    """A file on it."""

    def __init__(
        self, disk: FailingDisk, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        self._disk = disk
        self._path = str(name.filename() if isinstance(name, apsw.URIFilename) else name)
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.note("write", self._path)
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.note("sync", self._path)
        super().xSync(flags)

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        self._disk.note("read", self._path)
        return super().xRead(amount, offset)


class ForgetfulDisk(apsw.VFS):
    """Keeps in `kept` what a disk has for certain, and ends the process when the power goes.

    Files are worked on as ever. A write reaches the copy in `kept` at the next sync of its file;
    some do so earlier, whole or in part, for a disk may write when it likes. `power` is the number
    of acts after which it is over.
    """

    def __init__(self, kept: Path, seed: str, power: int) -> None:
        self.name = "forgetful"
        self.kept = kept
        self.random = Random(seed)
        self._power = power
        super().__init__(self.name, "unix")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> "ForgetfulFile":  # noqa: N802
        return ForgetfulFile(self, name, flags)

    def spend(self) -> None:
        """Use up power; with the last of it, die."""
        self._power -= 1
        if self._power < 0:
            os.kill(os.getpid(), signal.SIGKILL)


class ForgetfulFile(apsw.VFSFile):
    """A file on it."""

    def __init__(
        self, disk: ForgetfulDisk, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        path = Path(str(name.filename() if isinstance(name, apsw.URIFilename) else name))
        self._disk = disk
        self._copy = disk.kept / path.name
        self._forgotten: list[tuple[int, bytes | None]] = []
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.spend()
        super().xWrite(data, offset)
        self._forgotten.append((offset, bytes(data)))
        if self._disk.random.random() < 0.1:
            self._keep([(offset, bytes(data)[: 512 * self._disk.random.randint(1, 8)])])

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.spend()
        super().xTruncate(newsize)
        self._forgotten.append((newsize, None))

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.spend()
        self._keep(self._forgotten)
        self._forgotten.clear()
        self._disk.spend()

    def _keep(self, acts: list[tuple[int, bytes | None]]) -> None:
        descriptor = os.open(self._copy, os.O_RDWR | os.O_CREAT, 0o600)
        for offset, data in acts:
            if data is None:
                os.ftruncate(descriptor, offset)
            else:
                os.pwrite(descriptor, data, offset)
        os.close(descriptor)
