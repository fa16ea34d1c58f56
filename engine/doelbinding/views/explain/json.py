"""A decision for programs. Keys are always present, in this order."""

from dataclasses import replace

from doelbinding.model.decision import Decision, Withheld
from doelbinding.views.explain.prose import help_for
from doelbinding.views.explain.question import Question
from doelbinding.views.explain.record import Record, record_object
from doelbinding.views.json import JsonObject, identity_object, place_object, to_json

_NOWHERE, _NOWHERE_IN_JSON = "\0", '"\\u0000"'


def decision_json(question: Question, decision: Decision, record: Record | None = None) -> str:
    """One line of JSON."""
    return to_json(decision_object(question, decision, record))


def decision_object(
    question: Question, decision: Decision, record: Record | None = None
) -> JsonObject:
    """The decision and its question as plain data, and what the gate did, if it was asked."""
    decided: JsonObject = {
        "effect": decision.effect.value,
        "transfer": _question(question),
        "permitted": list(decision.permitted),
        "withheld": [_withheld(each) for each in decision.withheld],
        "rules": list(decision.rules),
        "duties": list(decision.duties),
        "unknown-facts": list(decision.unknown_facts),
        "policy": identity_object(decision.policy),
    }
    return decided if record is None else {**decided, "record": record_object(record)}


def answered_object(
    identifier: object, question: Question, decision: Decision, record: Record | None = None
) -> JsonObject:
    """The same for a line of a batch, of which the id, if there is one, stands first."""
    decided = decision_object(question, decision, record)
    return decided if identifier is None else {"id": identifier, **decided}


def answered_parts(question: Question, decision: Decision, *, identified: bool) -> tuple[str, ...]:
    """That object's line of JSON, cut at what may differ where the decision does not.

    Taken out are the id (if it has one), the reference and the moment: these are three parts or
    four, to be joined by JSON values. No text of the question may hold a NUL character.
    """
    asked = replace(question, reference=_NOWHERE, at=_NOWHERE)
    whole = answered_object(_NOWHERE if identified else None, asked, decision)
    return tuple(to_json(whole).split(_NOWHERE_IN_JSON))


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
