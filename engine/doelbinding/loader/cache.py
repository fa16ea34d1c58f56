"""What policy files say, kept in the user's own folder, so that an unchanged one is not read twice.

An entry is found by a keyed hash of the file's bytes, of the limits, and of the code that reads
them: it never has to be withdrawn. It is believed only with the right seal, made with a key that
no other user can read; before that, nothing in it is looked at. Whatever goes wrong, the file is
read as if there were no cache.
"""

import hashlib
import marshal
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, cached_property
from hmac import compare_digest
from pathlib import Path

from doelbinding.loader.content import Content
from doelbinding.loader.limits import Limits
from doelbinding.loader.private_folder import PrivateFolder, open_private

_WORTH_KEEPING = 32 << 10
"""A shorter text is read about as fast as it is found."""

_MOST_BYTES = 256 << 20
_LARGEST_ENTRY = 64 << 20
_KEY, _KEY_BYTES, _SEAL_BYTES = "key", 32, 32


@dataclass(frozen=True, slots=True)
class ContentCache:
    """A folder in which contents are kept; it is made when there is something to keep.

    Once its files are larger together than `most_bytes`, those are removed that were used
    longest ago.
    """

    folder: Path
    most_bytes: int = _MOST_BYTES

    @classmethod
    def of_user(cls) -> "ContentCache | None":
        """That of this user, below `$XDG_CACHE_HOME` or `~/.cache`; None without a home."""
        given = Path(os.environ.get("XDG_CACHE_HOME", ""))
        base = given if given.is_absolute() else Path(os.path.expanduser("~/.cache"))  # noqa: PTH111 - does not fail without a home
        return cls(base / "doelbinding" / "contents") if base.is_absolute() else None


@contextmanager
def opened(cache: ContentCache | None, limits: Limits) -> Generator["Shelf"]:
    """The cache in use, for one reading of a policy under these limits."""
    shelf = Shelf(cache, limits)
    try:
        yield shelf
    finally:
        shelf.close()


class Shelf:
    """A cache in use; its folder is opened for the first text that is worth it."""

    def __init__(self, cache: ContentCache | None, limits: Limits) -> None:
        self._cache = cache
        self._limits = limits
        self._has_new = False

    def get(self, text: bytes) -> Content | None:
        """What a file of these bytes says, if that is known."""
        if len(text) < _WORTH_KEEPING or self._folder is None:
            return None
        with suppress(OSError, ValueError, EOFError, TypeError):
            name = self._name(text)
            entry = self._folder.read(name, _LARGEST_ENTRY) or b""
            seal, held = entry[:_SEAL_BYTES], memoryview(entry)[_SEAL_BYTES:]
            if compare_digest(seal, self._seal(name, held)):
                return _content(held)
        return None

    def put(self, text: bytes, content: Content) -> None:
        """Keep what a file of these bytes says, in which nothing was found wrong."""
        if len(text) < _WORTH_KEEPING or self._folder is None:
            return
        with suppress(OSError, ValueError):
            name = self._name(text)
            held = marshal.dumps((*content, _read_by(content.is_by_line)))
            self._folder.write(name, self._seal(name, held) + held)
            self._has_new = True

    def close(self) -> None:
        """Let go of the folder, and keep it within its size."""
        folder = self.__dict__.get("_folder")
        if folder is not None:
            with suppress(OSError):
                self._make_room(folder)
            folder.close()

    def _make_room(self, folder: PrivateFolder) -> None:
        if self._cache is None or not self._has_new:
            return
        files = folder.by_use()
        excess = sum(size for _, size in files) - self._cache.most_bytes
        for name, size in files:
            if excess > 0 and name != _KEY:
                with suppress(OSError):  # it is a folder, or gone
                    folder.remove(name)
                excess -= size

    @cached_property
    def _folder(self) -> PrivateFolder | None:
        with suppress(OSError, ValueError):
            return open_private(self._cache.folder) if self._cache else None
        return None

    @cached_property
    def _key(self) -> bytes:
        """The user's key, made when there is none. Raises `OSError`."""
        folder = self._folder
        assert folder is not None  # noqa: S101 - who asks for the key has asked for it
        if folder.read(_KEY, _KEY_BYTES) is None:
            folder.write(_KEY, os.urandom(_KEY_BYTES), replace=False)
        key = folder.read(_KEY, _KEY_BYTES)
        if key is None or len(key) != _KEY_BYTES:
            raise OSError
        return key

    def _name(self, text: bytes) -> str:
        read_by = f"{_reading_code()} {self._limits.depth} {self._limits.nodes}\n".encode()
        name = hashlib.blake2b(read_by, digest_size=32, key=self._key, person=b"name")
        name.update(text)
        return name.hexdigest()

    def _seal(self, name: str, held: bytes | memoryview) -> bytes:
        key, size = self._key, _SEAL_BYTES
        seal = hashlib.blake2b(name.encode(), digest_size=size, key=key, person=b"seal")
        seal.update(held)
        return seal.digest()


@cache
def _reading_code() -> str:
    """A digest of what reads a text: this folder's modules, and Python. Raises `OSError`."""
    modules = sorted(Path(__file__).parent.glob("*.py"))
    if not modules:
        raise OSError
    digest = hashlib.blake2b(sys.version.encode(), digest_size=32)
    for module in modules:
        digest.update(module.read_bytes())
    return digest.hexdigest()


def _read_by(is_by_line: bool) -> str:
    """What else bears on the reading: nothing, or the parser of YAML."""
    if is_by_line:
        return ""
    from doelbinding.loader.reader import PARSER  # most contents are read without it

    return PARSER


def _content(held: memoryview) -> Content | None:
    values, keys, is_by_line, read_by = marshal.loads(held)  # noqa: S302 - its seal is ours
    return Content(values, keys, is_by_line) if read_by == _read_by(is_by_line) else None
