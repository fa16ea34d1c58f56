"""The options that several commands share."""

from collections.abc import Callable
from datetime import datetime
from functools import reduce, wraps
from typing import TypeVar

import click

from doelbinding.cli.logs import LogChoice
from doelbinding.cli.sources import PolicyChoice

_Command = TypeVar("_Command", bound=Callable[..., object])


class Moment(click.ParamType[str]):
    """A moment with its offset, as ISO 8601 text; what it says is kept as written."""

    name = "moment"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text, if it is such a moment."""
        try:
            has_offset = datetime.fromisoformat(value).utcoffset() is not None
        except ValueError:
            has_offset = False
        if not has_offset:
            self.fail(
                "give a moment with its offset, such as 2026-11-24T09:30:00+01:00", param, ctx
            )
        return value


def policy_options(command: Callable[..., int]) -> Callable[..., int]:
    """Which policy, and what is demanded of it; the command gets it as `chosen`."""

    @wraps(command)
    def gathered(
        *,
        source: str,
        max_bytes: int | None,
        verify: str | None,
        at_least: int | None,
        no_cache: bool,
        **rest: object,
    ) -> int:
        chosen = PolicyChoice(source, max_bytes, verify, at_least, no_cache)
        return command(chosen=chosen, **rest)

    return _with(
        gathered,
        click.option(
            "--policy",
            "source",
            default="policy",
            show_default=True,
            metavar="DIR|BUNDLE|REV:DIR",
            help="The folder that holds the policy, a bundle, or a folder in a git revision.",
        ),
        click.option(
            "--verify",
            metavar="KEY",
            help="Take nothing but a bundle signed with the key whose public half is in this file.",
        ),
        click.option(
            "--at-least",
            type=click.IntRange(min=1),
            metavar="N",
            help="Refuse a policy whose revision is below N.",
        ),
        click.option(
            "--max-bytes",
            type=click.IntRange(min=1),
            metavar="N",
            help="Read policy files of up to N bytes (usually 1 MiB each, 8 MiB in all).",
        ),
        click.option(
            "--no-cache",
            is_flag=True,
            help="Read every file anew, and keep nothing of it for the next time.",
        ),
    )


def log_options(*, required: bool) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """--log and --keys; the command gets them as `log`, which is None where neither is given."""

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @wraps(command)
        def gathered(*, where: str | None, keys: str | None, **rest: object) -> int:
            if not where or not keys:
                if where is not None or keys is not None:
                    raise click.UsageError("--log and --keys go together: a log and its keys")
                return command(log=None, **rest)
            return command(log=LogChoice(where, keys), **rest)

        return _with(
            gathered,
            click.option(
                "--log",
                "where",
                required=required,
                metavar="STORE",
                help="The log: a SQLite file, or the URL postgresql://… of a database.",
            ),
            click.option(
                "--keys",
                required=required,
                metavar="DIR",
                help="The folder of the log's keys.",
            ),
        )

    return decorate


def output_options(*formats: str) -> Callable[[_Command], _Command]:
    """--format, --output, --force, --lang and --color."""

    def decorate(command: _Command) -> _Command:
        return _with(
            command,
            click.option(
                "--format",
                "form",
                type=click.Choice(formats),
                default=formats[0],
                show_default=True,
                help="How to say it.",
            ),
            click.option(
                "--output",
                callback=_target,
                metavar="FILE",
                help="Write to a new file; - for standard output.",
            ),
            force_option,
            reader_options,
        )

    return decorate


def force_option(command: _Command) -> _Command:
    """--force: an output file may be replaced."""
    return click.option("--force", is_flag=True, help="Replace the output file if it exists.")(
        command
    )


def reader_options(command: _Command) -> _Command:
    """--lang and --color: how people are spoken to."""
    return _with(
        command,
        click.option(
            "--lang",
            type=click.Choice(["en", "nl"]),
            default="en",
            show_default=True,
            help="The language of texts for people.",
        ),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
            help="Colour; auto means on a terminal, unless NO_COLOR is set.",
        ),
    )


def _target(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value == "":
        raise click.BadParameter("name a file")
    return None if value == "-" else value


def moment_option(command: _Command) -> _Command:
    """--at: the moment from which it is seen."""
    return click.option(
        "--at", type=Moment(), metavar="MOMENT", help="The moment it is about; left out, now."
    )(command)


def fail_on_warnings_option(command: _Command) -> _Command:
    """--fail-on-warnings: warnings are a failure too."""
    return click.option("--fail-on-warnings", is_flag=True, help="End with 1 for warnings too.")(
        command
    )


def exit_zero_option(command: _Command) -> _Command:
    """--exit-zero: findings are not a failure."""
    return click.option(
        "--exit-zero", is_flag=True, help="End with 0 where it would be 1 for a finding."
    )(command)


def _with(command: _Command, *options: Callable[[_Command], _Command]) -> _Command:
    return reduce(lambda done, option: option(done), reversed(options), command)
