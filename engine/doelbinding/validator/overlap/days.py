"""Stretches of days; what is open on a side ends with the calendar."""

from collections.abc import Iterable
from datetime import date

from doelbinding.model.period import Period

Window = tuple[date, date]
"""The first day and the last one."""

ALWAYS: Window = (date.min, date.max)
NEVER: Window = (date.max, date.min)


def window(periods: Iterable[Period | None]) -> Window:
    """The days that lie in each of the periods."""
    known = [period for period in periods if period is not None]
    return (
        max((each.start for each in known if each.start), default=date.min),
        min((each.end for each in known if each.end), default=date.max),
    )


def overlap_of(*windows: Window) -> Window:
    """The days that lie in each of the windows."""
    return max(start for start, _ in windows), min(end for _, end in windows)


def is_open(window: Window) -> bool:
    """Whether there is a day in it."""
    return window[0] <= window[1]


def covers(wide: Period | None, narrow: Period | None) -> bool:
    """Whether the one holds every day of the other."""
    if wide is None:
        return True
    one, other = window([wide]), window([narrow])
    return one[0] <= other[0] and other[1] <= one[1]
