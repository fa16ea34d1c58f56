"""The cells of two policies, with what each side answers as time goes on."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from doelbinding.analysis.answers import Answer, Block
from doelbinding.analysis.diff.answers import Comparing
from doelbinding.analysis.routes import Route, SubjectClass
from doelbinding.analysis.terms import FactStates, Order
from doelbinding.decider.index import Demand
from doelbinding.model.period import Span


class Kind(StrEnum):
    """How the answer of a cell changed."""

    NEWLY_PERMITTED = "newly-permitted"
    """Under no facts, reference and moment before; under some now."""
    NEWLY_DENIED = "newly-denied"
    """Under some before; under none now."""
    CONDITIONS = "conditions-changed"
    """Under some before and now, but not the same ones."""
    HANDLING = "handling-changed"
    """Under the same as before, but recorded otherwise, or with other duties."""


class Verdict(StrEnum):
    """Which way a change goes (policy language, section 6, diff)."""

    WIDENED = "widened"
    NARROWED = "narrowed"
    BOTH = "both"
    CHANGED = "changed"


class Step(NamedTuple):
    """A stretch of time with both answers; None: it may not go, whatever is known."""

    span: Span
    old: Answer | None
    new: Answer | None


Steps = tuple[Step, ...]
"""What both sides answer as time goes on, without a gap."""


class Piece(NamedTuple):
    """Cells that have the same answers: categories, as a set, about subjects of one class."""

    route: Route
    members: SubjectClass
    categories: int
    steps: Steps

    @property
    def size(self) -> int:
        """How many cells it is."""
        return self.categories.bit_count() * len(self.members)


class State(NamedTuple):
    """What is known, and when; ranked as witnesses are."""

    order: Order
    at: int
    known: Demand


class Difference(NamedTuple):
    """The smallest states that show each way in which a cell changed; None where it did not."""

    widened: State | None
    narrowed: State | None
    handled: State | None
    kind: Kind | None

    @property
    def verdict(self) -> Verdict | None:
        """Which way it goes; None: nowhere."""
        if self.widened and self.narrowed:
            return Verdict.BOTH
        if self.widened:
            return Verdict.WIDENED
        if self.narrowed:
            return Verdict.NARROWED
        return Verdict.CHANGED if self.handled else None


def pieces(
    sides: list[tuple[Span, list[Block], list[Block]]],
) -> Iterator[tuple[int, Steps]]:
    """The categories that may go on either side, by what is answered in each stretch of time.

    `sides` are the stretches, in order, each with the old blocks and the new ones.
    """
    everything = 0
    for _, old, new in sides:
        for categories, _ in (*old, *new):
            everything |= categories
    lines: dict[Steps, int] = {(): everything} if everything else {}
    for span, old, new in sides:
        longer: dict[Steps, int] = {}
        for categories, before, after in _overlaid(everything, old, new):
            for steps, reached in lines.items():
                common = categories & reached
                if common:
                    key = _prolonged(steps, Step(span, before, after))
                    longer[key] = longer.get(key, 0) | common
        lines = longer
    for steps, categories in lines.items():
        yield categories, steps


def _overlaid(
    everything: int, old: list[Block], new: list[Block]
) -> Iterator[tuple[int, Answer | None, Answer | None]]:
    """The categories by both of their answers, those without any among them."""
    for before, answer_before in _with_rest(everything, old):
        for after, answer_after in _with_rest(everything, new):
            if before & after:
                yield before & after, answer_before, answer_after


def _with_rest(everything: int, blocks: list[Block]) -> Iterator[tuple[int, Answer | None]]:
    rest = everything
    for categories, answer in blocks:
        rest &= ~categories
        yield categories, answer
    if rest:
        yield rest, None


def _prolonged(steps: Steps, step: Step) -> Steps:
    """The steps with one more, or the last one made longer where nothing changes."""
    if steps and steps[-1][1:] == step[1:]:
        begin, _ = steps[-1].span
        return *steps[:-1], step._replace(span=(begin, step.span[1]))
    return *steps, step


def difference(comparing: Comparing, facts: FactStates, steps: Steps) -> Difference:
    """How a cell with those answers changed."""
    found: list[State | None] = [None, None, None]
    for span, old, new in steps:
        for place, known in enumerate(comparing(old, new)):
            if known is not None:
                state = State(facts.order(known), span[0], known)
                best = found[place]
                found[place] = state if best is None else min(best, state)
    widened, narrowed, handled = found
    return Difference(widened, narrowed, handled, _kind(steps, widened or narrowed, handled))


def _kind(steps: Steps, moved: State | None, handled: State | None) -> Kind | None:
    if all(step.old is None for step in steps):
        return Kind.NEWLY_PERMITTED
    if all(step.new is None for step in steps):
        return Kind.NEWLY_DENIED
    if moved is not None:
        return Kind.CONDITIONS
    return Kind.HANDLING if handled else None
