"""An invariant about transfers holds exactly when going through all of them finds none against."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from doelbinding.analysis.prove import Proof, prove
from doelbinding.analysis.space import Space, Witness
from tests.properties.brute.changes import SPICES, vary
from tests.properties.brute.engine import cell_of, instant_of, microseconds, point_of, some_moment
from tests.properties.brute.points import Points
from tests.properties.brute.proofs import (
    Claim,
    Enumeration,
    Example,
    breaking,
    example,
    parts_of,
    some_claim,
)
from tests.properties.brute.small import Small, generate_small
from tests.properties.brute.table import Table, moments_from
from tests.properties.seeds import blocks, long_blocks, name

CLAIMS = 5
"""Invariants for each policy."""

SEEDS = 10
BLOCKS = blocks(200, SEEDS)

SOAK_SEEDS = 100
SOAK_BLOCKS = long_blocks(5_000, SOAK_SEEDS)


class Case:
    """A policy with invariants, its table, and what the engine proves from some moment on."""

    def __init__(self, random: Random) -> None:
        small = vary(random, generate_small(random), SPICES, random.randrange(7))
        self.claims = [some_claim(random, small.plain) for _ in range(CLAIMS)]
        named = {f"claim-{number}": claim for number, claim in enumerate(self.claims)}
        self.small = Small({**small.plain, "invariants": named})
        reference = self.small.reference
        self.table = Table(reference, Points(reference.facts))
        self.at = some_moment(random, reference)
        self.moments = moments_from(self.at, reference)
        self.space = Space(self.small.policy.compiled.index)

    def proofs(self) -> tuple[Proof, ...]:
        declared = self.small.policy.declarations.invariants
        asked = [declared[f"claim-{number}"] for number in range(CLAIMS)]
        return prove(self.space, asked, microseconds(self.at))

    def example(self, proof: Proof) -> Example | None:
        """The transfer that the proof shows, if any."""
        if not proof.broken_by:
            return None
        [witness] = proof.broken_by
        cell = cell_of(witness)
        point = point_of(self.space.facts, witness.known)
        return example(cell[:4], (cell.category,), instant_of(witness), point)

    def lacks(self, claim: Claim, proof: Proof) -> bool:
        """Whether the transfer that is shown really lacks what the proof says of it."""
        [(kind, body)] = claim.items()
        return proof.lacks in {"never": ("permitted",), "only": ("from", "to", "purpose")}.get(
            kind, [*parts_of(body)] if kind == "always" else []
        ) and self._breaks(_only(claim, proof.lacks), proof.broken_by[0])

    def _breaks(self, claim: Claim, witness: Witness) -> bool:
        answer = self.table.of(cell_of(witness), instant_of(witness))
        broken = breaking(self.table, claim, cell_of(witness)[:4], answer)
        point = point_of(self.space.facts, witness.known)
        return bool(broken >> self.table.points.places[point] & 1)


def _only(claim: Claim, part: str) -> Claim:
    """The claim with nothing in it but that part."""
    [(kind, body)] = claim.items()
    key, _, item = part.partition(".")
    if kind == "never":
        return claim
    kept: Any = body[key]
    if key == "facts":
        kept = {item: kept[item]}
    elif key == "duties":
        kept = [item]
    return {kind: {"match": body["match"], key: kept}}


def hold_to_all_transfers(random: Random) -> Counter[str]:
    """The proofs of a policy agree with going through all its transfers."""
    case, seen = Case(random), Counter[str]()
    every = Enumeration(case.table, case.moments)
    for claim, proof in zip(case.claims, case.proofs(), strict=True):
        verdict = every.verdict(claim)
        assert case.example(proof) == verdict.broken_by, (claim, case.small.plain)
        assert (proof.is_empty, proof.is_idle) == verdict[1:], (claim, case.small.plain)
        holds = verdict.broken_by is None and not verdict.is_empty
        assert proof.holds is holds
        if verdict.broken_by is not None:
            assert case.lacks(claim, proof), (claim, proof)
        [kind] = claim
        outcome = "holds" if holds else "is empty" if verdict.is_empty else "is broken"
        seen[f"{kind} {outcome}"] += 1
        seen["idle"] += verdict.is_idle
    seen["policies"] += 1
    seen["transfers"] += every.seen
    return seen


@pytest.mark.parametrize("seeds", BLOCKS, ids=name)
def test_proofs_say_what_going_through_every_transfer_says(seeds: range) -> None:
    seen = Counter[str]()
    for seed in seeds:
        seen += hold_to_all_transfers(Random(f"proofs {seed}"))
    assert min(seen[each] for each in ("never is broken", "always is broken")) > 0


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=15,
    phases=(Phase.explicit, Phase.generate),  # a policy shrinks for minutes; the seed suffices
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
@given(random=st.randoms(use_true_random=False))
def test_they_say_so_of_policies_that_hypothesis_makes(random: Random) -> None:
    hold_to_all_transfers(random)


@pytest.mark.soak
@pytest.mark.parametrize("seeds", SOAK_BLOCKS, ids=name)
def test_proofs_say_what_going_through_every_transfer_says_at_length(seeds: range) -> None:
    seen = Counter[str]()
    for seed in seeds:
        seen += hold_to_all_transfers(Random(f"proofs {seed}"))
    counts = ", ".join(f"{count} {what}" for what, count in seen.most_common())
    print(f"{name(seeds)}: {counts}")  # noqa: T201 - kept as evidence


def test_from_the_last_moment_on_nothing_is_shown_that_went_before() -> None:
    """Witnesses are never before the moment from which it is asked."""
    for seed in range(10):
        case = Case(Random(f"late {seed}"))
        case.at = case.moments[-1] + timedelta(days=1)
        for proof in case.proofs():
            assert all(witness.at == microseconds(case.at) for witness in proof.broken_by)
