"""Sets of positions as the bits of a number."""

from collections.abc import Iterator


def places(bits: int) -> Iterator[int]:
    """The positions of the bits that are set, in their order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
