"""What an invariant speaks of, as look-ups, and in what ways an answer can break it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from doelbinding.analysis.answers import Answer
from doelbinding.analysis.routes import Route
from doelbinding.analysis.space import Space
from doelbinding.analysis.terms import Conjuncts
from doelbinding.decider.index import Demand
from doelbinding.model.decision import Effect
from doelbinding.model.ids import chain
from doelbinding.model.invariants import Always, Invariant, Match, Never, Only, Selection

PERMITTED = "permitted"
"""What is wrong with a transfer that must not be permitted at all."""


class Breach(NamedTuple):
    """A way in which a permitted transfer breaks a claim.

    `what` says what is wrong: that it is permitted, or what it lacks. It comes about when what
    stands in `besides` holds, and one of `fails` does not (None: whatever fails).
    """

    what: str
    besides: Conjuncts = ()
    fails: Conjuncts | None = None


@dataclass(frozen=True)
class Claim:
    """An invariant about single transfers, ready to be asked about routes and answers."""

    space: Space
    invariant: Invariant

    @property
    def match(self) -> Match:
        """The transfers that it speaks of."""
        return self.invariant.claim.match

    @cached_property
    def senders(self) -> frozenset[str]:
        """The senders that match."""
        return selected(self.match.senders, self.space.index.parties)

    @cached_property
    def recipients(self) -> frozenset[str]:
        """The recipients that match."""
        return selected(self.match.recipients, self.space.index.parties)

    @cached_property
    def purposes(self) -> frozenset[str]:
        """The purposes that match."""
        return selected(self.match.purposes, self.space.index.purposes)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The data subjects that match."""
        return selected(self.match.subjects, self.space.index.subjects)

    @cached_property
    def categories(self) -> int:
        """The categories that match, as a set."""
        matched = selected(self.match.data, self.space.index.expansions)
        return self.space.set_of(matched)

    @cached_property
    def given(self) -> Demand:
        """The facts that are known so."""
        return self.space.index.known(self.match.given)

    @property
    def is_empty(self) -> bool:
        """Whether no transfer at all can match."""
        return not all(
            (self.senders, self.recipients, self.purposes, self.subjects, self.categories)
        )

    def first_of(self, subjects: Iterable[str]) -> str | None:
        """The first of the data subjects that matches, if any does."""
        return next((each for each in subjects if each in self.subjects), None)

    def speaks_of(self, route: Route) -> bool:
        """Whether transfers on that route can match."""
        sender, recipient, purpose = route
        return sender in self.senders and recipient in self.recipients and purpose in self.purposes

    @cached_property
    def _only(self) -> tuple[frozenset[str] | None, ...]:
        """The parties and purposes that are the only ones, if it is that kind of claim."""
        claim = self.invariant.claim
        if not isinstance(claim, Only):
            return ()
        index = self.space.index
        return (
            _within(claim.senders, index.parties),
            _within(claim.recipients, index.parties),
            _within(claim.purposes, index.purposes),
        )

    def breaches(self, route: Route, answer: Answer) -> Iterator[Breach]:
        """The ways in which that answer on that route may break it."""
        claim = self.invariant.claim
        if isinstance(claim, Never):
            yield Breach(PERMITTED)
        elif isinstance(claim, Only):
            for key, only, each in zip(("from", "to", "purpose"), self._only, route, strict=True):
                if only is not None and each not in only:
                    yield Breach(key)
        elif isinstance(claim, Always):
            yield from self._lacking(claim, answer)

    def _lacking(self, claim: Always, answer: Answer) -> Iterator[Breach]:
        index = self.space.index
        if claim.effect == Effect.LOG:
            yield Breach("effect", (), (answer.logs,))
        elif claim.effect == Effect.ALLOW:
            yield Breach("effect", (answer.logs,))
        for fact, state in sorted(claim.facts.items()):
            yield Breach(f"facts.{fact}", (), ((index.known({fact: state}),),))
        for duty in sorted(claim.duties):
            yield Breach(f"duties.{duty}", (), (answer.when_duty(duty),))
        if claim.reference:
            numbered = ((self.space.facts.reference, 0),)
            yield Breach("reference", (), (numbered,))


def selected(selection: Selection | None, ids: Iterable[str]) -> frozenset[str]:
    """The declared ids that a selection means."""
    if selection is None:
        return frozenset(ids)
    within = _within(selection.ids, ids) or frozenset()
    return frozenset(ids) - within if selection.negated else within


def _within(named: tuple[str, ...] | None, ids: Iterable[str]) -> frozenset[str] | None:
    if named is None:
        return None
    wanted = frozenset(named)
    return frozenset(each for each in ids if not wanted.isdisjoint(chain(each)))
