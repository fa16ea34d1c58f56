"""Where data can end up, for programs. Keys are always present, in this order."""

from zoneinfo import ZoneInfo

from doelbinding.analysis.reach import Leg, Passage
from doelbinding.model.period import NEVER, moment
from doelbinding.views.json import JsonObject, identity_object, to_json
from doelbinding.views.reaching.report import ReachReport
from doelbinding.views.witness import shown_object


def render_json(report: ReachReport) -> str:
    """One JSON object for a category."""
    document: JsonObject = {
        "category": report.category,
        "from": report.start,
        "at": _moment(report, report.at),
        "reached": [
            {
                "party": each.party,
                "hops": len(each.legs),
                "chain": [_leg(report, leg) for leg in each.legs],
            }
            for each in report.reached
        ],
        "policy": identity_object(report.policy.identity),
    }
    return to_json(document, indent=2) + "\n"


def _leg(report: ReachReport, leg: Leg) -> JsonObject:
    return {
        "sender": leg.transfer.sender,
        "recipient": leg.transfer.recipient,
        "purposes": sorted({passage.purpose for passage in leg.passages}),
        "wider": leg.wider,
        "passages": [_passage(report, each) for each in leg.passages],
        "witness": shown_object(report.shown(leg.transfer)),
    }


def _passage(report: ReachReport, passage: Passage) -> JsonObject:
    begin, end = passage.span
    return {
        "purpose": passage.purpose,
        "subjects": list(passage.subjects),
        "categories": list(passage.categories),
        "when": [
            {
                "facts": report.facts.states(each),
                "reference": report.facts.has_reference(each),
            }
            for each in passage.terms
        ],
        "recorded": passage.logs,
        "from": _moment(report, begin),
        "before": _moment(report, end),
    }


def _moment(report: ReachReport, at: int) -> str | None:
    zone = ZoneInfo(report.policy.compiled.index.timezone)
    return None if at == NEVER else moment(at, zone).isoformat()
