"""What all formats say of where a category can end up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from doelbinding.analysis.reach import Leg, Passage, Reached
from doelbinding.analysis.space import Witness
from doelbinding.analysis.terms import FactStates
from doelbinding.decider.index import Demand, Index
from doelbinding.model.decision import Effect
from doelbinding.model.declarations import Declarations
from doelbinding.model.ids import above
from doelbinding.model.period import ALWAYS, NEVER, Span, moment
from doelbinding.policy import Policy
from doelbinding.views.explain import Language
from doelbinding.views.explain.text import party_label
from doelbinding.views.reaching.phrases import PHRASES
from doelbinding.views.witness import Shown, shown


class Condition(NamedTuple):
    """A least that must be known, and the effect when just that is."""

    state: Demand
    effect: Effect


class Way(NamedTuple):
    """What may go on a hop for one purpose, on any of the conditions, in a stretch of time.

    The conditions are all there are, or (not `is_all`) the first of many.
    """

    purpose: str
    subjects: tuple[str, ...]
    categories: tuple[str, ...]
    conditions: tuple[Condition, ...]
    is_all: bool
    span: Span


class Step(NamedTuple):
    """A hop, with the categories that can go on it and could not on the one before."""

    leg: Leg
    added: list[str]


@dataclass(frozen=True)
class ReachReport:
    """The parties that a category can reach, seen from a moment on."""

    policy: Policy
    category: str
    start: str
    reached: Sequence[Reached]
    at: int

    @property
    def declarations(self) -> Declarations:
        """What the policy declares."""
        return self.policy.declarations

    @property
    def _index(self) -> Index:
        return self.policy.compiled.index

    @cached_property
    def facts(self) -> FactStates:
        """The facts of the policy."""
        return FactStates(self._index.facts)

    def verdict(self, lang: Language) -> str:
        """One line: how many other parties it can reach."""
        phrases = PHRASES[lang]
        count = sum(each.party != self.start for each in self.reached)
        has_parts = self._index.expansions[self.category].bit_count() > 1
        what = phrases["part"].format(category=self.category) if has_parts else self.category
        key = {0: "none", 1: "one"}.get(count, "several")
        return phrases[key].format(what=what, start=self.start, count=f"{count:,}")

    def label(self, party: str, lang: Language) -> str:
        """What a party is called."""
        return party_label(self.declarations, party, lang)

    def shown(self, transfer: Witness) -> Shown:
        """A transfer with what the policy answers."""
        return shown(self._index, self.facts, transfer)

    def ways(self, leg: Leg) -> list[Way]:
        """What may go on a hop; where nothing changes from one stretch to the next, as one."""
        spans: dict[Way, list[Span]] = {}
        for passage in leg.passages:
            spans.setdefault(self._way(leg.transfer, passage), []).append(passage.span)
        return sorted(
            way._replace(span=span) for way, apart in spans.items() for span in _joined(apart)
        )

    def _way(self, transfer: Witness, passage: Passage) -> Way:
        """A passage as a way at any time."""
        example = transfer._replace(
            purpose=passage.purpose,
            subject=passage.subjects[0],
            category=passage.categories[0],
            at=passage.span[0],
        )
        conditions = tuple(
            Condition(state, self.shown(example._replace(known=state)).decision.effect)
            for state in passage.terms
        )
        head = passage.purpose, passage.subjects, passage.categories
        return Way(*head, conditions, passage.is_all, (ALWAYS, NEVER))

    def day(self, at: int) -> str:
        """The day of an instant, by the clocks of the policy."""
        return moment(at, ZoneInfo(self._index.timezone)).date().isoformat()


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The stretches of time, as one where the next begins when one ends."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and found[-1][1] == begin:
            begin, _ = found.pop()
        found.append((begin, end))
    return found


def steps(reached: Reached) -> list[Step]:
    """The hops of a chain, each with what it adds to the one before."""
    found: list[Step] = []
    before: set[str] | None = None
    for leg in reached.legs:
        carried = {category for passage in leg.passages for category in passage.categories}
        found.append(Step(leg, highest(set[str]() if before is None else carried - before)))
        before = carried
    return found


def highest(ids: Iterable[str]) -> list[str]:
    """The ids below none of the others, which stand for these too."""
    listed = {*ids}
    return sorted(each for each in listed if listed.isdisjoint(above(each)))
