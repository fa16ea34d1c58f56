"""The answer of a policy beside the one that a test expects."""

from collections.abc import Iterable, Iterator, Set
from typing import NamedTuple

from doelbinding.analysis.testing.suite import Expectation
from doelbinding.model.decision import Decision, Reason, Withheld
from doelbinding.model.ids import above


class Difference(NamedTuple):
    """Something about an answer that is not as expected, by the key that expects it.

    What is expected and what was decided stand in full; reasons as `category: reason`.
    """

    key: str
    expected: tuple[str, ...]
    decided: tuple[str, ...]

    @property
    def lacking(self) -> tuple[str, ...]:
        """What was expected and is not there."""
        return tuple(each for each in self.expected if each not in self.decided)

    @property
    def surplus(self) -> tuple[str, ...]:
        """What is there and was not expected."""
        return tuple(each for each in self.decided if each not in self.expected)


def differences(expected: Expectation, decision: Decision) -> tuple[Difference, ...]:
    """All that is not as expected."""
    return tuple(each for each in _compared(expected, decision) if each.lacking or each.surplus)


def difference_of_data(expected: Set[str], permitted: Set[str]) -> tuple[Difference, ...]:
    """The same for all that may go; a category stands for those below it."""
    if expected == permitted:
        return ()
    difference = Difference("exactly", topmost(expected - permitted), topmost(permitted - expected))
    return (difference,)


def topmost(categories: Set[str]) -> tuple[str, ...]:
    """Those of them above which none stands, sorted."""
    return tuple(sorted(each for each in categories if categories.isdisjoint(above(each))))


def _compared(expected: Expectation, decision: Decision) -> Iterator[Difference]:
    yield Difference("effect", (expected.effect.value,), (decision.effect.value,))
    yield _compared_names("permitted", expected.permitted, decision.permitted)
    if expected.withheld is not None:
        yield _compared_reasons(expected, decision)
    yield _compared_names("duties", expected.duties, decision.duties)
    yield _compared_names("rules", expected.rules, decision.rules)
    yield _compared_names("unknown-facts", expected.unknown_facts, decision.unknown_facts)


def _compared_names(
    key: str, expected: Iterable[str] | None, decided: tuple[str, ...]
) -> Difference:
    named = decided if expected is None else tuple(sorted({*expected}))
    return Difference(key, named, decided)


def _compared_reasons(expected: Expectation, decision: Decision) -> Difference:
    wanted = expected.withheld or {}
    if isinstance(wanted, Reason):  # for everything that was asked
        asked = (*decision.permitted, *(each.category for each in decision.withheld))
        named = [_reasoned(category, wanted) for category in asked]
    else:
        named = [_reasoned(category, reason) for category, reason in wanted.items()]
    return Difference("withheld", tuple(sorted(named)), tuple(map(reasoned, decision.withheld)))


def reasoned(withheld: Withheld) -> str:
    """What is withheld, and why."""
    return _reasoned(withheld.category, withheld.reason)


def _reasoned(category: str | None, reason: Reason) -> str:
    return f"{category or 'no data'}: {reason}"
