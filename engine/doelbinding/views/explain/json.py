"""A decision for programs. Keys are always present, in this order."""

from doelbinding.model.decision import Decision, Withheld
from doelbinding.views.explain.prose import help_for
from doelbinding.views.explain.question import Question
from doelbinding.views.json import JsonObject, identity_object, place_object, to_json


def decision_json(question: Question, decision: Decision) -> str:
    """One line of JSON."""
    return to_json(decision_object(question, decision))


def decision_object(question: Question, decision: Decision) -> JsonObject:
    """The decision and its question as plain data."""
    return {
        "effect": decision.effect.value,
        "transfer": _question(question),
        "permitted": list(decision.permitted),
        "withheld": [_withheld(each) for each in decision.withheld],
        "rules": list(decision.rules),
        "duties": list(decision.duties),
        "unknown-facts": list(decision.unknown_facts),
        "policy": identity_object(decision.policy),
    }


def _question(question: Question) -> JsonObject:
    return {
        "sender": question.sender,
        "recipient": question.recipient,
        "purpose": question.purpose,
        "subject": question.subject,
        "data": list(question.data),
        "facts": dict(question.facts),
        "reference": question.reference,
        "at": question.at,
    }


def _withheld(withheld: Withheld) -> JsonObject:
    return {
        "category": withheld.category,
        "reason": withheld.reason.value,
        "parts": list(withheld.parts),
        "rule": withheld.rule,
        "clauses": list(withheld.clauses),
        "place": place_object(withheld.place),
        "remedy": {
            "facts": dict(withheld.remedy.facts),
            "reference": withheld.remedy.reference,
        },
        "help": help_for(withheld, "en"),
    }
