"""Every cell of which the answer differs between two policies, drawn together."""

from dataclasses import dataclass, field

from doelbinding.analysis.answers import Block
from doelbinding.analysis.diff.alignment import aligned
from doelbinding.analysis.diff.answers import Comparing
from doelbinding.analysis.diff.causes import Cause, Causes
from doelbinding.analysis.diff.cells import (
    Difference,
    Kind,
    Piece,
    State,
    Steps,
    Verdict,
    difference,
    pieces,
)
from doelbinding.analysis.diff.entries import Pair
from doelbinding.analysis.diff.together import Box, drawn_together
from doelbinding.analysis.routes import Route, SubjectClass, SubjectClasses, stretches
from doelbinding.analysis.space import Follow, Space, Witness
from doelbinding.decider.index import Index
from doelbinding.model.period import Span


@dataclass(frozen=True, slots=True)
class Change:
    """Cells that changed alike, and the declarations that it comes from.

    `boxes` are the cells; `steps` what both sides answer them from the moment of the comparison
    on. The witnesses are the smallest transfers that show it: one that may go now and could not
    before, one that could and may not, one that may go as before but is handled otherwise.
    """

    kind: Kind
    verdict: Verdict
    boxes: tuple[Box, ...]
    steps: Steps
    causes: tuple[Cause, ...]
    widened: Witness | None = None
    narrowed: Witness | None = None
    handled: Witness | None = None

    @property
    def size(self) -> int:
        """How many cells it is."""
        return sum(box.size for box in self.boxes)


@dataclass
class Served:
    """To whom, and for what, anything may go; and what, as a set of categories."""

    recipients: set[str] = field(default_factory=set[str])
    purposes: set[str] = field(default_factory=set[str])
    categories: int = 0

    def add(self, route: Route, categories: int) -> None:
        """These may go on that route."""
        self.recipients.add(route.recipient)
        self.purposes.add(route.purpose)
        self.categories |= categories


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes, the gravest first; of how many cells the answer did not change.

    `old` and `new` are aligned: the same bit means the same category, and the same fact.
    Unchanged cells are those that may go under some facts, before as now. Served are the
    recipients and purposes to and for which anything may go, and what may.
    """

    old: Index
    new: Index
    at: int
    changes: tuple[Change, ...]
    unchanged: int
    served_before: Served
    served_now: Served

    def count(self, kind: Kind) -> int:
        """How many cells changed in that way."""
        return sum(change.size for change in self.changes if change.kind is kind)

    @property
    def widened(self) -> bool:
        """Whether anything is permitted that was not."""
        return any(change.widened is not None for change in self.changes)


def compare(old: Index, new: Index, at: int, follow: Follow = iter) -> Comparison:
    """Compare two policies over all transfers from the instant `at` on (section 6, diff)."""
    pair = Pair(*aligned(old, new))
    found = _Comparer(pair, at)
    routes = set[Route]().union(*(space.routes.all() for space in found.spaces))
    for route in follow(sorted(routes)):
        found.look(route)
    served = found.served
    return Comparison(pair.old, pair.new, at, found.changes(), found.unchanged, *served)


@dataclass
class _Comparer:
    """Goes through the routes and keeps what changed."""

    pair: Pair
    at: int
    unchanged: int = 0
    _kept: dict[tuple[Steps, tuple[Cause, ...]], list[Piece]] = field(
        default_factory=dict[tuple[Steps, tuple[Cause, ...]], list[Piece]]
    )

    def __post_init__(self) -> None:
        self.spaces = [Space(index) for index in self.pair.both]
        self.facts = self.spaces[1].facts
        self._classes = SubjectClasses(*self.pair.both)
        self._is_touched = self.pair.touched_routes()
        self._comparing = Comparing(self.facts)
        self._causes = Causes(self.pair)
        self.served = Served(), Served()
        self._differences: dict[Steps, Difference] = {}

    def look(self, route: Route) -> None:
        """Take in a route."""
        classes = self._classes.on(route)
        shared = [each for each in classes if self.pair.subjects.isdisjoint(each)]
        if self._is_touched(route) or len(shared) < len(classes):
            self._compare(route, classes)
        else:
            self.unchanged += self._count(route, classes)

    def changes(self) -> tuple[Change, ...]:
        """All changes, the gravest first."""
        made = [self._change(*key, kept) for key, kept in self._kept.items()]
        return tuple(sorted(made, key=_gravity))

    def _count(self, route: Route, classes: list[SubjectClass]) -> int:
        """How many cells of a route may go under some facts; both sides answer alike."""
        space, count = self.spaces[1], 0
        spans = stretches((self.pair.new,), route, self.at)
        for members in classes:
            going = 0
            for span in spans:
                for categories, _ in space.blocks(route, members[0], span[0]):
                    going |= categories
            if going:
                count += going.bit_count() * len(members)
                for served in self.served:
                    served.add(route, going)
        return count

    def _compare(self, route: Route, classes: list[SubjectClass]) -> None:
        spans = stretches(self.pair.both, route, self.at)
        for members in classes:
            sides = [self._sides(route, members[0], span) for span in spans]
            for categories, steps in pieces(sides):
                self._keep(Piece(route, members, categories, steps))

    def _sides(
        self, route: Route, subject: str, span: Span
    ) -> tuple[Span, list[Block], list[Block]]:
        old, new = (space.blocks(route, subject, span[0]) for space in self.spaces)
        return span, old, new

    def _keep(self, piece: Piece) -> None:
        before, now = self.served
        if any(step.old for step in piece.steps):
            before.add(piece.route, piece.categories)
        if any(step.new for step in piece.steps):
            now.add(piece.route, piece.categories)
        if self._difference(piece.steps).kind is None:
            self.unchanged += piece.size
        else:
            key = piece.steps, self._causes.of(piece)
            self._kept.setdefault(key, []).append(piece)

    def _difference(self, steps: Steps) -> Difference:
        known = self._differences.get(steps)
        if known is None:
            known = self._differences[steps] = difference(self._comparing, self.facts, steps)
        return known

    def _change(self, steps: Steps, causes: tuple[Cause, ...], kept: list[Piece]) -> Change:
        found = self._difference(steps)
        kind, verdict = found.kind, found.verdict
        if kind is None or verdict is None:
            raise AssertionError("only what changed is kept")
        widened, narrowed, handled = (
            self._witness(state, kept) for state in (found.widened, found.narrowed, found.handled)
        )
        boxes = tuple(drawn_together(map(self._box, kept)))
        return Change(kind, verdict, boxes, steps, causes, widened, narrowed, handled)

    def _witness(self, state: State | None, kept: list[Piece]) -> Witness | None:
        """The smallest transfer in that state: all cells of a change show it in the same one."""
        if state is None:
            return None
        shown = [
            Witness(*each.route, each.members[0], self._first(each), state.known, state.at)
            for each in kept
        ]
        return min(shown, key=lambda witness: witness.rank(self.facts))

    def _first(self, piece: Piece) -> str:
        return self.pair.new.categories[(piece.categories & -piece.categories).bit_length() - 1]

    def _box(self, piece: Piece) -> Box:
        (sender, recipient, purpose), categories = piece.route, piece.categories
        return Box(
            frozenset((sender,)),
            frozenset((recipient,)),
            frozenset((purpose,)),
            frozenset(piece.members),
            frozenset(self.pair.new.named(categories)),
        )


def _gravity(change: Change) -> tuple[object, ...]:
    """Widenings first; then by kind, cause and place."""
    order = [Verdict.WIDENED, Verdict.BOTH, Verdict.NARROWED, Verdict.CHANGED]
    kinds = [*Kind]
    first = [sorted(side) for side in change.boxes[0]]
    return order.index(change.verdict), kinds.index(change.kind), change.causes, first
