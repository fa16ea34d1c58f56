"""The head of a bundle: four lines of text that say what the file is and what must follow.

    doelbinding bundle 1                 the format and its version
    {"policy":…,"sections":[…]}          which policy, and each section's length and digest
    {"signature":…}                      who signed the two lines above; or null
    sha256:…                             the digest of the three lines above

The sections follow, one right after the other, and nothing else. JSON is taken only in the one
form in which it is written here, so that no two heads say the same.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, TypeVar

import msgspec

from doelbinding.errors import SourceError
from doelbinding.model.decision import PolicyIdentity
from doelbinding.signing import PrivateKey, PublicKey

FORMAT = 1
"""The version that is written, and the only one that is read."""

SECTIONS = ("index", "texts", "tests")
"""What a bundle of this version holds, in this order; no more and no less."""

HEAD_BYTES = 1 << 16
"""No head is longer."""

_FIRST = re.compile(rb"doelbinding bundle ([1-9][0-9]{0,8})")
_SIGNED = b"doelbinding: signature of a bundle\n"
"""Stands before what is signed, so that no signature made for another end fits here."""

_COMPILE_ANEW = "Install a newer doelbinding, or compile the policy anew with this one."
_ASK_SIGNED = "Take the signed bundle; `doelbinding compile --sign KEY` signs one."
_FETCH_ANEW = "Get it anew from where it was compiled."

_Digest = Annotated[str, msgspec.Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]
_Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*\Z")]
_Revision = Annotated[int, msgspec.Meta(ge=1, lt=10**18)]
_Length = Annotated[int, msgspec.Meta(ge=0, lt=1 << 48)]
_Hexadecimal = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{128}\Z")]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of a bundle: its length in bytes, and the digest of these."""

    name: str
    length: _Length
    digest: _Digest


class _Contents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    policy: _Id
    revision: _Revision
    digest: _Digest
    source: _Digest
    sections: tuple[Section, ...]


class _Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    algorithm: Literal["ed25519"]
    key: _Digest
    value: _Hexadecimal


class _Seal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    signature: _Signature | None


class Stretch(NamedTuple):
    """Where a section stands in the file."""

    offset: int
    length: int
    digest: str


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a bundle says; `size` is that of the whole file."""

    identity: PolicyIdentity
    stretches: dict[str, Stretch]
    size: int
    _signature: _Signature | None
    _signed: bytes

    def check_signature(self, name: str, key: PublicKey) -> None:
        """Refuse all but a signature made with that key. Raises `SourceError`."""
        if self._signature is None:
            raise SourceError(f"{name} carries no signature", _ASK_SIGNED)
        if self._signature.key != key.id:
            help_text = f"It names {self._signature.key}; asked for is {key.id}."
            raise SourceError(f"{name} is signed with another key", help_text)
        if not key.verifies(bytes.fromhex(self._signature.value), _SIGNED + self._signed):
            raise SourceError(f"the signature of {name} does not fit its contents", _FETCH_ANEW)


def section(name: str, content: bytes) -> Section:
    """The entry for a section that holds these bytes."""
    return Section(name, len(content), digest_of(content))


def write_head(
    identity: PolicyIdentity, sections: Sequence[Section], key: PrivateKey | None
) -> bytes:
    """The four lines, signed if a key is given; the same each time."""
    contents = _Contents(
        identity.id, identity.revision, identity.digest, identity.source, tuple(sections)
    )
    signed = b"doelbinding bundle %d\n%b\n" % (FORMAT, msgspec.json.encode(contents))
    seal = _Seal(None if key is None else _sign(signed, key))
    sealed = b"%b%b\n" % (signed, msgspec.json.encode(seal))
    head = b"%b%b\n" % (sealed, digest_of(sealed).encode())
    if len(head) > HEAD_BYTES:
        raise SourceError("the id of the policy is too long for a bundle", "Shorten it.")
    return head


def _sign(signed: bytes, key: PrivateKey) -> _Signature:
    return _Signature("ed25519", key.id, key.sign(_SIGNED + signed).hex())


def read_head(name: str, start: bytes) -> Head:
    """The head with which a file starts; `name` is for messages. Raises `SourceError`."""
    first, *lines = start.split(b"\n", 4)
    _check_format(name, first, whole=bool(lines))
    if len(lines) < 4:
        raise damaged(name, "its head is cut short")
    contents, seal, digest, _ = lines
    sealed = b"%b\n%b\n%b\n" % (first, contents, seal)
    if digest_of(sealed).encode() != digest:
        raise damaged(name, "its head is not as it was written")
    return _head(name, first, contents, seal)


def _head(name: str, first: bytes, contents: bytes, seal: bytes) -> Head:
    said = _exactly(name, contents, _Contents)
    if tuple(each.name for each in said.sections) != SECTIONS:
        raise damaged(name, "its sections are not those of a bundle")
    if said.source != said.sections[SECTIONS.index("texts")].digest:
        raise damaged(name, "its texts are not those of its policy")
    identity = PolicyIdentity(said.policy, said.revision, said.digest, said.source)
    signature = _exactly(name, seal, _Seal).signature
    signed = b"%b\n%b\n" % (first, contents)
    offset = len(signed) + len(seal) + 1 + len(digest_of(b"")) + 1
    stretches: dict[str, Stretch] = {}
    for each in said.sections:
        stretches[each.name] = Stretch(offset, each.length, each.digest)
        offset += each.length
    return Head(identity, stretches, offset, signature, signed)


def _check_format(name: str, first: bytes, *, whole: bool) -> None:
    found = _FIRST.fullmatch(first)
    if found is None or not whole:
        help_text = "Name a policy's folder, or a file that `doelbinding compile` wrote."
        raise SourceError(f"{name} is not a bundle of doelbinding", help_text)
    if int(found[1]) > FORMAT:
        message = f"{name} is a bundle of format {int(found[1])}, newer than is known here"
        raise SourceError(message, _COMPILE_ANEW)


_Struct = TypeVar("_Struct", bound=msgspec.Struct)


def _exactly(name: str, line: bytes, kind: type[_Struct]) -> _Struct:
    """The line as a value, if it is written as that value would be written here."""
    try:
        value = msgspec.json.decode(line, type=kind)
    except (ValueError, RecursionError) as error:  # msgspec's own errors are of the first kind
        raise damaged(name, "its head does not say what a head must") from error
    if msgspec.json.encode(value) != line:
        raise damaged(name, "its head is not in the one form that is read")
    return value


def digest_of(content: bytes) -> str:
    """SHA-256, as `sha256:` and hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def damaged(name: str, what: str) -> SourceError:
    """The refusal of a bundle that is not as it was written."""
    return SourceError(f"{name} is damaged: {what}", _FETCH_ANEW)
