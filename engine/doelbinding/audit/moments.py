"""Moments and ends as the log writes them: UTC texts of fixed width, which sort as moments do."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

_SECOND = 1_000_000
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
)


def moment_text(at: int) -> str:
    """An instant, in microseconds since 1970, such as `2026-11-24T17:40:00.123456Z`."""
    second, micros = divmod(at, _SECOND)
    return f"{_second_text(second)}.{micros:06d}Z"


@lru_cache(maxsize=16)
def _second_text(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def instant_of(text: str) -> int:
    """The instant again. Raises `ValueError`."""
    moment = datetime.fromisoformat(text)
    return calendar.timegm(moment.utctimetuple()) * _SECOND + moment.microsecond


def keep_until(at: int, retention: str) -> str:
    """The last day on which what happened at an instant is kept, for an ISO 8601 duration."""
    return _last_day(at // (_SECOND * 86_400), retention)


@lru_cache(maxsize=64)
def _last_day(day: int, retention: str) -> str:
    found = _DURATION.fullmatch(retention)
    if found is None:
        raise ValueError(f"`{retention}` is not a duration that can be counted in days")
    years, months, weeks, days, *times = (int(each or 0) for each in found.groups())
    hours, minutes, seconds = times
    start = _months_later(date(1970, 1, 1) + timedelta(days=day), 12 * years + months)
    parts = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    whole_days = -(-parts // timedelta(days=1))
    try:
        return (start + timedelta(days=whole_days)).isoformat()
    except OverflowError:
        return date.max.isoformat()


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = min(day.year + years, date.max.year)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
