"""A policy's findings in each format that pipelines read."""

from doelbinding.errors import SourceError
from doelbinding.views.findings.github import render_failure, render_github
from doelbinding.views.findings.junit import junit_cases, unreadable_case
from doelbinding.views.findings.markdown import findings_markdown
from doelbinding.views.findings.sarif import render_sarif
from doelbinding.views.findings.verdict import Report
from doelbinding.views.junit import render_junit

_TESTS = "doelbinding validate"


def render_for_pipeline(report: Report, form: str, *, fail_on_warnings: bool) -> str:
    """The report in one of the formats `sarif`, `github`, `junit` and `markdown`."""
    match form:
        case "sarif":
            return render_sarif(report.findings)
        case "github":
            return render_github(report.findings, report.verdict)
        case "junit":
            return render_junit(_TESTS, junit_cases(report, fail_on_warnings=fail_on_warnings))
        case _:
            return findings_markdown(report.findings, report.verdict)


def render_unreadable(source: str, error: SourceError, form: str) -> str:
    """That a policy could not be opened or trusted, in the formats that can say so."""
    match form:
        case "github":
            return render_failure(error.message, error.help)
        case "junit":
            return render_junit(_TESTS, [unreadable_case(source, error.message, error.help)])
        case _:
            return ""
