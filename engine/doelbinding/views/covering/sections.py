"""What coverage says, as titled tables that every format writes in its own way."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from doelbinding.views.covering.report import (
    WORDS,
    CoverageReport,
    carried_in_words,
    founded_in_words,
    item_in_words,
    statement_findings,
)
from doelbinding.views.explain import Language


class Section(NamedTuple):
    """A title, and rows of cells below it."""

    title: str
    rows: list[tuple[str, ...]]


def sections(report: CoverageReport, lang: Language) -> list[Section]:
    """All that there is to say; sections without rows are left out."""
    words = WORDS[lang]
    made: dict[str, Callable[[CoverageReport, Language], Iterator[tuple[str, ...]]]] = {
        "kinds": _kinds,
        "untouched": _untouched,
        "clauses": _clauses,
        "declarations": _declarations,
        "findings": _findings,
    }
    found = [Section(words[key], [*rows(report, lang)]) for key, rows in made.items()]
    return [section for section in found if section.rows]


def _kinds(report: CoverageReport, lang: Language) -> Iterator[tuple[str, ...]]:
    for kind, done, count in report.kinds():
        yield f"{done} / {count}", WORDS[lang][kind]


def _untouched(report: CoverageReport, lang: Language) -> Iterator[tuple[str, ...]]:
    for item in report.coverage.untouched:
        place = report.place(item.section, item.id)
        yield item.id, item_in_words(item, lang), str(place)


def _clauses(report: CoverageReport, lang: Language) -> Iterator[tuple[str, ...]]:
    for carried in report.coverage.clauses:
        mark = "✓" if carried.is_covered else "✗"
        yield mark, carried.clause.id, carried_in_words(carried, lang)


def _declarations(report: CoverageReport, lang: Language) -> Iterator[tuple[str, ...]]:
    yield ("", founded_in_words(report, lang), "")
    for each in report.unfounded:
        declaration = each.declaration
        yield declaration.id, WORDS[lang]["unfounded-one"], str(declaration.place)


def _findings(report: CoverageReport, lang: Language) -> Iterator[tuple[str, ...]]:
    yield from statement_findings(report, lang)
