"""Coverage as one page of HTML that loads nothing."""

from collections.abc import Iterator
from html import escape

from doelbinding.views.covering.report import WORDS, CoverageReport
from doelbinding.views.covering.sections import Section, sections
from doelbinding.views.explain import Language
from doelbinding.views.terminal import safe

_STYLE = """
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem;
         padding: 0 1rem; color: #1b1b1b; background: #fff; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
  table { border-collapse: collapse; width: 100%; }
  td { border-top: 1px solid #ddd; padding: .35rem .75rem .35rem 0; vertical-align: top;
       overflow-wrap: anywhere; }
  td:first-child { font-family: ui-monospace, monospace; }
  footer { margin-top: 2rem; color: #595959; font-size: .85rem; }
  @media (prefers-color-scheme: dark) {
    body { color: #eee; background: #181818; } td { border-color: #444; } footer { color: #aaa; }
  }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render_html(report: CoverageReport, lang: Language) -> str:
    """The verdict, and a table for each section."""
    identity = report.policy.identity
    about = f"{identity.id}, {identity.revision}, {identity.digest}"
    lines = [
        "<!doctype html>",
        f'<html lang="{lang}">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{_text(WORDS[lang]['title'])}: {_text(identity.id)}</title>",
        f"<style>{_STYLE}</style></head>",
        "<body><main>",
        f"<h1>{_text(report.verdict(lang))}</h1>",
        *(line for section in sections(report, lang) for line in _section(section)),
        f"</main><footer>{_text(about)}</footer></body></html>",
    ]
    return "\n".join(lines) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"<h2>{_text(section.title)}</h2>"
    yield "<table>"
    for row in section.rows:
        yield "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>"
    yield "</table>"


def _text(text: str) -> str:
    return escape(safe(text))
