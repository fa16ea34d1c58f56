"""Coverage for programs. Keys are always present, in this order."""

from doelbinding.analysis.coverage import Carried, Founded, Item
from doelbinding.analysis.testing import Outcome
from doelbinding.model.statement import Extent, StatementFinding
from doelbinding.views.covering.report import CoverageReport
from doelbinding.views.json import JsonObject, identity_object, place_object, to_json


def render_json(report: CoverageReport) -> str:
    """One JSON object for a policy."""
    coverage, declared = report.coverage, report.declarations
    document: JsonObject = {
        "verdict": report.verdict("en"),
        "source": report.source,
        "percent": report.percent(2),
        "exercised": len(coverage.exercised),
        "items": len(coverage.items),
        "tests": {outcome.value: report.outcomes.get(outcome, 0) for outcome in Outcome},
        "kinds": {
            kind.value: {"exercised": done, "items": count} for kind, done, count in report.kinds()
        },
        "untouched": [_item(report, each) for each in coverage.untouched],
        "clauses": [_clause(each) for each in coverage.clauses],
        "declarations": [_declaration(each) for each in coverage.declarations],
        "findings": [_finding(each) for _, each in sorted(declared.findings.items())],
        "policy": identity_object(report.policy.identity),
    }
    return to_json(document, indent=2) + "\n"


def _item(report: CoverageReport, item: Item) -> JsonObject:
    return {
        "section": item.section,
        "id": item.id,
        "kind": item.kind.value,
        "key": item.key or None,
        "fact": item.fact or None,
        "state": item.state,
        "day": item.day.isoformat() if item.day else None,
        "place": place_object(report.place(item.section, item.id)),
    }


def _clause(carried: Carried) -> JsonObject:
    clause = carried.clause
    return {
        "id": clause.id,
        "stands-at": _extent(clause.extent),
        "covered": carried.is_covered,
        "carriers": [{"section": section, "id": each} for section, each in carried.carriers],
        "held-by": list(clause.held_by),
        "informative": str(clause.informative) if clause.informative is not None else None,
    }


def _declaration(founded: Founded) -> JsonObject:
    return {
        "section": founded.section,
        "id": founded.declaration.id,
        "clauses": list(founded.clauses),
        "assumed": founded.is_assumed,
        "spoken-for-by": founded.spoken_for_by,
        "place": place_object(founded.declaration.place),
    }


def _finding(finding: StatementFinding) -> JsonObject:
    return {"id": finding.id, "label": str(finding.label), "stands-at": _extent(finding.extent)}


def _extent(extent: Extent | None) -> JsonObject | None:
    """Line and character of the first and the last character, both from 1."""
    if extent is None:
        return None
    return {"from": list(extent.first), "to": list(extent.last)}
