"""The manifest: whose policy it is, and how it is used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from doelbinding.model.text import Text
from doelbinding.source import Place

DURABLE = "durable"
"""In `records`, that an *allow* waits for its record too."""

LANGUAGE_VERSION = 1
"""The version of the policy language that this package reads."""


@dataclass(frozen=True, slots=True)
class Controller:
    """Who decides on purposes and means (GDPR Art. 4(7)), and how to reach them (Art. 30(1)(a))."""

    id: str
    label: Text
    legal_name: str | None = None
    country: str | None = None
    isil: str | None = None
    contact: Mapping[str, str] = field(default_factory=dict[str, str])
    data_protection_officer: Text | None = None
    measures: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """How long records of decisions are kept, and whether an *allow* waits for its record."""

    retention: str = "P2Y"
    allow: str = "queued"


@dataclass(frozen=True, slots=True)
class Observation:
    """Transfers that are merely observed until a date; read by the gate, never by the decision."""

    purposes: tuple[str, ...] | None
    senders: tuple[str, ...] | None
    recipients: tuple[str, ...] | None
    until: date
    because: Text


@dataclass(frozen=True, slots=True)
class Manifest:
    """The keys that stand once in a policy."""

    policy: str
    revision: int
    controller: Controller
    default_subject: str
    zone: ZoneInfo
    place: Place = field(repr=False, compare=False)
    languages: tuple[str, ...] = ()
    register: str | None = None
    review_by: date | None = None
    records: Records = Records()
    enforcement: tuple[Observation, ...] = ()
