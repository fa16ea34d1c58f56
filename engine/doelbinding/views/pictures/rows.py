"""The rows that pictures are drawn from: who sends what to whom, for what, on which terms."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from doelbinding.model.decision import Effect
from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow
from doelbinding.model.ids import chain, is_within
from doelbinding.model.period import Period


@dataclass(frozen=True, slots=True)
class Row:
    """One flow between two parties for one purpose, as declared."""

    flow: str
    sender: str
    recipient: str
    purpose: str
    categories: tuple[str, ...]
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


def only(found: Iterable[Row], wanted: tuple[str, ...]) -> tuple[Row, ...]:
    """The rows that name one of the wanted ids or something below it."""
    return tuple(row for row in found if not wanted or any(_names(row, each) for each in wanted))


def _row(declared: Declarations, flow: Flow, sender: str, recipient: str, purpose: str) -> Row:
    data = flow.data if flow.data is not None else declared.purpose(purpose).data
    return Row(
        flow=flow.id,
        sender=sender,
        recipient=recipient,
        purpose=purpose,
        categories=tuple(sorted(set(data or ()) - declared.expanded(flow.excluded))),
        effect=flow.effect,
        is_conditional=flow.when is not None or bool(declared.purpose(purpose).demands),
        is_assumed=flow.assumption is not None,
    )


def _in_force(declared: Declarations, periods: Iterable[Period | None], at: int) -> bool:
    spans = (period.span(declared.manifest.zone) for period in periods if period)
    return all(begin <= at < end for begin, end in spans)


def _names(row: Row, wanted: str) -> bool:
    named = {
        "party": (row.sender, row.recipient),
        "purpose": (row.purpose,),
        "category": row.categories,
        "flow": (row.flow,),
    }
    kind, colon, identifier = wanted.rpartition(":")
    kinds = (kind,) if colon else KINDS
    return any(is_within(each, identifier) for kind in kinds for each in named[kind])
