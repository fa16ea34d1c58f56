"""Where data can come, hop by hop: `no-path` and `reach` say what trying every hop says."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from doelbinding.analysis.chains import Chain
from doelbinding.analysis.prove import prove
from doelbinding.analysis.reach import Leg, Passage, Reached, reach
from doelbinding.analysis.space import Space
from tests.properties.brute.changes import CHAIN_CHANGES, vary
from tests.properties.brute.engine import (
    cell_of,
    instant_of,
    microseconds,
    point_of,
    some_moment,
)
from tests.properties.brute.paths import Going, Paths
from tests.properties.brute.points import Points
from tests.properties.brute.proofs import Claim, selects, some_path
from tests.properties.brute.small import Small, generate_small
from tests.properties.brute.table import Table, moments_from
from tests.properties.generators.draw import some
from tests.properties.seeds import blocks, long_blocks, name

CLAIMS = 4

SEEDS = 10
BLOCKS = blocks(100, SEEDS)

SOAK_SEEDS = 100
SOAK_BLOCKS = long_blocks(4_000, SOAK_SEEDS)


class Case:
    """A policy with paths that must not be, its table, and a moment to start from."""

    def __init__(self, random: Random) -> None:
        small = vary(random, generate_small(random), CHAIN_CHANGES, random.randrange(10))
        self.claims = [some_path(random, small.plain) for _ in range(CLAIMS)]
        named = {f"claim-{number}": claim for number, claim in enumerate(self.claims)}
        self.small = Small({**small.plain, "invariants": named})
        reference = self.small.reference
        self.table = Table(reference, Points(reference.facts))
        self.at = some_moment(random, reference)
        self.moments = moments_from(self.at, reference)
        self.everything = [*self.table.everything(self.moments)]
        self.space = Space(self.small.policy.compiled.index)

    def broken_by(self) -> list[Chain]:
        declared = self.small.policy.declarations.invariants
        asked = [declared[f"claim-{number}"] for number in range(CLAIMS)]
        return [proof.broken_by for proof in prove(self.space, asked, microseconds(self.at))]

    def paths(self, claim: Claim) -> list[Paths]:
        """The ways for each category that the claim names."""
        body = claim["no-path"]
        return [self.paths_of(each, body.get("given")) for each in body["data"]]

    def paths_of(self, category: str, given: Mapping[str, bool] | None = None) -> Paths:
        return Paths(self.table, self.moments, self.everything, category, given)

    def parties(self, names: list[str]) -> set[str]:
        inside = self.table.reference._party_within
        return {each for each in self.table.parties if selects(names, each, inside)}

    def reached(self, category: str, start: str) -> tuple[Reached, ...]:
        return reach(self.space, category, start, microseconds(self.at))

    def follows(self, chain: Chain, paths: Paths) -> bool:
        """Whether each hop may go, from where the one before has ended, and no earlier."""
        in_order = all(
            one.recipient == other.sender and one.at <= other.at for one, other in pairwise(chain)
        )
        return in_order and all(
            paths.may_go(
                hop.sender,
                hop.recipient,
                instant_of(hop),
                cell_of(hop)[2:],
                point_of(self.space.facts, hop.known),
            )
            for hop in chain
        )


def hold_no_path_to_every_hop(random: Random) -> Counter[str]:
    case, seen = Case(random), Counter[str]()
    for claim, chain in zip(case.claims, case.broken_by(), strict=True):
        body, ways = claim["no-path"], case.paths(claim)
        starts, ends = case.parties(body["from"]), case.parties(body["to"])
        lengths = [
            length
            for paths in ways
            for party, length in paths.lengths(starts).items()
            if party in ends
        ]
        assert len(chain) == min(lengths, default=0), (claim, chain)
        if chain:
            assert chain[0].sender in starts
            assert chain[-1].recipient in ends
            assert chain[0].at >= microseconds(case.at)
            assert any(case.follows(chain, paths) for paths in ways), (claim, chain)
        seen[f"no-path with {len(chain)} hops"] += 1
    return seen


def hold_reach_to_every_hop(random: Random) -> Counter[str]:
    case, seen = Case(random), Counter[str]()
    for category in case.table.categories:
        paths = case.paths_of(category)
        for start in some(random, case.table.parties, 2, 2):
            reached = case.reached(category, start)
            lengths = {each.party: len(each.legs) for each in reached}
            assert lengths == paths.lengths([start]), (category, start, reached)
            for each in reached:
                hold_legs(case, paths, start, each)
                seen[f"reached by {len(each.legs)} hops"] += 1
                seen["wider legs"] += sum(leg.wider for leg in each.legs)
    return seen


def hold_legs(case: Case, paths: Paths, start: str, reached: Reached) -> None:
    chain = tuple(leg.transfer for leg in reached.legs)
    assert (chain[0].sender, chain[-1].recipient) == (start, reached.party)
    assert chain[0].at >= microseconds(case.at)
    assert case.follows(chain, paths), chain
    before: set[str] | None = None
    for leg in reached.legs:
        sender, recipient = leg.transfer[:2]
        parts = paths.parts(sender, recipient, instant_of(leg.transfer))
        assert leg.wider is (before is not None and not parts <= before), leg
        before = parts
        hold_passages(case, paths, leg)


def hold_passages(case: Case, paths: Paths, leg: Leg) -> None:
    """At each moment from the leg's own on, the passages are what may go, no more and no less."""
    since = instant_of(leg.transfer)
    for at in [since, *(each for each in case.moments if each > since)]:
        expected = paths.going(*leg.transfer[:2], at)
        begun = [each for each in leg.passages if each.span[0] <= microseconds(at) < each.span[1]]
        cells = [*cells_of(begun)]
        assert sorted(cell for cell, _ in cells) == sorted(going[:3] for going in expected), leg
        by_cell = dict(cells)
        for going in expected:
            hold_terms(case, by_cell[going[:3]], going)


def cells_of(passages: Iterable[Passage]) -> Iterable[tuple[tuple[str, str, str], Passage]]:
    """Each purpose, subject and category, with the passage that speaks of it."""
    for each in passages:
        for subject in each.subjects:
            for category in each.categories:
                yield (each.purpose, subject, category), each


def hold_terms(case: Case, passage: Passage, going: Going) -> None:
    """The terms are the smallest states in which it may go; it logs if it is ever recorded."""
    terms = [point_of(case.space.facts, known) for known in passage.terms]
    assert sorted(terms) == sorted(case.table.points.minimal(going.points)), passage
    assert case.table.points.above(terms) == going.points, passage
    assert passage.logs is bool(going.logged), passage


@pytest.mark.parametrize("seeds", BLOCKS, ids=name)
def test_no_path_says_what_trying_every_hop_says(seeds: range) -> None:
    seen = Counter[str]()
    for seed in seeds:
        seen += hold_no_path_to_every_hop(Random(f"paths {seed}"))
    assert seen["no-path with 1 hops"]  # or the comparison says little


@pytest.mark.parametrize("seeds", BLOCKS, ids=name)
def test_reach_says_what_trying_every_hop_says(seeds: range) -> None:
    seen = Counter[str]()
    for seed in seeds:
        seen += hold_reach_to_every_hop(Random(f"reach {seed}"))
    assert seen["reached by 1 hops"]  # or the comparison says little


@pytest.mark.soak
@pytest.mark.parametrize("seeds", SOAK_BLOCKS, ids=name)
def test_chains_are_what_trying_every_hop_says_at_length(seeds: range) -> None:
    seen = Counter[str]()
    for seed in seeds:
        seen += hold_no_path_to_every_hop(Random(f"paths {seed}"))
        seen += hold_reach_to_every_hop(Random(f"reach {seed}"))
    counts = ", ".join(f"{count} {what}" for what, count in sorted(seen.items()))
    print(f"{name(seeds)}: {counts}")  # noqa: T201 - kept as evidence


def test_a_chain_does_not_start_before_the_moment_from_which_it_is_asked() -> None:
    for seed in range(10):
        case = Case(Random(f"late chains {seed}"))
        case.at = case.moments[-1] + timedelta(days=1)
        for chain in case.broken_by():
            assert all(hop.at == microseconds(case.at) for hop in chain)
