"""Many decisions as a table: from whom, to whom, what, what for, and the effect."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from doelbinding.model.decision import Decision, Effect
from doelbinding.views.explain.phrases import PHRASES, Language
from doelbinding.views.explain.question import Question
from doelbinding.views.explain.record import Record, action_word
from doelbinding.views.explain.text import EFFECT_STYLES
from doelbinding.views.terminal import Painter, Style, safe, width

_MOST_NAMED = 2
_WIDEST = 60
_COLUMNS = ("effect", "from", "to", "purpose", "data", "reason")
_WITH_RECORDS = ("effect", "record", *_COLUMNS[1:])


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of a batch with its answer, or what is wrong with its line.

    `record` tells what the gate did with it, if it was asked.
    """

    question: Question | None = None
    decision: Decision | None = None
    line: int = 0
    fault: str = ""
    record: Record | None = None


def render_table(
    answers: Iterable[Answered], lang: Language, paint: Painter, *, recorded: bool = False
) -> str:
    """A row for each; the count of effects stands first and last.

    `recorded` tells that they were asked at the gate: then a column says what the log has.
    """
    count, rows = 0, list[tuple[Effect | None, tuple[str, ...]]]()
    for answer in answers:
        count += answer.record is not None and answer.record.receipt is not None
        cells = _cells(answer, lang)
        kept = (_kept(answer.record, lang),) if recorded else ()
        rows.append((_effect(answer), (cells[0], *kept, *cells[1:])))
    titles = tuple(PHRASES[lang][each] for each in (_WITH_RECORDS if recorded else _COLUMNS))
    every = [titles, *(cells for _, cells in rows)]
    widths = [max(map(width, column)) for column in zip(*every, strict=True)]
    told = PHRASES[lang]["batch-recorded"].format(recorded=count) if recorded else ""
    text = _verdict(Counter(effect for effect, _ in rows), lang) + told
    verdict = paint(text, Style.STRONG)
    heading = paint(_line(titles, widths), Style.FAINT)
    lines = [_coloured(_line(cells, widths), effect, paint) for effect, cells in rows]
    return "\n".join([verdict, "", heading, *lines, "", verdict]) + "\n"


def _effect(answer: Answered) -> Effect | None:
    return None if answer.decision is None else answer.decision.effect


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
    return tuple(_clipped(safe(cell)) for cell in cells)


def _kept(record: Record | None, lang: Language) -> str:
    """What was done, and the place of its entry."""
    if record is None:
        return ""
    seq = "-" if record.receipt is None else record.receipt.seq
    return f"{seq} {action_word(record.action, lang)}"


def _few(names: Sequence[str]) -> str:
    """The first names, and how many more there are: a row is to be read, not scrolled."""
    more = len(names) - _MOST_NAMED
    shown = ", ".join(names[:_MOST_NAMED])
    return f"{shown} +{more}" if more > 0 else shown


def _clipped(cell: str) -> str:
    """The cell, or its beginning: one long name must not make every row as long."""
    return cell if len(cell) <= _WIDEST else f"{cell[: _WIDEST - 1]}…"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (wide - width(cell)) for cell, wide in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _coloured(line: str, effect: Effect | None, paint: Painter) -> str:
    if effect is None:
        return paint(line, Style.WARNING)
    word, gap, rest = line.partition("  ")
    return f"{paint(word, EFFECT_STYLES[effect])}{gap}{rest}"


def _verdict(effects: Mapping[Effect | None, int], lang: Language) -> str:
    counts = {effect.value: effects.get(effect, 0) for effect in Effect}
    text = PHRASES[lang]["batch"].format(count=sum(effects.values()), **counts)
    unreadable = effects.get(None, 0)
    return text + (PHRASES[lang]["batch-errors"].format(errors=unreadable) if unreadable else "")
