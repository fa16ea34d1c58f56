"""A policy's findings in each format that pipelines read."""

from functools import partial

from doelbinding.errors import SourceError
from doelbinding.views.findings.github import render_failure
from doelbinding.views.findings.junit import junit_cases, unreadable_case
from doelbinding.views.findings.verdict import Report
from doelbinding.views.junit import render_junit
from doelbinding.views.pipelines import Outcomes

_TESTS = "doelbinding validate"


def render_for_pipeline(report: Report, form: str, *, fail_on_warnings: bool) -> str:
    """The report in one of the formats `sarif`, `github`, `junit` and `markdown`."""
    cases = partial(junit_cases, report, fail_on_warnings=fail_on_warnings)
    return Outcomes(_TESTS, report.verdict, report.findings, cases).render(form)


def render_unreadable(source: str, error: SourceError, form: str) -> str:
    """That a policy could not be opened or trusted, in the formats that can say so."""
    match form:
        case "github":
            return render_failure(error.message, error.help)
        case "junit":
            return render_junit(_TESTS, [unreadable_case(source, error.message, error.help)])
        case _:
            return ""
