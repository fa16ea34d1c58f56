"""Rego (regopy, which is rego-cpp): rules as data by purpose and recipient, built once."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from bench.comparison import Question
from bench.peers.rules import Rule, Rules

_MODULE = """
package transfer
import rego.v1

default effect := "deny"

effect := "allow" if { covered; not banned; not logged }

effect := "log" if { covered; not banned; logged }

covered if {
    some rule in data.covering[input.purpose][input.recipient]
    every name in input.data { rule.data[name] }
    holds(rule.terms)
}

logged if { some rule in data.logging[input.purpose][input.recipient]; stands(rule) }

banned if { some rule in data.bans.any[input.recipient]; stands(rule) }

stands(rule) if { some name in input.data; rule.data[name]; holds(rule.terms) }

holds(terms) if {
    some term in terms
    every fact, state in term { input.facts[fact] == state }
}
"""


class Rego:
    """The effect is the value of one entry point."""

    name = "Rego"
    package = "regopy"

    def __init__(self) -> None:
        self._rego = import_module("regopy")

    def load(self, rules: Rules) -> None:
        """Build a bundle."""
        builder = self._rego.Interpreter()
        builder.add_data(
            {
                "covering": _by_target(rules.covering),
                "logging": _by_target(rules.logging),
                "bans": _by_target(rules.bans),
            }
        )
        builder.add_module("transfer.rego", _MODULE)
        self._bundle = builder.build(None, ["transfer/effect"])
        self._interpreter = self._rego.Interpreter()

    def decide(self, question: Question) -> str:
        """Ask for the entry point."""
        self._interpreter.set_input(question._asdict())
        output = self._interpreter.query_bundle_entrypoint(self._bundle, "transfer/effect")
        return str(output.results[0].expressions[0])


def _by_target(rules: Iterable[Rule]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for rule in rules:
        entry = {"data": dict.fromkeys(rule.data, True), "terms": [dict(t) for t in rule.terms]}
        of_purpose = found.setdefault(rule.purpose or "any", {})
        of_purpose.setdefault(rule.recipient, []).append(entry)
    return found
