"""Files as one run of bytes: of each its name and its bytes, and the length before either.

The digest of a policy's source is the SHA-256 of its policy files in this form.
"""

import hashlib
from collections.abc import Iterable, Iterator

Part = tuple[str, bytes]
"""A file's name, in the policy's folder, and its bytes."""

_LENGTH_BYTES = 8


def framed(parts: Iterable[Part]) -> Iterator[bytes]:
    """The files in their order, piece by piece."""
    for name, content in parts:
        for each in (name.encode("utf-8", "surrogateescape"), content):
            yield len(each).to_bytes(_LENGTH_BYTES, "big")
            yield each


def unframed(content: bytes) -> Iterator[Part]:
    """The files again. Raises `ValueError` when they are no files, or not in order."""
    rest = memoryview(content)
    before = ""
    while rest:
        name, rest = _taken(rest)
        held, rest = _taken(rest)
        decoded = name.decode("utf-8", "surrogateescape")
        if decoded <= before:
            raise ValueError
        before = decoded
        yield decoded, held


def source_digest(parts: Iterable[Part]) -> str:
    """The digest of these files, as `sha256:` and hexadecimal digits."""
    digest = hashlib.sha256()
    for piece in framed(parts):
        digest.update(piece)
    return f"sha256:{digest.hexdigest()}"


def _taken(rest: memoryview) -> tuple[bytes, memoryview]:
    end = _LENGTH_BYTES + int.from_bytes(rest[:_LENGTH_BYTES], "big")
    if len(rest) < max(end, _LENGTH_BYTES):
        raise ValueError
    return bytes(rest[_LENGTH_BYTES:end]), rest[end:]
