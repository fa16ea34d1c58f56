"""Differences as a comment on a pull request, fit for who decides about the data."""

from collections.abc import Iterator
from itertools import chain

from doelbinding.analysis.diff import Change
from doelbinding.analysis.diff.cells import Verdict
from doelbinding.views.differences.described import Describing, Row
from doelbinding.views.differences.naming import ByLabel
from doelbinding.views.differences.phrases import PHRASES, number
from doelbinding.views.differences.replayed import replayed_line, replayed_summary
from doelbinding.views.differences.report import DifferenceReport
from doelbinding.views.differences.texts import text_change
from doelbinding.views.explain import Language
from doelbinding.views.markdown import in_markdown

_SIGNS = {Verdict.WIDENED: "🔓", Verdict.BOTH: "🔓", Verdict.NARROWED: "🔒", Verdict.CHANGED: "📝"}
_MOST_CHANGES, _MOST_TEXTS, _MOST_LINES = 20, 50, 5


def render_markdown(report: DifferenceReport, lang: Language) -> str:
    """The verdict, then each change under a heading of its own, then the rest folded away."""
    writing = _Writing(report, lang)
    seen = f"{in_markdown(report.seen(lang))} {PHRASES[lang]['counted']}"
    head = [f"### {in_markdown(report.verdict(lang))}", "", seen]
    parts = chain(
        *(writing.gates(), writing.changes(), writing.guards(), writing.replayed()),
        *(writing.texts(), writing.policies()),
    )
    return "\n".join([*head, *parts]) + "\n"


class _Writing:
    def __init__(self, report: DifferenceReport, lang: Language) -> None:
        self._report = report
        self._lang: Language = lang
        self._phrases = PHRASES[lang]
        self._naming = ByLabel(report.sides, report.facts, lang)
        self._describe = Describing(report, self._naming)

    def gates(self) -> Iterator[str]:
        """The gates that should be closed."""
        for told in self._describe.opened():
            yield from ("", f"> **{self._phrases['opened']}**: {in_markdown(told)}")

    def changes(self) -> Iterator[str]:
        """Each change as a table."""
        changes = self._report.changes
        shown = changes if self._report.full else changes[:_MOST_CHANGES]
        for each in shown:
            yield from self._change(each)
        yield from self._more("more-changes", len(changes) - len(shown))

    def replayed(self) -> Iterator[str]:
        """What came of the log."""
        replayed = self._report.replayed
        if replayed is None:
            return
        shown = replayed.otherwise if self._report.full else replayed.otherwise[:_MOST_LINES]
        for told in replayed_summary(replayed, self._lang):
            yield from ("", in_markdown(told))
        yield ""
        yield from (f"- {in_markdown(replayed_line(each, self._naming))}" for each in shown)
        yield from self._more("more-texts", len(replayed.otherwise) - len(shown))

    def guards(self) -> Iterator[str]:
        """What changed in what guards decisions."""
        if self._report.guards:
            yield from ("", f"#### ⚠️ {self._phrases['guards']}", "")
            told = (text_change(each, self._lang) for each in self._report.guards)
            yield from (f"- {in_markdown(each)}" for each in told)

    def texts(self) -> Iterator[str]:
        """What changed in the texts alone."""
        texts = self._report.texts
        if not texts:
            return
        shown = texts if self._report.full else texts[:_MOST_TEXTS]
        yield from ("", "<details>", f"<summary>{self._phrases['texts']}</summary>", "")
        yield from (f"- {in_markdown(text_change(each, self._lang))}" for each in shown)
        yield from self._more("more-texts", len(texts) - len(shown))
        yield from ("", "</details>")

    def policies(self) -> Iterator[str]:
        """Which two were compared."""
        yield from ("", "<br>".join(map(in_markdown, self._describe.compared())))

    def _more(self, key: str, count: int) -> Iterator[str]:
        if count:
            yield from ("", self._phrases[key].format(count=number(count, self._lang)))

    def _change(self, change: Change) -> Iterator[str]:
        title = in_markdown(self._describe.title(change))
        yield from ("", f"#### {_SIGNS[change.verdict]} {title}", "", "| | |", "|---|---|")
        for box in self._describe.boxes(change):
            yield from map(_row, box)
        yield from map(_row, self._describe.rows(change))
        for example in self._describe.examples(change):
            yield _row(Row(self._phrases["example"], example.lines))


def _row(row: Row) -> str:
    name = f"**{row.name}**" if row.name else ""
    return f"| {name} | {'<br>'.join(map(in_markdown, row.lines))} |"
