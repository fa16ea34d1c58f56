"""What coverage says, as titled tables that every format writes in its own way."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from doelbinding.analysis.coverage import Carried, Founded, Item
from doelbinding.model.statement import Extent
from doelbinding.views.covering.phrases import PHRASES
from doelbinding.views.covering.report import CoverageReport
from doelbinding.views.explain import Language
from doelbinding.views.testing.report import counted

Row = tuple[str, ...]


class Section(NamedTuple):
    """A title, a sentence below it if there is one, and a table, which may have no rows."""

    title: str
    note: str
    heads: Row
    rows: list[Row]


def sections(report: CoverageReport, lang: Language, *, full: bool = False) -> list[Section]:
    """All that there is to say, or in short; sections that say nothing are left out."""
    found = _Sections(report, lang, full)
    said = (
        found.section("kinds", found.tests(), found.kinds()),
        found.section("untouched", "", found.untouched()),
        found.section("clauses", "", found.clauses()),
        found.section("declarations", found.founded(), found.declarations()),
        found.section("findings", "", found.findings()),
    )
    return [section for section in said if section.rows or section.note]


class _Sections:
    """What there is to say in one language, in full or in short."""

    def __init__(self, report: CoverageReport, lang: Language, full: bool) -> None:
        self._report = report
        self._lang: Language = lang
        self._phrases = PHRASES[lang]
        self._full = full

    def section(self, key: str, note: str, rows: Iterable[Row]) -> Section:
        """The section of that name."""
        full = f"{key}-full-heads"
        heads = full if self._full and full in self._phrases else f"{key}-heads"
        return Section(self._phrases[key], note, tuple(self._phrases[heads].split("|")), [*rows])

    def tests(self) -> str:
        """What the tests came to."""
        return counted(self._report.outcomes, self._lang) or self._phrases["none-ran"]

    def kinds(self) -> Iterator[Row]:
        """Of each kind, how many are exercised."""
        for kind, done, count in self._report.kinds():
            yield f"{done:,} / {count:,}", self._phrases[kind]

    def untouched(self) -> Iterator[Row]:
        """What no test exercises."""
        for item in self._report.coverage.untouched:
            place = self._report.place(item.section, item.id)
            yield f"{item.section}.{item.id}", self._item(item), str(place)

    def clauses(self) -> Iterator[Row]:
        """Each clause with what covers it; in full, in the order of the statement."""
        clauses = self._report.coverage.clauses
        for carried in sorted(clauses, key=_in_the_text) if self._full else clauses:
            mark, clause = "✓" if carried.is_covered else "✗", carried.clause
            about = (clause.label.in_language(self._lang), _extent(clause.extent))
            yield mark, clause.id, *(about if self._full else ()), self._carried(carried)

    def founded(self) -> str:
        """What the declarations rest on, counted."""
        phrases, count = self._phrases, len(self._report.coverage.declarations)
        unfounded, assumed = len(self._report.unfounded), len(self._report.assumed)
        key = "some-unfounded" if unfounded else "all-founded"
        told = phrases[key].format(count=f"{unfounded or count:,}", all=f"{count:,}")
        return f"{told}, {phrases['assumptions'].format(count=f'{assumed:,}')}" if assumed else told

    def declarations(self) -> Iterator[Row]:
        """The declarations with what they rest on; in short, those that rest on no clause."""
        report = self._report
        short = [*report.unfounded, *report.assumed]
        for each in report.coverage.declarations if self._full else short:
            declaration = each.declaration
            label = (declaration.label.in_language(self._lang),) if self._full else ()
            yield self._founding(each, *label)

    def findings(self) -> Iterator[Row]:
        """The faults of the published text, as the policy lists them."""
        for identifier, finding in sorted(self._report.declarations.findings.items()):
            where = (_extent(finding.extent),) if self._full else ()
            yield identifier, finding.label.in_language(self._lang), *where

    def _founding(self, founded: Founded, *label: str) -> Row:
        declaration, phrases = founded.declaration, self._phrases
        grounds = [*founded.clauses, *([phrases["assumption"]] if founded.is_assumed else ())]
        told = ", ".join(grounds) or phrases["nothing"]
        if founded.spoken_for_by:
            told += f" ({phrases['through'].format(id=founded.spoken_for_by)})"
        return f"{founded.section}.{declaration.id}", *label, told, str(declaration.place)

    def _item(self, item: Item) -> str:
        """What a test would exercise, in a few words."""
        state = self._phrases["true" if item.state else "false"]
        words = self._phrases[f"does-{item.kind}"]
        return words.format(fact=item.fact, state=state, key=item.key, day=item.day)

    def _carried(self, carried: Carried) -> str:
        """What covers a clause."""
        phrases, clause = self._phrases, carried.clause
        pieces = [
            f"{phrases[section]}: {', '.join(identifier for _, identifier in carriers)}"
            for section, carriers in groupby(carried.carriers, key=lambda each: each[0])
        ]
        if clause.held_by:
            pieces.append(f"{phrases['held-by']}: {', '.join(clause.held_by)}")
        if clause.informative is not None:
            why = clause.informative.in_language(self._lang)
            pieces.append(phrases["informative"].format(why=why))
        return "; ".join(pieces) or phrases["uncovered"]


def _extent(extent: Extent | None) -> str:
    """Line and character at which it begins."""
    return "" if extent is None else ":".join(map(str, extent.first))


def _in_the_text(carried: Carried) -> tuple[bool, tuple[int, int]]:
    extent = carried.clause.extent
    return (True, (0, 0)) if extent is None else (False, extent.first)
