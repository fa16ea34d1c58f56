"""What tests can exercise in a policy, each thing once."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from doelbinding.decider.index import Demands, Index
from doelbinding.model.declarations import Declarations
from doelbinding.model.period import Period


class ItemKind(StrEnum):
    """In what way a test exercises something."""

    GRANTS = "grants"
    """The flow grants part of what may go."""
    BITES = "bites"
    """The prohibition forbids part of what is asked."""
    LIFTS = "lifts"
    """The exception of the prohibition lets go what it would forbid."""
    DECIDES = "decides"
    """The answer turns on this one fact of the condition."""
    FIRST_DAY = "first-day"
    """Something happens on the first day of the period."""
    LAST_DAY = "last-day"
    """Something happens on its last day."""


class Item(NamedTuple):
    """One thing that a test can exercise.

    `key` is where in the declaration the condition or the period stands (`when`, `unless`,
    `valid`, `roles[0].agreement`); `fact` is demanded to be known as `state`.
    """

    section: str
    id: str
    kind: ItemKind
    key: str = ""
    fact: str = ""
    state: bool | None = None
    day: date | None = None


class Days(NamedTuple):
    """A period, or half of one, and where it stands."""

    section: str
    id: str
    key: str
    period: Period

    def items(self) -> Iterator[Item]:
        """The first day and the last, as far as stated."""
        for kind, day in (
            (ItemKind.FIRST_DAY, self.period.start),
            (ItemKind.LAST_DAY, self.period.end),
        ):
            if day is not None:
                yield Item(self.section, self.id, kind, self.key, day=day)


def items(declared: Declarations, index: Index) -> tuple[Item, ...]:
    """All that tests can exercise, by section and id."""
    found = [*_of_flows(index), *_of_prohibitions(index)]
    found += [item for days in periods(declared) for item in days.items()]
    return tuple(sorted({*found}, key=_order))


def literals(
    section: str, identifier: str, key: str, index: Index, demands: Demands
) -> Iterator[Item]:
    """The literals of a condition, each once."""
    for fact, state in {literal for term in index.terms(demands) for literal in term}:
        yield Item(section, identifier, ItemKind.DECIDES, key, fact, state)


def _of_flows(index: Index) -> Iterator[Item]:
    for flow in {flow.id: flow for flows in index.flows.values() for flow in flows}.values():
        yield Item("flows", flow.id, ItemKind.GRANTS)
        yield from literals("flows", flow.id, "when", index, flow.demands)


def _of_prohibitions(index: Index) -> Iterator[Item]:
    for entry in index.prohibitions.entries:
        yield Item("prohibitions", entry.id, ItemKind.BITES)
        if entry.unless is not None:
            yield Item("prohibitions", entry.id, ItemKind.LIFTS)
            yield from literals("prohibitions", entry.id, "unless", index, entry.unless)


def periods(declared: Declarations) -> Iterator[Days]:
    """Every period that is stated, where it is stated."""
    for section in ("purposes", "recipients", "flows", "prohibitions"):
        for identifier, declaration in getattr(declared, section).items():
            if declaration.valid is not None:
                yield Days(section, identifier, "valid", declaration.valid)
    for identifier, recipient in declared.recipients.items():
        for place, role in enumerate(recipient.roles or ()):
            for key, paper in (("agreement", role.agreement), ("safeguard", role.safeguard)):
                if paper is not None:
                    yield Days("recipients", identifier, f"roles[{place}].{key}", paper.valid)
    for identifier, purpose in declared.purposes.items():
        if purpose.announcement is not None:
            refusal = Period(None, purpose.announcement.refusal_until)
            yield Days("purposes", identifier, "announcement", refusal)


def _order(item: Item) -> tuple[object, ...]:
    kinds = [*ItemKind]
    return item.section, item.id, kinds.index(item.kind), item.key, item.fact, item.state is True
