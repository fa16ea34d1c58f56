"""What an index is stored as: lists of fields, in the order in which they stand here.

Sets are the bytes of their integers, little end first. Flows stay bytes until a transfer is
about them.
"""

import msgspec

from doelbinding.model.period import Span

Set = bytes
StoredDemands = tuple[tuple[Set, Set], ...]
StoredPlace = tuple[int, int, int, int, int]
"""The number of the file, then the lines and columns of begin and end."""


class _Stored(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """What is stored as a list of its fields."""


class StoredPurpose(_Stored):
    """A `PurposeEntry`."""

    chain: tuple[str, ...]
    ceiling: Set
    subjects: tuple[str, ...] | None
    spans: tuple[Span, ...]
    refusable_until: int | None
    demand: tuple[Set, Set]


class StoredRole(_Stored):
    """A `RoleEntry`."""

    purposes: tuple[str, ...] | None
    spans: tuple[Span, ...]
    works_for: str | None
    is_processor: bool
    is_sub_processor: bool


class StoredParty(_Stored):
    """A `PartyEntry`."""

    chain: tuple[str, ...]
    spans: tuple[Span, ...]
    roles: tuple[StoredRole, ...] | None
    duties: tuple[str, ...]


class StoredFlow(_Stored):
    """A `FlowEntry`."""

    id: str
    senders: tuple[str, ...]
    subjects: tuple[str, ...] | None
    data: Set | None
    excluded: Set
    demands: StoredDemands
    logs: bool
    needs_reference: bool
    duties: tuple[str, ...]
    span: Span
    clauses: tuple[str, ...]
    place: StoredPlace


class StoredProhibition(_Stored):
    """A `ProhibitionEntry`."""

    id: str
    data: Set
    unless: StoredDemands | None
    span: Span
    clauses: tuple[str, ...]
    place: StoredPlace


class StoredConcern(_Stored):
    """A `Concern`."""

    named: dict[str, Set]
    any: Set


class StoredObserved(_Stored):
    """An `Observed`; the day is ISO 8601 text."""

    purposes: tuple[str, ...] | None
    senders: tuple[str, ...] | None
    recipients: tuple[str, ...] | None
    until: str
    end: int


class StoredEnforcement(_Stored):
    """An `Enforcement`."""

    observed: tuple[StoredObserved, ...]
    classes: tuple[str, ...]
    enforced_purposes: tuple[str, ...]
    enforced_parties: tuple[str, ...]
    enforced_prohibitions: tuple[str, ...]
    retention: str
    allow_waits: bool


class StoredIndex(_Stored):
    """An `Index`, without the policy's identity.

    `flow_numbers` are, by recipient, encoded: by purpose, the places of flows in `flows`, where
    each is encoded. `files` are the names of the policy's files.
    """

    timezone: str
    controller: str
    default_subject: str
    expansions: dict[str, Set]
    subjects: dict[str, tuple[str, ...]]
    purposes: dict[str, StoredPurpose]
    parties: dict[str, StoredParty]
    prohibitions: tuple[StoredProhibition, ...]
    concerns: tuple[StoredConcern, StoredConcern, StoredConcern, StoredConcern]
    facts: tuple[str, ...]
    moments: tuple[int, ...]
    files: tuple[bytes, ...]
    flow_numbers: dict[str, msgspec.Raw]
    flows: list[msgspec.Raw]
    enforcement: StoredEnforcement


FILE_NAME = ("utf-8", "surrogateescape")
"""How names of files are encoded, and what becomes of bytes that are not UTF-8."""
