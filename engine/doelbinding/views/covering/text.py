"""Coverage as people read it; the verdict stands first and last."""

from collections.abc import Iterator
from textwrap import wrap

from doelbinding.views.covering.report import CoverageReport
from doelbinding.views.covering.sections import Section, sections
from doelbinding.views.explain import Language
from doelbinding.views.identity import identified
from doelbinding.views.terminal import Painter, Style, safe, width

_WIDEST = 60
"""A column is aligned up to so many characters."""
_LINE, _LEAST = 100, 40
"""What stands in the last column goes on in the next line after so many; at least so many fit."""


def render_text(report: CoverageReport, lang: Language, paint: Painter) -> str:
    """What the tests exercise and miss, what covers each clause, what rests on nothing."""
    style = Style.WARNING if report.coverage.untouched else Style.GOOD
    verdict = paint(safe(report.verdict(lang)), style)
    parts = ["\n".join(_section(each, paint)) for each in sections(report, lang)]
    identity = paint(f"  {safe(identified(report.policy, lang))}", Style.FAINT)
    return "\n\n".join([verdict, *parts, identity, verdict]) + "\n"


def _section(section: Section, paint: Painter) -> Iterator[str]:
    yield paint(section.title, Style.STRONG)
    if section.note:
        yield f"  {safe(section.note)}"
    rows = [[safe(cell) for cell in row] for row in section.rows]
    *columns, _ = [min(max(map(width, each)), _WIDEST) for each in zip(*rows, strict=True)] or [0]
    for *cells, last in rows:
        padded = [
            cell + " " * (wide - width(cell)) for cell, wide in zip(cells, columns, strict=True)
        ]
        lead = "".join(f"{cell}  " for cell in ["", *padded])
        room = max(_LEAST, _LINE - width(lead))
        lines = wrap(last, room, break_long_words=False, break_on_hyphens=False) or [""]
        yield f"{lead}{lines[0]}".rstrip()
        yield from (" " * width(lead) + line for line in lines[1:])
