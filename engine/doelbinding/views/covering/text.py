"""Coverage as people read it; the verdict stands first and last."""

from collections.abc import Iterator

from doelbinding.views.covering.report import CoverageReport
from doelbinding.views.covering.sections import Section, sections
from doelbinding.views.explain import Language
from doelbinding.views.terminal import Painter, Style, safe, width

_WIDEST = 40
"""A column is aligned up to so many characters."""


def render_text(report: CoverageReport, lang: Language, paint: Painter) -> str:
    """What the tests exercise and miss, what carries each clause, what rests on nothing."""
    style = Style.WARNING if report.coverage.untouched else Style.GOOD
    verdict = paint(safe(report.verdict(lang)), style)
    parts = ["\n".join(_section(each, paint)) for each in sections(report, lang)]
    return "\n\n".join([verdict, *parts, verdict]) + "\n"


def _section(section: Section, paint: Painter) -> Iterator[str]:
    yield paint(section.title, Style.STRONG)
    rows = [[safe(cell) for cell in row] for row in section.rows]
    columns = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell + " " * (min(wide, _WIDEST) - width(cell))
            for cell, wide in zip(row, columns, strict=True)
            if wide
        ]
        yield f"  {'  '.join(cells)}".rstrip()
