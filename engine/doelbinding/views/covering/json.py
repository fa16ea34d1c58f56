"""Coverage for programs. Keys are always present, in this order."""

from doelbinding.analysis.coverage import Carried, Founded, Item
from doelbinding.views.covering.report import CoverageReport
from doelbinding.views.json import JsonObject, identity_object, place_object, to_json


def render_json(report: CoverageReport) -> str:
    """One JSON object for a policy."""
    coverage = report.coverage
    document: JsonObject = {
        "percent": round(coverage.percent, 2),
        "exercised": len(coverage.exercised),
        "items": len(coverage.items),
        "tests": report.tests,
        "kinds": {
            kind.value: {"exercised": done, "items": count} for kind, done, count in report.kinds()
        },
        "untouched": [_item(report, each) for each in coverage.untouched],
        "clauses": [_clause(each) for each in coverage.clauses],
        "declarations": [_declaration(each) for each in coverage.declarations],
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
    }
