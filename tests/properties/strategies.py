"""Hypothesis strategies over the generators."""

from random import Random

from hypothesis import strategies as st

from tests.properties.generators import Policy, generate_policy, generate_transfer

Transfer = dict[str, object]


def policies(size: int = 1) -> st.SearchStrategy[Policy]:
    """Valid policies."""
    return st.randoms(use_true_random=False).map(lambda random: generate_policy(random, size))


def policies_with_transfers(
    count: int, size: int = 1
) -> st.SearchStrategy[tuple[Policy, list[Transfer]]]:
    """Valid policies, each with so many transfers that it nearly lets through."""

    def both(random: Random) -> tuple[Policy, list[Transfer]]:
        policy = generate_policy(random, size)
        return policy, [generate_transfer(random, policy) for _ in range(count)]

    return st.randoms(use_true_random=False).map(both)
