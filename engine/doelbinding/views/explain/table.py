"""Many decisions as a table: from whom, to whom, what, what for, and the effect."""

from collections.abc import Sequence
from dataclasses import dataclass

from doelbinding.model.decision import Decision, Effect
from doelbinding.views.explain.phrases import PHRASES, Language
from doelbinding.views.explain.question import Question
from doelbinding.views.explain.text import EFFECT_STYLES
from doelbinding.views.terminal import Painter, Style, safe, width

_MOST_NAMED = 2
_COLUMNS = ("effect", "from", "to", "purpose", "data", "reason")


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of a batch with its answer, or what is wrong with its line."""

    question: Question | None = None
    decision: Decision | None = None
    line: int = 0
    fault: str = ""


def render_table(answers: Sequence[Answered], lang: Language, paint: Painter) -> str:
    """A row for each; the count of effects stands first and last."""
    phrases = PHRASES[lang]
    rows = [_cells(answer, lang) for answer in answers]
    titles = tuple(phrases[column] for column in _COLUMNS)
    widths = [max(width(row[column]) for row in (titles, *rows)) for column in range(len(titles))]
    verdict = _verdict(answers, lang, paint)
    heading = paint(_line(titles, widths), Style.FAINT)
    lines = [
        _coloured(_line(row, widths), answer, paint)
        for row, answer in zip(rows, answers, strict=True)
    ]
    return "\n".join([verdict, "", heading, *lines, "", verdict]) + "\n"


def _cells(answer: Answered, lang: Language) -> tuple[str, ...]:
    question, decision = answer.question, answer.decision
    if question is None or decision is None:
        return (PHRASES[lang]["unreadable"], "", "", "", "", f"{answer.line}: {answer.fault}")
    reasons = dict.fromkeys(withheld.reason.value for withheld in decision.withheld)
    cells = (
        decision.effect.value,
        question.sender,
        question.recipient,
        question.purpose,
        _few(question.data),
        ", ".join(reasons),
    )
    return tuple(safe(cell) for cell in cells)


def _few(names: Sequence[str]) -> str:
    """The first names, and how many more there are: a row is to be read, not scrolled."""
    more = len(names) - _MOST_NAMED
    shown = ", ".join(names[:_MOST_NAMED])
    return f"{shown} +{more}" if more > 0 else shown


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (wide - width(cell)) for cell, wide in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _coloured(line: str, answer: Answered, paint: Painter) -> str:
    if answer.decision is None:
        return paint(line, Style.WARNING)
    word, gap, rest = line.partition("  ")
    return f"{paint(word, EFFECT_STYLES[answer.decision.effect])}{gap}{rest}"


def _verdict(answers: Sequence[Answered], lang: Language, paint: Painter) -> str:
    phrases = PHRASES[lang]
    effects = [answer.decision.effect for answer in answers if answer.decision is not None]
    text = phrases["batch"].format(
        count=len(answers),
        allow=effects.count(Effect.ALLOW),
        log=effects.count(Effect.LOG),
        deny=effects.count(Effect.DENY),
    )
    unreadable = len(answers) - len(effects)
    return paint(
        text + (phrases["batch-errors"].format(errors=unreadable) if unreadable else ""),
        Style.STRONG,
    )
