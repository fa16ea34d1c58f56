"""Conditions: their minimal terms, when they hold, and what is nearest to be mended."""

from collections.abc import Mapping
from itertools import pairwise, product
from random import Random
from typing import Any as Anything

import pytest

from doelbinding.model.condition import (
    MOST_TERMS,
    All,
    Any,
    Condition,
    Fact,
    Not,
    TooLarge,
    can_hold_together,
    facts_of,
    holds,
    minimal_terms,
    nearest_unmet,
    unmet_literals,
)
from tests.properties.generators.conditions import generate_condition

A, B, C, D = map(Fact, "abcd")
States = Mapping[str, bool]


def terms(condition: Condition | None) -> list[list[tuple[str, bool]]]:
    return [sorted(term) for term in minimal_terms(condition)]


def pairs(count: int) -> All:
    """One of two in each of so many places: twice as many terms for each."""
    return All(tuple(Any((Fact(f"a{n}"), Fact(f"b{n}"))) for n in range(count)))


def condition_of(plain: Anything) -> Condition:
    """The condition that was written so."""
    if isinstance(plain, str):
        return Fact(plain)
    ((operator, inner),) = plain.items()
    if operator == "not":
        return Not(condition_of(inner))
    parts = tuple(map(condition_of, inner))
    return All(parts) if operator == "all" else Any(parts)


def is_known(condition: Condition, facts: States, wanted: bool = True) -> bool:
    """Whether it is true reading each literal as known to be as demanded."""
    match condition:
        case Fact(identifier):
            return facts.get(identifier) is wanted
        case Not(inner):
            return is_known(inner, facts, not wanted)
        case All(parts):
            return (all if wanted else any)(is_known(part, facts, wanted) for part in parts)
        case Any(parts):
            return (any if wanted else all)(is_known(part, facts, wanted) for part in parts)


def states_of(names: list[str]) -> list[dict[str, bool]]:
    """Every state of these facts, each true, false or unknown."""
    rows = product((True, False, None), repeat=len(names))
    return [
        {name: state for name, state in zip(names, row, strict=True) if state is not None}
        for row in rows
    ]


# ── Terms ────────────────────────────────────────────────────────────────────────────────────────


def test_no_condition_has_one_term_that_demands_nothing() -> None:
    assert minimal_terms(None) == (frozenset(),)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (A, [[("a", True)]]),
        (Not(A), [[("a", False)]]),
        (Not(Not(A)), [[("a", True)]]),
        (Any((B, A)), [[("a", True)], [("b", True)]]),
        (All((B, A)), [[("a", True), ("b", True)]]),
        (Not(Any((A, B))), [[("a", False), ("b", False)]]),
        (Not(All((A, B))), [[("a", False)], [("b", False)]]),
        (Any((A, Not(A))), [[("a", False)], [("a", True)]]),
        (All((A, A)), [[("a", True)]]),
    ],
)
def test_not_is_pushed_down_to_the_facts(condition: Condition, expected: list[Anything]) -> None:
    assert terms(condition) == expected


def test_a_term_that_holds_another_is_absorbed() -> None:
    assert terms(Any((All((A, B)), A))) == [[("a", True)]]
    assert terms(All((A, Any((A, B))))) == [[("a", True)]]


def test_a_term_that_contradicts_itself_is_left_out() -> None:
    assert terms(Any((All((A, Not(A))), B))) == [[("b", True)]]
    assert terms(All((Any((A, B)), Not(A)))) == [[("a", False), ("b", True)]]


def test_what_can_never_hold_has_no_term() -> None:
    assert terms(All((A, Not(A)))) == []
    assert terms(All((A, Any((Not(A), All((B, Not(B)))))))) == []


def test_facts_are_counted_each_once_wherever_they_stand() -> None:
    assert facts_of(All((A, Not(Any((B, A))), Any((C,))))) == {"a", "b", "c"}


# ── Limits ───────────────────────────────────────────────────────────────────────────────────────


def test_sixty_four_terms_are_allowed() -> None:
    assert len(minimal_terms(pairs(6))) == MOST_TERMS == 64


def test_sixty_five_terms_are_refused() -> None:
    with pytest.raises(TooLarge):
        minimal_terms(Any((pairs(6), D)))


def test_terms_are_counted_after_absorption() -> None:
    threes = All(tuple(Any(tuple(Fact(f"{name}{n}") for name in "abc")) for n in range(4)))
    with pytest.raises(TooLarge):
        minimal_terms(threes)
    assert terms(Any((All((threes, Fact("a0"))), Fact("a0")))) == [[("a0", True)]]
    assert terms(Any((D, *(All((D, Fact(f"f{n % 11}"))) for n in range(100))))) == [[("d", True)]]


def test_a_choice_repeated_is_no_larger_than_once() -> None:
    choice = Any(tuple(Fact(f"f{n}") for n in range(12)))
    assert len(minimal_terms(All((choice,) * 30))) == 12


def test_more_than_twelve_facts_are_refused() -> None:
    assert len(minimal_terms(All(tuple(Fact(f"f{n}") for n in range(12))))) == 1
    with pytest.raises(TooLarge):
        minimal_terms(All(tuple(Fact(f"f{n}") for n in range(13))))


def test_what_is_worked_out_on_the_way_is_never_too_large() -> None:
    """4,096 choices of one fact each from twelve pairs, of which two do not contradict."""
    twelve = [Fact(f"f{n}") for n in range(12)]
    alike = [
        Any((All((one, other)), All((Not(one), Not(other))))) for one, other in pairwise(twelve)
    ]
    every = [(fact.id, True) for fact in sorted(twelve, key=lambda fact: fact.id)]
    assert terms(All(tuple(alike))) == [[(name, False) for name, _ in every], every]


@pytest.mark.parametrize("count", [12, 40, 400])
def test_what_would_unfold_without_end_is_refused_before_it_does(count: int) -> None:
    with pytest.raises(TooLarge):
        minimal_terms(pairs(count))


def test_a_product_of_large_sums_is_refused_before_it_is_made() -> None:
    left, right = (Any(tuple(Fact(f"{side}{n}") for n in range(200))) for side in "lr")
    with pytest.raises(TooLarge):
        minimal_terms(All((left, right)))


# ── Holding ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(40))
def test_terms_hold_exactly_when_the_condition_is_known_to(seed: int) -> None:
    random = Random(seed)
    condition = condition_of(generate_condition(random, ["a", "b", "c"], [{}]))
    found = minimal_terms(condition)
    for facts in states_of(sorted(facts_of(condition))):
        assert holds(found, facts) is is_known(condition, facts)
        assert (nearest_unmet(found, facts) == []) is is_known(condition, facts)


def test_without_a_term_nothing_holds() -> None:
    assert not holds((), {})
    assert holds((frozenset(),), {})


def test_conditions_can_hold_together_unless_every_choice_contradicts() -> None:
    either = minimal_terms(Any((A, B)))
    assert can_hold_together(either, minimal_terms(Not(A)))
    assert not can_hold_together(minimal_terms(A), minimal_terms(Not(A)))
    assert not can_hold_together(either, minimal_terms(Not(A)), minimal_terms(Not(B)))
    assert not can_hold_together(either, ())


# ── What is nearest ──────────────────────────────────────────────────────────────────────────────


def test_in_a_term_unknown_facts_come_first_and_then_ids() -> None:
    term = frozenset({("a", True), ("b", False), ("c", True), ("d", True), ("e", True)})
    facts = {"a": False, "c": False, "e": True}
    assert unmet_literals(term, facts) == [("b", False), ("d", True), ("a", True), ("c", True)]


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        (Any((All((A, B)), C)), {}, [("c", True)]),  # fewest
        (Any((All((A, B)), All((C, D)))), {"d": True}, [("c", True)]),  # fewest, as things stand
        (Any((A, B)), {}, [("a", True)]),  # smallest id
        (Any((A, B)), {"a": False}, [("b", True)]),  # unknown before known otherwise
        (Any((A, Not(A))), {}, [("a", True)]),  # true before false
        (Any((All((A, D)), All((A, C)))), {}, [("a", True), ("c", True)]),  # by the second
        (
            Any((All((A, B)), All((C, D)))),
            {"a": False, "c": False, "d": False},
            [("b", True), ("a", True)],
        ),
        (
            Any((All((A, B)), All((A, D)))),
            {"a": False, "b": False},
            [("d", True), ("a", True)],
        ),
    ],
)
def test_of_terms_equal_in_number_the_first_by_its_unmet_literals_is_nearest(
    condition: Condition, facts: States, expected: list[tuple[str, bool]]
) -> None:
    assert nearest_unmet(minimal_terms(condition), facts) == expected
