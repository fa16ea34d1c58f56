"""The smallest states that meet conditions are those that trying every state finds."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from doelbinding.analysis.terms import FactStates, all_hold, either, minimal, needed
from doelbinding.decider.evaluate import hold
from doelbinding.decider.index import Demand, Demands

FACTS = FactStates(("a", "b", "c"))
STATES: list[Demand] = [
    (
        sum(1 << place for place, state in enumerate(states) if state is True)
        | (FACTS.reference if numbered else 0),
        sum(1 << place for place, state in enumerate(states) if state is False),
    )
    for *states, numbered in product(
        (None, True, False), (None, True, False), (None, True, False), (0, 1)
    )
]

_terms = st.lists(st.sampled_from(STATES), max_size=3).map(minimal)
_conjuncts = st.lists(_terms, max_size=4).map(tuple)


def less(one: Demand, other: Demand) -> bool:
    """Whether the first knows less than the other, and nothing else."""
    return one != other and not (one[0] & ~other[0] or one[1] & ~other[1])


@given(_conjuncts, st.none() | _conjuncts, st.sampled_from(STATES))
def test_the_smallest_state_is_the_first_that_meets_all_and_fails_one(
    conjuncts: tuple[Demands, ...], fails: tuple[Demands, ...] | None, start: Demand
) -> None:
    meeting = [
        state
        for state in STATES
        if all_hold(conjuncts, state)
        and (fails is None or not all_hold(fails, state))
        and (state == start or less(start, state))
    ]
    wanted = min(meeting, key=FACTS.order, default=None)
    assert FACTS.smallest(conjuncts, fails, start) == wanted


@given(_conjuncts)
def test_the_minimal_states_are_all_that_can_spare_nothing(conjuncts: tuple[Demands, ...]) -> None:
    meeting = [state for state in STATES if all_hold(conjuncts, state)]
    wanted = [state for state in meeting if not any(less(other, state) for other in meeting)]
    listed, is_all = FACTS.minimal_states(conjuncts)
    assert is_all
    assert list(listed) == sorted(wanted, key=FACTS.order)


@given(_conjuncts)
def test_what_another_condition_implies_is_not_needed(conjuncts: tuple[Demands, ...]) -> None:
    left = needed(conjuncts)
    assert all(all_hold(left, state) is all_hold(conjuncts, state) for state in STATES)
    for terms in left:
        others = tuple(each for each in left if each != terms)
        assert not any(all(hold(terms, term) for term in each) for each in others)


@given(st.lists(_terms, max_size=3))
def test_one_of_several_conditions_holds_when_either_does(conditions: list[Demands]) -> None:
    joined = either(conditions)
    assert all(
        hold(joined, state) is any(hold(each, state) for each in conditions) for state in STATES
    )


def test_conditions_that_share_no_fact_are_met_one_by_one() -> None:
    facts = FactStates([f"f{number:03}" for number in range(200)])
    conjuncts = tuple(((1 << number, 0), (1 << number + 1, 0)) for number in range(0, 200, 2))
    smallest = facts.smallest(conjuncts)
    assert smallest == (sum(1 << number for number in range(0, 200, 2)), 0)
    listed, is_all = facts.minimal_states(conjuncts, most=10)
    assert len(listed) == 10
    assert not is_all
