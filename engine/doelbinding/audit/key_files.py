"""The files of a folder of keys: the owner's alone, written whole and durably or not at all."""

import fcntl
import os
import secrets
import shlex
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import ELOOP
from pathlib import Path
from time import monotonic, sleep

from doelbinding.errors import StoreError

_OLD = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe must not hang
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_SPOILT = os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_LOCK = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = stat.S_IRWXG | stat.S_IRWXO, "700"
_SECRET = stat.S_IRWXG | stat.S_IRWXO, "600"
_PUBLIC = stat.S_IWGRP | stat.S_IWOTH, "644"
_MOST_BYTES = 1 << 16
_UNFINISHED = "new-"

_CHECK = "Check the path, its permissions and the disk."
_PUT_BACK = "Put the file back from where the keys are kept safe."

_LOCK_SECONDS = 2.0
_LOCK_PAUSE = 0.005


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """A folder that nobody but its owner reads. `path` is absolute, `name` is as the user wrote it.

    What cannot be done ends in a `StoreError`.
    """

    path: Path
    name: str

    def within(self, folder: str) -> "KeyFiles":
        """A folder in this one."""
        return KeyFiles(self.path / folder, self.shown(folder))

    def shown(self, name: str) -> str:
        """A file of the folder as the user knows it."""
        return f"{self.name.rstrip('/')}/{name}"

    def check(self) -> None:
        """Whether it is a folder, of this user, that is closed to others."""
        with _reported(f"cannot open the folder of keys {self.name}"):
            about = self.path.stat()
        if not stat.S_ISDIR(about.st_mode):
            raise StoreError(f"{self.name} is not a folder", "Name the folder of the log's keys.")
        _check_closed(self.name, about, *_FOLDER)

    def make(self) -> None:
        """Make the folder, unless it is there."""
        with _reported(f"cannot make the folder of keys {self.name}"), suppress(FileExistsError):
            self.path.mkdir(mode=0o700)
            _sync_folder(self.path.parent)

    def names(self) -> list[str]:
        """Its files in order; none where there is no such folder."""
        with _reported(f"cannot list the folder of keys {self.name}"):
            try:
                return sorted(os.listdir(self.path))  # noqa: PTH208 - names are all it takes
            except FileNotFoundError:
                return []

    def read(self, name: str, *, is_secret: bool = True) -> bytes | None:
        """A file, or None where there is none. One that is no secret others may read."""
        with _reported(f"cannot read {self.shown(name)}"):
            try:
                descriptor = os.open(self.path / name, _OLD)
            except FileNotFoundError:
                return None
            try:
                return self._content(name, descriptor, *(_SECRET if is_secret else _PUBLIC))
            finally:
                os.close(descriptor)

    def _content(self, name: str, descriptor: int, refused: int, mode: str) -> bytes:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise StoreError(f"{self.shown(name)} is not a regular file", _PUT_BACK)
        _check_closed(self.shown(name), about, refused, mode)
        return os.read(descriptor, _MOST_BYTES)

    def add(self, name: str, content: bytes) -> bool:
        """Write a file durably, unless there is one of that name: then False."""
        with _reported(f"cannot write {self.shown(name)}"):
            with self._written(content) as new:
                try:
                    os.link(new, self.path / name)
                except FileExistsError:
                    return False
            _sync_folder(self.path)
        return True

    def replace(self, name: str, content: bytes) -> None:
        """Write a file durably, in the place of one of that name if there is any."""
        with _reported(f"cannot write {self.shown(name)}"):
            with self._written(content) as new:
                new.replace(self.path / name)
            _sync_folder(self.path)

    def destroy(self, name: str) -> None:
        """Overwrite a file and remove it, durably."""
        path = self.path / name
        with _reported(f"cannot destroy {self.shown(name)}"), suppress(FileNotFoundError):
            with os.fdopen(os.open(path, _SPOILT), "wb") as file:
                file.write(bytes(os.fstat(file.fileno()).st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            _sync_folder(self.path)

    def sweep(self) -> None:
        """Destroy what a program left that was killed while it wrote. The lock must be held."""
        for name in self.names():
            if name.startswith(_UNFINISHED):
                self._sweep(name)

    def _sweep(self, name: str) -> None:
        with _reported(f"cannot remove {self.shown(name)}"):
            path = self.path / name
            if path.lstat().st_nlink > 1:
                path.unlink()  # it is a finished file as well: that one stays
            else:
                self.destroy(name)

    @contextmanager
    def locked(self) -> Generator[None]:
        """While no other thread or process has it locked."""
        with _reported(f"cannot write to the folder of keys {self.name}"):
            descriptor = os.open(self.path / "lock", _LOCK, 0o600)
        try:
            self._lock(descriptor)
            try:
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)  # a fork may hold the descriptor as well
        finally:
            os.close(descriptor)

    def _lock(self, descriptor: int) -> None:
        until = monotonic() + _LOCK_SECONDS
        while True:
            with _reported(f"cannot lock {self.shown('lock')}"), suppress(BlockingIOError):
                return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if monotonic() > until:
                raise StoreError(f"another process keeps {self.shown('lock')} locked", "Try again.")
            sleep(_LOCK_PAUSE)

    @contextmanager
    def _written(self, content: bytes) -> Generator[Path]:
        """A file with the content, durable, under a name that it has for now."""
        new = self.path / f"{_UNFINISHED}{secrets.token_hex(12)}"
        try:
            with os.fdopen(os.open(new, _NEW, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            yield new
        finally:
            new.unlink(missing_ok=True)


def _check_closed(name: str, about: os.stat_result, refused: int, mode: str) -> None:
    if about.st_uid != os.geteuid():
        message = f"{name} belongs to another user, with the number {about.st_uid}"
        raise StoreError(message, "Run as that user, or name a folder of keys of your own.")
    if about.st_mode & refused:
        message = f"{name} is open to other users"
        raise StoreError(message, f"Close it to them: `chmod {mode} {shlex.quote(name)}`.")


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _reported(what: str) -> Generator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise StoreError(f"{what}: {_reason(error)}", _CHECK) from None


def _reason(error: OSError | ValueError) -> str:
    if not isinstance(error, OSError):
        return "no file can have that name"
    return "it is a symbolic link" if error.errno == ELOOP else (error.strerror or "").lower()
