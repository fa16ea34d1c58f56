"""Where a command's output goes: whole or not at all to a file, in UTF-8 to a terminal or pipe."""

import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from doelbinding.errors import DoelbindingError

_STANDARD_OUTPUT, _STANDARD_ERROR = 1, 2


class OutputError(DoelbindingError):
    """The output could not be written."""

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002 - the field's name everywhere
        super().__init__(message)
        self.message = message
        self.help = help


def write(
    text: str | bytes | Iterable[str | bytes], path: str | None, *, force: bool = False
) -> None:
    """Write to standard output, or to a new file. Raises `OutputError`."""
    pieces = [text] if isinstance(text, str | bytes) else text
    if path is None:
        _write_standard(pieces)
    else:
        _write_file(pieces, Path(path), force=force)


def check_target(path: str | None, *, force: bool) -> None:
    """Refuse, before any work is done, a file that would be overwritten. Raises `OutputError`."""
    if path is None or not os.path.lexists(path):
        return
    target = Path(path)
    if target.is_symlink() or not target.is_file():
        raise OutputError(f"{path} is not a regular file", "Name another file.")
    if not force:
        raise OutputError(
            f"{path} exists already", "Name another file, or replace it with --force."
        )


def remark(text: str) -> None:
    """A line for people, on standard error; it is lost if nobody can read it."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(text if text.endswith("\n") else text + "\n")
        sys.stderr.flush()


def speak_utf8() -> None:
    """Let standard output and standard error be UTF-8, whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def is_on_terminal(path: str | None) -> bool:
    """Whether the output itself appears on a terminal."""
    return path is None and sys.stdout is not None and sys.stdout.isatty()


def wants_colour(choice: str, path: str | None) -> bool:
    """Whether to colour: as chosen, else on a terminal that has not declined (NO_COLOR)."""
    if choice != "auto":
        return choice == "always"
    return path is None and _is_colourful(sys.stdout)


def remarks_want_colour(choice: str) -> bool:
    """The same for standard error."""
    return choice == "always" or (choice == "auto" and _is_colourful(sys.stderr))


def settle() -> None:
    """Write what is left of a broken-off output, so that nothing can fail once the code is set."""
    for stream, descriptor in ((sys.stdout, _STANDARD_OUTPUT), (sys.stderr, _STANDARD_ERROR)):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            _abandon(descriptor)


def _is_colourful(stream: TextIO | None) -> bool:
    declined = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not declined and stream is not None and stream.isatty()


def _write_standard(pieces: Iterable[str | bytes]) -> None:
    if sys.stdout is None:
        raise OutputError("standard output is closed", "Give the output a place to go.")
    binary = getattr(sys.stdout, "buffer", None)  # a program may have put a text in its place
    for piece in pieces:  # each at once: who asks one by one waits for each answer
        if binary is not None and isinstance(piece, bytes):
            _to_standard(binary.write, piece)
            _to_standard(binary.flush)
        else:
            _to_standard(sys.stdout.write, piece if isinstance(piece, str) else piece.decode())
            _to_standard(sys.stdout.flush)


def _to_standard(act: Callable[..., object], *arguments: str | bytes) -> None:
    try:
        act(*arguments)
    except (OSError, ValueError) as error:
        _abandon(_STANDARD_OUTPUT)
        reason = getattr(error, "strerror", None) or "it is closed"
        message = f"standard output cannot be written: {str(reason).lower()}"
        raise OutputError(message, "Part of it may have been written.") from error


def _abandon(descriptor: int) -> None:
    """Let what is left there go nowhere, lest Python fail to flush it when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def _write_file(pieces: Iterable[str | bytes], target: Path, *, force: bool) -> None:
    check_target(str(target), force=force)
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=".doelbinding.", dir=target.parent)
        try:
            _fill(descriptor, pieces)
            Path(temporary).chmod(_mode(target))
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = (error.strerror or "unknown").lower()
        message = f"{target} cannot be written: {reason}"
        raise OutputError(message, "Nothing was written.") from error


def _fill(descriptor: int, pieces: Iterable[str | bytes]) -> None:
    with os.fdopen(descriptor, "wb") as stream:
        stream.writelines(map(_encoded, pieces))
        stream.flush()
        os.fsync(stream.fileno())


def _encoded(piece: str | bytes) -> bytes:
    return piece if isinstance(piece, bytes) else piece.encode("utf-8", "backslashreplace")


def _mode(target: Path) -> int:
    """Who may read it: as before if it is replaced, else as of any new file."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
