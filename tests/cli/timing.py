"""What a command costs as a process of its own."""

import resource

from tests.cli.conftest import apart


def seconds_of(*arguments: str) -> float:
    """Seconds of processor time, the least of three runs; others may be at work meanwhile."""
    return min(_once(*arguments) for _ in range(3))


def _once(*arguments: str) -> float:
    before = _spent()
    assert apart(*arguments).out
    return _spent() - before


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
