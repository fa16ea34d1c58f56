"""The rows that pictures are drawn from: who sends what to whom, for what, on which terms."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import product

from doelbinding.model.decision import Effect
from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow
from doelbinding.model.ids import chain, is_within
from doelbinding.model.period import Period


@dataclass(frozen=True, slots=True)
class Row:
    """One flow between two parties for one purpose, as declared.

    `categories` are the ones that it names; `sent` also holds what lies below them.
    """

    flow: str
    sender: str
    recipient: str
    purpose: str
    categories: tuple[str, ...]
    sent: frozenset[str]
    effect: Effect
    is_conditional: bool
    is_assumed: bool


def rows(declared: Declarations, at: int) -> tuple[Row, ...]:
    """The rows in force at an instant, sorted by flow, sender, recipient and purpose."""
    return tuple(
        _row(declared, flow, sender, recipient, purpose)
        for _, flow in sorted(declared.flows.items())
        if _in_force(declared, (flow.valid,), at)
        for sender, recipient, purpose in sorted(
            product(flow.senders, flow.recipients, flow.purposes)
        )
        if _in_force(declared, (declared.purposes[each].valid for each in chain(purpose)), at)
    )


KINDS = ("party", "purpose", "category", "flow")
"""What an id can be the id of; `party:library` says which is meant where several have it."""


def only(declared: Declarations, found: Iterable[Row], wanted: tuple[str, ...]) -> tuple[Row, ...]:
    """The rows that touch one of the wanted ids or something below it.

    A row that is wanted for some of its categories is left with those.
    """
    if not wanted:
        return tuple(found)
    narrowed = (_narrowed(declared, row, wanted) for row in found)
    return tuple(row for row in narrowed if row)


def known_ids(declared: Declarations) -> dict[str, Collection[str]]:
    """The declared ids of each kind."""
    sections = (declared.parties, declared.purposes, declared.categories, declared.flows)
    return dict(zip(KINDS, sections, strict=True))


def _row(declared: Declarations, flow: Flow, sender: str, recipient: str, purpose: str) -> Row:
    data = flow.data if flow.data is not None else declared.purpose(purpose).data
    return Row(
        flow=flow.id,
        sender=sender,
        recipient=recipient,
        purpose=purpose,
        categories=tuple(sorted(set(data or ()) - declared.expanded(flow.excluded))),
        sent=declared.sent_by(flow, purpose),
        effect=flow.effect,
        is_conditional=flow.when is not None or bool(declared.purpose(purpose).demands),
        is_assumed=flow.assumption is not None,
    )


def _in_force(declared: Declarations, periods: Iterable[Period | None], at: int) -> bool:
    spans = (period.span(declared.manifest.zone) for period in periods if period)
    return all(begin <= at < end for begin, end in spans)


def _narrowed(declared: Declarations, row: Row, wanted: tuple[str, ...]) -> Row | None:
    wishes = [wish for each in wanted for wish in _wishes(declared, each)]
    if any(_is_for(declared, row, kind, identifier) for kind, identifier in wishes):
        return row
    sought = [identifier for kind, identifier in wishes if kind == "category"]
    if row.sent.isdisjoint(declared.category_tree.expand(sought)):
        return None
    touched = declared.category_tree.touching(sought)
    return replace(row, categories=tuple(each for each in row.categories if each in touched))


def _wishes(declared: Declarations, wanted: str) -> list[tuple[str, str]]:
    """What a wish can mean, as kinds and ids."""
    kind, colon, identifier = wanted.rpartition(":")
    known = known_ids(declared)
    return [
        (each, identifier) for each in ([kind] if colon else KINDS) if identifier in known[each]
    ]


def _is_for(declared: Declarations, row: Row, kind: str, identifier: str) -> bool:
    match kind:
        case "party":
            parties = declared.party_tree.touching([identifier])
            return not parties.isdisjoint((row.sender, row.recipient))
        case "purpose":
            return row.purpose in declared.purpose_tree.touching([identifier])
        case "flow":
            return is_within(row.flow, identifier)
        case _:
            return False
