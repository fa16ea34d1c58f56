"""Seeds in blocks, each of which is a test: some for every run, others for the long forms."""

_FIRST_OF_LONG = 1_000_000
"""Long forms draw others than short ones do."""


def blocks(count: int, size: int) -> list[range]:
    """So many seeds, in blocks of that size."""
    return [range(start, start + size) for start in range(0, count, size)]


def long_blocks(count: int, size: int) -> list[range]:
    """The same for a long form."""
    end = _FIRST_OF_LONG + count
    return [range(start, start + size) for start in range(_FIRST_OF_LONG, end, size)]


def name(seeds: range) -> str:
    """What a block is called among tests."""
    return f"seeds {seeds.start}-{seeds.stop - 1}"
