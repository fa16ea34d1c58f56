"""Coverage as Markdown tables."""

from collections.abc import Iterator

from doelbinding.views.covering.report import CoverageReport
from doelbinding.views.covering.sections import Section, sections
from doelbinding.views.explain import Language
from doelbinding.views.identity import identified
from doelbinding.views.markdown import in_markdown


def render_markdown(report: CoverageReport, lang: Language) -> str:
    """The verdict, and a table for each section."""
    lines = [f"**{in_markdown(report.verdict(lang))}**"]
    for section in sections(report, lang):
        lines += _section(section)
    return "\n".join([*lines, "", in_markdown(identified(report.policy, lang))]) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield from ("", f"### {in_markdown(section.title)}")
    if section.note:
        yield from ("", in_markdown(section.note))
    if section.rows:
        yield ""
        for row in (section.heads, ["---"] * len(section.heads), *section.rows):
            yield f"| {' | '.join(map(in_markdown, row))} |"
