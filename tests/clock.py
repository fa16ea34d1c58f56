"""A clock that tests set: what `Policy.check` reads when no moment is given."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from doelbinding import policy
from doelbinding.model.period import instant


class Clock:
    """Stands at one instant, in microseconds since 1970-01-01T00:00Z, until it is set."""

    def __init__(self, at: datetime | str) -> None:
        self.set(at)

    def set(self, at: datetime | str) -> None:
        given = datetime.fromisoformat(at) if isinstance(at, str) else at
        self.instant = instant(given)

    def time(self) -> float:
        return self.instant / 1e6

    def time_ns(self) -> int:
        return self.instant * 1000


@contextmanager
def clock_at(at: datetime | str) -> Iterator[Clock]:
    """Let the policies' clock stand at that moment."""
    clock = Clock(at)
    with patch.multiple(policy, time=clock.time, time_ns=clock.time_ns):
        yield clock
