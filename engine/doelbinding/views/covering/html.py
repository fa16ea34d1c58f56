"""Coverage as one page of HTML that loads nothing."""

from collections.abc import Iterator
from html import escape

from doelbinding.views.covering.phrases import PHRASES
from doelbinding.views.covering.report import CoverageReport
from doelbinding.views.covering.sections import Section, sections
from doelbinding.views.explain import Language
from doelbinding.views.identity import identified
from doelbinding.views.terminal import safe

_STYLE = """
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem;
         padding: 0 1rem; color: #1b1b1b; background: #fff; }
  h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2.5rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { border-top: 1px solid #ddd; padding: .3rem 1rem .3rem 0; text-align: left;
           vertical-align: top; overflow-wrap: break-word; }
  th { border-top: 0; font-size: .85rem; color: #595959; font-weight: 600; }
  footer { margin-top: 2.5rem; color: #595959; font-size: .85rem; overflow-wrap: anywhere; }
  @media (prefers-color-scheme: dark) {
    body { color: #eee; background: #181818; } th, td { border-color: #444; }
    th, footer { color: #aaa; }
  }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render_html(report: CoverageReport, lang: Language) -> str:
    """The verdict, and a table for each section, in full."""
    title = f"{PHRASES[lang]['title']}: {report.policy.identity.id}"
    lines = [
        "<!doctype html>",
        f'<html lang="{lang}">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{_text(title)}</title>",
        f"<style>{_STYLE}</style></head>",
        "<body><main>",
        f"<h1>{_text(report.verdict(lang))}</h1>",
        *(line for each in sections(report, lang, full=True) for line in _section(each)),
        "</main><footer>",
        *(f"<p>{_text(each)}</p>" for each in _about(report, lang)),
        "</footer></body></html>",
    ]
    return "\n".join(lines) + "\n"


def _about(report: CoverageReport, lang: Language) -> Iterator[str]:
    """Which policy it is, and which statement it answers to."""
    yield f"{identified(report.policy, lang)}, {report.policy.identity.source}"
    statement = report.declarations.statement
    if statement is not None:
        yield PHRASES[lang]["statement"].format(version=statement.version)


def _section(section: Section) -> Iterator[str]:
    yield f"<section><h2>{_text(section.title)}</h2>"
    if section.note:
        yield f"<p>{_text(section.note)}</p>"
    if section.rows:
        heads = "".join(f'<th scope="col">{_text(head)}</th>' for head in section.heads)
        yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
        for row in section.rows:
            yield "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>"
        yield "</tbody></table>"
    yield "</section>"


def _text(text: str) -> str:
    return escape(safe(text))
