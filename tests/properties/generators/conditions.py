"""Conditions of any shape that keep within the limits and can hold."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

from tests.properties.generators.draw import chance

Condition = str | dict[str, Any]
Literals = dict[str, bool]

MOST_FACTS = 12
MOST_TERMS = 64
DEEPEST = 4


def size_of(condition: Condition, wanted: bool = True) -> int:
    """How many terms the condition has when written out, without dropping any."""
    if isinstance(condition, str):
        return 1
    if "not" in condition:
        return size_of(condition["not"], not wanted)
    key = "all" if "all" in condition else "any"
    sizes = [size_of(part, wanted) for part in condition[key]]
    if (key == "all") != wanted:
        return sum(sizes)
    product = 1
    for size in sizes:
        product *= size
    return product


def facts_of(condition: Condition) -> set[str]:
    """The facts that the condition names."""
    if isinstance(condition, str):
        return {condition}
    if "not" in condition:
        return facts_of(condition["not"])
    (parts,) = condition.values()
    return {fact for part in parts for fact in facts_of(part)}


def terms_of(condition: Condition, wanted: bool = True) -> list[Literals]:
    """The terms of the condition written out, without those that contradict themselves."""
    if isinstance(condition, str):
        return [{condition: wanted}]
    if "not" in condition:
        return terms_of(condition["not"], not wanted)
    key = "all" if "all" in condition else "any"
    parts = [terms_of(part, wanted) for part in condition[key]]
    if (key == "all") != wanted:
        return [term for part in parts for term in part]
    return _product(parts)


def _product(parts: list[list[Literals]]) -> list[Literals]:
    found: list[Literals] = [{}]
    for part in parts:
        found = [{**left, **right} for left in found for right in part if agree(left, right)]
    return found


def agree(left: Literals, right: Literals) -> bool:
    """Whether the two demand nothing opposite."""
    return all(left.get(fact, value) == value for fact, value in right.items())


def can_hold(condition: Condition, demands: Iterable[Literals]) -> bool:
    """Whether it can hold alone and together with each of the demands, within the limits."""
    if size_of(condition) > MOST_TERMS or len(facts_of(condition)) > MOST_FACTS:
        return False
    terms = terms_of(condition)
    return bool(terms) and all(any(agree(term, demand) for term in terms) for demand in demands)


def generate_condition(
    random: Random, facts: Sequence[str], demands: Iterable[Literals]
) -> Condition:
    """A condition that can hold, alone and together with each of the demands."""
    demands = list(demands)
    for _ in range(4):
        condition = _any_shape(random, facts)
        if can_hold(condition, demands):
            return condition
    return random.choice(facts)


def _any_shape(random: Random, facts: Sequence[str]) -> Condition:
    if len(facts) >= MOST_FACTS and chance(random, 30):
        return _largest(random, facts)
    return _grown(random, facts, random.randrange(DEEPEST + 1))


def _grown(random: Random, facts: Sequence[str], depth: int) -> Condition:
    kind = random.randrange(8)
    if depth == 0 or kind < 1:
        return _leaf(random, facts)
    if kind < 3:
        return {"not": _grown(random, facts, depth - 1)}
    parts = [_grown(random, facts, depth - 1) for _ in range(random.choice((2, 2, 2, 3, 1)))]
    different = [part for place, part in enumerate(parts) if part not in parts[:place]]
    return {"all" if kind < 5 else "any": different}


def _leaf(random: Random, facts: Sequence[str]) -> str:
    draw = random.randrange(12)
    if draw > 9:
        return "consent" if draw == 10 else "objection"
    return random.choice(facts)


def _largest(random: Random, facts: Sequence[str]) -> Condition:
    """Twelve facts in sixty-four terms: exactly at both limits."""
    chosen = random.sample(facts, MOST_FACTS)
    literals: list[Condition] = [{"not": f} if chance(random, 30) else f for f in chosen]
    pairs = zip(literals[::2], literals[1::2], strict=True)
    return {"all": [{"any": list(pair)} for pair in pairs]}
