"""Bytes to an index, into the stored shapes and into nothing else."""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from zoneinfo import ZoneInfo

import msgspec
from msgspec.msgpack import Decoder

from doelbinding.compiler.stored.shapes import (
    FILE_NAME,
    Set,
    StoredConcern,
    StoredDemands,
    StoredEnforcement,
    StoredFlow,
    StoredIndex,
    StoredObserved,
    StoredParty,
    StoredPlace,
    StoredProhibition,
    StoredPurpose,
    StoredRole,
)
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
from doelbinding.model.enforcement import Enforcement, Observed
from doelbinding.source import Place, SourceFile

_MOST_IDS = 1 << 14
"""So many categories, and so many facts, an index has at most: each has a bit in many sets."""

_index_decoder = Decoder(StoredIndex)
_numbers_decoder = Decoder(dict[str, tuple[int, ...]])
_flow_decoder = Decoder(StoredFlow)


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
    files = [source_file(name.decode(*FILE_NAME)) for name in stored.files]
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
        enforcement=_enforcement(stored.enforcement),
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


def _members(stored: Set) -> int:
    return int.from_bytes(stored, "little")


def _names(stored: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if stored is None else frozenset(stored)


def _demands(stored: StoredDemands) -> Demands:
    return tuple([(_members(true), _members(false)) for true, false in stored])


def _concern(stored: StoredConcern) -> Concern:
    named = {each: _members(members) for each, members in stored.named.items()}
    return Concern(named, _members(stored.any))


def _enforcement(stored: StoredEnforcement) -> Enforcement:
    return Enforcement(
        tuple(map(_observed, stored.observed)),
        frozenset(stored.classes),
        frozenset(stored.enforced_purposes),
        frozenset(stored.enforced_parties),
        frozenset(stored.enforced_prohibitions),
        stored.retention,
        stored.allow_waits,
    )


def _observed(stored: StoredObserved) -> Observed:
    until = date.fromisoformat(stored.until)
    return Observed(stored.purposes, stored.senders, stored.recipients, until, stored.end)


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


def _party(stored: StoredParty) -> PartyEntry:
    roles = None if stored.roles is None else tuple(map(_role, stored.roles))
    return PartyEntry(stored.chain, stored.spans, roles, frozenset(stored.duties))


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
