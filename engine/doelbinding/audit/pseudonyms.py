"""Pseudonyms: what stands in the log for a person, so that the log names nobody.

A pseudonym is a keyed digest. Whoever has the key can tell whether it stands for a given person;
once the key is destroyed nobody can. A key serves one quarter of a year, so that it can be.
"""

import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from secrets import token_bytes
from typing import NamedTuple
from unicodedata import normalize

_KEY_BYTES = 32
_SHOWN_BYTES = 16
_NAMING = b"doelbinding pseudonym key\n"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_KEY_ID = re.compile(r"([0-9]{4}-Q[1-4])-[0-9a-f]{8}")
_HELD = re.compile(rb"([0-9a-f]{64})\n")


class Period(NamedTuple):
    """A quarter of a year, by UTC: its name, its first instant and the one after its last."""

    name: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class PseudonymKey:
    """The key of a period; `id` begins every pseudonym that is made with it."""

    id: str
    _secret: bytes = field(repr=False)
    _begun: hmac.HMAC = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_begun", hmac.new(self._secret, digestmod="sha256"))

    @property
    def content(self) -> bytes:
        """What a key file holds."""
        return self._secret.hex().encode("ascii") + b"\n"

    def pseudonym(self, kind: str, text: str) -> str:
        """What stands for a text: the same for all ways of writing it that are taken as one.

        Texts of different kinds have nothing to do with each other.
        """
        keyed = self._begun.copy()  # `hmac.digest` would let other threads run first
        keyed.update(kind.encode("ascii") + b"\0" + _canonical(text))
        return f"{self.id}:{keyed.digest()[:_SHOWN_BYTES].hex()}"


def new_key(period: str) -> PseudonymKey:
    """A new key for a period."""
    return _named(period, token_bytes(_KEY_BYTES))


def key_in(content: bytes, key_id: str) -> PseudonymKey | None:
    """The key in a file of that id, or None if it does not hold it."""
    held = _HELD.fullmatch(content)
    if held is None:
        return None
    key = _named(period_of(key_id) or "", bytes.fromhex(held[1].decode("ascii")))
    return key if key.id == key_id else None


def period_of(key_id: str) -> str | None:
    """The period in the id of a key, or None if it is no such id."""
    found = _KEY_ID.fullmatch(key_id)
    return None if found is None else found[1]


def instant_of(at: datetime | int) -> int:
    """Microseconds since 1970. Raises `TypeError` for a moment without offset."""
    return at if isinstance(at, int) else (at - _EPOCH) // _MICROSECOND


def period_at(instant: int) -> Period:
    """The period of an instant."""
    moment = _EPOCH + instant * _MICROSECOND
    quarter = (moment.month - 1) // 3
    name = f"{moment.year:04d}-Q{quarter + 1}"
    return Period(name, _start(moment.year, quarter), _start(moment.year, quarter + 1))


def _start(year: int, quarter: int) -> int:
    """The first instant of a quarter, where the fourth is the first of the next year."""
    days = date(year + quarter // 4, 3 * (quarter % 4) + 1, 1) - _EPOCH.date()
    return days // _MICROSECOND


def _named(period: str, secret: bytes) -> PseudonymKey:
    return PseudonymKey(f"{period}-{sha256(_NAMING + secret).hexdigest()[:8]}", secret)


def _canonical(text: str) -> bytes:
    """One text for all that differ in composed letters or white space alone."""
    if not text.isascii():
        text = normalize("NFC", text)
    return " ".join(text.split()).encode("utf-8", "surrogatepass")
