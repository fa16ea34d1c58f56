"""`doelbinding audit erase`: what was kept long enough goes, and the proofs stay."""

import click

from doelbinding.cli.command import Helpful
from doelbinding.cli.exits import Exit
from doelbinding.cli.logs import LogChoice
from doelbinding.cli.options import log_options, reader_options
from doelbinding.cli.output import write


@click.command("erase", cls=Helpful)
@log_options(required=True)
@reader_options
def command(
    log: LogChoice,
    lang: str,  # noqa: ARG001 - every command takes the option
    color: str,  # noqa: ARG001 - as above
) -> int:
    """Erase what the entries say whose retention is over, and destroy keys that none needs.

    Their hashes stay, so that every proof holds; the log tells what was erased.
    """
    from doelbinding.audit.erasure import erase

    with log.open() as opened:
        count, keys = erase(opened)
    noun = "entry" if count == 1 else "entries"
    write(f"erased {count:,} {noun}\n", None)
    for key in keys:
        write(f"destroyed the key {key}\n", None)
    return Exit.WELL
