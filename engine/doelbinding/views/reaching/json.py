"""Where data can end up, for programs. Keys are always present, in this order."""

from doelbinding.model.period import NEVER
from doelbinding.views.identity import moment_text
from doelbinding.views.json import JsonObject, identity_object, to_json
from doelbinding.views.reaching.report import ReachReport, Step, Way, steps
from doelbinding.views.witness import shown_object


def render_json(report: ReachReport) -> str:
    """One JSON object for a category."""
    document: JsonObject = {
        "category": report.category,
        "from": report.start,
        "verdict": report.verdict("en"),
        "at": moment_text(report.policy, report.at),
        "reached": [
            {
                "party": each.party,
                "hops": len(each.legs),
                "chain": [_hop(report, step) for step in steps(each)],
            }
            for each in report.reached
        ],
        "policy": identity_object(report.policy.identity),
    }
    return to_json(document, indent=2) + "\n"


def _hop(report: ReachReport, step: Step) -> JsonObject:
    leg = step.leg
    return {
        "sender": leg.transfer.sender,
        "recipient": leg.transfer.recipient,
        "purposes": sorted({passage.purpose for passage in leg.passages}),
        "wider": leg.wider,
        "added": step.added,
        "ways": [_way(report, each) for each in report.ways(leg)],
        "witness": shown_object(report.shown(leg.transfer)),
    }


def _way(report: ReachReport, way: Way) -> JsonObject:
    begin, end = way.span
    return {
        "purpose": way.purpose,
        "subjects": list(way.subjects),
        "categories": list(way.categories),
        "from": moment_text(report.policy, begin),
        "before": None if end == NEVER else moment_text(report.policy, end),
        "conditions": [
            {
                "facts": report.facts.states(state),
                "reference": report.facts.has_reference(state),
                "effect": effect.value,
            }
            for state, effect in way.conditions
        ],
        "complete": way.is_all,
    }
