"""The index as bytes, and back: what a bundle holds for decisions.

MessagePack, read into the types below and into nothing else. Sets are the bytes of their
integers, little end first. Flows stay bytes until a transfer is about them.
"""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec.msgpack import Decoder, Encoder

from doelbinding.decider.index import (
    Concern,
    Demands,
    FlowEntry,
    Index,
    PartyEntry,
    ProhibitionEntry,
    Prohibitions,
    PurposeEntry,
    RoleEntry,
)
from doelbinding.errors import SourceError
from doelbinding.model.decision import PolicyIdentity
from doelbinding.model.period import Span
from doelbinding.source import Place, SourceFile

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


_Entry = TypeVar("_Entry")
_AsStored = TypeVar("_AsStored")

_FILE_NAME = ("utf-8", "surrogateescape")

_MOST_IDS = 1 << 14
"""So many categories, and so many facts, an index has at most: each has a bit in many sets."""

_encoder = Encoder()
_index_decoder = Decoder(StoredIndex)
_numbers_decoder = Decoder(dict[str, tuple[int, ...]])
_flow_decoder = Decoder(StoredFlow)


def encode_index(index: Index, names: Iterable[str]) -> bytes:
    """The index as bytes: the same for the same policy. `names` are those of its files."""
    return _IndexWriter(index, names).encoded()


def decode_index(
    content: bytes, identity: PolicyIdentity, source_file: Callable[[str], SourceFile]
) -> Index:
    """The index again. `source_file` gives the policy file of a name, for places.

    Raises `ValueError` or `LookupError` when the bytes are no index.
    """
    stored = _index_decoder.decode(content)
    if max(len(stored.expansions), len(stored.facts)) > _MOST_IDS:
        raise ValueError
    ZoneInfo(stored.timezone)
    files = [source_file(name.decode(*_FILE_NAME)) for name in stored.files]
    senders, recipients, purposes, subjects = map(_concern, stored.concerns)
    standing = tuple([_prohibition(each, files) for each in stored.prohibitions])
    return Index(
        policy=identity,
        timezone=stored.timezone,
        controller=stored.controller,
        default_subject=stored.default_subject,
        categories=tuple(stored.expansions),
        expansions={each: _members(members) for each, members in stored.expansions.items()},
        subjects=stored.subjects,
        purposes={each: _purpose(entry) for each, entry in stored.purposes.items()},
        parties={each: _party(entry) for each, entry in stored.parties.items()},
        flows=StoredFlows(stored.flow_numbers, stored.flows, files),
        prohibitions=Prohibitions(standing, senders, recipients, purposes, subjects),
        facts=stored.facts,
        fact_bits={fact: 1 << place for place, fact in enumerate(stored.facts)},
        moments=stored.moments,
    )


class StoredFlows(Mapping[tuple[str, str], tuple[FlowEntry, ...]]):
    """The flows by recipient and purpose, each read when a transfer is first about it."""

    def __init__(
        self,
        numbers: Mapping[str, msgspec.Raw],
        flows: list[msgspec.Raw],
        files: list[SourceFile],
    ) -> None:
        self._numbers = numbers
        self._flows = flows
        self._files = files
        self._by_recipient: dict[str, dict[str, tuple[int, ...]]] = {}
        self._read: dict[int, FlowEntry] = {}

    def __getitem__(self, target: tuple[str, str]) -> tuple[FlowEntry, ...]:
        recipient, purpose = target
        return tuple([self._flow(number) for number in self._of(recipient)[purpose]])

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for recipient in self._numbers:
            yield from ((recipient, purpose) for purpose in self._of(recipient))

    def __len__(self) -> int:
        return sum(len(self._of(recipient)) for recipient in self._numbers)

    def _of(self, recipient: str) -> Mapping[str, tuple[int, ...]]:
        found = self._by_recipient.get(recipient)
        if found is None:
            numbers = self._numbers[recipient]
            with _as_damage():
                found = _numbers_decoder.decode(numbers)
            self._by_recipient[recipient] = found
        return found

    def _flow(self, number: int) -> FlowEntry:
        found = self._read.get(number)
        if found is None:
            with _as_damage():
                stored = _flow_decoder.decode(self._flows[number])
                self._read[number] = found = _flow(stored, self._files)
        return found


@contextmanager
def _as_damage() -> Generator[None]:
    """What cannot be read of a flow is the bundle's fault: nothing is decided by it."""
    try:
        yield
    except (ValueError, LookupError, RecursionError):
        help_text = "Get it anew from where it was compiled."
        raise SourceError("the index of the bundle holds a flow that is none", help_text) from None


class _IndexWriter:
    """Numbers the files and the flows as it meets them."""

    def __init__(self, index: Index, names: Iterable[str]) -> None:
        self._index = index
        self._files = {name: number for number, name in enumerate(sorted(names))}
        self._prefix = _prefix({each.place.path for each in _placed(index)}, self._files)
        self._flows: list[msgspec.Raw] = []
        self._numbers: dict[str, int] = {}

    def encoded(self) -> bytes:
        index, standing = self._index, self._index.prohibitions
        concerns = (standing.senders, standing.recipients, standing.purposes, standing.subjects)
        senders, recipients, purposes, subjects = map(_stored_concern, concerns)
        flow_numbers = self._flow_numbers()
        prohibitions = tuple([self._prohibition(each) for each in standing.entries])
        return _encoder.encode(
            StoredIndex(
                timezone=index.timezone,
                controller=index.controller,
                default_subject=index.default_subject,
                expansions={each: _set(index.expansions[each]) for each in index.categories},
                subjects=_in_order(index.subjects, tuple),
                purposes=_in_order(index.purposes, _stored_purpose),
                parties=_in_order(index.parties, _stored_party),
                prohibitions=prohibitions,
                concerns=(senders, recipients, purposes, subjects),
                facts=index.facts,
                moments=index.moments,
                files=tuple([name.encode(*_FILE_NAME) for name in self._files]),
                flow_numbers=flow_numbers,
                flows=self._flows,
            )
        )

    def _flow_numbers(self) -> dict[str, msgspec.Raw]:
        found: dict[str, dict[str, tuple[int, ...]]] = {}
        for (recipient, purpose), flows in sorted(self._index.flows.items()):
            numbers = tuple([self._number(each) for each in flows])
            found.setdefault(recipient, {})[purpose] = numbers
        return {each: msgspec.Raw(_encoder.encode(found[each])) for each in found}

    def _number(self, flow: FlowEntry) -> int:
        if flow.id not in self._numbers:
            self._numbers[flow.id] = len(self._flows)
            self._flows.append(msgspec.Raw(_encoder.encode(self._flow(flow))))
        return self._numbers[flow.id]

    def _flow(self, flow: FlowEntry) -> StoredFlow:
        return StoredFlow(
            flow.id,
            tuple(sorted(flow.senders)),
            _stored_names(flow.subjects),
            None if flow.data is None else _set(flow.data),
            _set(flow.excluded),
            _stored_demands(flow.demands),
            flow.logs,
            flow.needs_reference,
            tuple(sorted(flow.duties)),
            flow.span,
            flow.clauses,
            self._place(flow.place),
        )

    def _prohibition(self, prohibition: ProhibitionEntry) -> StoredProhibition:
        unless = prohibition.unless
        return StoredProhibition(
            prohibition.id,
            _set(prohibition.data),
            None if unless is None else _stored_demands(unless),
            prohibition.span,
            prohibition.clauses,
            self._place(prohibition.place),
        )

    def _place(self, place: Place) -> StoredPlace:
        file = self._files[place.path.removeprefix(self._prefix)]
        return file, place.line, place.column, place.end_line, place.end_column


def _placed(index: Index) -> Iterator[FlowEntry | ProhibitionEntry]:
    yield from index.prohibitions.entries
    for flows in index.flows.values():
        yield from flows


def _prefix(paths: Collection[str], names: Collection[str]) -> str:
    """What stands before the name of a file in every path: its folder, or its bundle."""
    first = min(paths, default="")
    for name in names:
        prefix = first.removesuffix(name)
        rest = {path.removeprefix(prefix) for path in paths if path.startswith(prefix)}
        if first.endswith(name) and len(rest) == len(paths) and rest <= {*names}:
            return prefix
    return ""


def _set(members: int) -> Set:
    return members.to_bytes((members.bit_length() + 7) // 8, "little")


def _members(stored: Set) -> int:
    return int.from_bytes(stored, "little")


def _in_order(
    entries: Mapping[str, _Entry], stored: Callable[[_Entry], _AsStored]
) -> dict[str, _AsStored]:
    return {each: stored(entries[each]) for each in sorted(entries)}


def _stored_names(named: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if named is None else tuple(sorted(named))


def _names(stored: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if stored is None else frozenset(stored)


def _stored_demands(demands: Demands) -> StoredDemands:
    return tuple([(_set(true), _set(false)) for true, false in demands])


def _demands(stored: StoredDemands) -> Demands:
    return tuple([(_members(true), _members(false)) for true, false in stored])


def _stored_concern(concern: Concern) -> StoredConcern:
    return StoredConcern(_in_order(concern.named, _set), _set(concern.any))


def _concern(stored: StoredConcern) -> Concern:
    named = {each: _members(members) for each, members in stored.named.items()}
    return Concern(named, _members(stored.any))


def _stored_purpose(purpose: PurposeEntry) -> StoredPurpose:
    true, false = purpose.demand
    return StoredPurpose(
        purpose.chain,
        _set(purpose.ceiling),
        _stored_names(purpose.subjects),
        purpose.spans,
        purpose.refusable_until,
        (_set(true), _set(false)),
    )


def _purpose(stored: StoredPurpose) -> PurposeEntry:
    true, false = stored.demand
    return PurposeEntry(
        stored.chain,
        _members(stored.ceiling),
        _names(stored.subjects),
        stored.spans,
        stored.refusable_until,
        (_members(true), _members(false)),
    )


def _stored_party(party: PartyEntry) -> StoredParty:
    roles = party.roles
    stored = None if roles is None else tuple(map(_stored_role, roles))
    return StoredParty(party.chain, party.spans, stored, tuple(sorted(party.duties)))


def _party(stored: StoredParty) -> PartyEntry:
    roles = None if stored.roles is None else tuple(map(_role, stored.roles))
    return PartyEntry(stored.chain, stored.spans, roles, frozenset(stored.duties))


def _stored_role(role: RoleEntry) -> StoredRole:
    return StoredRole(
        _stored_names(role.purposes),
        role.spans,
        role.works_for,
        role.is_processor,
        role.is_sub_processor,
    )


def _role(stored: StoredRole) -> RoleEntry:
    return RoleEntry(
        _names(stored.purposes),
        stored.spans,
        stored.works_for,
        stored.is_processor,
        stored.is_sub_processor,
    )


def _flow(stored: StoredFlow, files: list[SourceFile]) -> FlowEntry:
    return FlowEntry(
        stored.id,
        frozenset(stored.senders),
        _names(stored.subjects),
        None if stored.data is None else _members(stored.data),
        _members(stored.excluded),
        _demands(stored.demands),
        stored.logs,
        stored.needs_reference,
        frozenset(stored.duties),
        stored.span,
        stored.clauses,
        _place(stored.place, files),
    )


def _prohibition(stored: StoredProhibition, files: list[SourceFile]) -> ProhibitionEntry:
    return ProhibitionEntry(
        stored.id,
        _members(stored.data),
        None if stored.unless is None else _demands(stored.unless),
        stored.span,
        stored.clauses,
        _place(stored.place, files),
    )


def _place(stored: StoredPlace, files: list[SourceFile]) -> Place:
    file, line, column, end_line, end_column = stored
    return Place(files[file], line, column, end_line, end_column)
