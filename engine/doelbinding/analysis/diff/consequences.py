"""What follows, by law, from a change that permits more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from doelbinding.analysis.diff.causes import Cause
from doelbinding.analysis.diff.diff import Change, Comparison
from doelbinding.model.categories import Protection
from doelbinding.model.declaration import Declaration
from doelbinding.model.declarations import Declarations
from doelbinding.model.ids import chain
from doelbinding.model.recipients import EEA, PROCESSORS


class Consequence(StrEnum):
    """What has to be done before more is permitted."""

    TELL_PEOPLE = "tell-people"
    """It is not in the published statement: people are told, and may refuse (GDPR Art. 13(3))."""
    ASSESS_PROTECTED = "assess-protected-data"
    """Specially protected data: an impact assessment to review (GDPR Art. 35)."""
    ASSESS_THIRD_COUNTRY = "assess-third-country"
    """A recipient outside the EEA: an impact assessment to review (GDPR Art. 35, 44)."""
    AGREE = "conclude-agreement"
    """A new processor: an agreement (GDPR Art. 28(3))."""


@dataclass(frozen=True, slots=True)
class Following:
    """A consequence, and the ids for which it follows."""

    consequence: Consequence
    ids: tuple[str, ...]


class Consequences:
    """Finds what follows from the changes of a comparison, with what both policies declare."""

    def __init__(self, comparison: Comparison, old: Declarations, new: Declarations) -> None:
        self._comparison = comparison
        self._before, self._declared = old, new
        before, now = comparison.served_before, comparison.served_now
        self.new_recipients = frozenset(now.recipients - before.recipients)
        self.new_purposes = frozenset(now.purposes - before.purposes)

    def of(self, change: Change) -> tuple[Following, ...]:
        """What follows from one change; nothing, unless it permits more."""
        if change.widened is None:
            return ()
        found = {
            Consequence.TELL_PEOPLE: self._unstated(change),
            Consequence.ASSESS_PROTECTED: self._protected(change),
            Consequence.ASSESS_THIRD_COUNTRY: self._outside_the_eea(change),
            Consequence.AGREE: self._new_processors(change),
        }
        return tuple(Following(each, ids) for each, ids in found.items() if ids)

    def special(self) -> set[str]:
        """The specially protected categories of which more may go now, or that have become so."""
        found = {each for change in self._widening() for each in self._protected(change)}
        going = self._comparison.new.named(self._comparison.served_now.categories)
        become = {each for each in going if not _is_protected(self._before, each)}
        return found | {each for each in become if _is_protected(self._declared, each)}

    def abroad(self) -> set[str]:
        """The recipients, not known to be in the EEA, to which more may go; or that moved there."""
        widening = {each for change in self._widening() for each in self._recipients(change)}
        served = self._comparison.served_now.recipients & self._declared.recipients.keys()
        moved = {each for each in served if _is_in_eea(self._before, each)}
        return {each for each in widening | moved if not _is_in_eea(self._declared, each)}

    def _widening(self) -> Iterator[Change]:
        return (each for each in self._comparison.changes if each.widened is not None)

    def _protected(self, change: Change) -> tuple[str, ...]:
        categories = {each for box in change.boxes for each in box.categories}
        return tuple(each for each in sorted(categories) if _is_protected(self._declared, each))

    def _outside_the_eea(self, change: Change) -> tuple[str, ...]:
        """The recipients of which the country is known to be outside."""
        return tuple(
            each
            for each in self._recipients(change)
            if self._declared.recipient(each).country is not None
            and not _is_in_eea(self._declared, each)
        )

    def _new_processors(self, change: Change) -> tuple[str, ...]:
        return tuple(
            each
            for each in self._recipients(change)
            if each in self.new_recipients
            and any(role.kind in PROCESSORS for role in self._declared.recipient(each).roles or ())
        )

    def _recipients(self, change: Change) -> list[str]:
        recipients = {each for box in change.boxes for each in box.recipients}
        return sorted(recipients & self._declared.recipients.keys())

    def _unstated(self, change: Change) -> tuple[str, ...]:
        """The purposes, and the changed flows, that no clause of the statement speaks of."""
        declared = self._declared
        purposes = {each for box in change.boxes for each in box.purposes}
        lines = {each: [declared.purposes[up] for up in chain(each)] for each in purposes}
        flows = {cause.id: [declared.flows[cause.id]] for cause in self._flows(change)}
        return tuple(sorted(_without_clause(lines) | _without_clause(flows)))

    def _flows(self, change: Change) -> Iterator[Cause]:
        return (
            cause
            for cause in change.causes
            if cause.section == "flows" and cause.id in self._declared.flows
        )


def _is_protected(declared: Declarations, category: str) -> bool:
    known = category in declared.categories
    return known and declared.protection(category) is not Protection.NONE


def _is_in_eea(declared: Declarations, recipient: str) -> bool:
    """Whether it is known to be: not without a country."""
    return recipient in declared.recipients and declared.recipient(recipient).country in EEA


def _without_clause(lines: Mapping[str, Sequence[Declaration]]) -> set[str]:
    return {each for each, line in lines.items() if not any(it.clauses for it in line)}
