"""A folder that is the user's own and that nobody else can write to, or none at all."""

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITING = stat.S_IWGRP | stat.S_IWOTH
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NAME_BYTES = 12


@dataclass(frozen=True, slots=True)
class PrivateFolder:
    """Such a folder, open: what becomes of its path meanwhile makes no difference."""

    descriptor: int

    def read(self, name: str, most: int) -> bytes | None:
        """A file of ours, or None when there is none, or one that is too large. Raises `OSError`.

        It counts as used now.
        """
        try:
            descriptor = os.open(name, _OLD, dir_fd=self.descriptor)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if not (stat.S_ISREG(about.st_mode) and _is_ours(about, _OTHERS)):
                return None
            if about.st_size > most:
                return None
            os.utime(descriptor)
            return file.read(most)

    def write(self, name: str, content: bytes, *, replace: bool = True) -> None:
        """Write a file that is there whole or not at all. Raises `OSError`.

        Where one of that name exists it is replaced, or else left as it is.
        """
        new = f"new-{os.urandom(_NAME_BYTES).hex()}"
        try:
            with os.fdopen(os.open(new, _NEW, 0o600, dir_fd=self.descriptor), "wb") as file:
                file.write(content)
            if replace:
                os.replace(new, name, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)
                return
            with suppress(FileExistsError):
                os.link(new, name, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)
        finally:
            self.remove(new)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there. Raises `OSError`."""
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self.descriptor)

    def by_use(self) -> list[tuple[str, int]]:
        """The files with their sizes, those first that were used longest ago. Raises `OSError`."""
        found: list[tuple[int, str, int]] = []
        with os.scandir(self.descriptor) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    about = entry.stat(follow_symlinks=False)
                    found.append((about.st_mtime_ns, entry.name, about.st_size))
        return [(name, size) for _, name, size in sorted(found)]

    def close(self) -> None:
        """Let go of it."""
        os.close(self.descriptor)


def open_private(path: Path) -> PrivateFolder | None:
    """Open a folder, made if need be with the one above it; None unless both are private.

    Raises `OSError` where it can be neither made nor opened.
    """
    path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _opened(str(path.parent), None) as above:
        if not _is_ours(os.fstat(above), _OTHERS_WRITING):
            return None
        with _opened(path.name, above) as descriptor:
            is_ours = _is_ours(os.fstat(descriptor), _OTHERS_WRITING)
            return PrivateFolder(os.dup(descriptor)) if is_ours else None


@contextmanager
def _opened(name: str, above: int | None) -> Generator[int]:
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=above)
    descriptor = os.open(name, _FOLDER, dir_fd=above)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_ours(about: os.stat_result, refused: int) -> bool:
    """Whether it is this user's, and others have none of the refused permissions."""
    return about.st_uid == os.geteuid() and not about.st_mode & refused
