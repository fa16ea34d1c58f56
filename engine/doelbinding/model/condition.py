"""Conditions on facts: their shape, their minimal terms, and when they hold.

A fact is known true, known false, or unknown. A condition holds when it is true reading each
literal as "known to be as demanded", so neither `f` nor `not f` holds while f is unknown
(policy language, section 4, requirement 10).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import product

Literal = tuple[str, bool]
"""A fact and the state it is demanded to be in."""

Term = frozenset[Literal]
"""Literals that together suffice."""

MOST_FACTS = 12
MOST_TERMS = 64


class TooLarge(ValueError):  # noqa: N818 - it says the sad fact
    """A condition has more facts or more minimal terms than the language allows."""


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


def facts_in(condition: Condition) -> list[str]:
    """The facts that a condition speaks of, each as often as it stands there."""
    if isinstance(condition, Fact):
        return [condition.id]
    if isinstance(condition, Not):
        return facts_in(condition.condition)
    return [fact for part in condition.conditions for fact in facts_in(part)]


def facts_of(condition: Condition) -> frozenset[str]:
    """The facts that a condition speaks of."""
    return frozenset(facts_in(condition))


def minimal_terms(condition: Condition | None) -> tuple[Term, ...]:
    """The minimal terms that do not contradict themselves, sorted; none means: never holds.

    Raises `TooLarge` when there are more facts or terms than the language allows.
    """
    if condition is None:
        return (frozenset(),)
    if isinstance(condition, Fact):
        return (frozenset({(condition.id, True)}),)
    facts = sorted({*facts_in(condition)})
    if len(facts) > MOST_FACTS:
        raise TooLarge
    known = dict(zip(facts, _literals(len(facts)), strict=True))
    terms = _minimal(len(facts), _where(condition, known, wanted=True))
    return tuple(frozenset((facts[place], state) for place, state in term) for term in terms)


# A few facts, each unknown, true or false, have 3, 9, 27 … states together. They are numbered:
# the state of the fact at place p is digit p of the number in base three. A set of states is an
# integer, a bit for each, so that a condition of any shape is worked out by `&` and `|`.

_States = int
_UNKNOWN, _TRUE, _FALSE = range(3)


def _where(
    condition: Condition, known: Mapping[str, tuple[_States, _States]], *, wanted: bool
) -> _States:
    """The states in which the condition is known to be as wanted."""
    if isinstance(condition, Fact):
        return known[condition.id][wanted]
    if isinstance(condition, Not):
        return _where(condition.condition, known, wanted=not wanted)
    parts = (_where(part, known, wanted=wanted) for part in condition.conditions)
    every = isinstance(condition, All) is wanted
    return reduce(int.__and__ if every else int.__or__, parts)


@lru_cache(maxsize=MOST_FACTS)
def _literals(count: int) -> tuple[tuple[_States, _States], ...]:
    """For each of so many facts, the states in which it is false, and in which it is true."""
    places = range(count)
    return tuple((_at(place, _FALSE, count), _at(place, _TRUE, count)) for place in places)


@lru_cache(maxsize=3 * MOST_FACTS)
def _at(place: int, digit: int, count: int) -> _States:
    """The states of so many facts in which the one at that place has that digit."""
    size: int = 3**place
    states = ((1 << size) - 1) << (digit * size)
    for higher in range(place + 1, count):
        states |= states << 3**higher | states << 2 * 3**higher
    return states


@lru_cache(maxsize=256)
def _minimal(count: int, states: _States) -> tuple[tuple[tuple[int, bool], ...], ...]:
    """The states, as literals, that are in the set no longer once any fact of them is unknown."""
    least = states
    for place in range(count):
        without = states & _at(place, _UNKNOWN, count)
        least &= ~(without << _TRUE * 3**place | without << _FALSE * 3**place)
    if least.bit_count() > MOST_TERMS:
        raise TooLarge
    return tuple(sorted(_term(number, count) for number in _bits(least)))


def _bits(states: _States) -> Iterator[int]:
    while states:
        lowest = states & -states
        yield lowest.bit_length() - 1
        states ^= lowest


def _term(number: int, count: int) -> tuple[tuple[int, bool], ...]:
    digits = [(place, number // 3**place % 3) for place in range(count)]
    return tuple((place, digit == _TRUE) for place, digit in digits if digit != _UNKNOWN)


def _contradicts_itself(term: Term) -> bool:
    """Whether it demands a fact to be both true and false."""
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
