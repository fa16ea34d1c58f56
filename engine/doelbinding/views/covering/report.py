"""What all formats say of clauses, declarations and tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from doelbinding.analysis.coverage import Carried, Coverage, Founded, Item
from doelbinding.analysis.coverage.items import ItemKind
from doelbinding.policy import Policy
from doelbinding.source import Place
from doelbinding.views.explain import Language

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "verdict": "{source}: {percent} of what tests can exercise is exercised "
        "({done} of {all}, by {tests} tests); {carried} of {clauses} clauses are carried",
        "kinds": "exercised by the tests",
        ItemKind.GRANTS: "flows that grant",
        ItemKind.BITES: "prohibitions that bite",
        ItemKind.LIFTS: "exceptions that lift one",
        ItemKind.DECIDES: "facts on which an answer turns",
        ItemKind.FIRST_DAY: "first days of a period",
        ItemKind.LAST_DAY: "last days of a period",
        "untouched": "no test touches",
        f"does-{ItemKind.GRANTS}": "grants something",
        f"does-{ItemKind.BITES}": "forbids something",
        f"does-{ItemKind.LIFTS}": "is lifted by its exception",
        f"does-{ItemKind.DECIDES}": "turns on `{fact}` being {state} ({key})",
        f"does-{ItemKind.FIRST_DAY}": "begins, on {day} ({key})",
        f"does-{ItemKind.LAST_DAY}": "ends, on {day} ({key})",
        "true": "true",
        "false": "false",
        "clauses": "clauses",
        "carried-by": "carried by",
        "held-by": "held by",
        "informative": "binds no flow: {why}",
        "uncovered": "nothing answers it",
        "declarations": "declarations",
        "unfounded-one": "rests on no clause and no assumption",
        "all-founded": "all {count} declarations rest on a clause or an assumption",
        "some-unfounded": "{count} of {all} declarations rest on no clause and no assumption",
        "assumptions": "{count} of them on an assumption alone",
        "findings": "faults in the published text",
        "title": "Coverage",
    },
    "nl": {
        "verdict": "{source}: {percent} van wat tests kunnen raken wordt geraakt "
        "({done} van {all}, door {tests} tests); {carried} van {clauses} passages worden gedragen",
        "kinds": "geraakt door de tests",
        ItemKind.GRANTS: "stromen die iets toestaan",
        ItemKind.BITES: "verboden die iets tegenhouden",
        ItemKind.LIFTS: "uitzonderingen die een verbod opheffen",
        ItemKind.DECIDES: "feiten waarvan een antwoord afhangt",
        ItemKind.FIRST_DAY: "eerste dagen van een periode",
        ItemKind.LAST_DAY: "laatste dagen van een periode",
        "untouched": "geen test raakt",
        f"does-{ItemKind.GRANTS}": "staat iets toe",
        f"does-{ItemKind.BITES}": "houdt iets tegen",
        f"does-{ItemKind.LIFTS}": "wordt opgeheven door de uitzondering",
        f"does-{ItemKind.DECIDES}": "hangt ervan af dat `{fact}` {state} is ({key})",
        f"does-{ItemKind.FIRST_DAY}": "begint, op {day} ({key})",
        f"does-{ItemKind.LAST_DAY}": "eindigt, op {day} ({key})",
        "true": "waar",
        "false": "onwaar",
        "clauses": "passages",
        "carried-by": "gedragen door",
        "held-by": "bewaakt door",
        "informative": "bindt geen stroom: {why}",
        "uncovered": "niets beantwoordt deze passage",
        "declarations": "declaraties",
        "unfounded-one": "berust op geen passage en geen aanname",
        "all-founded": "alle {count} declaraties berusten op een passage of een aanname",
        "some-unfounded": "{count} van {all} declaraties berusten op geen passage en geen aanname",
        "assumptions": "{count} ervan alleen op een aanname",
        "findings": "fouten in de gepubliceerde tekst",
        "title": "Dekking",
    },
}


class Kind(NamedTuple):
    """One kind of what tests can exercise, with counts."""

    kind: ItemKind
    exercised: int
    all: int


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """The coverage of a policy by its tests, of which so many ran."""

    policy: Policy
    source: str
    coverage: Coverage
    tests: int

    def verdict(self, lang: Language) -> str:
        """One line."""
        coverage = self.coverage
        return WORDS[lang]["verdict"].format(
            source=self.source,
            percent=f"{coverage.percent:.1f} %",
            done=len(coverage.exercised),
            all=len(coverage.items),
            tests=f"{self.tests:,}",
            carried=sum(each.is_covered for each in coverage.clauses),
            clauses=len(coverage.clauses),
        )

    def kinds(self) -> Iterator[Kind]:
        """The kinds of which there are any."""
        for kind in ItemKind:
            of_kind = [item for item in self.coverage.items if item.kind is kind]
            if of_kind:
                done = sum(item in self.coverage.exercised for item in of_kind)
                yield Kind(kind, done, len(of_kind))

    def place(self, section: str, identifier: str) -> Place:
        """Where a declaration stands."""
        place: Place = getattr(self.policy.declarations, section)[identifier].place
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


def item_in_words(item: Item, lang: Language) -> str:
    """What a test would exercise, in a few words."""
    words = WORDS[lang]
    return words[f"does-{item.kind}"].format(
        fact=item.fact, state=words["true" if item.state else "false"], key=item.key, day=item.day
    )


def carried_in_words(carried: Carried, lang: Language) -> str:
    """What answers a clause."""
    words, clause = WORDS[lang], carried.clause
    pieces: list[str] = []
    if carried.carriers:
        pieces.append(f"{words['carried-by']} {', '.join(each for _, each in carried.carriers)}")
    if clause.held_by:
        pieces.append(f"{words['held-by']} {', '.join(clause.held_by)}")
    if clause.informative is not None:
        pieces.append(words["informative"].format(why=clause.informative.in_language(lang)))
    return "; ".join(pieces) or words["uncovered"]


def founded_in_words(report: CoverageReport, lang: Language) -> str:
    """What declarations rest on, counted."""
    words, count = WORDS[lang], len(report.coverage.declarations)
    unfounded, assumed = len(report.unfounded), len(report.assumed)
    key = "some-unfounded" if unfounded else "all-founded"
    told = words[key].format(count=unfounded or count, all=count)
    return f"{told}, {words['assumptions'].format(count=assumed)}" if assumed else told


def statement_findings(report: CoverageReport, lang: Language) -> Iterator[tuple[str, str]]:
    """The faults of the published text, as the policy lists them."""
    for identifier, finding in sorted(report.policy.declarations.findings.items()):
        yield identifier, finding.label.in_language(lang)
