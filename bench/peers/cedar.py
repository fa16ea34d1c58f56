"""Cedar (cedarpy): a policy for each rule, parsed once into a handle."""

import json
from importlib import import_module
from typing import Any

from bench.comparison import Question
from bench.peers.rules import ALWAYS, Rule, Rules


class Cedar:
    """A transfer is permitted as *log*, and as *allow* too unless a flow demands a record."""

    name = "Cedar"
    package = "cedarpy"

    def __init__(self) -> None:
        self._cedar = import_module("cedarpy")

    def load(self, rules: Rules) -> None:
        """Parse the policies."""
        texts = [
            *(_policy("permit", "action", rule, "containsAll") for rule in rules.covering),
            *(
                _policy("forbid", 'action == Action::"allow"', rule, "containsAny")
                for rule in rules.logging
            ),
            *(_policy("forbid", "action", rule, "containsAny") for rule in rules.bans),
        ]
        self._policies = self._cedar.PolicySet.from_str("\n".join(texts))
        self._entities = self._cedar.Entities.from_json_str("[]")

    def decide(self, question: Question) -> str:
        """*Allow*, else *log*, else *deny*."""
        request: dict[str, Any] = {
            "principal": {"type": "Purpose", "id": question.purpose},
            "resource": {"type": "Recipient", "id": question.recipient},
            "context": {"data": question.data, "facts": question.facts},
        }
        for effect in ("allow", "log"):
            request["action"] = {"type": "Action", "id": effect}
            if self._cedar.is_authorized(request, self._policies, self._entities).allowed:
                return effect
        return "deny"


def _policy(effect: str, action: str, rule: Rule, relation: str) -> str:
    principal = "principal" + (f' == Purpose::"{rule.purpose}"' if rule.purpose else "")
    resource = "resource" + (f' == Recipient::"{rule.recipient}"' if rule.recipient else "")
    conditions = [f"{json.dumps(sorted(rule.data))}.{relation}(context.data)"]
    if rule.terms != ALWAYS:
        conditions.append("(" + " || ".join(map(_term, rule.terms)) + ")")
    return f"{effect} ({principal}, {action}, {resource}) when {{ {' && '.join(conditions)} }};"


def _term(literals: tuple[tuple[str, bool], ...]) -> str:
    known = (f'{"" if state else "!"}context.facts["{fact}"]' for fact, state in literals)
    return f"({' && '.join(known)})"
