"""Two texts that mean the same have no difference, whatever their layout, order or words."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from doelbinding.analysis.diff import compare
from doelbinding.analysis.prove import prove
from doelbinding.analysis.reach import reach
from doelbinding.analysis.space import Space
from doelbinding.loader import load_texts
from doelbinding.policy import Policy
from tests.properties.answers import MOMENT, bundled_policy
from tests.properties.brute.changes import MEANINGS, SPICES, TEXT_CHANGES, vary
from tests.properties.brute.engine import microseconds, some_moment
from tests.properties.brute.proofs import some_claim, some_path
from tests.properties.brute.small import Small, generate_small
from tests.properties.brute.table import boundaries
from tests.properties.generators import resplit, serialise
from tests.properties.generators.layout import shuffled
from tests.properties.seeds import blocks, long_blocks, name

SEEDS = 10
BLOCKS = blocks(100, SEEDS)

SOAK_SEEDS = 100
SOAK_BLOCKS = long_blocks(4_000, SOAK_SEEDS)


def policy_with_claims(random: Random) -> Small:
    small = vary(random, generate_small(random), SPICES, random.randrange(6))
    makers = (some_claim, some_claim, some_claim, some_path)
    claims = {f"claim-{number}": make(random, small.plain) for number, make in enumerate(makers)}
    return Small({**small.plain, "invariants": claims})


def first_moment(random: Random, small: Small) -> int:
    return microseconds(some_moment(random, small.reference))


def assert_same(one: Policy, other: Policy, at: int) -> int:
    """There is no difference either way; how many cells were found to be alike."""
    there, back = (
        compare(old.compiled.index, new.compiled.index, at)
        for old, new in ((one, other), (other, one))
    )
    assert (there.changes, back.changes) == ((), ())
    assert there.unchanged == back.unchanged
    return there.unchanged


def assert_answers_alike(one: Policy, other: Policy, at: int) -> None:
    """The same proofs and the same ways, however the two are written."""
    claims = [*one.declarations.invariants.values()]
    proofs = [prove(Space(each.compiled.index), claims, at) for each in (one, other)]
    assert proofs[0] == proofs[1]
    index = one.compiled.index
    for category in index.categories[:2]:
        for party in [*index.parties][:2]:
            assert reach(Space(index), category, party, at) == reach(
                Space(other.compiled.index), category, party, at
            )


# ── What means the same ──────────────────────────────────────────────────────────────────────────


def written_otherwise(random: Random, small: Small) -> Policy:
    """In other files, other order and other YAML."""
    texts = serialise(resplit(small.files, random), random)
    return Policy.from_source(load_texts("policy", texts.items()), at=MOMENT)


def worded_otherwise(random: Random, small: Small) -> Policy:
    """With other labels, descriptions, clauses and revision, and in another order."""
    return vary(random, small, TEXT_CHANGES, random.randint(1, 5)).policy


def spelt_out(random: Random, small: Small) -> Policy:
    """With what is left out stated, and one id in a list or bare."""
    plain = {**small.plain, "flows": {**small.plain["flows"]}} if "flows" in small.plain else {}
    for identifier, flow in plain.get("flows", {}).items():
        stated = {"effect": "allow", "reference": "optional", **flow}
        for key in ("from", "to", "purpose"):
            if len(stated[key]) == 1 and random.randrange(2):
                stated[key] = stated[key][0]
        if "when" in stated and random.randrange(2):
            stated["when"] = {"not": {"not": stated["when"]}}
        plain["flows"][identifier] = stated
    return Small(plain or small.plain).policy


def bundled(random: Random, small: Small) -> Policy:
    """As a bundle, read again."""
    return bundled_policy(small.policy, small.files)


def renamed(random: Random, small: Small) -> Policy:
    """With other ids for flows and prohibitions, which no answer depends on but by name."""
    plain = {**small.plain}
    for section in ("flows", "prohibitions"):
        if section in plain:
            ids = random.sample([*plain[section]], len(plain[section]))
            plain[section] = {f"id-{place}": plain[section][it] for place, it in enumerate(ids)}
    return Small(plain).policy


Rewriting = Callable[[Random, Small], Policy]
SAME_DIGEST: tuple[Rewriting, ...] = (written_otherwise, worded_otherwise, spelt_out, bundled)
REWRITINGS: tuple[Rewriting, ...] = (*SAME_DIGEST, renamed)


def hold_that_it_is_the_same(rewrite: Rewriting, seeds: range) -> None:
    alike = 0
    for seed in seeds:
        random = Random(f"same {seed}")
        small = policy_with_claims(random)
        at, other = first_moment(random, small), rewrite(random, small)
        alike += assert_same(small.policy, other, at)
        assert_answers_alike(small.policy, other, at)
        if rewrite in SAME_DIGEST:
            assert other.identity.digest == small.policy.identity.digest
    assert alike  # or it says little


@pytest.mark.parametrize("seeds", BLOCKS[:4], ids=name)
@pytest.mark.parametrize("rewrite", REWRITINGS, ids=lambda each: each.__name__)
def test_it_means_the_same(rewrite: Rewriting, seeds: range) -> None:
    hold_that_it_is_the_same(rewrite, seeds)


@pytest.mark.soak
@pytest.mark.parametrize("seeds", SOAK_BLOCKS, ids=name)
@pytest.mark.parametrize("rewrite", REWRITINGS, ids=lambda each: each.__name__)
def test_it_means_the_same_at_length(rewrite: Rewriting, seeds: range) -> None:
    hold_that_it_is_the_same(rewrite, seeds)


# ── Digests ──────────────────────────────────────────────────────────────────────────────────────


def hold_digests(seeds: range) -> None:
    """A difference has another digest; the same digest has no difference."""
    different = 0
    for seed in seeds:
        random = Random(f"digests {seed}")
        small = vary(random, generate_small(random), SPICES, random.randrange(4))
        other = vary(random, small, (*MEANINGS, *TEXT_CHANGES), random.choice((1, 1, 2)))
        at = min([*map(microseconds, boundaries(small.reference)), 0]) - 1
        old, new = small.policy, other.policy
        changes = compare(old.compiled.index, new.compiled.index, at).changes
        different += bool(changes)
        if old.identity.digest == new.identity.digest:
            assert not changes
    assert different


@pytest.mark.parametrize("seeds", BLOCKS, ids=name)
def test_policies_of_one_digest_have_no_difference(seeds: range) -> None:
    hold_digests(seeds)


@pytest.mark.soak
@pytest.mark.parametrize("seeds", SOAK_BLOCKS, ids=name)
def test_policies_of_one_digest_have_no_difference_at_length(seeds: range) -> None:
    hold_digests(seeds)


def test_a_policy_does_not_differ_from_itself() -> None:
    for seed in range(30):
        random = Random(f"itself {seed}")
        small = vary(random, generate_small(random), SPICES, 4)
        at = first_moment(random, small)
        assert_same(small.policy, small.policy, at)
        again = Small(shuffled(small.plain, random))
        assert_same(small.policy, again.policy, at)
        index = small.policy.compiled.index
        assert compare(index, replace(index), at).changes == ()
