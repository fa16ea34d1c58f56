"""What a cell answers, for each of its categories and for every state of the facts at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from doelbinding.analysis.terms import (
    Conjuncts,
    FactStates,
    all_hold,
    either,
    minimal,
    needed,
)
from doelbinding.decider.cell import Candidate, Cell
from doelbinding.decider.evaluate import hold
from doelbinding.decider.index import Demand, Demands, Index
from doelbinding.model.decision import Effect


@dataclass(frozen=True)
class Answer:
    """When a category may go, when that is logged, and when each duty comes with it.

    It may go when all of `conjuncts` hold; then it is logged when `logs` holds, and has those of
    `duties` whose conditions hold. Equal answers are equal values.
    """

    conjuncts: Conjuncts
    logs: Demands
    duties: tuple[tuple[str, Demands], ...]

    @cached_property
    def _hash(self) -> int:
        return hash((self.conjuncts, self.logs, self.duties))

    def __hash__(self) -> int:
        return self._hash

    def permits(self, known: Demand) -> bool:
        """Whether the category may go when that is known."""
        return all_hold(self.conjuncts, known)

    def effect(self, known: Demand) -> Effect:
        """The effect when that is known."""
        if not self.permits(known):
            return Effect.DENY
        return Effect.LOG if hold(self.logs, known) else Effect.ALLOW

    def duties_when(self, known: Demand) -> tuple[str, ...]:
        """The duties when that is known, sorted."""
        return tuple(duty for duty, terms in self.duties if hold(terms, known))

    def when_duty(self, duty: str) -> Demands:
        """When that duty comes with it; never, if it has no terms."""
        return next((terms for each, terms in self.duties if each == duty), ())


class Block(NamedTuple):
    """Categories, as a set, that have the same answer."""

    categories: int
    answer: Answer


class Way(NamedTuple):
    """A flow's terms, the reference included, with what comes along."""

    terms: Demands
    logs: bool
    duties: tuple[str, ...]


Granting = tuple[tuple[Way, ...], ...]
"""For each part of a category, the flows that grant it."""


class Answers:
    """Makes the answers of an index; equal ones are made once."""

    def __init__(self, index: Index, facts: FactStates) -> None:
        self.facts = facts
        self._known: dict[tuple[Granting, Conjuncts], Answer | None] = {}
        self._terms: dict[tuple[Demands, bool], Demands] = {}
        self._narrow = 0
        self._wide: list[tuple[int, int]] = []
        for bit, expansion in _expansions(index):
            if expansion == bit:
                self._narrow |= bit
            else:
                self._wide.append((bit, expansion))

    def blocks(self, cell: Cell) -> list[Block]:
        """The categories of a cell that may go in some state, by their answers."""
        ways = [
            (each.grants, self._way(each)) for each in cell.sound if each.grants & ~cell.forbidden
        ]
        if not ways:
            return []
        masks = [*(grants for grants, _ in ways), *(each.data for each in cell.conditional)]
        found: dict[Answer, int] = {}
        for categories, parts in self._spans(_parts(ways, cell.forbidden, masks)):
            answer = self._answer(ways, cell, parts)
            if answer is not None:
                found[answer] = found.get(answer, 0) | categories
        return [Block(categories, answer) for answer, categories in found.items()]

    def _way(self, candidate: Candidate) -> Way:
        key = candidate.demands, candidate.needs_reference
        terms = self._terms.get(key)
        if terms is None:
            more = self.facts.reference if candidate.needs_reference else 0
            terms = minimal((true | more, false) for true, false in candidate.demands)
            self._terms[key] = terms
        return Way(terms, candidate.flow.logs, candidate.duties)

    def _spans(self, parts: list[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """The categories that lie wholly within the parts, with those that they touch."""
        everything = 0
        for part in parts:
            everything |= part
            if part & self._narrow:
                yield part & self._narrow, (part,)
        for bit, expansion in self._wide:
            if not expansion & ~everything:
                yield bit, tuple([part for part in parts if part & expansion])

    def _answer(
        self, ways: list[tuple[int, Way]], cell: Cell, parts: tuple[int, ...]
    ) -> Answer | None:
        granting = tuple(tuple([way for grants, way in ways if grants & part]) for part in parts)
        lifting = tuple(
            each.unless or ()
            for each in cell.conditional
            if any(each.data & part for part in parts)
        )
        key = granting, lifting
        if key not in self._known:
            self._known[key] = answer_of(self.facts, granting, lifting)
        return self._known[key]


def answer_of(facts: FactStates, granting: Granting, lifting: Conjuncts) -> Answer | None:
    """The answer of a category, from the flows and the exceptions that it needs; None: never.

    `lifting` are the exceptions of the prohibitions that touch some part of it.
    """
    granted = {either([way.terms for way in ways]) for ways in granting}
    conjuncts = needed({*granted, *map(minimal, lifting)})
    if facts.smallest(conjuncts) is None:
        return None
    everyone = tuple(dict.fromkeys(way for ways in granting for way in ways))
    duties = sorted({duty for way in everyone for duty in way.duties})
    return Answer(
        conjuncts,
        either([way.terms for way in everyone if way.logs]),
        tuple(
            (duty, either([way.terms for way in everyone if duty in way.duties])) for duty in duties
        ),
    )


def _expansions(index: Index) -> Iterator[tuple[int, int]]:
    """The bit of each category that the policy declares, with its expansion."""
    for place, category in enumerate(index.categories):
        if category in index.expansions:
            yield 1 << place, index.expansions[category]


def _parts(ways: list[tuple[int, Way]], forbidden: int, masks: list[int]) -> list[int]:
    """What may be granted, cut so that flows and prohibitions hold of a part or not at all."""
    everything = 0
    for grants, _ in ways:
        everything |= grants
    parts = [everything & ~forbidden]
    for mask in masks:
        cut: list[int] = []
        for part in parts:
            cut += [piece for piece in (part & mask, part & ~mask) if piece]
        parts = cut
    return parts
