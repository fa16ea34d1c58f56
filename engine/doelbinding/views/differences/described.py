"""One change in words: who, what, under which conditions, what follows, and why."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple
from zoneinfo import ZoneInfo

from doelbinding.analysis.diff import Change
from doelbinding.analysis.diff.causes import Cause
from doelbinding.analysis.diff.consequences import Consequence, Following
from doelbinding.analysis.diff.together import Box
from doelbinding.analysis.space import Witness
from doelbinding.loader.commits import Commit
from doelbinding.model.decision import Decision
from doelbinding.views.differences.conditions import Conditions
from doelbinding.views.differences.naming import PARTIES, Naming
from doelbinding.views.differences.phrases import PHRASES, number
from doelbinding.views.differences.report import DifferenceReport, briefly
from doelbinding.views.explain import Question
from doelbinding.views.explain.prose import reason
from doelbinding.views.identity import identified
from doelbinding.views.witness import effect_in_words

_MOST_NAMES, _MOST_BOXES = 8, 3

_SIDES = (
    ("data", "categories", "categories"),
    ("subject", "subjects", "subjects"),
    ("from", PARTIES, "senders"),
    ("to", PARTIES, "recipients"),
    ("purpose", "purposes", "purposes"),
)
"""What the sides of a box are called, the section that declares their ids, and their field."""

_OF_WHICH = {
    Consequence.TELL_PEOPLE: ("purposes", "flows"),
    Consequence.ASSESS_PROTECTED: ("categories",),
    Consequence.ASSESS_THIRD_COUNTRY: ("recipients",),
    Consequence.AGREE: ("recipients",),
}
"""The sections in which the ids of a consequence are declared."""


class Row(NamedTuple):
    """What something is called, and what it is, in one line or several."""

    name: str
    lines: Sequence[str]


class Example(NamedTuple):
    """A transfer that shows a change: what it shows, the transfer, and both answers in words."""

    title: str
    question: Question
    lines: Sequence[str]


class Describing:
    """Describes the changes of a report, naming things in one way."""

    def __init__(self, report: DifferenceReport, naming: Naming) -> None:
        self._report, self._naming = report, naming
        self._phrases = PHRASES[naming.lang]
        zone = ZoneInfo(report.comparison.new.timezone)
        self._conditions = Conditions(report.facts, zone, naming)

    def title(self, change: Change) -> str:
        """The kind of change, and of how many cells."""
        phrases = self._phrases
        kind = phrases[change.kind].format(verdict=phrases[change.verdict])
        count = number(change.size, self._naming.lang)
        return f"{kind}, {phrases['cell' if change.size == 1 else 'cells'].format(count=count)}"

    def boxes(self, change: Change) -> Iterator[Sequence[Row]]:
        """Which data, about whom, between whom and for what; group by group."""
        shown = change.boxes if self._report.full else change.boxes[:_MOST_BOXES]
        for box in shown:
            yield self._box(box)
        if len(change.boxes) > len(shown):
            count = number(len(change.boxes) - len(shown), self._naming.lang)
            yield [Row("", [self._phrases["more-boxes"].format(count=count)])]

    def cells(self, change: Change) -> Row:
        """Every cell by itself."""
        cells = sorted(cell for box in change.boxes for cell in product(*box))
        told = [
            f"{category}, {subject}, {sender} → {recipient}, {purpose}"
            for sender, recipient, purpose, subject, category in cells
        ]
        return Row(self._phrases["every-cell"], told)

    def rows(self, change: Change) -> Iterator[Row]:
        """The conditions on both sides, what follows, and where it comes from."""
        phrases, steps = self._phrases, change.steps
        yield Row(phrases["before"], self._conditions([(each.span, each.old) for each in steps]))
        yield Row(phrases["now"], self._conditions([(each.span, each.new) for each in steps]))
        follows = [*self.follows(change)]
        if follows:
            yield Row(phrases["follows"], follows)
        causes = self._report.causes_of(change)
        for cause in causes:
            yield Row(phrases["comes-from"], [*self._cause(cause)])
        if causes:
            yield Row(phrases["clause"], [*self._clauses(change)] or [phrases["no-clause"]])

    def follows(self, change: Change) -> Iterator[str]:
        """What has to be done because more is permitted."""
        for following in self._report.consequences.of(change):
            ids = self._some([self._of_consequence(following, each) for each in following.ids])
            yield self._phrases[following.consequence].format(ids=ids)

    def opened(self) -> Iterator[str]:
        """The gates that should be closed, with what opened them."""
        for gate, ids in self._report.opened().items():
            named = self._some([self._naming.quoted(gate.section, each) for each in ids])
            yield self._phrases[gate].format(ids=named)

    def compared(self) -> Iterator[str]:
        """Both policies, by what tells them from any other."""
        for key, side in (("old", self._report.old), ("new", self._report.new)):
            yield f"{self._phrases[key]}: {identified(side.policy, self._naming.lang)}"

    def examples(self, change: Change) -> Iterator[Example]:
        """The smallest transfer for each way in which it changed."""
        for key in ("widened", "narrowed", "handled"):
            witness: Witness | None = getattr(change, key)
            if witness is not None:
                yield self._example(self._phrases[f"{key}-by"], witness)

    def _example(self, title: str, witness: Witness) -> Example:
        old, new = self._report.answers(witness)
        lines = [self._naming.transfer(new.question)]
        if witness.at != self._report.comparison.at:
            lines[0] = self._phrases["since"].format(day=new.question.at[:10], what=lines[0])
        for key, each in (("before", old), ("now", new)):
            lines.append(f"{self._phrases[key]}: {self._decided(each.decision)}")
        return Example(title, new.question, lines)

    def _decided(self, decision: Decision) -> str:
        """The effect, with the reason why not, or with flows and duties."""
        lang = self._naming.lang
        effect = effect_in_words(decision.effect, lang)
        if decision.withheld:
            told = [f"{each.reason}: {reason(each, lang)}" for each in decision.withheld]
        else:
            rules = ", ".join(self._naming.quoted("flows", each) for each in decision.rules)
            told = [self._phrases["by"].format(rules=rules)]
            told += [self._naming.duties(decision.duties)] if decision.duties else []
        return f"{effect} ({'; '.join(told)})"

    def _box(self, box: Box) -> list[Row]:
        return [
            Row(self._phrases[key], [self._ids(section, getattr(box, field))])
            for key, section, field in _SIDES
        ]

    def _ids(self, section: str, ids: frozenset[str]) -> str:
        """The ids by the highest ones."""
        whole = self._phrases["itself"]
        named = self._naming.outlined(section, ids)
        texts = ((self._naming.named(section, each.id), each.whole) for each in named)
        return self._some([text if is_whole else whole.format(id=text) for text, is_whole in texts])

    def _some(self, texts: Sequence[str]) -> str:
        """The first ones, and how many more there are."""
        shown = texts if self._report.full else texts[:_MOST_NAMES]
        told = ", ".join(shown)
        if len(texts) == len(shown):
            return told
        count = number(len(texts) - len(shown), self._naming.lang)
        return f"{told} {self._phrases['more'].format(count=count)}"

    def _of_consequence(self, following: Following, identifier: str) -> str:
        sections = _OF_WHICH[following.consequence]
        known = (each for each in sections if self._naming.declares(each, identifier))
        return self._naming.quoted(next(known, sections[0]), identifier)

    def _cause(self, cause: Cause) -> Iterator[str]:
        """What happened to a declaration; below it where, and by which commit."""
        phrases, report = self._phrases, self._report
        named = self._naming.named(_section_for_people(cause.section), cause.id) if cause.id else ""
        keys = ", ".join(report.keys_changed(cause))
        told = " ".join(filter(None, (phrases[cause.section], named)))
        yield f"{told}, {phrases[cause.happened]}{f': {keys}' if keys else ''}"
        place = report.place_of(cause)
        if place is not None:
            commit = report.commits(place, cause)
            yield ", ".join([briefly(str(place)), *([self._made_by(commit)] if commit else [])])

    def _made_by(self, commit: Commit) -> str:
        made = f"{commit.id} {commit.day} {commit.title}"
        return made if commit.id else self._phrases["uncommitted"]

    def _clauses(self, change: Change) -> Iterator[str]:
        """The clauses that the causes rest on, with what they say in our words."""
        causes = self._report.causes_of(change)
        named = [each for cause in causes for each in self._report.clauses_of(cause)]
        for clause in dict.fromkeys(named):
            yield self._naming.named("clauses", clause)


def _section_for_people(section: str) -> str:
    """Parties are recipients, the controller and the person."""
    return PARTIES if section == "recipients" else section
