"""Findings as annotations of a GitHub workflow: commands, a line each."""

from collections.abc import Iterator, Sequence

from doelbinding.diagnostics import Finding, Severity
from doelbinding.views.findings.artifacts import artifact_of, has_region, message_of
from doelbinding.views.terminal import safe

_SHOWN = 10
"""GitHub drops what is more than this of a level in a step, and does not say so."""

_IN_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render_github(findings: Sequence[Finding], verdict: str) -> str:
    """The first ten of each level, errors first; then the verdict, and how many are not shown.

    Accepted findings are no annotations. The verdict is a plain line of the log, and a notice,
    which is seen without opening the log, when something is left out.
    """
    of_level = {
        level: [each for each in findings if each.severity is level and not each.accepted]
        for level in Severity
    }
    shown = [each for of_one in of_level.values() for each in of_one[:_SHOWN]]
    left_out = sum(map(len, of_level.values())) - len(shown)
    return "\n".join([*map(_annotation, shown), _summary(verdict, left_out)]) + "\n"


def render_failure(message: str, help_text: str) -> str:
    """An annotation without a place, for what keeps a command from working at all."""
    lines = "\n".join(safe(line) for line in (message, help_text) if line)
    return f"::error title=doelbinding::{lines.translate(_IN_DATA)}\n"


def _summary(verdict: str, left_out: int) -> str:
    if not left_out:
        return safe(verdict)
    text = f"{safe(verdict)} ({left_out:,} not shown here: GitHub shows {_SHOWN} of a level)"
    return f"::notice title=doelbinding::{text.translate(_IN_DATA)}"


def _annotation(finding: Finding) -> str:
    given = {**dict(_place(finding)), "title": finding.rule}
    properties = ",".join(f"{key}={_property(value)}" for key, value in given.items())
    return f"::{finding.severity.value} {properties}::{_data(finding)}"


def _place(finding: Finding) -> Iterator[tuple[str, str]]:
    place = finding.place
    if place is None:
        return
    yield "file", artifact_of(place).path
    if has_region(place):
        yield "line", str(place.line)
        yield "endLine", str(place.end_line)
        if place.line == place.end_line:  # columns are refused for several lines
            yield "col", str(place.column)
            yield "endColumn", str(place.end_column)


def _data(finding: Finding) -> str:
    expected = f"expected: {finding.expected}" if finding.expected else ""
    lines = [message_of(finding), expected, finding.help]
    return "\n".join(safe(line) for line in lines if line).translate(_IN_DATA)


def _property(value: str) -> str:
    return safe(value).translate(_IN_PROPERTY)
