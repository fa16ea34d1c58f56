"""A wrong answer as a finding."""

from collections.abc import Iterable, Iterator

from doelbinding.analysis.testing.compare import Difference, reasoned
from doelbinding.analysis.testing.suite import PolicyTest, Suite
from doelbinding.diagnostics import Finding, Severity
from doelbinding.model.decision import Decision, Effect
from doelbinding.model.declarations import Declarations
from doelbinding.source import Place
from doelbinding.validator.draft import path_text

FAILED = "test-failed"
"""The rule of a test that the policy answers otherwise."""

_HELP = "Mend the policy if its answer is wrong; mend the test if the answer is what is meant."
_ABOUT_GRANTS = frozenset(("exactly", "permitted", "rules"))
_MOST_NAMED = 5


def failure(
    suite: Suite,
    test: PolicyTest,
    differences: Iterable[Difference],
    decision: Decision,
    declared: Declarations,
) -> Finding:
    """What is not as expected, and why it is so, at the place that expects it."""
    found = list(differences)
    effect = next((each.expected[0] for each in found if each.key == "effect"), "")
    told = "; ".join(part for each in found for part in _told(each))
    tells_reasons = any(each.key == "withheld" for each in found)
    why = _why(decision) if effect and not tells_reasons else ""
    unlisted = "" if test.expected.is_stated else ", as of every combination that is not listed"
    return Finding(
        FAILED,
        Severity.ERROR,
        f"`{test.name}`: {told}{why}",
        _HELP,
        suite.place(test.expected.path, at_key=True),
        f"effect {effect}{unlisted}" if effect else "",
        path_text(test.path),
        tuple(_grants(found, decision, declared)),
    )


def _told(difference: Difference) -> Iterator[str]:
    key, expected, decided = difference
    if key == "effect":
        yield f"the effect is `{decided[0]}`, not `{expected[0]}`"
        return
    lacking, surplus = _listed(difference.lacking), _listed(difference.surplus)
    if key == "exactly":
        yield from [f"{lacking} may not go"] * bool(lacking)
        yield from [f"{surplus} may go too"] * bool(surplus)
        return
    yield from [f"`{key}` lacks {lacking}"] * bool(lacking)
    yield from [f"`{key}` also has {surplus}"] * bool(surplus)


def _why(decision: Decision) -> str:
    """What makes the effect: who grants what may go, or why something may not."""
    if decision.effect is not Effect.DENY:
        return f" (granted by {_listed(decision.rules)})"
    reasons = tuple(map(reasoned, decision.withheld))
    return f" ({_listed(reasons)})"


def _listed(names: tuple[str, ...]) -> str:
    some = ", ".join(f"`{each}`" for each in names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return f"{some} and {more} more" if more > 0 else some


def _grants(
    found: Iterable[Difference], decision: Decision, declared: Declarations
) -> Iterator[tuple[str, Place]]:
    """The flows that grant what may go, where that is what is wrong."""
    if decision.effect is not Effect.DENY or any(each.key in _ABOUT_GRANTS for each in found):
        for rule in decision.rules:
            yield f"granted by `{rule}`", declared.flows[rule].place
