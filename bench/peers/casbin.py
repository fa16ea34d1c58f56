"""Casbin (pycasbin): a line for each rule, and functions that read data and conditions in it."""

import logging
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from bench.comparison import Question
from bench.peers.rules import Rule, Rules, Terms

_MODEL = """
[request_definition]
r = purpose, recipient, action, data, facts

[policy_definition]
p = purpose, recipient, action, relation, data, when, eft

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = r.recipient == p.recipient && (r.purpose == p.purpose || p.purpose == "*") && \
(r.action == p.action || p.action == "*") && relates(r.data, p.relation, p.data) && \
holds(r.facts, p.when)
"""


class Casbin:
    """A transfer is permitted as *log*, and as *allow* too unless a flow demands a record."""

    name = "Casbin"
    package = "casbin"

    def __init__(self) -> None:
        logging.disable(logging.INFO)
        self._casbin = import_module("casbin")
        self._adapters = import_module("casbin.persist.adapters.string_adapter")

    def load(self, rules: Rules) -> None:
        """Add the lines."""
        lines = [
            *(_line(rule, "*", "all", "allow") for rule in rules.covering),
            *(_line(rule, "allow", "any", "deny") for rule in rules.logging),
            *(_line(rule, "*", "any", "deny") for rule in rules.bans),
        ]
        adapter = self._adapters.StringAdapter("\n".join(lines))
        self._enforcer = self._casbin.Enforcer(
            self._casbin.Enforcer.new_model(text=_MODEL), adapter
        )
        self._enforcer.add_function("relates", _relates)
        self._enforcer.add_function("holds", _holds)

    def decide(self, question: Question) -> str:
        """*Allow*, else *log*, else *deny*."""
        purpose, recipient, data, facts = question
        for effect in ("allow", "log"):
            if self._enforcer.enforce(purpose, recipient, effect, data, facts):
                return effect
        return "deny"


def _line(rule: Rule, action: str, relation: str, effect: str) -> str:
    data = " ".join(sorted(rule.data))
    when = "|".join("&".join(f"{fact}={int(state)}" for fact, state in t) for t in rule.terms)
    between = f"{rule.purpose or '*'}, {rule.recipient or '*'}"
    return f"p, {between}, {action}, {relation}, {data}, {when}, {effect}"


def _relates(asked: tuple[str, ...], relation: str, listed: str) -> bool:
    data = _names(listed)
    return data.issuperset(asked) if relation == "all" else not data.isdisjoint(asked)


def _holds(facts: Mapping[str, bool], when: str) -> bool:
    return any(all(facts[fact] is state for fact, state in term) for term in _terms(when))


@cache
def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


@cache
def _terms(when: str) -> Terms:
    written = ([each.split("=") for each in term.split("&") if each] for term in when.split("|"))
    return tuple(tuple((fact, state == "1") for fact, state in term) for term in written)
