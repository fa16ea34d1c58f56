"""Periods of calendar days and the moments at which they begin and end.

Instants are microseconds since 1970-01-01T00:00Z, as integers, so that they compare exactly
whatever the clocks do. A period runs from the first moment of its first day to the last moment
of its last day in the policy's time zone (policy language, section 1).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

ALWAYS = -(2**63)
"""An instant before every other."""

NEVER = 2**63 - 1
"""An instant after every other."""

Span = tuple[int, int]
"""From the first instant (included) to the last (excluded)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Calendar days, both included; an open end is None."""

    start: date | None = None
    end: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the last day lies before the first."""
        return self.start is not None and self.end is not None and self.end < self.start

    def span(self, zone: tzinfo) -> Span:
        """The instants of the period: begin included, end excluded."""
        begin = ALWAYS if self.start is None else first_instant(self.start, zone)
        end = NEVER if self.end is None else end_instant(self.end, zone)
        return begin, end


def instant(moment: datetime) -> int:
    """The instant of an aware moment."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(at: int, zone: tzinfo) -> datetime:
    """The aware moment of an instant, by the clocks of that zone.

    Beyond the calendar's first and last day there, it is the first or the last moment of these.
    """
    try:
        return (_EPOCH + at * _MICROSECOND).astimezone(zone)
    except OverflowError:
        return datetime.min.replace(tzinfo=zone) if at < 0 else datetime.max.replace(tzinfo=zone)


@lru_cache(maxsize=4096)
def first_instant(day: date, zone: tzinfo) -> int:
    """The first instant of that day: midnight, or where the clocks skip it, the moment after."""
    return _midnights(day, zone)[0]


@lru_cache(maxsize=4096)
def end_instant(day: date, zone: tzinfo) -> int:
    """The first instant after that day has ended for good."""
    if day == date.max:
        return _midnights(day, zone)[1] + _DAY // _MICROSECOND
    return _midnights(day + _DAY, zone)[1]


def _midnights(day: date, zone: tzinfo) -> tuple[int, int]:
    """When the day first begins, and when the day before it has last ended.

    They differ only where the clocks go back over midnight into the day before. Where they go
    back to midnight itself, the day before has ended at the first one; where they go forward
    over it, midnight never strikes, and both are the moment of the change.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    first, second = instant(midnight), instant(midnight.replace(fold=1))
    if first == second:
        return first, first
    if first < second:
        returns = moment(second - 1, zone).date() < day
        return first, second if returns else first
    change = _change_between(second, first, zone)
    return change, change


def _change_between(low: int, high: int, zone: tzinfo) -> int:
    """The instant after `low`, up to `high`, at which the clocks change."""
    before = moment(low, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if moment(middle, zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
