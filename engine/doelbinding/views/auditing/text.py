"""What was found in the log, as people read it in a terminal of a hundred columns."""

from collections.abc import Iterator, Sequence

from doelbinding.audit.reading import Found
from doelbinding.model.decision import Effect
from doelbinding.views.auditing.cells import (
    because_of,
    counted,
    done_with,
    moment_of,
    outcome_of,
    reasons_of,
)
from doelbinding.views.auditing.phrases import PHRASES
from doelbinding.views.explain import Language
from doelbinding.views.explain.text import EFFECT_STYLES
from doelbinding.views.terminal import Painter, Style, safe, width

_WIDTHS = (19, 6, 13, 11)
_LINE = 100
_INDENT = 21
_MOST_NAMED = 4


def render_found(found: Sequence[Found], lang: Language, paint: Painter) -> str:
    """A few lines for each transfer, in the order of the log; their count stands first and last."""
    verdict = paint(counted(found, lang), Style.STRONG)
    if not found:
        return f"{verdict}\n"
    titles = (PHRASES[lang][each] for each in ("moment", "effect", "action", "outcome"))
    heading = paint(_aligned(*titles, last=PHRASES[lang]["from-to"]), Style.FAINT)
    rows = (line for each in found for line in _lines(each, lang, paint))
    return "\n".join([verdict, "", heading, *rows, "", verdict]) + "\n"


def _lines(found: Found, lang: Language, paint: Painter) -> Iterator[str]:
    entry, question = found.entry, found.entry["question"]
    between = f"{question['sender']} → {question['recipient']}"
    cells = entry["effect"], done_with(found, lang), outcome_of(found, lang)
    first = _aligned(moment_of(found), *cells, last=between)
    style = Style.WARNING if entry["action"] == "observed" else _style(entry["effect"])
    yield first.replace(cells[0], paint(cells[0], style), 1)
    yield _below(f"{question['purpose']}: {_few(question['data'])}")
    for reason in reasons_of(found):
        yield _below(f"✗ {reason}")
    if because_of(found):
        yield _below(f"{outcome_of(found, lang)}: {because_of(found)}")
    yield paint(_below(_named(found, lang)), Style.FAINT)


def _named(found: Found, lang: Language) -> str:
    """Its id, and what else it can be found by."""
    question, phrases = found.entry["question"], PHRASES[lang]
    keys = [each for each in ("reference", "recipient-id") if question[each] is not None]
    return ", ".join([found.entry["id"], *(f"{phrases[each]} {question[each]}" for each in keys)])


def _few(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    shown = ", ".join(names[:_MOST_NAMED])
    return f"{shown} +{more}" if more > 0 else shown


def _aligned(*cells: str, last: str) -> str:
    lead = "".join(
        f"{safe(cell)}{' ' * (wide - width(cell))}  "
        for cell, wide in zip(cells, _WIDTHS, strict=True)
    )
    return lead + _clipped(last, _LINE - width(lead))


def _below(text: str) -> str:
    return " " * _INDENT + _clipped(text, _LINE - _INDENT)


def _clipped(text: str, room: int) -> str:
    shown = safe(text)
    return shown if len(shown) <= room else f"{shown[: room - 1]}…"


def _style(effect: str) -> Style:
    return EFFECT_STYLES.get(Effect(effect), Style.STRONG)
