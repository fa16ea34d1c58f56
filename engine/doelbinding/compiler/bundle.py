"""A compiled policy as one file, and back: index, texts and policy tests, each with its digest.

A bundle is data: nothing in it is ever run. What a decision does not need stays in the file
until it is asked for. The format is in docs/reference/bundle-format.md.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from doelbinding.compiler.compiled import CompiledPolicy
from doelbinding.errors import SourceError
from doelbinding.loader import (
    DEFAULT_LIMITS,
    Limits,
    PolicySource,
    is_bundle,
    load_origin,
    read_texts,
)
from doelbinding.loader.bundled import Bundled
from doelbinding.loader.container import open_with, pack
from doelbinding.loader.framing import Part, framed, source_digest
from doelbinding.loader.origin import parts_of
from doelbinding.model.decision import PolicyIdentity
from doelbinding.signing import KeyFile, PrivateKey, read_public_key


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was opened and checked, whole."""

    _bundled: Bundled = field(repr=False)

    @property
    def name(self) -> str:
        """Its path, as the user wrote it."""
        return self._bundled.name

    @property
    def identity(self) -> PolicyIdentity:
        """Which policy it says it holds."""
        return self._bundled.container.identity

    @property
    def signed_by(self) -> str | None:
        """The id of the key with which its signature was verified; None if nobody asked."""
        return self._bundled.container.signed_by

    def source(self) -> PolicySource:
        """The policy's texts, read from the file when they are asked for. Raises `SourceError`."""
        return load_origin(self._bundled, self._bundled.limits)

    def texts(self) -> tuple[Part, ...]:
        """The policy files' names and bytes, likewise."""
        return parts_of(self._bundled.texts(), self._bundled.limits)

    def tests(self) -> tuple[Part, ...]:
        """The files of the policy's tests, likewise."""
        return parts_of(self._bundled.tests(), self._bundled.limits)


class Opened(NamedTuple):
    """A bundle, and the bytes of its index, which it does not keep."""

    bundle: Bundle
    index_bytes: bytes


def open_bundle(
    source: str | os.PathLike[str],
    limits: Limits | None = None,
    *,
    verify: KeyFile | None = None,
    at_least: int | None = None,
) -> Opened:
    """Open a bundle and check every byte of it. Raises `SourceError`.

    Args:
        source: the path of a bundle; nothing else can be verified.
        limits: of the bundle, and of the texts that are read from it later; left out, the usual.
        verify: the PEM file of the public key with which it must be signed.
        at_least: the lowest revision that will do.
    """
    name = os.fspath(source)
    key = None if verify is None else read_public_key(verify)
    if key is not None and not is_bundle(name):
        raise SourceError(
            f"{name} is not a bundle, and nothing else carries a signature",
            "Name a bundle that `doelbinding compile --sign KEY` wrote.",
        )
    within = limits or DEFAULT_LIMITS
    container, sections = open_with(name, within, key, ("index",))
    refuse_older(name, container.identity.revision, at_least)
    return Opened(Bundle(Bundled(container, within)), sections["index"])


def write_bundle(
    identity: PolicyIdentity,
    *,
    index: bytes,
    texts: Iterable[Part],
    tests: Iterable[Part] = (),
    key: PrivateKey | None = None,
) -> bytes:
    """The bytes of a bundle: the same for the same policy, tests and key. Raises `SourceError`.

    `texts` and `tests` are the files as `read_texts` and `read_tests` give them; the texts must
    be those from which the policy was compiled.
    """
    files = sorted(texts)
    if source_digest(files) != identity.source:
        raise SourceError("the policy changed while it was compiled", "Compile it once more.")
    contents = {
        "index": index,
        "texts": b"".join(framed(files)),
        "tests": b"".join(framed(sorted(tests))),
    }
    return pack(identity, contents, key)


def bundle_of(
    compiled: CompiledPolicy,
    source: str,
    limits: Limits,
    tests: Iterable[Part],
    key: PrivateKey | None = None,
) -> bytes:
    """The bundle of a policy whose texts are read once more, from where they were.

    Raises `SourceError`, also when they have changed since.
    """
    from doelbinding.compiler.stored import encode_index  # only who writes a bundle needs it

    texts = read_texts(source, limits)
    index = encode_index(compiled.index, [name for name, _ in texts])
    return write_bundle(compiled.identity, index=index, texts=texts, tests=tests, key=key)


def refuse_older(name: str, revision: int, at_least: int | None) -> None:
    """Refuse a policy whose revision is below the lowest that will do. Raises `SourceError`."""
    if at_least is not None and revision < at_least:
        message = f"{name} holds revision {revision}; at least {at_least} is asked for"
        raise SourceError(message, "Take the current policy: this one was replaced.")
