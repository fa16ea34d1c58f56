"""Differences as people read them in a terminal; the verdict stands first and last."""

from collections.abc import Iterator

from doelbinding.analysis.diff import Change
from doelbinding.analysis.diff.cells import Verdict
from doelbinding.model.decision import Decision
from doelbinding.views.differences.described import Described, Describing, Example
from doelbinding.views.differences.phrases import PHRASES
from doelbinding.views.differences.report import DifferenceReport, Replayed
from doelbinding.views.differences.texts import text_change
from doelbinding.views.explain import Language
from doelbinding.views.explain.prose import reason
from doelbinding.views.terminal import Painter, Style, safe
from doelbinding.views.witness import as_command, in_words

_MARKS = {Verdict.WIDENED: "+", Verdict.NARROWED: "-", Verdict.BOTH: "±", Verdict.CHANGED: "~"}
_STYLES = {
    Verdict.WIDENED: Style.ERROR,
    Verdict.NARROWED: Style.GOOD,
    Verdict.BOTH: Style.ERROR,
    Verdict.CHANGED: Style.WARNING,
    None: Style.GOOD,
}
_MOST_TEXTS = 20
_MOST_LINES = 5


def render_text(report: DifferenceReport, lang: Language, paint: Painter) -> str:
    """All changes; then what changed in the texts alone, the log, and the gates."""
    verdict = paint(safe(report.verdict(lang)), _STYLES[report.direction])
    describe = Describing(report, lang)
    head = f"{verdict}\n{paint(PHRASES[lang]['cells'], Style.FAINT)}"
    parts = ["\n".join(_change(each, describe(each), lang, paint)) for each in report.changes]
    parts += ["\n".join(lines) for lines in _rest(report, lang, paint) if lines]
    return "\n\n".join([head, *parts, verdict]) + "\n"


def _change(change: Change, described: Described, lang: Language, paint: Painter) -> Iterator[str]:
    mark = paint(_MARKS[change.verdict], _STYLES[change.verdict])
    yield f"{mark} {paint(described.title, Style.STRONG)}"
    for number, box in enumerate(described.boxes):
        if number:
            yield ""
        yield from (_row(*row) for row in box)
    yield from (_row(*row) for row in described.rows)
    for example in described.examples:
        yield from _example(example, lang, paint)


def _example(example: Example, lang: Language, paint: Painter) -> Iterator[str]:
    phrases, question = PHRASES[lang], example.new.question
    yield _row(phrases["example"], f"{in_words(question, lang)}: {example.title}")
    for key, each in (("was", example.old), ("is", example.new)):
        yield _row("", f"{phrases[key]} {decided(each.decision, lang)}")
    yield paint(_row("", f"{phrases['ask']}: {as_command(question)}"), Style.FAINT)


def decided(decision: Decision, lang: Language) -> str:
    """The effect, with the reason why not, or with rules and duties."""
    pieces = [decision.effect.upper()]
    pieces += [f"{each.reason}, {reason(each, lang)}" for each in decision.withheld]
    if decision.withheld:
        return ": ".join(pieces)
    told = [f"{', '.join(decision.rules)}"]
    if decision.duties:
        told.append(PHRASES[lang]["duties"].format(duties=", ".join(decision.duties)))
    return f"{pieces[0]} ({'; '.join(told)})"


def _rest(report: DifferenceReport, lang: Language, paint: Painter) -> Iterator[list[str]]:
    phrases = PHRASES[lang]
    if report.texts:
        yield [paint(phrases["texts"], Style.STRONG), *_texts(report, lang)]
    if report.replayed is not None:
        yield [*_replayed(report.replayed, lang)]
    opened = report.opened()
    if opened:
        rows = [
            f"  {phrases['gate'].format(gate=gate, ids=safe(', '.join(ids)))}"
            for gate, ids in opened.items()
        ]
        yield [paint(phrases["opened"], Style.ERROR), *rows]


def _texts(report: DifferenceReport, lang: Language) -> Iterator[str]:
    shown = report.texts if report.full else report.texts[:_MOST_TEXTS]
    for each in shown:
        yield f"  {safe(text_change(each, lang))}"
    if len(report.texts) > len(shown):
        yield f"  {PHRASES[lang]['and-texts'].format(count=len(report.texts) - len(shown))}"


def _replayed(replayed: Replayed, lang: Language) -> Iterator[str]:
    phrases = PHRASES[lang]
    told = phrases["replayed"].format(
        count=f"{replayed.count:,}",
        otherwise=f"{len(replayed.otherwise):,}",
        source=safe(replayed.source),
    )
    if replayed.unreadable:
        told = f"{told} {phrases['unreadable'].format(count=replayed.unreadable)}"
    yield told
    for each in replayed.otherwise[:_MOST_LINES]:
        yield f"  {phrases['line'].format(line=each.line, before=each.before, now=each.now)}"


def _row(name: str, value: str) -> str:
    return f"    {name:<12} {safe(value)}".rstrip()
