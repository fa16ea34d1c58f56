"""Findings as people read them: place, excerpt, caret, what was expected, what to do."""

from collections.abc import Iterator

from doelbinding.diagnostics import Finding, Severity
from doelbinding.source import Place
from doelbinding.views.findings.verdict import Report
from doelbinding.views.terminal import Painter, Style, safe, width

_LONGEST_LINE = 120
_STYLES = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING}


def render_text(report: Report, paint: Painter) -> str:
    """All findings; the verdict stands first and last."""
    shown = [render_finding(finding, paint) for finding in report.open_findings]
    accepted, identity = "\n".join(_accepted(report)), "\n".join(_identity(report, paint))
    verdict = _verdict(report, paint)
    middle = [part for part in (*shown, accepted, identity) if part]
    return "\n\n".join([verdict, *middle, verdict] if middle else [verdict]) + "\n"


def _verdict(report: Report, paint: Painter) -> str:
    style = Style.ERROR if report.error_count else Style.GOOD
    return paint(safe(report.verdict), style)


def _accepted(report: Report) -> Iterator[str]:
    if report.accepted:
        yield "  accepted:"
    for finding in report.accepted:
        where = f"{finding.place}: " if finding.place else ""
        yield safe(f"  {where}warning[{finding.rule}]: {finding.message}")
        if finding.accepted is not None:
            yield safe(f"    until {finding.accepted.until}: {finding.accepted.because}")


def _identity(report: Report, paint: Painter) -> Iterator[str]:
    if report.identity is not None:
        identity = report.identity
        yield f"  {report.contents}"
        yield paint(
            f"  {identity.id}, revision {identity.revision}, {identity.digest}", Style.FAINT
        )


def render_finding(finding: Finding, paint: Painter) -> str:
    """One finding: what, where, the line, what was expected, what to do."""
    title = paint(f"{finding.severity}[{finding.rule}]", _STYLES[finding.severity])
    lines = [f"{title}: {paint(safe(finding.message), Style.STRONG)}"]
    gutter = _gutter(finding)
    if finding.place is not None:
        lines += _excerpt(finding.place, gutter, _STYLES[finding.severity], paint)
    for text, place in finding.related:
        lines.append(f"{gutter} = {safe(text)}: {safe(str(place))}")
    if finding.expected:
        lines.append(f"{gutter} = expected: {safe(finding.expected)}")
    if finding.help:
        lines.append(f"{gutter} = help: {safe(finding.help)}")
    lines.append(paint(f"{gutter} = see: {finding.page}", Style.FAINT))
    return "\n".join(lines)


def _gutter(finding: Finding) -> str:
    return " " * (len(str(finding.place.line)) + 1 if finding.place else 2)


def _excerpt(place: Place, gutter: str, style: Style, paint: Painter) -> Iterator[str]:
    yield f"{gutter[:-1]}--> {safe(str(place))}"
    line, start, end = _cut(place)
    if not line:
        return
    before = safe(line[:start])
    marked = safe(line[start:end]) or " "
    yield f"{gutter}|"
    yield f"{place.line} | {before}{safe(line[start:])}".rstrip()
    yield f"{gutter}| {' ' * width(before)}{paint('^' * width(marked), style)}"


def _cut(place: Place) -> tuple[str, int, int]:
    """The line around the place, no longer than people read, and the marked stretch in it."""
    line = place.excerpt
    start = place.column - 1
    end = place.end_column - 1 if place.end_line == place.line else len(line)
    if len(line) <= _LONGEST_LINE:
        return line, start, max(end, start + 1)
    left = max(0, start - _LONGEST_LINE // 2)
    piece = line[left : left + _LONGEST_LINE]
    return piece, start - left, min(max(end, start + 1) - left, len(piece))
