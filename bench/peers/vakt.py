"""Vakt: a policy for each term of each rule, kept in memory, found by its rules."""

import logging
from importlib import import_module
from itertools import count
from typing import Any

from bench.comparison import Question
from bench.peers.rules import Rule, Rules


class Vakt:
    """A transfer is permitted as *log*, and as *allow* too unless a flow demands a record."""

    name = "Vakt"
    package = "vakt"

    def __init__(self) -> None:
        logging.disable(logging.INFO)
        self._vakt = import_module("vakt")
        self._rules = import_module("vakt.rules")

    def load(self, rules: Rules) -> None:
        """Fill the storage."""
        self._numbers = count()
        self._storage = self._vakt.MemoryStorage()
        either, allow = self._rules.In("allow", "log"), self._rules.Eq("allow")
        for rule in rules.covering:
            self._add(rule, either, self._rules.AllIn, self._vakt.ALLOW_ACCESS)
        for rule in rules.logging:
            self._add(rule, allow, self._rules.AnyIn, self._vakt.DENY_ACCESS)
        for rule in rules.bans:
            self._add(rule, either, self._rules.AnyIn, self._vakt.DENY_ACCESS)
        self._guard = self._vakt.Guard(self._storage, self._vakt.RulesChecker())

    def decide(self, question: Question) -> str:
        """*Allow*, else *log*, else *deny*."""
        context = {"data": list(question.data), **question.facts}
        for effect in ("allow", "log"):
            inquiry = self._vakt.Inquiry(
                subject=question.purpose,
                resource=question.recipient,
                action=effect,
                context=context,
            )
            if self._guard.is_allowed(inquiry):
                return effect
        return "deny"

    def _add(self, rule: Rule, action: Any, relation: Any, effect: str) -> None:  # noqa: ANN401
        equals = self._rules.Eq
        for term in rule.terms:
            policy = self._vakt.Policy(
                next(self._numbers),
                actions=[action],
                subjects=[equals(rule.purpose) if rule.purpose else self._rules.Any()],
                resources=[equals(rule.recipient) if rule.recipient else self._rules.Any()],
                context={
                    "data": relation(*rule.data),
                    **{fact: equals(state) for fact, state in term},
                },
                effect=effect,
            )
            self._storage.add(policy)
