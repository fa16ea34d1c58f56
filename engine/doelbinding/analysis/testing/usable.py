"""What makes a test unusable for a policy: above all, ids that it does not declare.

One rule for all of them: a test may name what the policy does not know only where it expects
just that answer, such as the reason `unknown-recipient`.
"""

from collections.abc import Iterable, Iterator, Mapping, Set

from doelbinding.analysis.testing.suite import Fault, PolicyTest, Suite, Written
from doelbinding.compiler.compiled import CompiledPolicy
from doelbinding.model.decision import Reason
from doelbinding.suggest import nearest
from doelbinding.validator.draft import Path

_MOST_COMPARED = 20_000
"""Once wrong names were compared with so many others, no more are: it takes its time."""

_LISTS = ("fixtures", "data")
_ASK_HELP = "Ask for it under `data`, or leave it out."
_NO_DATA_HELP = f"Add `data:`, or expect the reason `{Reason.NO_DATA}` if just that is tested."


class Usability:
    """Looks at tests of one policy."""

    def __init__(self, compiled: CompiledPolicy) -> None:
        index, declared = compiled.index, compiled.declared.declarations
        self._declared: Mapping[str, Set[str]] = {
            "party": index.parties.keys(),
            "purpose": index.purposes.keys(),
            "subject": index.subjects.keys(),
            "category": index.expansions.keys(),
            "fact": index.fact_bits.keys(),
            "flow": declared.flows.keys(),
            "clause": declared.clauses.keys(),
        }
        self._nearest: dict[tuple[str, str], str | None] = {}
        self._compared = 0

    def of_suite(self, suite: Suite) -> Iterator[Fault]:
        """What is wrong with the head of a file."""
        clauses = _placed(suite.clauses, ("clauses",))
        yield from self._undeclared("clause", clauses, "Name a clause of the statement.")

    def of_test(self, test: PolicyTest) -> Iterator[Fault]:
        """Why a test cannot be run, or its answer would say nothing."""
        yield from self._of_parties(test)
        yield from self._of_data(test)
        yield from self._of_facts(test)
        yield from self._of_expectation(test)

    def _of_parties(self, test: PolicyTest) -> Iterator[Fault]:
        asked = test.asked
        for kind, written, reason in (
            ("party", asked.sender, Reason.UNKNOWN_SENDER),
            ("party", asked.recipient, Reason.UNKNOWN_RECIPIENT),
            ("purpose", asked.purpose, Reason.UNKNOWN_PURPOSE),
            ("subject", asked.subject, Reason.UNKNOWN_SUBJECT),
        ):
            if written is not None and reason not in test.expected.reasons:
                yield from self._undeclared(kind, [written], _expecting(reason))
        for key, written in (("to", asked.recipient), ("purpose", asked.purpose)):
            if written is None:
                message = f"the transfer of this test has no `{key}`"
                yield Fault(test.path, message, f"Add `{key}:`.", at_key=True)

    def _of_data(self, test: PolicyTest) -> Iterator[Fault]:
        data = test.asked.data
        for each in data:
            if each.path[:2] == _LISTS and each.path[2] in self._declared["category"]:
                message = f"`{each.path[2]}` is the name of a list of data and of a category"
                yield Fault(each.path[:3], message, "Give the list another name.", at_key=True)
        if test.exactly is not None:
            yield from self._undeclared("category", test.exactly, "Name declared categories.")
            return
        if not data and Reason.NO_DATA not in test.expected.reasons:
            message = "the transfer of this test has no `data`"
            yield Fault(test.path, message, _NO_DATA_HELP, at_key=True)
        strange = [
            each for each in data if _reason(test, each.value) is not Reason.UNKNOWN_CATEGORY
        ]
        yield from self._undeclared("category", strange, _expecting(Reason.UNKNOWN_CATEGORY))

    def _of_facts(self, test: PolicyTest) -> Iterator[Fault]:
        expected = test.expected.unknown_facts
        given = [
            Written(fact, written.path)
            for fact, written in test.asked.facts.items()
            if fact not in expected
        ]
        help_text = "Declare it, or name it under `unknown-facts` if just that is tested."
        yield from self._undeclared("fact", given, help_text, at_key=True)

    def _of_expectation(self, test: PolicyTest) -> Iterator[Fault]:
        expected = test.expected
        rules = _placed(expected.rules or (), (*expected.path, "rules"))
        yield from self._undeclared("flow", rules, "Name a declared flow.")
        asked = {each.value for each in test.asked.data}
        permitted = _placed(expected.permitted or (), (*expected.path, "permitted"))
        withheld = expected.withheld
        named = withheld.keys() if isinstance(withheld, Mapping) else ()
        reasons = [Written(each, (*expected.path, "withheld", each)) for each in named]
        for category, path in (*permitted, *reasons):
            if category not in asked:
                message = f"`{category}` is expected, and the transfer does not ask for it"
                advice = self._advice(str(test.path), category, asked, _ASK_HELP)
                yield Fault(path, message, advice, at_key=True)

    def _undeclared(
        self, kind: str, named: Iterable[Written], help_text: str, *, at_key: bool = False
    ) -> Iterator[Fault]:
        known = self._declared[kind]
        for name, path in named:
            if name not in known:
                advice = self._advice(kind, name, known, help_text)
                yield Fault(path, f"no {kind} `{name}` is declared", advice, at_key=at_key)

    def _advice(self, among: str, name: str, known: Set[str], otherwise: str) -> str:
        """The name that was meant, if one is near among those; else what else to do."""
        key = (among, name)
        if key not in self._nearest and self._compared < _MOST_COMPARED:
            self._nearest[key] = nearest(name, known)
            self._compared += len(known)
        close = self._nearest.get(key)
        return f"Did you mean `{close}`?" if close else otherwise


def _reason(test: PolicyTest, category: str) -> Reason | None:
    """The reason that is expected for a category."""
    withheld = test.expected.withheld
    return withheld.get(category) if isinstance(withheld, Mapping) else withheld


def _placed(names: Iterable[str], path: Path) -> list[Written]:
    return [Written(each, (*path, at)) for at, each in enumerate(names)]


def _expecting(reason: Reason) -> str:
    return f"Declare it, or expect the reason `{reason}` if just that is tested."
