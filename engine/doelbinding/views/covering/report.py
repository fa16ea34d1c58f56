"""What all formats say of clauses, declarations and tests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from doelbinding.analysis.coverage import Coverage, Founded
from doelbinding.analysis.coverage.items import ItemKind
from doelbinding.analysis.testing import Outcome
from doelbinding.model.declarations import Declarations
from doelbinding.policy import Policy
from doelbinding.source import Place
from doelbinding.views.covering.phrases import PHRASES
from doelbinding.views.explain import Language

_RAN = (Outcome.PASSED, Outcome.FAILED)
"""The outcomes of tests that were answered, and so exercise something."""


class Kind(NamedTuple):
    """One kind of what tests can exercise, with counts."""

    kind: ItemKind
    exercised: int
    all: int


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """The coverage of a policy by its tests, of which so many came to what."""

    policy: Policy
    source: str
    coverage: Coverage
    outcomes: Mapping[Outcome, int]

    @property
    def declarations(self) -> Declarations:
        """What the policy declares."""
        return self.policy.declarations

    @property
    def tests(self) -> int:
        """How many tests were answered."""
        return sum(self.outcomes.get(each, 0) for each in _RAN)

    def percent(self, decimals: int) -> float:
        """How much is exercised, cut and not rounded: less than all is never 100."""
        done, count, scale = len(self.coverage.exercised), len(self.coverage.items), 10**decimals
        return 100 * scale * done // count / scale if count else 100.0

    def verdict(self, lang: Language) -> str:
        """One line."""
        coverage, phrases = self.coverage, PHRASES[lang]
        key = {0: "no-tests", 1: "test"}.get(self.tests, "tests")
        return phrases["verdict"].format(
            source=self.source,
            percent=self.percent_text(lang),
            done=f"{len(coverage.exercised):,}",
            all=f"{len(coverage.items):,}",
            tests=phrases[key].format(count=f"{self.tests:,}"),
            covered=f"{sum(each.is_covered for each in coverage.clauses):,}",
            clauses=f"{len(coverage.clauses):,}",
        )

    def percent_text(self, lang: Language) -> str:
        """How much is exercised, as people write it."""
        return f"{self.percent(1):.1f} %".replace(".", PHRASES[lang]["point"])

    def kinds(self) -> Iterator[Kind]:
        """The kinds of which there are any."""
        for kind in ItemKind:
            of_kind = [item for item in self.coverage.items if item.kind is kind]
            if of_kind:
                done = sum(item in self.coverage.exercised for item in of_kind)
                yield Kind(kind, done, len(of_kind))

    def place(self, section: str, identifier: str) -> Place:
        """Where a declaration stands."""
        place: Place = getattr(self.declarations, section)[identifier].place
        return place

    @property
    def unfounded(self) -> list[Founded]:
        """The declarations that rest on nothing."""
        return [each for each in self.coverage.declarations if not each.is_founded]

    @property
    def assumed(self) -> list[Founded]:
        """The declarations that rest on an assumption alone."""
        found = self.coverage.declarations
        return [each for each in found if each.is_assumed and not each.clauses]
