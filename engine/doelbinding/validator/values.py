"""Values that have the right shape and still mean nothing: days that no calendar has, and such."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from doelbinding.suggest import nearest
from doelbinding.validator.structure import Flaw, Path, shown

_CHECKED = frozenset({"valid", "announcement", "roles", "accept", "retention", "span"})
_DATE_KEYS = frozenset({"until", "refusal-until", "on", "review-by"})
_PERIODS = frozenset({"valid", "agreement", "safeguard"})
_DURATION = re.compile(r"([0-9]+)([YMWDHS])")
_DAYS = {"Y": 365.0, "M": 30.0, "W": 7.0, "D": 1.0}
_SECONDS = {"H": 3600.0, "M": 60.0, "S": 1.0}
_LONGEST_YEARS = 100
_NOT_FOR_POLICIES = ("localtime", "posixrules", "Factory", "posix/", "right/")
"""Zones that differ between machines, or count seconds as no other does."""


def declaration_flaws(declared: Mapping[str, object]) -> list[Flaw]:
    """The flaws of the values in a declaration, under the keys where there can be any."""
    if _CHECKED.isdisjoint(declared):
        return []
    checked = [key for key in declared if key in _CHECKED]
    return [flaw for key in checked for flaw in value_flaws(declared[key], (key,))]


def value_flaws(value: object, path: Path) -> Iterator[Flaw]:
    """The flaws of the values under a key of a declaration, or of the manifest."""
    if isinstance(value, Mapping):
        if path and path[-1] == "span":
            yield from _span_flaws(cast(Mapping[str, list[int]], value), path)
        for key, inner in cast(Mapping[str, object], value).items():
            yield from value_flaws(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(cast(list[object], value)):
            yield from value_flaws(inner, (*path, index))
    elif isinstance(value, float):
        yield _fraction(value, path)
    elif isinstance(value, str) and path:
        yield from _text_flaws(value, path)


def _text_flaws(value: str, path: Path) -> Iterator[Flaw]:
    key = path[-1]
    if key in _DATE_KEYS or (key == "from" and len(path) > 1 and path[-2] in _PERIODS):
        yield from _date_flaws(value, path)
    elif key == "retention":
        yield from _duration_flaws(value, path)
    elif path == ("timezone",):
        yield from _zone_flaws(value, path)


def _fraction(value: float, path: Path) -> Flaw:
    message = f"{shown(value)} is not a whole number"
    return Flaw("wrong-type", path, message, "Write it without a point.", "a whole number")


def _date_flaws(value: str, path: Path) -> Iterator[Flaw]:
    try:
        date.fromisoformat(value)
    except ValueError:
        message = f"{shown(value)} is a day that no calendar has"
        yield Flaw("invalid-date", path, message, _date_help(value), "a day of the calendar")


def _span_flaws(value: Mapping[str, list[int]], path: Path) -> Iterator[Flaw]:
    if value["to"] < value["from"]:
        message = "the passage ends before it begins"
        yield Flaw("wrong-value", path, message, "Let `to` be the place of `from`, or a later one.")


def _date_help(value: str) -> str:
    year, month = int(value[:4]), int(value[5:7])
    if year == 0 or not 1 <= month <= 12:
        return "Write year, month and day, such as 2026-11-24."
    return f"Write a day of that month: its last one is {value[:8]}{monthrange(year, month)[1]}."


def _duration_flaws(value: str, path: Path) -> Iterator[Flaw]:
    days = _days(value)
    if days <= 0 or days > _LONGEST_YEARS * 366:
        message = (
            f"{shown(value)} is {'no time at all' if days <= 0 else 'more than a hundred years'}"
        )
        help_text = "Write how long they are really kept, such as P2Y."
        expected = "a duration of at most a hundred years"
        yield Flaw("duration-out-of-range", path, message, help_text, expected)


def _days(duration: str) -> float:
    days, _, times = duration.partition("T")
    long = sum(int(number) * _DAYS[unit] for number, unit in _DURATION.findall(days))
    short = sum(int(number) * _SECONDS[unit] for number, unit in _DURATION.findall(times))
    return long + short / 86_400


def _zone_flaws(value: str, path: Path) -> Iterator[Flaw]:
    try:
        if value.startswith(_NOT_FOR_POLICIES):
            raise ZoneInfoNotFoundError
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):  # not found, a folder, or a path outside
        close = nearest(value, available_timezones())
        help_text = (
            f"Did you mean `{close}`?" if close else "Write a name such as Europe/Amsterdam."
        )
        message = f"there is no time zone {shown(value)}"
        yield Flaw("unknown-timezone", path, message, help_text, "a time zone's name")
