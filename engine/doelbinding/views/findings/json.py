"""Findings for programs. Keys are always present, in this order."""

from doelbinding.diagnostics import Finding
from doelbinding.views.findings.verdict import Report
from doelbinding.views.json import JsonObject, identity_object, place_object, to_json


def render_json(report: Report) -> str:
    """One JSON object for a policy."""
    identity = report.identity
    document: JsonObject = {
        "valid": report.error_count == 0,
        "source": report.source,
        "errors": report.error_count,
        "warnings": report.warning_count,
        "accepted-warnings": len(report.accepted),
        "findings": [finding_object(finding) for finding in report.open_findings],
        "accepted": [
            {**finding_object(finding), **_acceptance(finding)} for finding in report.accepted
        ],
        "policy": identity and identity_object(identity),
    }
    return to_json(document, indent=2) + "\n"


def _acceptance(finding: Finding) -> JsonObject:
    if finding.accepted is None:
        return {}
    accepted = finding.accepted
    return {
        "until": accepted.until.isoformat(),
        "because": accepted.because,
        "acceptance": accepted.path,
    }


def finding_object(finding: Finding) -> JsonObject:
    """One finding as plain data."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        "expected": finding.expected,
        "path": finding.path,
        "place": place_object(finding.place),
        "excerpt": finding.place.excerpt if finding.place else "",
        "related": [
            {"message": text, "place": place_object(place)} for text, place in finding.related
        ],
        "page": finding.page,
    }
