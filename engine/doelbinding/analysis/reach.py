"""Where data can end up, hop by hop (policy language, section 6, reach)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from doelbinding.analysis.answers import Answer
from doelbinding.analysis.chains import Chain, Hop, Hops
from doelbinding.analysis.routes import Route, SubjectClass
from doelbinding.analysis.space import Follow, Space, Witness
from doelbinding.decider.index import Demand
from doelbinding.model.period import Span


class Passage(NamedTuple):
    """What may go between two parties for one purpose, in one stretch of time.

    `categories` are those within the one that was asked about, or containing it; `terms` are the
    minimal states in which they may go, if there are not too many, all of them. It `logs` when
    in some state it is recorded.
    """

    purpose: str
    subjects: tuple[str, ...]
    categories: tuple[str, ...]
    terms: tuple[Demand, ...]
    is_all: bool
    logs: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Leg:
    """One hop of a chain, with all that may go between its two parties from then on.

    It is `wider` when it can carry parts that the hop before could not.
    """

    transfer: Witness
    passages: tuple[Passage, ...]
    wider: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """A party at which the data can arrive, with a shortest chain to it."""

    party: str
    legs: tuple[Leg, ...]


_Key = tuple[Route, Span, Answer, int]
"""Route, stretch of time, answer, and the categories as a set."""


def reach(
    space: Space, category: str, start: str, at: int, follow: Follow = iter
) -> tuple[Reached, ...]:
    """The parties that the category, or part of it, can reach from a party, the nearest first.

    Each hop has facts of its own, and none goes before the one that it follows.
    """
    asked = space.touching(category)
    hops, found = Hops(space.facts), dict[_Key, list[str]]()
    for route in follow(sorted(space.routes.all())):
        for span, members, blocks in space.cells(route, at):
            for categories, answer in blocks:
                going = categories & asked
                if going:
                    key = route, span, answer, going
                    found.setdefault(key, []).extend(members)
                    hops.add(_hop(space, key, members))
    passages = _passages(space, found)
    chains = hops.chains((start,), at)
    reached = [
        Reached(party, tuple(_legs(space, chain, passages))) for party, chain in chains.items()
    ]
    return tuple(sorted(reached, key=lambda each: (len(each.legs), each.party)))


def _hop(space: Space, key: _Key, members: SubjectClass) -> Hop:
    route, (begin, end), answer, going = key
    known = space.facts.smallest(answer.conjuncts)
    category = space.first_of(going)
    if known is None or category is None:
        raise AssertionError("a block has categories, and a state in which they may go")
    return Hop(Witness(*route, members[0], category, known, begin), end)


def _passages(
    space: Space, found: Mapping[_Key, list[str]]
) -> dict[tuple[str, str], list[tuple[int, Passage]]]:
    """By sender and recipient what may go, with the categories as a set."""
    between: dict[tuple[str, str], list[tuple[int, Passage]]] = {}
    for key, subjects in found.items():
        route, span, answer, going = key
        passage = Passage(
            route.purpose,
            tuple(sorted(subjects)),
            space.index.named(going),
            *space.facts.minimal_states(answer.conjuncts),
            space.facts.smallest((*answer.conjuncts, answer.logs)) is not None,
            span,
        )
        between.setdefault((route.sender, route.recipient), []).append((going, passage))
    return between


def _legs(
    space: Space, chain: Chain, between: Mapping[tuple[str, str], list[tuple[int, Passage]]]
) -> Iterator[Leg]:
    before = -1
    for transfer in chain:
        open_then = [
            (going, passage)
            for going, passage in between[transfer.sender, transfer.recipient]
            if passage.span[1] > transfer.at
        ]
        carried = 0
        for going, _ in open_then:
            for each in space.index.named(going):
                carried |= space.index.expansions[each]
        passages = tuple(sorted(passage for _, passage in open_then))
        yield Leg(transfer, passages, bool(carried & ~before))
        before = carried
