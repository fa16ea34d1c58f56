"""A bundle as a file: every byte is checked when it is opened, and again when it is read later.

A section that is not needed at once stays in the file. It is never mapped into memory: a file
that another program cuts short would end this one.
"""

import hashlib
import os
import stat
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from doelbinding.errors import SourceError
from doelbinding.loader.files import kind_of, unreadable
from doelbinding.loader.head import (
    HEAD_BYTES,
    SECTIONS,
    Head,
    Stretch,
    damaged,
    digest_of,
    read_head,
    section,
    write_head,
)
from doelbinding.loader.limits import Limits
from doelbinding.model.decision import PolicyIdentity
from doelbinding.signing import PrivateKey, PublicKey

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe must not hang
_RAISE = "Raise the limit with --max-bytes or `limits=` if the bundle is trusted."
_CHUNK = 1 << 20
_LARGEST_READ = 1 << 30
_AT_ONCE = 32 << 20
"""More than this is not held in memory before its digest is known to be right."""


@dataclass(frozen=True, slots=True)
class Container:
    """A bundle that was checked, whole.

    `name` is its path as the user wrote it; `signed_by` is the id of the key with which its
    signature was verified, None if nobody asked for that.
    """

    name: str
    identity: PolicyIdentity
    signed_by: str | None
    _path: str = field(repr=False)
    _stretches: Mapping[str, Stretch] = field(repr=False)

    def length(self, name: str) -> int:
        """The length of a section in bytes."""
        return self._stretches[name].length

    def read(self, name: str) -> bytes:
        """A section, as it was when the bundle was opened. Raises `SourceError`."""
        with _opened(self.name, self._path) as descriptor:
            try:
                return _content(descriptor, self._stretches[name])
            except _Altered:
                help_text = "Load it anew."
                raise SourceError(f"{self.name} changed since it was read", help_text) from None


def pack(identity: PolicyIdentity, contents: Mapping[str, bytes], key: PrivateKey | None) -> bytes:
    """The bytes of a bundle with these sections; the same for the same."""
    sections = [section(name, contents[name]) for name in SECTIONS]
    return b"".join([write_head(identity, sections, key), *(contents[name] for name in SECTIONS)])


def open_container(name: str, limits: Limits, key: PublicKey | None = None) -> Container:
    """Open a bundle and check all of it. Raises `SourceError`.

    With a key, nothing but its own signature will do.
    """
    container, _ = open_with(name, limits, key, ())
    return container


def open_with(
    name: str, limits: Limits, key: PublicKey | None, wanted: Collection[str]
) -> tuple[Container, dict[str, bytes]]:
    """The same, with the bytes of some sections, which are read once all others are sound."""
    path = os.path.join(os.getcwd(), name)  # noqa: PTH109, PTH118 - `link/..` is not simplified
    found: dict[str, bytes] = {}
    with _opened(name, path) as descriptor:
        head = _checked_head(name, descriptor, limits, key)
        for each in wanted:
            _check_size(name, each, head.stretches[each].length, limits)
        for each in sorted(head.stretches, key=lambda each: each in wanted):
            try:
                if each in wanted:
                    found[each] = _content(descriptor, head.stretches[each])
                else:
                    _check(descriptor, head.stretches[each])
            except _Altered:
                raise damaged(name, f"its section `{each}` is not as it was written") from None
    signed_by = None if key is None else key.id
    return Container(name, head.identity, signed_by, path, head.stretches), found


def _check_size(name: str, wanted: str, length: int, limits: Limits) -> None:
    """Refuse a section that is to be held in memory and is larger than a quarter of a bundle."""
    most = limits.bundle_bytes // 4
    if length > most:
        raise SourceError(f"{name} has an {wanted} of more than {most:,} bytes", _RAISE)


def _checked_head(name: str, descriptor: int, limits: Limits, key: PublicKey | None) -> Head:
    size = os.fstat(descriptor).st_size
    if size > limits.bundle_bytes:
        raise SourceError(f"{name} is larger than {limits.bundle_bytes:,} bytes", _RAISE)
    head = read_head(name, os.pread(descriptor, HEAD_BYTES, 0))
    if key is not None:
        head.check_signature(name, key)
    if size < head.size:
        raise damaged(name, f"bytes are missing at its end: {head.size - size:,}")
    if size > head.size:
        raise damaged(name, f"bytes were added at its end: {size - head.size:,}")
    return head


class _Altered(Exception):  # noqa: N818 - it names what was found
    """Bytes that are not those of the digest."""


def _content(descriptor: int, stretch: Stretch) -> bytes:
    if stretch.length > _AT_ONCE:
        _check(descriptor, stretch)
    content = b"".join(_chunks(descriptor, stretch, _LARGEST_READ))
    if digest_of(content) != stretch.digest:
        raise _Altered
    return content


def _check(descriptor: int, stretch: Stretch) -> None:
    digest = hashlib.sha256()
    for chunk in _chunks(descriptor, stretch, _CHUNK):
        digest.update(chunk)
    if f"sha256:{digest.hexdigest()}" != stretch.digest:
        raise _Altered


def _chunks(descriptor: int, stretch: Stretch, most: int) -> Iterator[bytes]:
    offset, end = stretch.offset, stretch.offset + stretch.length
    while offset < end:
        chunk = os.pread(descriptor, min(most, end - offset), offset)
        if not chunk:
            raise _Altered
        yield chunk
        offset += len(chunk)


@contextmanager
def _opened(name: str, path: str) -> Generator[int]:
    """A descriptor of a regular file; what cannot be read ends in a `SourceError`."""
    try:
        descriptor = _descriptor(name, path)
        try:
            mode = os.fstat(descriptor).st_mode
            if not stat.S_ISREG(mode):
                help_text = "Name a policy's folder, or a bundle."
                raise SourceError(f"{name} is {kind_of(mode)}, not a bundle", help_text)
            yield descriptor
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unreadable(name, error) from error


def _descriptor(name: str, path: str) -> int:
    try:
        return os.open(path, _FLAGS)
    except ValueError as error:
        raise SourceError(f"no file can have the name {name}", "Check the path.") from error
