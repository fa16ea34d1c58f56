"""Conditions on facts: their shape, their minimal terms, and when they hold.

A fact is known true, known false, or unknown. A condition holds when it is true reading each
literal as "known to be as demanded", so neither `f` nor `not f` holds while f is unknown
(policy language, section 4, requirement 10).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

Literal = tuple[str, bool]
"""A fact and the state it is demanded to be in."""

Term = frozenset[Literal]
"""Literals that together suffice."""

MOST_FACTS = 12
MOST_TERMS = 64
_MOST_INTERIM = 2048


class TooManyTerms(ValueError):  # noqa: N818 - it says the sad fact
    """A condition has more minimal terms than the language allows."""


@dataclass(frozen=True, slots=True)
class Fact:
    """The fact must be known true."""

    id: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition; it is pushed down to the facts."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these conditions."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of these conditions."""

    conditions: tuple["Condition", ...]


Condition = Fact | Not | All | Any


def facts_of(condition: Condition) -> frozenset[str]:
    """The facts that a condition speaks of."""
    match condition:
        case Fact(identifier):
            return frozenset({identifier})
        case Not(inner):
            return facts_of(inner)
        case All(parts) | Any(parts):
            return frozenset[str]().union(*map(facts_of, parts))


def minimal_terms(condition: Condition | None) -> tuple[Term, ...]:
    """The minimal terms that do not contradict themselves, sorted; none means: never holds.

    Raises `TooManyTerms` when there are more than the language allows.
    """
    if condition is None:
        return (frozenset(),)
    terms = _terms(condition, wanted=True)
    if len(terms) > MOST_TERMS:
        raise TooManyTerms
    return tuple(sorted(terms, key=sorted))


def _terms(condition: Condition, *, wanted: bool) -> set[Term]:
    match condition:
        case Fact(identifier):
            return {frozenset({(identifier, wanted)})}
        case Not(inner):
            return _terms(inner, wanted=not wanted)
        case All(parts) | Any(parts):
            branches = [_terms(part, wanted=wanted) for part in parts]
            every = isinstance(condition, All) is wanted
            if every:
                return _conjunction(branches)
            return _without_supersets(set[Term]().union(*branches))


def _conjunction(branches: Iterable[set[Term]]) -> set[Term]:
    together: set[Term] = {frozenset()}
    for branch in branches:
        if len(together) * len(branch) > 16 * _MOST_INTERIM:
            raise TooManyTerms
        joined = {one | other for one, other in product(together, branch)}
        together = _without_supersets({t for t in joined if not _contradicts_itself(t)})
    return together


def _without_supersets(terms: set[Term]) -> set[Term]:
    if len(terms) > _MOST_INTERIM:
        raise TooManyTerms
    kept: list[Term] = []
    for term in sorted(terms, key=len):
        if not any(smaller <= term for smaller in kept):
            kept.append(term)
    return set(kept)


def _contradicts_itself(term: Term) -> bool:
    return len({identifier for identifier, _ in term}) < len(term)


def holds(terms: Iterable[Term], facts: Mapping[str, bool]) -> bool:
    """Whether some term has all its facts known to be as demanded."""
    return any(all(facts.get(fact) is state for fact, state in term) for term in terms)


def can_hold_together(*conditions: Iterable[Term]) -> bool:
    """Whether one state of the facts can satisfy a term of each."""
    return any(
        not _contradicts_itself(frozenset[Literal]().union(*choice))
        for choice in product(*conditions)
    )


def unmet_literals(term: Term, facts: Mapping[str, bool]) -> list[Literal]:
    """The literals of a term that are not known as demanded: unknown ones first, then by id."""
    unmet = [(fact, state) for fact, state in term if facts.get(fact) is not state]
    return sorted(unmet, key=lambda literal: _rank(literal, facts))


def nearest_unmet(terms: Iterable[Term], facts: Mapping[str, bool]) -> list[Literal]:
    """The unmet literals of the term that lacks fewest; empty when the condition holds."""
    choices: Iterator[list[Literal]] = (unmet_literals(term, facts) for term in terms)
    return min(choices, key=lambda unmet: (len(unmet), [_rank(each, facts) for each in unmet]))


def _rank(literal: Literal, facts: Mapping[str, bool]) -> tuple[bool, str, bool]:
    fact, state = literal
    return fact in facts, fact, not state
