"""What all formats say of two policies."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from doelbinding.analysis.diff import Change, Comparison
from doelbinding.analysis.diff.causes import Cause, Happened
from doelbinding.analysis.diff.cells import Kind, Verdict
from doelbinding.analysis.diff.consequences import Consequences
from doelbinding.analysis.diff.texts import TextChange, keys_changed, texts_changed
from doelbinding.analysis.space import Witness
from doelbinding.analysis.terms import FactStates
from doelbinding.loader.commits import Commit
from doelbinding.model.declaration import Declaration
from doelbinding.model.declarations import Declarations
from doelbinding.model.ids import chain
from doelbinding.policy import Policy
from doelbinding.source import Place
from doelbinding.views.differences.gates import Gate
from doelbinding.views.differences.phrases import PHRASES, number
from doelbinding.views.explain import Language
from doelbinding.views.identity import moment_text
from doelbinding.views.witness import Shown, shown

MANIFEST = "policy"
"""The manifest as a section, which has one declaration without an id."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two policies, and where it was read from."""

    source: str
    policy: Policy

    @property
    def declarations(self) -> Declarations:
        """What it declares."""
        return self.policy.declarations


class Outcome(NamedTuple):
    """What was decided: the effect, what may go, and with which duties."""

    effect: str
    permitted: tuple[str, ...]
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A recorded transfer that is decided otherwise now: its line, and both outcomes."""

    line: int
    before: Outcome
    now: Outcome


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
    def sides(self) -> tuple[Declarations, Declarations]:
        """What both policies declare, the new one first."""
        return self.new.declarations, self.old.declarations

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
        return Consequences(self.comparison, self.old.declarations, self.new.declarations)

    @property
    def texts(self) -> tuple[TextChange, ...]:
        """What changed in the texts, and neither changes a decision nor guards any."""
        return tuple(each for each in self._declared if not each.is_guard)

    @property
    def guards(self) -> tuple[TextChange, ...]:
        """What changed in what guards decisions, and whom a transfer is about by default."""
        return tuple(each for each in self._declared if each.is_guard)

    @cached_property
    def _declared(self) -> tuple[TextChange, ...]:
        """What changed in the texts without changing a decision."""
        if self.old.policy.identity.source == self.new.policy.identity.source:
            return ()
        causes = {cause for change in self.changes for cause in self.causes_of(change)}
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
        """One line, with counts; and the gates that are open."""
        phrases, comparison = PHRASES[lang], self.comparison
        counted = {f"count-{kind}": comparison.count(kind) for kind in Kind}
        counted["count-unchanged"] = comparison.unchanged
        told = [phrases[key].format(count=number(count, lang)) for key, count in counted.items()]
        verdict = (
            f"{briefly(self.old.source)} → {briefly(self.new.source)}: "
            f"{phrases[self.direction or 'same']}: {', '.join(told)}"
        )
        guards, gates = len(self.guards), ", ".join(self.opened())
        pieces = [phrases["count-guards"].format(count=number(guards, lang))] if guards else []
        pieces += [phrases["gates"].format(gates=gates)] if gates else []
        return "; ".join([verdict, *pieces])

    def seen(self, lang: Language) -> str:
        """From when on all of it holds."""
        return PHRASES[lang]["seen"].format(moment=moment_text(self.new.policy, self.comparison.at))

    def causes_of(self, change: Change) -> tuple[Cause, ...]:
        """What it comes from; the manifest too, where days begin at another hour than before."""
        zones = {side.policy.compiled.index.timezone for side in (self.old, self.new)}
        if len(zones) == 1 or all(map(self._is_of_itself, change.causes)):
            return change.causes
        return (*change.causes, Cause(MANIFEST, "", Happened.CHANGED))

    def _is_of_itself(self, cause: Cause) -> bool:
        return cause.happened is not Happened.CHANGED or bool(self.keys_changed(cause))

    def place_of(self, cause: Cause) -> Place | None:
        """Where the declaration stands, or stood; the controller and the person have none."""
        declared = self._side_of(cause).declarations
        if cause.section == MANIFEST:
            return declared.manifest.place
        found = _section(declared, cause.section).get(cause.id)
        return found.place if found else None

    def clauses_of(self, cause: Cause) -> tuple[str, ...]:
        """The clauses that the declaration names, or those of the nearest above it that does."""
        if cause.section == MANIFEST:
            return ()
        section = _section(self._side_of(cause).declarations, cause.section)
        higher = chain(cause.id) if cause.section in _SPOKEN_FOR_ABOVE else (cause.id,)
        held = (section[each].clauses for each in higher if each in section)
        return next(filter(None, held), ())

    def keys_changed(self, cause: Cause) -> tuple[str, ...]:
        """Which keys of a changed declaration are others."""
        old, new = self.old.declarations, self.new.declarations
        if cause.section == MANIFEST:
            return keys_changed(old.manifest, new.manifest)
        before, now = (_section(side, cause.section).get(cause.id) for side in (old, new))
        return () if before is None or now is None else keys_changed(before, now)

    def _side_of(self, cause: Cause) -> Side:
        return self.old if cause.happened is Happened.REMOVED else self.new

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
        is_special = gate is Gate.SPECIAL_CATEGORY
        return tuple(sorted(following.special() if is_special else following.abroad()))

    def answers(self, witness: Witness) -> tuple[Shown, Shown]:
        """What the old and the new policy answer to a transfer."""
        old, new = (side.policy.compiled.index for side in (self.old, self.new))
        return shown(old, self.facts, witness), shown(new, self.facts, witness)


_SPOKEN_FOR_ABOVE = ("categories", "purposes", "recipients")
"""Sections in which clauses also speak for what lies below (policy language, section 2)."""

_HASH = re.compile(r"\b([0-9a-f]{9})(?:[0-9a-f]{31}|[0-9a-f]{55})(?=:)")


def briefly(name: str) -> str:
    """The name of a policy, or a place in one, with no more of a commit than tells it apart."""
    return _HASH.sub(r"\1", name)


def _section(declared: Declarations, section: str) -> Mapping[str, Declaration]:
    held: Mapping[str, Declaration] = getattr(declared, section)
    return held
