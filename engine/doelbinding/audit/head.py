"""Signed heads: what a log comes to at one moment, in a form that others can read and sign too.

A head is a signed note with a checkpoint (C2SP signed-note and tlog-checkpoint): a few lines of
text, an empty line, and a line for each signature. Who keeps heads elsewhere can show later that
the log was changed. The key in a signature's line is named by the first bytes of a digest.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from doelbinding.errors import SourceError
from doelbinding.signing import PrivateKey, PublicKey

_ORIGIN = "doelbinding-log/"
_ED25519 = b"\1"
_ID_BYTES = 4

_BASE64 = r"(?:[0-9A-Za-z+/]{4})*(?:[0-9A-Za-z+/]{2}==|[0-9A-Za-z+/]{3}=)?"
_SIGNATURE = re.compile(rf"— ([^\s+]+) ({_BASE64})")
_FIELDS = (
    (re.compile(rf"{_ORIGIN}([0-9a-f]{{32}})"), "`doelbinding-log/` and the id of a log"),
    (re.compile(r"(0|[1-9][0-9]{0,17})"), "the size of a log"),
    (re.compile(r"([0-9A-Za-z+/]{43}=)"), "a root in base64"),
    (re.compile(r"chain ([0-9a-f]{64})"), "`chain` and 64 hexadecimal digits"),
    (re.compile(r"at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)", re.ASCII), "`at` and a moment"),
)
_COPY = "Copy the heads again, byte for byte, from where they are kept."


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a log comes to: its size, the root of its tree and its chain, at a moment.

    `log` is the log's id; `at` is a UTC moment such as `2026-11-24T17:40:00Z`.
    """

    log: str
    size: int
    root: bytes
    chain: bytes
    at: str

    @property
    def origin(self) -> str:
        """The name under which the log signs."""
        return f"{_ORIGIN}{self.log}"

    @property
    def text(self) -> str:
        """What is signed."""
        root = b64encode(self.root).decode("ascii")
        return f"{self.origin}\n{self.size}\n{root}\nchain {self.chain.hex()}\nat {self.at}\n"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head with its signatures, each under a name: the log's own, and those of others.

    A signature begins with the id of its key.
    """

    head: TreeHead
    signatures: tuple[tuple[str, bytes], ...]

    def is_signed_by(self, key: PublicKey) -> bool:
        """Whether the log's own signature by this key is there and holds."""
        origin, text = self.head.origin, self.head.text.encode("ascii")
        own_id = _key_id(origin, key)
        return any(
            name == origin
            and signature[:_ID_BYTES] == own_id
            and key.verifies(signature[_ID_BYTES:], text)
            for name, signature in self.signatures
        )


def signed(head: TreeHead, key: PrivateKey) -> str:
    """The note of a head, under the log's own signature."""
    signature = _key_id(head.origin, key.public) + key.sign(head.text.encode("ascii"))
    return f"{head.text}\n— {head.origin} {b64encode(signature).decode('ascii')}\n"


def read_heads(text: str, name: str = "heads") -> tuple[SignedHead, ...]:
    """The heads in a file: notes, with empty lines between them or not; there is at least one.

    They are read strictly, and none is passed over. `name` is that of the file, for the message.
    Raises `SourceError`.
    """
    lines = _Lines(text)
    try:
        return tuple(lines.notes())
    except _Malformed as fault:
        raise SourceError(f"{name}:{fault.line}: {fault.what}", _COPY) from None


def _key_id(origin: str, key: PublicKey) -> bytes:
    return sha256(origin.encode("ascii") + b"\n" + _ED25519 + key.raw).digest()[:_ID_BYTES]


class _Malformed(Exception):  # noqa: N818 - it names what was found
    def __init__(self, line: int, what: str) -> None:
        super().__init__(line, what)
        self.line = line
        self.what = what


class _Lines:
    """The lines of a file of heads, taken one by one."""

    def __init__(self, text: str) -> None:
        *self._lines, self._after = text.split("\n")
        self._taken = 0

    def notes(self) -> Iterator[SignedHead]:
        yield self._note()
        while self._more():
            yield self._note()

    def _note(self) -> SignedHead:
        head = self._head()
        self._take_empty()
        signatures = [self._signature()]
        while self._next() and not self._next().startswith(_ORIGIN):
            signatures.append(self._signature())
        return SignedHead(head, tuple(signatures))

    def _head(self) -> TreeHead:
        log, size, root, chain, at = (self._field(form, what) for form, what in _FIELDS)
        return TreeHead(log, int(size), self._root(root), bytes.fromhex(chain), self._moment(at))

    def _field(self, form: re.Pattern[str], what: str) -> str:
        found = form.fullmatch(self._take())
        if found is None:
            raise self._fault(f"the line is not {what}")
        return found[1]

    def _signature(self) -> tuple[str, bytes]:
        found = _SIGNATURE.fullmatch(self._take())
        signature = None if found is None else _decoded(found[2])
        if found is None or signature is None or len(signature) <= _ID_BYTES:
            raise self._fault("the line is not a signature")
        return found[1], signature

    def _root(self, text: str) -> bytes:
        root = _decoded(text)
        if root is None:
            raise _Malformed(self._taken - 2, "the line is not a root in base64")
        return root

    def _moment(self, text: str) -> str:
        try:
            datetime.fromisoformat(text)
        except ValueError:
            raise self._fault("there is no such moment") from None
        return text

    def _take_empty(self) -> None:
        if self._take():
            raise self._fault("the line is not empty, as it should be here")

    def _take(self) -> str:
        self._taken += 1
        if self._taken > len(self._lines):
            missing = (
                "the line does not end with a line feed"
                if self._after
                else "the head ends before this line"
            )
            raise self._fault(missing)
        line = self._lines[self._taken - 1]
        if line.endswith("\r"):
            raise self._fault("the line ends with a carriage return")
        return line

    def _next(self) -> str:
        """The line that is taken next; empty at the end too."""
        return self._lines[self._taken] if self._taken < len(self._lines) else ""

    def _more(self) -> bool:
        """Whether another note follows, behind empty lines or none."""
        while self._taken < len(self._lines) and not self._next():
            self._taken += 1
        return self._taken < len(self._lines) or bool(self._after)

    def _fault(self, what: str) -> _Malformed:
        return _Malformed(self._taken, what)


def _decoded(text: str) -> bytes | None:
    """The bytes of a text in base64, or None if there is another text for them."""
    content = b64decode(text)
    return content if b64encode(content).decode("ascii") == text else None
