"""The page that GitHub shows of a step: the file that GITHUB_STEP_SUMMARY names."""

import os
from pathlib import Path

from doelbinding.cli.output import remark
from doelbinding.views.terminal import safe

_VARIABLE = "GITHUB_STEP_SUMMARY"
_LARGEST = 1 << 20
"""Bytes that GitHub takes of a step; of a larger file it shows nothing at all."""
_LAST_LINE = 200
"""Bytes that are kept for what was cut."""


def add_to_step_summary(markdown: str) -> None:
    """Append to the step's page, if there is one; a failure is a remark, not an error.

    What does not fit is cut between lines, and the last line says how many are missing.
    """
    path = os.environ.get(_VARIABLE)
    if not path:
        return
    try:
        _append(Path(path), markdown)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no path"
        remark(f"the step summary cannot be written: {safe(str(reason).lower())}")


def _append(page: Path, markdown: str) -> None:
    with page.open("ab") as stream:
        content = _cut(markdown, _LARGEST - stream.tell())
        stream.write(content)
    if not content:
        remark("the step summary is full: nothing was added")


def _cut(markdown: str, room: int) -> bytes:
    """As many whole lines as there is room for, apart from what others wrote."""
    content = f"\n{markdown.rstrip()}\n".encode("utf-8", "backslashreplace")
    if len(content) <= room:
        return content
    kept = content[: content.rfind(b"\n", 0, max(0, room - _LAST_LINE)) + 1]
    missing = content.count(b"\n") - kept.count(b"\n")
    note = f"\n{missing:,} more lines are not shown: a step summary holds at most 1 MiB.\n".encode()
    return kept + note if len(kept) + len(note) <= room else b""
