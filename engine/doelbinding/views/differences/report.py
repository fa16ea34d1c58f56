"""What all formats say of two policies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from doelbinding.analysis.diff import Change, Comparison
from doelbinding.analysis.diff.causes import Cause
from doelbinding.analysis.diff.cells import Kind, Verdict
from doelbinding.analysis.diff.consequences import Consequences
from doelbinding.analysis.diff.texts import TextChange, texts_changed
from doelbinding.analysis.space import Witness
from doelbinding.analysis.terms import FactStates
from doelbinding.loader.history import Commit
from doelbinding.model.declarations import Declarations
from doelbinding.policy import Policy
from doelbinding.source import Place
from doelbinding.views.differences.phrases import PHRASES
from doelbinding.views.explain import Language
from doelbinding.views.witness import Shown, shown


class Gate(StrEnum):
    """A closed question: does the change bring any of these?"""

    NEW_RECIPIENTS = "no-new-recipients"
    NEW_PURPOSES = "no-new-purposes"
    SPECIAL_CATEGORY = "no-special-category"
    THIRD_COUNTRY = "no-third-country"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two policies, and where it was read from."""

    source: str
    policy: Policy

    @property
    def declarations(self) -> Declarations:
        """What it declares."""
        return self.policy.declarations


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A recorded transfer that is decided otherwise now: its line, and both answers in short."""

    line: int
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many transfers of a log were decided anew, and which came out otherwise."""

    source: str
    count: int
    otherwise: Sequence[Otherwise]
    unreadable: int = 0


@dataclass(frozen=True)
class DifferenceReport:
    """A comparison with both policies.

    `gates` are those that must stay closed; `commits` tells the commit of a place, if one is
    known; `full` is whether everything is shown, however long.
    """

    old: Side
    new: Side
    comparison: Comparison
    gates: tuple[Gate, ...] = ()
    replayed: Replayed | None = None
    full: bool = False
    commits: Callable[[Place, Cause], Commit | None] = lambda _place, _cause: None

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, the gravest first."""
        return self.comparison.changes

    @cached_property
    def facts(self) -> FactStates:
        """The facts of both policies."""
        return FactStates(self.comparison.new.facts)

    @cached_property
    def consequences(self) -> Consequences:
        """What follows from the changes."""
        return Consequences(self.comparison, self.new.declarations)

    @cached_property
    def texts(self) -> tuple[TextChange, ...]:
        """What changed in the texts without changing a decision."""
        if self.old.policy.identity.source == self.new.policy.identity.source:
            return ()
        causes = {cause for change in self.changes for cause in change.causes}
        return texts_changed(self.old.declarations, self.new.declarations, causes)

    @property
    def direction(self) -> Verdict | None:
        """Which way all of it goes; None: the two mean the same."""
        found = {change.verdict for change in self.changes}
        if not found:
            return None
        if Verdict.BOTH in found or found >= {Verdict.WIDENED, Verdict.NARROWED}:
            return Verdict.BOTH
        return next(each for each in Verdict if each in found)

    def verdict(self, lang: Language) -> str:
        """One line, with counts."""
        phrases, comparison = PHRASES[lang], self.comparison
        direction = phrases[self.direction or "same"]
        counts = [
            phrases[f"count-{kind}"].format(count=f"{comparison.count(kind):,}") for kind in Kind
        ]
        counts.append(phrases["count-unchanged"].format(count=f"{comparison.unchanged:,}"))
        return f"{self.old.source} → {self.new.source}: {direction}: {', '.join(counts)}"

    def opened(self) -> dict[Gate, tuple[str, ...]]:
        """The gates that should have stayed closed, with the ids that opened them."""
        found = {gate: self._opens(gate) for gate in self.gates}
        return {gate: ids for gate, ids in found.items() if ids}

    def _opens(self, gate: Gate) -> tuple[str, ...]:
        following = self.consequences
        if gate is Gate.NEW_RECIPIENTS:
            return tuple(sorted(following.new_recipients))
        if gate is Gate.NEW_PURPOSES:
            return tuple(sorted(following.new_purposes))
        asked = following.protected if gate is Gate.SPECIAL_CATEGORY else following.outside_the_eea
        widened = [change for change in self.changes if change.widened is not None]
        return tuple(sorted({each for change in widened for each in asked(change)}))

    def answers(self, witness: Witness) -> tuple[Shown, Shown]:
        """What the old and the new policy answer to a transfer."""
        old, new = self.comparison.old, self.comparison.new
        return shown(old, self.facts, witness), shown(new, self.facts, witness)
