"""Bundles for tests: sound ones, and ones that are made by hand to be refused."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from doelbinding.loader.framing import Part, framed, source_digest
from doelbinding.model.decision import PolicyIdentity

TEXTS: tuple[Part, ...] = (("flows.yaml", b"flows: {}\n"), ("policy.yaml", b"doelbinding: 1\n"))
TESTS: tuple[Part, ...] = (("tests/first.yaml", b"tests: []\n"),)
SECTIONS = ("index", "texts", "tests")
EMPTY = hashlib.sha256(b"").hexdigest()


class KeyPair(NamedTuple):
    """The files of a private key and of its public half."""

    private: Path
    public: Path


def key_pair(folder: Path, name: str = "key") -> KeyPair:
    """A new pair of keys, as PEM files."""
    key = Ed25519PrivateKey.generate()
    pair = KeyPair(folder / f"{name}.private.pem", folder / f"{name}.public.pem")
    pair.private.touch(mode=0o600)
    pair.private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    pair.public.write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return pair


def identity(revision: int = 3) -> PolicyIdentity:
    """The identity of a policy with the texts above."""
    return PolicyIdentity("library", revision, f"sha256:{'0' * 64}", source_digest(TEXTS))


def contents(index: bytes = b"the index") -> dict[str, bytes]:
    """The sections of a small bundle."""
    return {
        "index": index,
        "texts": b"".join(framed(TEXTS)),
        "tests": b"".join(framed(TESTS)),
    }


def sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def compact(value: Any) -> bytes:
    """JSON as the head of a bundle writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def header(held: Mapping[str, bytes], **changes: Any) -> dict[str, Any]:
    """What the second line says of these sections, with some of it changed."""
    sections = [
        {"name": name, "length": len(content), "digest": sha256(content)}
        for name, content in held.items()
    ]
    said = identity()
    return {
        "policy": said.id,
        "revision": said.revision,
        "digest": said.digest,
        "source": said.source,
        "sections": sections,
        **changes,
    }


def by_hand(
    second: bytes,
    body: bytes,
    *,
    first: bytes = b"doelbinding bundle 1",
    third: bytes = b'{"signature":null}',
) -> bytes:
    """A bundle with these lines, over which the fourth is right, and this after them."""
    lines = b"%b\n%b\n%b\n" % (first, second, third)
    return b"%b%b\n%b" % (lines, sha256(lines).encode(), body)
