"""What tests exercise in a policy is what its answers show, transfer by transfer."""

from collections import Counter
from random import Random

import pytest

from doelbinding.analysis.coverage import Coverage, cover
from doelbinding.analysis.coverage import Item as Counted
from doelbinding.model.transfer import Transfer
from tests.properties.brute.changes import SPICES, vary
from tests.properties.brute.engine import microseconds
from tests.properties.brute.exercise import Item, all_items, exercised_by
from tests.properties.brute.small import Small, generate_small
from tests.properties.generators import generate_transfer
from tests.properties.seeds import blocks, long_blocks, name

TRANSFERS = 15
"""Tests of each policy."""

SEEDS = 10
BLOCKS = blocks(150, SEEDS)

SOAK_SEEDS = 100
SOAK_BLOCKS = long_blocks(5_000, SOAK_SEEDS)


def in_words(item: Counted) -> Item:
    return Item(item.section, item.id, str(item.kind), item.key, item.fact, item.state, item.day)


def read(small: Small, transfer: dict[str, object]) -> Transfer:
    """A transfer as the engine takes it."""
    asked, data = small.reference._read(transfer), transfer["data"]
    assert isinstance(data, list)
    parties = asked.sender, asked.recipient, asked.purpose, asked.subject
    return Transfer(*parties, tuple(data), asked.facts, asked.reference, microseconds(asked.at))


def counted(coverage: Coverage) -> set[Item]:
    return {*map(in_words, coverage.exercised)}


def hold_to_each_transfer(random: Random) -> Counter[str]:
    """Of each transfer alone, and of all together, that is exercised which the answers show."""
    small = vary(random, generate_small(random), SPICES, random.randrange(8))
    compiled, reference = small.policy.compiled, small.reference
    transfers = [generate_transfer(random, small.files) for _ in range(TRANSFERS)]
    together, items = set[Item](), all_items(reference)
    for transfer in transfers:
        expected = exercised_by(reference, transfer)
        found = counted(cover(compiled, [read(small, transfer)]))
        assert found == expected, (transfer, small.plain)
        together |= expected
    coverage = cover(compiled, [read(small, each) for each in transfers])
    hold_sums(coverage, together, items)
    seen = Counter(item.kind for item in together)
    return seen + Counter({"policies": 1, "transfers": TRANSFERS, "items": len(items)})


def hold_sums(coverage: Coverage, together: set[Item], items: set[Item]) -> None:
    """All items are listed, each once, and counted as exercised or as untouched."""
    assert counted(coverage) == together
    assert sorted(map(repr, map(in_words, coverage.items))) == sorted(map(repr, items))
    assert {*map(in_words, coverage.untouched)} == items - together
    assert coverage.percent == pytest.approx(100 * len(together) / len(items))


@pytest.mark.parametrize("seeds", BLOCKS, ids=name)
def test_what_is_exercised_is_what_the_answers_show(seeds: range) -> None:
    seen = Counter[str]()
    for seed in seeds:
        seen += hold_to_each_transfer(Random(f"exercise {seed}"))
    assert min(seen[each] for each in ("grants", "decides", "bites")) > 0  # or it says little


@pytest.mark.soak
@pytest.mark.parametrize("seeds", SOAK_BLOCKS, ids=name)
def test_what_is_exercised_is_what_the_answers_show_at_length(seeds: range) -> None:
    seen = Counter[str]()
    for seed in seeds:
        seen += hold_to_each_transfer(Random(f"exercise {seed}"))
    counts = ", ".join(f"{count} {what}" for what, count in seen.most_common())
    print(f"{name(seeds)}: {counts}")  # noqa: T201 - kept as evidence


def test_asking_the_same_a_thousand_times_earns_nothing_more() -> None:
    random = Random("again")
    small = vary(random, generate_small(random), SPICES, 3)
    transfer = read(small, generate_transfer(random, small.files))
    once = cover(small.policy.compiled, [transfer])
    assert cover(small.policy.compiled, [transfer] * 1_000).exercised == once.exercised
