"""A run of tests for programs. Keys are always present, in this order."""

from doelbinding.analysis.testing import Outcome, Result
from doelbinding.model.text import ANY_LANGUAGE, Text
from doelbinding.views.explain import decision_object
from doelbinding.views.findings.json import finding_object
from doelbinding.views.json import JsonObject, identity_object, place_object, to_json
from doelbinding.views.testing.report import RunReport


def render_json(report: RunReport) -> str:
    """One JSON object for a run; of a failed test it holds the decision."""
    document: JsonObject = {
        "passes": report.passes,
        "verdict": report.verdict("en"),
        "source": report.source,
        **{outcome.value: report.counts[outcome] for outcome in Outcome},
        "tests": [_test(report, result) for result in report.results],
        "policy": identity_object(report.policy.identity),
    }
    return to_json(document, indent=2) + "\n"


def _test(report: RunReport, result: Result) -> JsonObject:
    question = report.question(result)
    shown = result.shown and question and decision_object(question, result.shown.decision)
    return {
        "name": result.name,
        "label": _languages(result.label),
        "suite": {"file": result.suite.path, "label": _languages(result.suite.label)},
        "outcome": result.outcome.value,
        "place": place_object(result.place),
        "transfer": _transfer(result),
        "differences": [
            {"key": key, "expected": list(expected), "decided": list(decided)}
            for key, expected, decided in result.differences
        ],
        "decision": shown,
        "findings": [finding_object(finding) for finding in result.findings],
        "skip": _languages(result.skip),
    }


def _transfer(result: Result) -> JsonObject | None:
    """What was decided on; facts that are unknown or not declared are left out."""
    transfer, asked = result.transfer, result.asked
    if transfer is None or asked is None:
        return None
    return {
        "sender": transfer.sender,
        "recipient": transfer.recipient,
        "purpose": transfer.purpose,
        "subject": transfer.subject,
        "data": list(transfer.data),
        "facts": dict(transfer.facts),
        "reference": asked.reference,
        "at": asked.at,
    }


def _languages(text: Text | None) -> str | dict[str, str] | None:
    """A text as the file has it: one, or one for each language."""
    if text is None or ANY_LANGUAGE in text.languages:
        return text
    return dict(text.languages)
