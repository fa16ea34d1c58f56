"""Coverage as Markdown tables."""

from collections.abc import Iterator

from doelbinding.views.covering.report import CoverageReport
from doelbinding.views.covering.sections import Section, sections
from doelbinding.views.explain import Language
from doelbinding.views.markdown import in_markdown


def render_markdown(report: CoverageReport, lang: Language) -> str:
    """The verdict, and a table for each section."""
    lines = [f"**{in_markdown(report.verdict(lang))}**"]
    for section in sections(report, lang):
        lines += _section(section)
    return "\n".join(lines) + "\n"


def _section(section: Section) -> Iterator[str]:
    columns = len(section.rows[0])
    yield from ("", f"### {in_markdown(section.title)}", "")
    yield "|" + " |" * columns
    yield "|" + "---|" * columns
    for row in section.rows:
        yield f"| {' | '.join(map(in_markdown, row))} |"
