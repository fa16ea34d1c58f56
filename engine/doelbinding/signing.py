"""Ed25519 signatures (RFC 8032), with keys from PEM files.

The library is imported when a key is read: who signs and verifies nothing does without it.
No message here tells anything of a private key but the path of its file.
"""

import hashlib
import os
import stat
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from doelbinding.errors import SourceError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

KeyFile = str | os.PathLike[str]

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe must not hang
_MOST_BYTES = 1 << 16
_MAKE = "Name the PEM file of an Ed25519 private key; how to make one: docs/how-to/bundles.md."
_ASK = "Name the PEM file of the signer's public key, which they can give away freely."
_DERIVE = "Take the public half: `openssl pkey -in private.pem -pubout -out public.pem`."
_EITHER = "Name a PEM file that holds one Ed25519 key."


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that checks signatures; `id` is the SHA-256 of the key in its DER form."""

    id: str
    _key: "Ed25519PublicKey" = field(repr=False, compare=False)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the private half of this key made that signature of that message."""
        from cryptography.exceptions import InvalidSignature

        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    @property
    def raw(self) -> bytes:
        """The key itself: 32 bytes."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self._key.public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def pem(self) -> bytes:
        """The key as `read_public_key` reads it: a PEM text."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key that signs; `id` is that of its public half.

    `is_exposed` tells that any user of the machine may read its file.
    """

    id: str
    is_exposed: bool
    _key: "Ed25519PrivateKey" = field(repr=False, compare=False)

    def sign(self, message: bytes) -> bytes:
        """The signature of a message: 64 bytes, the same each time."""
        return self._key.sign(message)

    @property
    def public(self) -> PublicKey:
        """The half that checks what this one signs."""
        return PublicKey(self.id, self._key.public_key())


def read_public_key(path: KeyFile) -> PublicKey:
    """The public key in a PEM file (SubjectPublicKeyInfo). Raises `SourceError`."""
    pem, _ = _read(path)
    _need_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if b"PRIVATE KEY-----" in pem:
        raise SourceError(f"{_shown(path)} holds a private key, not a public one", _DERIVE)
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SourceError(f"{_shown(path)} holds no public key in PEM form", _ASK) from None
    if not isinstance(key, Ed25519PublicKey):
        raise SourceError(f"the key in {_shown(path)} is not of the kind Ed25519", _ASK)
    return PublicKey(_id(key), key)


def read_private_key(path: KeyFile) -> PrivateKey:
    """The private key in a PEM file (PKCS #8, without a passphrase). Raises `SourceError`."""
    pem, mode = _read(path)
    _need_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if b"ENCRYPTED" in pem:
        message = f"the private key in {_shown(path)} is under a passphrase"
        raise SourceError(message, "Give a file without one that its owner alone can read.")
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SourceError(f"{_shown(path)} holds no private key in PEM form", _MAKE) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SourceError(f"the key in {_shown(path)} is not of the kind Ed25519", _MAKE)
    return PrivateKey(_id(key.public_key()), bool(mode & stat.S_IROTH), key)


def new_private_key() -> bytes:
    """A new private key as `read_private_key` reads it: a PEM text. Raises `SourceError`."""
    _need_library()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _id(key: "Ed25519PublicKey") -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"sha256:{hashlib.sha256(der).hexdigest()}"


def _read(path: KeyFile) -> tuple[bytes, int]:
    """One PEM block, and the permissions of its file."""
    try:
        descriptor = os.open(path, _FLAGS)
        try:
            mode = os.fstat(descriptor).st_mode
            pem = os.read(descriptor, _MOST_BYTES) if stat.S_ISREG(mode) else b""
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or "no such file").lower()
        message = f"cannot read the key {_shown(path)}: {reason}"
        raise SourceError(message, "Check the path and its permissions.") from None
    if not stat.S_ISREG(mode):
        raise SourceError(f"the key {_shown(path)} is not a regular file", _EITHER)
    if pem.count(b"-----BEGIN ") != 1 or len(pem) == _MOST_BYTES:
        raise SourceError(f"{_shown(path)} is not one key in PEM form", _EITHER)
    return pem, mode


def _shown(path: KeyFile) -> str:
    return os.fspath(path)


def _need_library() -> None:
    try:
        import_module("cryptography")
    except ImportError as error:
        raise SourceError(
            "signatures need the package cryptography, which is not installed",
            "Install it: python -m pip install 'doelbinding[sign]'",
        ) from error
