"""`doelbinding audit anchor`: the head of the log is signed, and kept where the log is not."""

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import click

from doelbinding.cli.command import Helpful
from doelbinding.cli.exits import Exit
from doelbinding.cli.logs import LogChoice
from doelbinding.cli.options import log_options, reader_options
from doelbinding.cli.output import OutputError, remark, write
from doelbinding.errors import SourceError
from doelbinding.views.terminal import safe

if TYPE_CHECKING:
    from doelbinding.audit.head import TreeHead
    from doelbinding.signing import PublicKey

_AGAIN = "Nothing counts as anchored; anchor again."
_SHELL = "/bin/sh"


@click.command("anchor", cls=Helpful)
@log_options(required=True)
@click.option("--to", "target", metavar="FILE", help="Add the signed head at the end of this file.")
@click.option("--command", "program", metavar="CMD", help="Hand it to this command of the shell.")
@reader_options
def command(
    log: LogChoice,
    target: str | None,
    program: str | None,
    lang: str,  # noqa: ARG001 - every command takes the option
    color: str,  # noqa: ARG001 - as above
) -> int:
    """Sign what the log comes to now, to be kept where whoever can change the log cannot.

    \b
    doelbinding audit anchor --log audit.db --keys keys --to /mnt/elsewhere/heads
    doelbinding audit anchor --log audit.db --keys keys --command 'ssh witness cat \\>\\> heads'

    A command gets the head on standard input. Does it fail, nothing counts as anchored.
    """  # noqa: D301 - click takes the character that the escape stands for
    if not target and not program:
        raise click.UsageError("give --to, --command, or both: a head is to be kept elsewhere")
    from doelbinding.audit.anchor import head_of
    from doelbinding.audit.head import signed

    with log.open() as opened:
        key, before = opened.keys.head_key(), opened.keys.head
        head = head_of(opened, _heads_there(target, opened.id, key.public))
        note = signed(head, key)
        if target:
            _append(Path(target), note)
        if program:
            _hand(program, note)
        opened.keys.keep_head(note)
        opened.note_head()
    new = head.size - (0 if before is None else before.size)
    write(f"anchored {head.size:,} entries, {new:,} of them new, at {head.at}\n", None)
    return Exit.WELL


def _heads_there(target: str | None, log: str, key: "PublicKey") -> list["TreeHead"]:
    """The heads of the log that the file holds already. Raises `SourceError`."""
    if not target or not Path(target).is_file():
        return []
    from doelbinding.audit.head import read_heads

    text = Path(target).read_text("utf-8", "replace").rstrip("\n")
    heads = read_heads(f"{text}\n", target) if text else ()
    there = [each for each in heads if each.head.log == log]
    if any(not each.is_signed_by(key) for each in there):
        message = f"{target} holds heads of this log that another key signed"
        raise SourceError(message, "Put the key back that signed them, or name another file.")
    return [each.head for each in there]


def _append(file: Path, note: str) -> None:
    """Add a note durably, an empty line behind the one before. Raises `OutputError`."""
    try:
        with file.open("ab+") as stream:
            if stream.tell():
                stream.seek(-1, os.SEEK_END)
                ended = stream.read(1) == b"\n"
                stream.write(b"\n" if ended else b"\n\n")
            stream.write(note.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no regular file"
        raise OutputError(f"{file} cannot be written: {str(reason).lower()}", _AGAIN) from error


def _hand(program: str, note: str) -> None:
    """Give a note to a command; what it says is told. Raises `OutputError` when it fails."""
    done = subprocess.run(  # noqa: S603 - the user's own command
        [_SHELL, "-c", program],
        input=note.encode("utf-8"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        remark(safe(line))
    if done.returncode:
        raise OutputError(f"the command ended with {done.returncode}: {program}", _AGAIN)
