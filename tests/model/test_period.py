"""Days of the calendar as instants, against a scan of the clocks and against the reference."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest

from doelbinding.model.period import (
    ALWAYS,
    NEVER,
    Period,
    end_instant,
    first_instant,
    instant,
    moment,
)
from tests.properties.reference import day_begins, day_ends

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MICROSECOND = timedelta(microseconds=1)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

DAYS = [
    ("UTC", "2026-06-01"),
    ("Europe/Amsterdam", "2026-06-01"),  # summer
    ("Europe/Amsterdam", "2026-12-01"),  # winter
    ("Europe/Amsterdam", "2026-03-29"),  # 23 hours
    ("Europe/Amsterdam", "2026-10-25"),  # 25 hours
    ("America/Sao_Paulo", "2018-11-04"),  # begins at 01:00
    ("America/Sao_Paulo", "2018-02-18"),  # goes back at midnight into the day before
    ("America/Havana", "2026-11-01"),  # from 01:00 back to midnight: it strikes twice
    ("America/Havana", "2026-03-08"),  # begins at 01:00
    ("Pacific/Apia", "2011-12-30"),  # never was
    ("America/St_Johns", "2010-11-07"),  # at 00:01 back to 23:01 of the day before
    ("America/St_Johns", "2010-03-14"),  # at 00:01 on to 01:01
    ("Africa/Cairo", "2024-04-26"),  # begins at 01:00
    ("Asia/Beirut", "2024-10-27"),  # goes back at midnight into the day before
    ("Asia/Tehran", "2021-03-22"),  # begins at 01:00
    ("Pacific/Kwajalein", "1993-08-21"),  # never was
    ("America/Juneau", "1867-10-18"),  # was twice
    ("Europe/Amsterdam", "1937-07-01"),  # the clocks moved by seconds
]
BESIDE = (-1, 0, 1)


def local_date(at: int, zone: tzinfo) -> date:
    return moment(at, zone).date()


def scanned_first(day: date, zone: tzinfo) -> int:
    """The first second whose date is that day or later, found by looking at every minute."""
    at = instant(datetime(day.year, day.month, day.day, tzinfo=UTC)) - 2 * DAY
    while local_date(at, zone) < day:
        at += MINUTE
    return next(s for s in range(at - MINUTE, at + 1, SECOND) if local_date(s, zone) >= day)


def scanned_end(day: date, zone: tzinfo) -> int:
    """The first second from which on every date is later, found by looking at every minute."""
    at = instant(datetime(day.year, day.month, day.day, tzinfo=UTC)) + 3 * DAY
    while local_date(at, zone) > day:
        at -= MINUTE
    last = next(s for s in range(at + MINUTE, at - 1, -SECOND) if local_date(s, zone) <= day)
    return last + SECOND


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize(("zone", "day"), DAYS)
def test_a_day_begins_and_ends_as_the_clocks_show(zone: str, day: str, beside: int) -> None:
    meant = date.fromisoformat(day) + timedelta(days=beside)
    assert first_instant(meant, ZoneInfo(zone)) == scanned_first(meant, ZoneInfo(zone))
    assert end_instant(meant, ZoneInfo(zone)) == scanned_end(meant, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "day", "begin", "end"),
    [
        ("Europe/Amsterdam", "2026-06-01", "2026-05-31T22:00Z", "2026-06-01T22:00Z"),
        ("Europe/Amsterdam", "2026-12-01", "2026-11-30T23:00Z", "2026-12-01T23:00Z"),
        ("Europe/Amsterdam", "2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
        ("Europe/Amsterdam", "2026-10-25", "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00Z", "2018-11-05T02:00Z"),
        ("America/Havana", "2026-11-01", "2026-11-01T04:00Z", "2026-11-02T05:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00Z", "2011-12-30T10:00Z"),
        ("America/St_Johns", "2010-11-06", "2010-11-06T02:30Z", "2010-11-07T03:30Z"),
        ("America/St_Johns", "2010-11-07", "2010-11-07T02:30Z", "2010-11-08T03:30Z"),
    ],
)
def test_the_ends_of_a_day_are_these(zone: str, day: str, begin: str, end: str) -> None:
    meant = date.fromisoformat(day)
    assert first_instant(meant, ZoneInfo(zone)) == instant(datetime.fromisoformat(begin))
    assert end_instant(meant, ZoneInfo(zone)) == instant(datetime.fromisoformat(end))


@pytest.mark.parametrize("part", range(6))
def test_the_reference_sees_the_same_days_all_over_the_world(part: int) -> None:
    random = Random(part)
    for name in sorted(available_timezones())[part::6]:
        zone = ZoneInfo(name)
        changes = days_of_change(zone, random.randrange(1900, 2037))
        for day in random.sample(changes, min(1, len(changes))):
            begins, ends = (read(name, day.isoformat()) for read in (day_begins, day_ends))
            assert first_instant(day, zone) * MICROSECOND == begins, (name, day)
            assert end_instant(day, zone) * MICROSECOND == ends, (name, day)


def days_of_change(zone: tzinfo, year: int) -> list[date]:
    """The days of a year at whose noon the clocks stand otherwise than the noon before."""
    noons = [datetime(year, 1, 1, 12) + timedelta(days=n) for n in range(366)]
    offsets = [noon.replace(tzinfo=zone).utcoffset() for noon in noons]
    return [
        noon.date()
        for noon, before, after in zip(noons[1:], offsets, offsets[1:], strict=False)
        if before != after
    ]


# ── The ends of the calendar ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["UTC", "Europe/Amsterdam", "Pacific/Apia", "America/Havana"])
def test_the_first_and_the_last_day_of_the_calendar_are_days(name: str) -> None:
    zone = ZoneInfo(name)
    for day in (date.min, date(1, 1, 2), date(9999, 12, 30), date.max):
        assert first_instant(day, zone) * MICROSECOND == day_begins(name, day.isoformat())
        assert end_instant(day, zone) * MICROSECOND == day_ends(name, day.isoformat())


def test_the_last_moment_that_can_be_written_lies_in_the_last_day() -> None:
    assert end_instant(date.max, UTC) == instant(datetime.max.replace(tzinfo=UTC)) + 1
    west = timezone(timedelta(hours=-12))
    assert instant(datetime.max.replace(tzinfo=west)) < end_instant(date.max, west)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999"),
        ("9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59.999999"),
        ("9999-12-31T22:59:59Z", "9999-12-31T23:59:59"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00"),
    ],
)
def test_a_moment_beyond_the_calendar_is_shown_as_its_first_or_last(text: str, shown: str) -> None:
    found = moment(instant(datetime.fromisoformat(text)), AMSTERDAM)
    assert found.replace(tzinfo=None).isoformat() == shown


def test_open_ends_lie_beyond_every_moment() -> None:
    assert Period().span(AMSTERDAM) == (ALWAYS, NEVER)
    assert first_instant(date.min, timezone(timedelta(hours=23))) > ALWAYS
    assert end_instant(date.max, timezone(timedelta(hours=-23))) < NEVER


# ── Periods and moments ──────────────────────────────────────────────────────────────────────────


def test_a_period_runs_from_its_first_day_to_the_end_of_its_last() -> None:
    day = date(2026, 6, 1)
    begin, end = Period(day, day).span(AMSTERDAM)
    assert (begin, end) == (first_instant(day, AMSTERDAM), end_instant(day, AMSTERDAM))
    assert end - begin == DAY


def test_days_that_follow_each_other_leave_no_gap_where_midnight_strikes_once() -> None:
    for number in range(366):
        day = date(2026, 1, 1) + timedelta(days=number)
        assert end_instant(day, AMSTERDAM) == first_instant(day + timedelta(days=1), AMSTERDAM)


def test_the_hour_that_the_clocks_repeat_belongs_to_both_days() -> None:
    zone = ZoneInfo("America/St_Johns")
    overlap = end_instant(date(2010, 11, 6), zone) - first_instant(date(2010, 11, 7), zone)
    assert overlap == HOUR


def test_a_period_is_empty_when_it_ends_before_it_begins() -> None:
    early, late = date(2026, 1, 1), date(2026, 1, 2)
    assert Period(late, early).is_empty
    assert not Period(early, early).is_empty
    assert not Period(early, None).is_empty
    assert not Period(None, early).is_empty


@pytest.mark.parametrize(
    "text",
    ["2026-06-01T12:00:00.000001+02:00", "1969-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z"],
)
def test_an_instant_is_exact_to_the_microsecond(text: str) -> None:
    given = datetime.fromisoformat(text)
    assert moment(instant(given), UTC) == given
    assert instant(given + MICROSECOND) == instant(given) + 1


def test_an_hour_that_strikes_twice_is_two_hours() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM)
    assert instant(first.replace(fold=1)) - instant(first) == HOUR


def test_a_moment_is_shown_by_the_clocks_of_its_zone() -> None:
    shown = moment(0, AMSTERDAM)
    assert shown.isoformat() == "1970-01-01T01:00:00+01:00"
