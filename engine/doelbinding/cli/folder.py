"""New files in a folder: all of them or none, and none in the place of another."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from doelbinding.cli.output import OutputError


def check_is_new(folder: str, files: Mapping[str, str], *, force: bool) -> None:
    """Refuse a folder that holds anything; when forced, one that holds any of these files.

    Raises `OutputError`.
    """
    held = _held_in(folder)
    if held and not force:
        others = f" and {len(held) - 1} more" if len(held) > 1 else ""
        message = f"{folder} is not empty: it holds {held[0]}{others}"
        raise OutputError(message, "Name a new one, or take it with --force: no file is replaced.")
    taken = [name for name in files if os.path.lexists(Path(folder, name))]
    if taken:
        raise OutputError(f"{Path(folder, taken[0])} exists already", "Name a new folder.")


def _held_in(folder: str) -> list[str]:
    if not os.path.lexists(folder):
        return []
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - the names alone
    except OSError as error:
        raise _cannot_be(folder, "opened", error) from error


def write_new_files(folder: str, files: Mapping[str, str]) -> None:
    """Write them, by their paths in the folder; what was made goes again if one cannot be.

    Raises `OutputError`.
    """
    made: list[Path] = []
    try:
        for name, text in files.items():
            _write(Path(folder, name), text, made)
    except BaseException as error:
        _undo(made)
        if isinstance(error, OSError):
            raise _cannot_be(folder, "written", error) from error
        raise


def _write(target: Path, text: str, made: list[Path]) -> None:
    missing = [each for each in target.parents if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
        made.append(each)
    with target.open("x", encoding="utf-8", newline="") as stream:
        made.append(target)
        stream.write(text)


def _undo(made: list[Path]) -> None:
    for each in reversed(made):
        with suppress(OSError):
            each.rmdir() if each.is_dir() else each.unlink()


def _cannot_be(folder: str, what: str, error: OSError) -> OutputError:
    reason = (error.strerror or "unknown").lower()
    return OutputError(f"{folder} cannot be {what}: {reason}", "Nothing was written.")
