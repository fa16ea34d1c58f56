"""What all formats say of a run of tests as a whole."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from doelbinding.analysis.testing import Outcome, Result
from doelbinding.diagnostics import Finding, Severity, by_place
from doelbinding.model.declarations import Declarations
from doelbinding.policy import Policy
from doelbinding.source import Place, SourceFile
from doelbinding.views.explain import Language, Question

WORST_FIRST = (Outcome.FAILED, Outcome.UNUSABLE, Outcome.PASSED, Outcome.SKIPPED)
"""The outcomes, what is wrong first."""

Words = Mapping[str, str]

_WORDS: Mapping[Language, Words] = {
    "en": {
        "pass": "the tests pass: {counts}",
        "fail": "the tests fail: {counts}",
        "none": "no test was run: the policy has none",
        "none-wanted": "no test was run: none fits the options",
        "all-skipped": "no test was run: {counts}",
        **{outcome: outcome.value for outcome in Outcome},
    },
    "nl": {
        "pass": "de tests slagen: {counts}",
        "fail": "de tests falen: {counts}",
        "none": "er is geen test uitgevoerd: het beleid heeft er geen",
        "none-wanted": "er is geen test uitgevoerd: geen enkele past bij de opties",
        "all-skipped": "er is geen test uitgevoerd: {counts}",
        Outcome.FAILED: "gefaald",
        Outcome.UNUSABLE: "onbruikbaar",
        Outcome.PASSED: "geslaagd",
        Outcome.SKIPPED: "overgeslagen",
    },
}
_HELP = {
    "none": "Put tests into files below the policy's folder `tests`: see "
    "docs/reference/policy-tests.md.",
    "none-wanted": "Leave --name, --party, --purpose and --category out, or name others with them.",
    "all-skipped": "Take a `skip` out where its reason no longer holds.",
}
_MOST_USERS = 5


class Problem(NamedTuple):
    """Something that is wrong, and the first test that it concerns, if any."""

    finding: Finding
    result: Result | None = None


@dataclass(frozen=True)
class RunReport:
    """The results of one policy's tests; `is_narrowed` when only some tests were wanted."""

    policy: Policy
    source: str
    results: tuple[Result, ...]
    is_narrowed: bool = False

    @property
    def declarations(self) -> Declarations:
        """What the policy declares."""
        return self.policy.declarations

    @cached_property
    def counts(self) -> Mapping[Outcome, int]:
        """How many tests came to what."""
        return Counter(result.outcome for result in self.results)

    @property
    def passes(self) -> bool:
        """Whether tests were run, and all of them passed that are not skipped."""
        return self._state == "pass"

    @property
    def _state(self) -> str:
        counts = self.counts
        if counts[Outcome.FAILED] or counts[Outcome.UNUSABLE]:
            return "fail"
        if counts[Outcome.PASSED]:
            return "pass"
        none = "none-wanted" if self.is_narrowed else "none"
        return "all-skipped" if self.results else none

    def verdict(self, lang: Language) -> str:
        """One line: whether the tests pass, with counts."""
        return f"{self.source}: {self._told(lang)}"

    def _told(self, lang: Language) -> str:
        return _WORDS[lang][self._state].format(counts=counted(self.counts, lang))

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What failed or is unusable, each thing once, by place; also that nothing was run."""
        concerned: dict[Finding, list[Result]] = {}
        for result in self.results:
            for finding in result.findings:
                concerned.setdefault(finding, []).append(result)
        found = [_problem(each, concerned[each]) for each in by_place(concerned)]
        return tuple(found) if found or self.passes else (Problem(self._nothing_run()),)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The same as findings."""
        return tuple(problem.finding for problem in self.problems)

    def _nothing_run(self) -> Finding:
        place = Place(SourceFile(self.source, ""), 1, 1, 1, 1)
        message, help_text = self._told("en"), _HELP[self._state]
        return Finding("test-unusable", Severity.ERROR, message, help_text, place)

    def question(self, result: Result) -> Question | None:
        """The transfer that tells why a test failed, as it was asked."""
        if result.shown is None or result.asked is None:
            return None
        transfer, asked = result.shown.transfer, result.asked
        return Question(
            transfer.sender,
            transfer.recipient,
            transfer.purpose,
            transfer.subject,
            transfer.data,
            {fact: written.value for fact, written in asked.facts.items()},
            asked.reference,
            asked.at,
        )


def counted(counts: Mapping[Outcome, int], lang: Language) -> str:
    """The counts in words, what is wrong first."""
    words = _WORDS[lang]
    return ", ".join(f"{counts[each]:,} {words[each]}" for each in WORST_FIRST if counts.get(each))


def _problem(finding: Finding, results: Sequence[Result]) -> Problem:
    """The problem; of a fixture also the tests that use it."""
    if finding.path.startswith("fixtures."):
        users = {result.place: result.name for result in reversed(results)}
        named = [(f"used by `{name}`", place) for place, name in reversed(users.items())]
        finding = replace(finding, related=(*finding.related, *named[:_MOST_USERS]))
    return Problem(finding, results[0])
