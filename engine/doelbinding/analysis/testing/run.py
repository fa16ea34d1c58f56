"""Tests run against a policy."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from doelbinding.analysis.testing.compare import Difference, difference_of_data, differences
from doelbinding.analysis.testing.failure import failure
from doelbinding.analysis.testing.result import Decided, Outcome, Result
from doelbinding.analysis.testing.selection import EVERYTHING, Selection
from doelbinding.analysis.testing.suite import Broken, Fault, PolicyTest, Suite, Written
from doelbinding.analysis.testing.usable import Usability
from doelbinding.compiler.compiled import CompiledPolicy
from doelbinding.decider import decide
from doelbinding.model.transfer import Transfer, is_reference


def run_suites(
    compiled: CompiledPolicy, suites: Iterable[Suite], wanted: Selection = EVERYTHING
) -> tuple[Result, ...]:
    """Run the wanted tests: a result for each, file by file, in the order of their sections.

    What cannot be read as a test comes back whatever is wanted: nobody can say what it was.
    """
    runner = _Runner(compiled, wanted)
    return tuple(result for suite in suites for result in runner.results(suite))


class _Runner:
    """Runs tests of one policy."""

    def __init__(self, compiled: CompiledPolicy, wanted: Selection) -> None:
        self._index = compiled.index
        self._declared = compiled.declared.declarations
        self._wanted = wanted
        self._usability = Usability(compiled)

    def results(self, suite: Suite) -> Iterator[Result]:
        faults = list(self._usability.of_suite(suite))
        if faults:
            place = suite.place(("clauses",), at_key=True)
            yield Result(suite, "clauses", place, Outcome.UNUSABLE, findings=suite.findings(faults))
        for test in suite.tests:
            if isinstance(test, Broken):
                yield Result(suite, test.name, test.place, Outcome.UNUSABLE, findings=test.findings)
            elif self._wanted.wants(suite, test, self._index.controller):
                yield self._result(suite, test)

    def _result(self, suite: Suite, test: PolicyTest) -> Result:
        place = suite.place(test.path, at_key=True)
        result = Result(suite, test.name, place, Outcome.SKIPPED, test.label, test.asked)
        if test.skip is not None:
            return replace(result, skip=test.skip)
        faults: list[Fault] = list(dict.fromkeys(self._usability.of_test(test)))
        if faults:
            return replace(result, outcome=Outcome.UNUSABLE, findings=suite.findings(faults))
        return self._ran(suite, test, result)

    def _ran(self, suite: Suite, test: PolicyTest, result: Result) -> Result:
        answered = self._decided(test)
        found, shown = self._compared(test, answered)
        result = replace(result, outcome=Outcome.PASSED, transfer=answered.transfer)
        if not found:
            return result
        finding = failure(suite, test, found, shown.decision, self._declared)
        return replace(
            result, outcome=Outcome.FAILED, shown=shown, differences=found, findings=(finding,)
        )

    def _compared(
        self, test: PolicyTest, answered: Decided
    ) -> tuple[tuple[Difference, ...], Decided]:
        """What is not as expected, and the transfer that shows it."""
        if test.exactly is None:
            return differences(test.expected, answered.decision), answered
        named = tuple(each.value for each in test.exactly)
        expected = self._declared.expanded(named)
        found = difference_of_data(expected, {*answered.decision.permitted})
        if found:
            odd = (*found[0].expected, *found[0].decided)
            return found, self._decide(test, odd)
        if not named:
            return (), answered
        all_of_it = self._decide(test, named)
        return differences(test.expected, all_of_it.decision), all_of_it

    def _decided(self, test: PolicyTest) -> Decided:
        data: Iterable[str] = self._index.categories
        if test.exactly is None:
            data = [each.value for each in test.asked.data]
        return self._decide(test, tuple(data))

    def _decide(self, test: PolicyTest, data: tuple[str, ...]) -> Decided:
        index, asked = self._index, test.asked
        known = {fact: written.value for fact, written in asked.facts.items()}
        transfer = Transfer(
            _named(asked.sender, index.controller),
            _named(asked.recipient),
            _named(asked.purpose),
            _named(asked.subject, index.default_subject),
            data,
            {
                fact: state
                for fact, state in known.items()
                if fact in index.fact_bits and state is not None
            },
            is_reference(asked.reference),
            asked.instant,
        )
        unknown = tuple(sorted(known.keys() - index.fact_bits.keys()))
        return Decided(transfer, decide(index, transfer, unknown))


def _named(written: Written | None, otherwise: str = "") -> str:
    return otherwise if written is None else str(written.value)
