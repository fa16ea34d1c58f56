"""Oso (the Polar library, no longer maintained): a rule for each, found by its constants."""

import json
from collections.abc import Iterable, Iterator
from importlib import import_module

from bench.comparison import Question
from bench.peers.rules import ALWAYS, Rule, Rules

_LOGIC = """
allow(p, "allow", q) if r = q.recipient and goes(p, r, q) and not logged(p, r, q);
allow(p, "log", q) if r = q.recipient and goes(p, r, q);
goes(p, r, q) if covered(p, r, q) and not banned(p, r, q);
"""


class Asked:
    """What the rules ask of a question."""

    def __init__(self, question: Question) -> None:
        self.recipient = question.recipient
        self.facts = question.facts
        self._data = question.data

    def within(self, names: list[str]) -> bool:
        """Whether all data are among the names."""
        return all(each in names for each in self._data)

    def touches(self, names: list[str]) -> bool:
        """Whether some data are among the names."""
        return any(each in names for each in self._data)


class Oso:
    """A transfer is permitted as *log*, and as *allow* too unless a flow demands a record."""

    name = "Oso"
    package = "oso"

    def load(self, rules: Rules) -> None:
        """Load the rules."""
        self._oso = import_module("oso").Oso()
        self._oso.register_class(Asked)
        texts = [
            _LOGIC,
            *_written("covered", "within", rules.covering),
            *_written("logged", "touches", rules.logging),
            *_written("banned", "touches", rules.bans),
        ]
        self._oso.load_str("\n".join(texts))

    def decide(self, question: Question) -> str:
        """*Allow*, else *log*, else *deny*."""
        asked = Asked(question)
        for effect in ("allow", "log"):
            if self._oso.is_allowed(question.purpose, effect, asked):
                return effect
        return "deny"


def _written(head: str, relation: str, rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        between = [json.dumps(each) if each else "_" for each in (rule.purpose, rule.recipient)]
        conditions = [f"q.{relation}({json.dumps(sorted(rule.data))})"]
        if rule.terms != ALWAYS:
            conditions.append("(" + " or ".join(map(_term, rule.terms)) + ")")
        yield f"{head}({', '.join(between)}, q) if {' and '.join(conditions)};"


def _term(literals: tuple[tuple[str, bool], ...]) -> str:
    known = (f'q.facts.get("{fact}") = {str(state).lower()}' for fact, state in literals)
    return f"({' and '.join(known)})"
