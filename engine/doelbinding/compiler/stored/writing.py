"""An index to bytes."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeVar

import msgspec
from msgspec.msgpack import Encoder

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
    PurposeEntry,
    RoleEntry,
)
from doelbinding.model.enforcement import Enforcement, Observed
from doelbinding.source import Place

_Entry = TypeVar("_Entry")
_AsStored = TypeVar("_AsStored")

_encoder = Encoder()


def encode_index(index: Index, names: Iterable[str]) -> bytes:
    """The index as bytes: the same for the same policy. `names` are those of its files."""
    return _IndexWriter(index, names).encoded()


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
                files=tuple([name.encode(*FILE_NAME) for name in self._files]),
                flow_numbers=flow_numbers,
                flows=self._flows,
                enforcement=_stored_enforcement(index.enforcement),
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


def _stored_enforcement(enforcement: Enforcement) -> StoredEnforcement:
    return StoredEnforcement(
        tuple(map(_stored_observed, enforcement.observed)),
        tuple(sorted(enforcement.classes)),
        tuple(sorted(enforcement.enforced_purposes)),
        tuple(sorted(enforcement.enforced_parties)),
        tuple(sorted(enforcement.enforced_prohibitions)),
        enforcement.retention,
        enforcement.allow_waits,
    )


def _stored_observed(observed: Observed) -> StoredObserved:
    parties = observed.senders, observed.recipients
    return StoredObserved(observed.purposes, *parties, observed.until.isoformat(), observed.end)


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


def _in_order(
    entries: Mapping[str, _Entry], stored: Callable[[_Entry], _AsStored]
) -> dict[str, _AsStored]:
    return {each: stored(entries[each]) for each in sorted(entries)}


def _stored_names(named: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if named is None else tuple(sorted(named))


def _stored_demands(demands: Demands) -> StoredDemands:
    return tuple([(_set(true), _set(false)) for true, false in demands])


def _stored_concern(concern: Concern) -> StoredConcern:
    return StoredConcern(_in_order(concern.named, _set), _set(concern.any))


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


def _stored_party(party: PartyEntry) -> StoredParty:
    roles = party.roles
    stored = None if roles is None else tuple(map(_stored_role, roles))
    return StoredParty(party.chain, party.spans, stored, tuple(sorted(party.duties)))


def _stored_role(role: RoleEntry) -> StoredRole:
    return StoredRole(
        _stored_names(role.purposes),
        role.spans,
        role.works_for,
        role.is_processor,
        role.is_sub_processor,
    )
