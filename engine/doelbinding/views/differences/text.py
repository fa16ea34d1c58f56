"""Differences as people read them in a terminal; the verdict stands first and last."""

from collections.abc import Iterable, Iterator

from doelbinding.analysis.diff import Change
from doelbinding.analysis.diff.cells import Verdict
from doelbinding.views.differences.described import Describing, Example, Row
from doelbinding.views.differences.naming import Naming
from doelbinding.views.differences.phrases import PHRASES, number
from doelbinding.views.differences.replayed import replayed_line, replayed_summary
from doelbinding.views.differences.report import DifferenceReport
from doelbinding.views.differences.texts import text_change
from doelbinding.views.explain import Language
from doelbinding.views.terminal import Painter, Style, safe, width
from doelbinding.views.witness import as_command

_MARKS = {Verdict.WIDENED: "+", Verdict.NARROWED: "-", Verdict.BOTH: "±", Verdict.CHANGED: "~"}
_STYLES = {
    Verdict.WIDENED: Style.ERROR,
    Verdict.NARROWED: Style.GOOD,
    Verdict.BOTH: Style.ERROR,
    Verdict.CHANGED: Style.WARNING,
    None: Style.GOOD,
}
_MOST_CHANGES, _MOST_TEXTS, _MOST_LINES = 20, 20, 5
_NAME = 12
"""Columns for what a row is called."""


def render_text(report: DifferenceReport, lang: Language, paint: Painter) -> str:
    """All changes; then what changed in the texts alone, the log, the gates, and the policies."""
    style = Style.ERROR if report.opened() else _STYLES[report.direction]
    verdict = paint(safe(report.verdict(lang)), style)
    seen = (report.seen(lang), PHRASES[lang]["counted"])
    head = "\n".join([verdict, *(paint(f"  {line}", Style.FAINT) for line in seen)])
    writing = _Writing(report, lang, paint)
    parts = [*writing.changes(), writing.guards(), writing.texts()]
    parts += [writing.replayed(), writing.gates()]
    return "\n\n".join(filter(None, [head, *parts, writing.policies(), verdict])) + "\n"


class _Writing:
    def __init__(self, report: DifferenceReport, lang: Language, paint: Painter) -> None:
        self._report, self._paint = report, paint
        self._lang: Language = lang
        self._phrases = PHRASES[lang]
        self._naming = Naming(report.sides, report.facts, lang)
        self._describe = Describing(report, self._naming)

    def changes(self) -> Iterator[str]:
        """Each change in a paragraph of its own."""
        changes = self._report.changes
        shown = changes if self._report.full else changes[:_MOST_CHANGES]
        for each in shown:
            yield "\n".join(self._change(each))
        yield self._more("more-changes", len(changes) - len(shown))

    def guards(self) -> str:
        """What changed in what guards decisions."""
        lines = [f"  {safe(text_change(each, self._lang))}" for each in self._report.guards]
        return self._under("guards", Style.WARNING, lines)

    def texts(self) -> str:
        """What changed in the texts alone."""
        texts = self._report.texts
        shown = texts if self._report.full else texts[:_MOST_TEXTS]
        lines = [f"  {safe(text_change(each, self._lang))}" for each in shown]
        more = self._more("more-texts", len(texts) - len(shown))
        return self._under("texts", Style.STRONG, [*lines, f"  {more}" if more else ""])

    def replayed(self) -> str:
        """What came of the log."""
        replayed = self._report.replayed
        if replayed is None:
            return ""
        shown = replayed.otherwise if self._report.full else replayed.otherwise[:_MOST_LINES]
        lines = [*replayed_summary(replayed, self._lang)]
        lines += [f"  {replayed_line(each, self._naming)}" for each in shown]
        more = self._more("more-texts", len(replayed.otherwise) - len(shown))
        return "\n".join(map(safe, filter(None, [*lines, f"  {more}" if more else ""])))

    def gates(self) -> str:
        """The gates that should be closed."""
        lines = [f"  {safe(each)}" for each in self._describe.opened()]
        return self._under("opened", Style.ERROR, lines)

    def policies(self) -> str:
        """Which two were compared."""
        told = [f"  {each}" for each in self._describe.compared()]
        return "\n".join(self._paint(safe(line), Style.FAINT) for line in told)

    def _under(self, title: str, style: Style, lines: Iterable[str]) -> str:
        held = [*filter(None, lines)]
        return "\n".join([self._paint(self._phrases[title], style), *held]) if held else ""

    def _more(self, key: str, count: int) -> str:
        return self._phrases[key].format(count=number(count, self._lang)) if count else ""

    def _change(self, change: Change) -> Iterator[str]:
        mark = self._paint(_MARKS[change.verdict], _STYLES[change.verdict])
        yield f"{mark} {self._paint(self._describe.title(change), Style.STRONG)}"
        for place, box in enumerate(self._describe.boxes(change)):
            if place:
                yield ""
            for row in box:
                yield from self._row(row)
        if self._report.full:
            yield from self._row(self._describe.cells(change))
        for row in self._describe.rows(change):
            yield from self._row(row)
        for example in self._describe.examples(change):
            yield from self._example(example)

    def _example(self, example: Example) -> Iterator[str]:
        yield from self._row(Row(self._phrases["example"], example.lines))
        command = as_command(example.question, self._report.new.source)
        ask = f"{self._phrases['ask']}: {safe(command)}"
        yield self._paint(f"    {'':{_NAME}} {ask}", Style.FAINT)

    def _row(self, row: Row) -> Iterator[str]:
        name = row.name
        for line in row.lines:
            yield f"    {name}{' ' * (_NAME - width(name))} {safe(line)}".rstrip()
            name = ""
