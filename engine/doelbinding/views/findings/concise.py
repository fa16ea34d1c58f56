"""Findings a line each, as editors and search tools read them."""

from doelbinding.views.findings.verdict import Report
from doelbinding.views.terminal import safe


def render_concise(report: Report) -> str:
    """`path:line:column: severity[rule]: message`, then the verdict."""
    lines = [safe(str(finding)) for finding in report.open_findings]
    return "\n".join([*lines, safe(report.verdict)]) + "\n"
