"""Reports on changes of the tiny policy of `tests.policies`, and what is said of them."""

from dataclasses import replace
from typing import Any

from doelbinding.policy import Policy
from doelbinding.views.differences import (
    DifferenceReport,
    Side,
    render_markdown,
    render_text,
)
from doelbinding.views.explain import Language
from doelbinding.views.terminal import Painter
from tests.analysis.exact import compared
from tests.policies import policy


def reported(old: Policy, new: Policy, **fields: Any) -> DifferenceReport:
    """What comes of two policies."""
    sides = Side("old", old), Side("new", new)
    return replace(DifferenceReport(*sides, compared(old, new)), **fields)


def changed(**changes: Any) -> DifferenceReport:
    """What comes of the base policy with these changes."""
    return reported(policy(), policy(**changes))


def in_text(report: DifferenceReport, lang: Language = "en") -> str:
    """As people read it, without colour."""
    return render_text(report, lang, Painter())


def row(text: str, name: str) -> list[str]:
    """The lines of the first row of that name."""
    lines = text.splitlines()
    first = next(place for place, line in enumerate(lines) if line[4:16].strip() == name)
    found = [lines[first][17:]]
    for line in lines[first + 1 :]:
        if not line.startswith(" " * 17):
            break
        found.append(line[17:])
    return found


def cell(report: DifferenceReport, name: str, lang: Language = "en") -> str:
    """What stands in the comment in the first row of that name."""
    rows = render_markdown(report, lang).splitlines()
    return next(line for line in rows if line.startswith(f"| **{name}** |")).split(" | ", 1)[1][:-2]
