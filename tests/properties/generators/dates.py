"""Dates and periods between 2024 and 2028, with a liking for days that are not 24 hours long."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from tests.properties.generators.draw import chance

FIRST = date(2024, 1, 1).toordinal()
MIDDLE = date(2026, 7, 1).toordinal()
LAST = date(2028, 12, 31).toordinal()
LONG_AGO = date(2019, 3, 31).toordinal()
FAR_AHEAD = date(2031, 10, 26).toordinal()


@cache
def first_moment(zone: str, day: int) -> datetime:
    """The first moment of a day (an ordinal) in a time zone, as UTC."""
    start = datetime.combine(date.fromordinal(day), datetime.min.time(), ZoneInfo(zone))
    return start.astimezone(UTC)


@cache
def odd_days(zone: str) -> tuple[int, ...]:
    """The days, as ordinals, that are longer or shorter than 24 hours in a time zone."""
    starts = [first_moment(zone, day) for day in range(FIRST, LAST + 2)]
    return tuple(
        FIRST + place
        for place, (start, end) in enumerate(pairwise(starts))
        if end - start != timedelta(hours=24)
    )


def iso(day: int) -> str:
    """An ordinal as ISO 8601 date."""
    return date.fromordinal(day).isoformat()


def some_day(random: Random, zone: str, low: int = FIRST, high: int = LAST) -> int:
    """A day in a range, often one on which the clock changes, or one beside it."""
    if chance(random, 20):
        odd = [day for day in odd_days(zone) if low < day < high]
        if odd:
            return random.choice(odd) + random.randrange(-1, 2)
    return random.randint(low, high)


def both_ends(random: Random, zone: str) -> tuple[int, int]:
    """Two days in order, mostly with the middle of 2026 between them."""
    if chance(random, 70):
        return some_day(random, zone, FIRST, MIDDLE), some_day(random, zone, MIDDLE, LAST)
    first = some_day(random, zone)
    second = first if chance(random, 15) else some_day(random, zone)
    return min(first, second), max(first, second)


def period(random: Random, zone: str) -> dict[str, str]:
    """A period with a first day, a last day, or both."""
    begin, end = both_ends(random, zone)
    shape = random.randrange(4)
    found = {"from": iso(begin), "until": iso(end)}
    if shape in (2, 3):
        del found["from" if shape == 2 else "until"]
    return found


def term(random: Random, zone: str) -> dict[str, str]:
    """The first and mostly a last day of an agreement, now and then outside 2024-2028."""
    begin, end = both_ends(random, zone)
    if chance(random, 20):
        begin = LONG_AGO
    if chance(random, 15):
        end = FAR_AHEAD
    found = {"from": iso(begin), "until": iso(end)}
    if chance(random, 20):
        del found["until"]
    return found
