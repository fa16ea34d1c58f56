"""Who reads the log, and between which moments."""

import getpass
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import click

_LONGEST = 200
_Command = TypeVar("_Command", bound=Callable[..., object])


def name_option(command: _Command) -> _Command:
    """--reader: who reads."""
    return click.option(
        "--reader",
        callback=_checked,
        metavar="NAME",
        help="Who reads, as it is recorded; left out, your login name.",
    )(command)


def named_reader(given: str | None) -> str:
    """Who reads: as given, or as the system knows them."""
    if given is not None:
        return given
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user without a name
        return f"uid {os.getuid()}"


def _checked(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not (value.strip() and value.isprintable() and len(value) < _LONGEST):
        raise click.BadParameter("give a name on one line")
    return value


class _Bound(click.ParamType[str]):
    """A moment with its offset, or a day in UTC, as the log writes moments."""

    name = "moment"
    days = 0
    """How many days after the beginning of a day that is meant."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The moment in UTC."""
        try:
            if len(value) <= len("2026-11-24"):
                day = date.fromisoformat(value) + timedelta(days=self.days)
                moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
            else:
                moment = datetime.fromisoformat(value)
            if moment.utcoffset() is None:
                raise ValueError
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        except (ValueError, OverflowError):
            self.fail("give a day such as 2026-11-24, or a moment with its offset", param, ctx)


class Since(_Bound):
    """The first moment; of a day, its beginning."""


class Until(_Bound):
    """The moment after the last; of a day, its end."""

    days = 1
