"""What came of tests in the formats that pipelines read."""

from collections.abc import Iterator

from doelbinding.analysis.testing import Outcome, Result
from doelbinding.source import Place
from doelbinding.views.findings.artifacts import artifact_of, has_region
from doelbinding.views.findings.text import render_finding
from doelbinding.views.junit import Case
from doelbinding.views.junit import Outcome as CaseOutcome
from doelbinding.views.pipelines import Outcomes
from doelbinding.views.terminal import Painter
from doelbinding.views.testing.report import RunReport
from doelbinding.views.testing.text import explained

_OUTCOMES = {
    Outcome.PASSED: CaseOutcome.PASSED,
    Outcome.FAILED: CaseOutcome.FAILED,
    Outcome.UNUSABLE: CaseOutcome.ERROR,
    Outcome.SKIPPED: CaseOutcome.SKIPPED,
}
_PLAIN = Painter()


def outcomes_of(report: RunReport) -> Outcomes:
    """The run for a pipeline: a wrong answer is a failure, an unusable test an error."""
    verdict = report.verdict("en")
    return Outcomes("doelbinding test", verdict, report.findings, lambda: _cases(report))


def _cases(report: RunReport) -> list[Case]:
    """A case for each test, by file; one that is an error when no test was run."""
    cases = [_case(report, result) for result in report.results]
    return cases if cases else [_nothing_run(report)]


def _case(report: RunReport, result: Result) -> Case:
    first = next(iter(result.findings), None)
    return Case(
        artifact_of(result.place).path,
        result.name,
        _OUTCOMES[result.outcome],
        first.rule if first else "",
        first.message if first else str(result.skip or ""),
        "\n\n".join(_detail(report, result)),
        *_place(first.place if first and first.place else result.place),
    )


def _detail(report: RunReport, result: Result) -> Iterator[str]:
    for finding in result.findings:
        yield render_finding(finding, _PLAIN)
    question = report.question(result)
    if question is not None:
        yield explained(report, result, question, "en", _PLAIN)


def _nothing_run(report: RunReport) -> Case:
    (finding,) = report.findings
    detail = f"help: {finding.help}"
    outcome = CaseOutcome.ERROR
    return Case(report.source, "a test is run", outcome, finding.rule, finding.message, detail)


def _place(place: Place) -> tuple[str, int | None]:
    return artifact_of(place).path, place.line if has_region(place) else None
