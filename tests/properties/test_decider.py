"""The engine and the reference give the same answers, case by case."""

from collections import Counter
from random import Random

import pytest

from tests.properties.answers import (
    ask,
    ask_reference,
    engine_policy,
    reference_policy,
    transfers_of,
)
from tests.properties.generators import generate_policy

TRANSFERS = 50
"""Cases for each policy."""

SEEDS = 10
BLOCKS = [range(start, start + SEEDS) for start in range(0, 300, SEEDS)]

SOAK_SEEDS = 500
SOAK_BLOCKS = [
    range(start, start + SOAK_SEEDS) for start in range(1_000_000, 1_020_000, SOAK_SEEDS)
]


def name(seeds: range) -> str:
    return f"seeds {seeds.start}-{seeds.stop - 1}"


def compare(seed: int) -> Counter[str]:
    """Both answer the same, on one policy; how often each effect and reason came."""
    random = Random(seed)
    files = generate_policy(random, size=2 if seed % 10 == 9 else 1)
    engine, reference = engine_policy(files), reference_policy(files)
    seen: Counter[str] = Counter()
    for number, transfer in enumerate(transfers_of(random, files, TRANSFERS)):
        answer = ask(engine, transfer)
        expected = ask_reference(reference, transfer)
        assert answer == expected, f"seed {seed}, transfer {number}: {transfer}"
        seen.update([answer["effect"], *{entry["reason"] for entry in answer["withheld"]}])
    return seen


def compare_all(seeds: range) -> Counter[str]:
    seen: Counter[str] = Counter()
    for seed in seeds:
        seen += compare(seed)
    assert seen["allow"] + seen["log"] + seen["deny"] == len(seeds) * TRANSFERS
    assert min(seen["allow"], seen["log"], seen["deny"]) > 0  # or the comparison says little
    return seen


@pytest.mark.parametrize("seeds", BLOCKS, ids=name)
def test_engine_and_reference_agree_on_every_case(seeds: range) -> None:
    compare_all(seeds)


@pytest.mark.soak
@pytest.mark.parametrize("seeds", SOAK_BLOCKS, ids=name)
def test_engine_and_reference_agree_on_a_million_cases(seeds: range) -> None:
    seen = compare_all(seeds)
    counts = ", ".join(f"{count} {what}" for what, count in seen.most_common())
    print(f"{name(seeds)}, {len(seeds) * TRANSFERS} cases: {counts}")  # noqa: T201 - kept as evidence
