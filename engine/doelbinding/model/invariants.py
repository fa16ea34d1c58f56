"""What must hold of every answer (policy language, section 6, prove)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from doelbinding.model.declaration import Declaration


@dataclass(frozen=True, slots=True)
class Selection:
    """Ids and what lies within them, or (negated) all the rest."""

    ids: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """The transfers that an invariant speaks of; None means any."""

    senders: Selection | None = None
    recipients: Selection | None = None
    purposes: Selection | None = None
    subjects: Selection | None = None
    data: Selection | None = None
    given: Mapping[str, bool] = field(default_factory=dict[str, bool])


@dataclass(frozen=True, slots=True)
class Never:
    """No matching transfer is permitted."""

    match: Match


@dataclass(frozen=True, slots=True)
class Always:
    """Every permitted matching transfer has all of this."""

    match: Match
    effect: str | None = None
    facts: Mapping[str, bool] = field(default_factory=dict[str, bool])
    duties: tuple[str, ...] = ()
    reference: bool = False


@dataclass(frozen=True, slots=True)
class Only:
    """Every permitted matching transfer has one of these parties and one of these purposes."""

    match: Match
    senders: tuple[str, ...] | None = None
    recipients: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class NoPath:
    """No chain of permitted transfers carries the data from one party to another."""

    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant(Declaration):
    """One thing that must hold."""

    claim: Never | Always | Only | NoPath
