"""The keys of a log, in a folder of their own: away from what they protect.

    log               which log these keys belong to
    pseudonyms/       a key for each quarter of a year
    head.pem          the private key that signs heads; head.pub.pem is the public half
    head              the last head that was anchored

Who has the keys and the log can tell whom it is about. A key that was read once stays in memory,
whatever becomes of its file. No message tells anything of a key but its id and its file.
"""

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import time_ns

from doelbinding.audit.head import TreeHead, read_heads
from doelbinding.audit.key_files import KeyFiles
from doelbinding.audit.pseudonyms import (
    Period,
    PseudonymKey,
    instant_of,
    key_in,
    new_key,
    period_at,
    period_of,
)
from doelbinding.errors import StoreError
from doelbinding.signing import (
    PrivateKey,
    PublicKey,
    new_private_key,
    read_private_key,
    read_public_key,
)

_LOG = "log"
_LOG_ID = re.compile(rb"([0-9a-f]{32})\n")
_HEAD = "head"
_PRIVATE = "head.pem"
_PUBLIC = "head.pub.pem"
_PSEUDONYMS = "pseudonyms"
_SUFFIX = ".key"
_PERIOD = re.compile(r"[0-9]{4}-Q[1-4]")

_RESTORE = "Put the file back from where the keys are kept safe."
_NAME_IT = "Name the folder of the log's own keys."


class KeyFolder:
    """The keys of one log. It may be shared between threads, and lives on after a fork.

    `name` is the folder as the user wrote it.
    """

    def __init__(self, files: KeyFiles) -> None:
        self.name = files.name
        self._files = files
        self._pseudonyms = files.within(_PSEUDONYMS)
        self._keys: dict[str, PseudonymKey] = {}
        self._by_period: dict[str, PseudonymKey] = {}
        self._in_use: tuple[int, int, PseudonymKey | None] = (0, 0, None)

    @classmethod
    def open(
        cls, path: str | os.PathLike[str], *, log: str | None = None, create: bool = False
    ) -> "KeyFolder":
        """Open a folder of keys. Raises `StoreError`.

        Args:
            path: the folder.
            log: the id of the log that they must belong to.
            create: whether the folder is made if it is missing.
        """
        files = KeyFiles(Path(os.path.abspath(path)), os.fspath(path))  # noqa: PTH100
        if create:
            files.make()
        files.check()
        folder = cls(files)
        if log is not None and folder.log_id != log:
            raise StoreError(f"the keys in {folder.name} do not belong to the log {log}", _NAME_IT)
        return folder

    # ── Which log ────────────────────────────────────────────────────────────────────────────────

    @property
    def log_id(self) -> str | None:
        """The log that the keys belong to; None as long as they belong to none."""
        content = self._files.read(_LOG, is_secret=False)
        if content is None:
            return None
        found = _LOG_ID.fullmatch(content)
        if found is None:
            raise StoreError(f"{self._files.shown(_LOG)} names no log", _RESTORE)
        return found[1].decode("ascii")

    def bind(self, log_id: str) -> None:
        """Let the keys belong to a log, for good. Raises `StoreError` if they belong to another."""
        if self.log_id is None:
            self._files.add(_LOG, f"{log_id}\n".encode("ascii"))
        if self.log_id != log_id:
            raise StoreError(f"the keys in {self.name} belong to another log", _NAME_IT)

    # ── Pseudonyms ───────────────────────────────────────────────────────────────────────────────

    def pseudonym(self, kind: str, text: str, at: datetime | int) -> str:
        """What stands for a text at a moment, given as such or in microseconds since 1970.

        The first one of a quarter makes its key. Raises `StoreError` where that cannot be.
        """
        instant = instant_of(at)
        first, end, key = self._in_use
        if key is None or not first <= instant < end:
            key = self._change_to(period_at(instant))
        return key.pseudonym(kind, text)

    def pseudonyms(self, kind: str, text: str) -> list[str]:
        """All that may stand for a text in the log: one for each key. Raises `StoreError`."""
        return [self._key(key_id).pseudonym(kind, text) for key_id in self.key_ids]

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of the keys that are in the folder, or were read from it. In order."""
        return tuple(sorted({*self._stored(), *self._keys}))

    def is_current(self, key_id: str) -> bool:
        """Whether it is of the quarter that it is now."""
        return period_of(key_id) == _now()

    def destroy(self, period: str) -> tuple[str, ...]:
        """Destroy the keys of a quarter that is over, such as `2024-Q1`, for good.

        From then on nobody can tell who the pseudonyms of that quarter stood for. Gives the ids.
        Raises `StoreError`.
        """
        if _PERIOD.fullmatch(period) is None:
            raise StoreError(f"`{period}` is not a quarter", "Say it as `2024-Q1`.")
        if period >= _now():
            message = f"{period} is not over: the log still records under its key"
            raise StoreError(message, "Destroy it once nothing that it protects is kept.")
        with self._files.locked():
            found = tuple(each for each in self.key_ids if period_of(each) == period)
            for key_id in found:
                self._pseudonyms.destroy(f"{key_id}{_SUFFIX}")
            self._pseudonyms.sweep()
        self._forget(period, found)
        return found

    def _change_to(self, period: Period) -> PseudonymKey:
        key = self._by_period.get(period.name)
        if key is None:
            found = self._first_of(period.name) or self._made(period.name)
            key = self._by_period.setdefault(period.name, found)
        self._in_use = period.first, period.end, key
        return key

    def _first_of(self, period: str) -> PseudonymKey | None:
        stored = (each for each in self._stored() if period_of(each) == period)
        return next((self._key(key_id) for key_id in stored), None)

    def _made(self, period: str) -> PseudonymKey:
        """The key of a period, of which there is none unless somebody else makes it just now."""
        with self._files.locked():
            self._pseudonyms.make()
            there = self._first_of(period)
            if there is not None:
                return there
            key = new_key(period)
            self._pseudonyms.add(f"{key.id}{_SUFFIX}", key.content)
        return self._keys.setdefault(key.id, key)

    def _key(self, key_id: str) -> PseudonymKey:
        known = self._keys.get(key_id)
        if known is not None:
            return known
        name = f"{key_id}{_SUFFIX}"
        key = key_in(self._pseudonyms.read(name) or b"", key_id)
        if key is None:
            raise StoreError(f"{self._pseudonyms.shown(name)} does not hold that key", _RESTORE)
        return self._keys.setdefault(key_id, key)

    def _stored(self) -> Iterator[str]:
        names = self._pseudonyms.names()
        ids = (each.removesuffix(_SUFFIX) for each in names if each.endswith(_SUFFIX))
        return (key_id for key_id in ids if period_of(key_id) is not None)

    def _forget(self, period: str, key_ids: tuple[str, ...]) -> None:
        self._in_use = (0, 0, None)
        self._by_period.pop(period, None)
        for key_id in key_ids:
            self._keys.pop(key_id, None)

    # ── Heads ────────────────────────────────────────────────────────────────────────────────────

    @property
    def head(self) -> TreeHead | None:
        """The last head that was anchored, as a copy. Raises `SourceError` for what is none."""
        content = self._files.read(_HEAD, is_secret=False)
        if content is None:
            return None
        shown = self._files.shown(_HEAD)
        return self._own_head(content.decode("utf-8", "replace"), shown)

    def keep_head(self, text: str) -> None:
        """Keep a copy of a head that was anchored: its note. One behind the last is not kept.

        Raises `SourceError`.
        """
        head = self._own_head(text, "the head")
        with self._files.locked():
            last = self.head
            if last is None or last.size <= head.size:
                self._files.replace(_HEAD, text.encode("utf-8"))

    def _own_head(self, text: str, name: str) -> TreeHead:
        head = read_heads(text, name)[-1].head
        if head.log != self.log_id:
            raise StoreError(f"{name} is one of another log", _NAME_IT)
        return head

    def head_key(self) -> PrivateKey:
        """The key that signs heads. It is made where no head was ever anchored.

        Raises `SourceError`.
        """
        if self._files.read(_PRIVATE) is None:
            self._make_head_key()
        key = read_private_key(self._files.path / _PRIVATE)
        if self._files.read(_PUBLIC, is_secret=False) is None:
            self._files.add(_PUBLIC, key.public.pem)
        if self.head_public_key().id != key.id:
            private, public = self._files.shown(_PRIVATE), self._files.shown(_PUBLIC)
            raise StoreError(f"{public} is not the public half of {private}", _RESTORE)
        return key

    def head_public_key(self) -> PublicKey:
        """The key that checks heads. Raises `SourceError`."""
        if self._files.read(_PUBLIC, is_secret=False) is None:
            message = f"there is no key for heads: {self._files.shown(_PUBLIC)} is missing"
            raise StoreError(message, f"{_RESTORE} If no head was ever signed, anchor the log.")
        return read_public_key(self._files.path / _PUBLIC)

    def _make_head_key(self) -> None:
        if self.head is not None:
            shown = self._files.shown(_PRIVATE)
            raise StoreError(f"the key that signed the last head is gone: {shown}", _RESTORE)
        self._files.add(_PRIVATE, new_private_key())


def _now() -> str:
    return period_at(time_ns() // 1000).name
