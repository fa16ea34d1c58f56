"""Findings as a Markdown table, for the page of a pipeline's step or a comment."""

from collections.abc import Iterable, Iterator, Sequence

from doelbinding.diagnostics import Finding
from doelbinding.views.findings.about import page_address
from doelbinding.views.markdown import in_markdown


def findings_markdown(findings: Sequence[Finding], verdict: str) -> str:
    """The verdict, a table of what was found, and one of the warnings that are accepted."""
    open_ones = [each for each in findings if each.accepted is None]
    accepted = [each for each in findings if each.accepted is not None]
    lines = [f"**{in_markdown(verdict)}**"]
    if open_ones:
        lines += _table("Place", "Rule", "Message", "Help", rows=map(_row, open_ones))
    if accepted:
        rows = (row for each in accepted for row in _accepted_row(each))
        lines += _table("Accepted warning", "Rule", "Message", "Until", "Because", rows=rows)
    return "\n".join(lines) + "\n"


def _table(*heads: str, rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield ""
    for row in (heads, ["---"] * len(heads), *rows):
        yield f"| {' | '.join(row)} |"


def _row(finding: Finding) -> list[str]:
    title = f"{finding.severity.value} {_rule(finding)}"
    return [_where(finding), title, in_markdown(finding.message), in_markdown(finding.help)]


def _accepted_row(finding: Finding) -> Iterator[list[str]]:
    if finding.accepted is not None:
        until, because = finding.accepted.until.isoformat(), in_markdown(finding.accepted.because)
        message = in_markdown(finding.message)
        yield [_where(finding), _rule(finding), message, until, because]


def _where(finding: Finding) -> str:
    return in_markdown(str(finding.place)) if finding.place else ""


def _rule(finding: Finding) -> str:
    return f"[{finding.rule}]({page_address(finding)})"
