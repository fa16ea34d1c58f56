"""Differences as a comment on a pull request, fit for who decides about the data."""

from collections.abc import Iterator

from doelbinding.analysis.diff.cells import Verdict
from doelbinding.views.differences.described import Described, Describing, Example
from doelbinding.views.differences.phrases import PHRASES
from doelbinding.views.differences.report import DifferenceReport
from doelbinding.views.differences.text import decided
from doelbinding.views.differences.texts import text_change
from doelbinding.views.explain import Language
from doelbinding.views.markdown import in_markdown
from doelbinding.views.witness import in_words

_SIGNS = {Verdict.WIDENED: "🔓", Verdict.BOTH: "🔓", Verdict.NARROWED: "🔒", Verdict.CHANGED: "📝"}
_MOST_CHANGES, _MOST_TEXTS = 50, 50


def render_markdown(report: DifferenceReport, lang: Language) -> str:
    """The verdict, then each change under a heading of its own, then the rest folded away."""
    phrases = PHRASES[lang]
    lines = [f"### {in_markdown(report.verdict(lang))}", "", phrases["cells"]]
    for gate, ids in report.opened().items():
        told = phrases["gate"].format(gate=gate, ids=", ".join(ids))
        lines += ["", f"> **{phrases['opened']}**: {in_markdown(told)}"]
    describe = Describing(report, lang)
    shown = report.changes if report.full else report.changes[:_MOST_CHANGES]
    for change in shown:
        lines += _change(_SIGNS[change.verdict], describe(change), lang)
    if len(report.changes) > len(shown):
        count = len(report.changes) - len(shown)
        lines += ["", phrases["more"].format(count=count)]
    lines += [*_replayed(report, lang), *_texts(report, lang)]
    return "\n".join(lines) + "\n"


def _change(sign: str, described: Described, lang: Language) -> Iterator[str]:
    yield from ("", f"#### {sign} {in_markdown(described.title)}", "")
    yield from ("| | |", "|---|---|")
    for box in described.boxes:
        for name, value in box:
            yield f"| **{name}** | {in_markdown(value)} |"
    for name, value in described.rows:
        yield f"| **{name}** | {in_markdown(value)} |" if name else f"| | {in_markdown(value)} |"
    for example in described.examples:
        yield f"| **{PHRASES[lang]['example']}** | {_example(example, lang)} |"


def _example(example: Example, lang: Language) -> str:
    phrases = PHRASES[lang]
    told = [f"{in_words(example.new.question, lang)}: {example.title}"]
    told += [
        f"{phrases[key]} {decided(each.decision, lang)}"
        for key, each in (("was", example.old), ("is", example.new))
    ]
    return "<br>".join(map(in_markdown, told))


def _replayed(report: DifferenceReport, lang: Language) -> Iterator[str]:
    replayed = report.replayed
    if replayed is not None:
        told = PHRASES[lang]["replayed"].format(
            count=f"{replayed.count:,}",
            otherwise=f"{len(replayed.otherwise):,}",
            source=replayed.source,
        )
        yield from ("", in_markdown(told))


def _texts(report: DifferenceReport, lang: Language) -> Iterator[str]:
    if report.texts:
        phrases = PHRASES[lang]
        shown = report.texts if report.full else report.texts[:_MOST_TEXTS]
        yield from ("", "<details>", f"<summary>{phrases['texts']}</summary>", "")
        yield from (f"- {in_markdown(text_change(each, lang))}" for each in shown)
        if len(report.texts) > len(shown):
            yield f"- {phrases['and-texts'].format(count=len(report.texts) - len(shown))}"
        yield from ("", "</details>")
