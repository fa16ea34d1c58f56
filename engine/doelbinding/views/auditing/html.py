"""What was found in the log as one page of HTML that loads nothing."""

from collections.abc import Iterator, Sequence
from html import escape

from doelbinding.audit.reading import Found
from doelbinding.views.auditing.cells import (
    NOTHING,
    because_of,
    counted,
    done_with,
    moment_of,
    outcome_of,
    reasons_of,
)
from doelbinding.views.auditing.phrases import PHRASES
from doelbinding.views.explain import Language
from doelbinding.views.terminal import safe

_STYLE = """
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 100rem;
         padding: 0 1rem; color: #1b1b1b; background: #fff; }
  h1 { font-size: 1.3rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { border-top: 1px solid #ddd; padding: .3rem .8rem .3rem 0; text-align: left;
           vertical-align: top; }
  th, td:nth-child(-n+4) { white-space: nowrap; }
  td:nth-child(10), td:last-child { overflow-wrap: anywhere; min-width: 7rem; }
  main { overflow-x: auto; }
  th { border-top: 0; font-size: .85rem; color: #595959; font-weight: 600; }
  footer { margin-top: 2rem; color: #595959; font-size: .85rem; overflow-wrap: anywhere; }
  @media (prefers-color-scheme: dark) {
    body { color: #eee; background: #181818; } th, td { border-color: #444; }
    th, footer { color: #aaa; }
  }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_HEADS = (
    *("moment", "effect", "action", "outcome", "from-to", "recipient-id", "purpose", "data"),
    *("reasons", "subject", "reference", "id"),
)


def render_html(found: Sequence[Found], log: str, lang: Language) -> str:
    """The count, and a row for each transfer."""
    phrases = PHRASES[lang]
    heads = "".join(f'<th scope="col">{_text(phrases[each])}</th>' for each in _HEADS)
    lines = [
        "<!doctype html>",
        f'<html lang="{lang}">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{_text(phrases['title'])}</title>",
        f"<style>{_STYLE}</style></head>",
        "<body><main>",
        f"<h1>{_text(counted(found, lang))}</h1>",
        f"<table><thead><tr>{heads}</tr></thead><tbody>",
        *(_row(each, lang) for each in found),
        "</tbody></table></main>",
        f"<footer><p>{_text(phrases['of-log'].format(log=log))}</p></footer></body></html>",
    ]
    return "\n".join(lines) + "\n"


def _row(found: Found, lang: Language) -> str:
    cells = (_text(cell).replace(".", ".<wbr>") or NOTHING for cell in _cells(found, lang))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _cells(found: Found, lang: Language) -> Iterator[str]:
    entry, question = found.entry, found.entry["question"]
    because = because_of(found)
    outcome = outcome_of(found, lang)
    yield from (moment_of(found), entry["effect"], done_with(found, lang))
    yield f"{outcome} ({because})" if because else outcome
    yield f"{question['sender']} → {question['recipient']}"
    yield from (question["recipient-id"] or "", question["purpose"], ", ".join(question["data"]))
    yield "; ".join(reasons_of(found))
    person = question["subject-id"]
    yield question["subject"] if person is None else f"{question['subject']}, {person}"
    yield from (question["reference"] or "", entry["id"])


def _text(text: str) -> str:
    return escape(safe(text))
