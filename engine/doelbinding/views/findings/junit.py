"""Findings as the outcome of tests: a suite for each rule, a case for each finding."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from doelbinding.diagnostics import Finding, Severity
from doelbinding.loader.faults import CHANGED, ENCODING, FOLDER, TOO_LARGE
from doelbinding.source import Place
from doelbinding.views.findings.about import page_address
from doelbinding.views.findings.artifacts import artifact_of, has_region
from doelbinding.views.findings.verdict import Report
from doelbinding.views.junit import Case, Outcome

_UNREAD = frozenset(fault.rule for fault in (CHANGED, ENCODING, FOLDER, TOO_LARGE))
"""What keeps a file from being read at all, so that nothing is known of what it says."""


def junit_cases(report: Report, *, fail_on_warnings: bool = False) -> list[Case]:
    """An error is a failure, and a file that could not be read an error.

    A warning is skipped, as JUnit has nothing between; it fails where warnings do. A policy
    without errors is a case that passed.
    """
    fails = {Severity.ERROR, Severity.WARNING} if fail_on_warnings else {Severity.ERROR}
    cases = [_case(finding, finding.severity in fails) for finding in report.findings]
    whole = [] if report.error_count else [Case(report.source, "is valid")]
    return [*whole, *_told_apart(cases)]


def unreadable_case(source: str, message: str, help_text: str) -> Case:
    """The one case of a policy that could not be opened or trusted."""
    detail = f"{message}\nhelp: {help_text}" if help_text else message
    return Case(source, "can be read", Outcome.ERROR, "source", message, detail)


def _case(finding: Finding, fails: bool) -> Case:
    about = finding.path or (finding.place.path if finding.place else "")
    return Case(
        finding.rule,
        f"{about}: {finding.message}" if about else finding.message,
        _outcome(finding, fails),
        finding.rule,
        _message(finding),
        "\n".join(_detail(finding)),
        *_place(finding.place),
    )


def _told_apart(cases: Iterable[Case]) -> Iterator[Case]:
    """The same, of equal names all but the first with a number: readers keep one of a name."""
    seen: Counter[tuple[str, str]] = Counter()
    for case in cases:
        seen[case.suite, case.name] += 1
        number = seen[case.suite, case.name]
        yield case if number == 1 else replace(case, name=f"{case.name} ({number})")


def _outcome(finding: Finding, fails: bool) -> Outcome:
    if finding.accepted is not None or not fails:
        return Outcome.SKIPPED
    return Outcome.ERROR if finding.rule in _UNREAD else Outcome.FAILED


def _message(finding: Finding) -> str:
    if finding.accepted is None:
        return f"{finding.severity}: {finding.message}"
    return f"accepted until {finding.accepted.until}: {finding.accepted.because}"


def _detail(finding: Finding) -> Iterator[str]:
    yield str(finding)
    if finding.place is not None and finding.place.excerpt:
        yield f"  {finding.place.excerpt.strip()}"
    for text, place in finding.related:
        yield f"{text}: {place}"
    if finding.expected:
        yield f"expected: {finding.expected}"
    if finding.help:
        yield f"help: {finding.help}"
    yield f"see: {page_address(finding)}"


def _place(place: Place | None) -> tuple[str, int | None]:
    if place is None:
        return "", None
    return artifact_of(place).path, place.line if has_region(place) else None
