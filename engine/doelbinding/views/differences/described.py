"""One change in words: who, what, under which conditions, why, and what follows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from doelbinding.analysis.diff import Change
from doelbinding.analysis.diff.causes import Cause, Happened
from doelbinding.analysis.diff.texts import keys_changed
from doelbinding.analysis.diff.together import Box, outline
from doelbinding.analysis.space import Witness
from doelbinding.model.declaration import Declaration
from doelbinding.views.differences.conditions import Conditions
from doelbinding.views.differences.phrases import PHRASES
from doelbinding.views.differences.report import DifferenceReport
from doelbinding.views.explain import Language
from doelbinding.views.explain.text import party_label
from doelbinding.views.witness import Shown

Row = tuple[str, str]
"""What something is called, and what it is."""

_MOST_NAMES, _MOST_BOXES = 8, 3


class Example(NamedTuple):
    """A transfer that shows a change: what it shows, and both answers."""

    title: str
    old: Shown
    new: Shown


@dataclass(frozen=True, slots=True)
class Described:
    """A change in words."""

    title: str
    boxes: Sequence[Sequence[Row]]
    rows: Sequence[Row]
    examples: Sequence[Example]


class Describing:
    """Describes the changes of a report in one language."""

    def __init__(self, report: DifferenceReport, lang: Language) -> None:
        self._report = report
        self._lang: Language = lang
        self._phrases = PHRASES[lang]
        zone = ZoneInfo(report.comparison.new.timezone)
        self._conditions = Conditions(report.facts, zone, lang)

    def __call__(self, change: Change) -> Described:
        """The change in words."""
        phrases = self._phrases
        cells = phrases["cell"] if change.size == 1 else phrases["several"]
        title = f"{phrases[change.kind]} ({phrases[change.verdict]}), {cells}"
        return Described(
            title.format(count=f"{change.size:,}"),
            [*map(self._box, self._shown_boxes(change))],
            [*self._rows(change)],
            [*self._examples(change)],
        )

    def _shown_boxes(self, change: Change) -> Iterable[Box]:
        return change.boxes if self._report.full else change.boxes[:_MOST_BOXES]

    def _box(self, box: Box) -> list[Row]:
        """Between whom, for what, about whom, and which data."""
        return [
            (self._phrases[key], self._names(section, ids))
            for (key, section), ids in zip(_SIDES.items(), box, strict=True)
        ]

    def _rows(self, change: Change) -> Iterator[Row]:
        phrases = self._phrases
        left_out = 0 if self._report.full else len(change.boxes) - _MOST_BOXES
        if left_out > 0:
            yield "", phrases["more-boxes"].format(count=left_out)
        steps = change.steps
        yield phrases["before"], self._conditions([(step.span, step.old) for step in steps])
        yield phrases["now"], self._conditions([(step.span, step.new) for step in steps])
        for cause in change.causes:
            yield phrases["comes-from"], self._cause(cause)
        for clause in self._clauses(change):
            yield phrases["clause"], clause
        for following in self._report.consequences.of(change):
            ids = ", ".join(following.ids)
            yield phrases["follows"], phrases[following.consequence].format(ids=ids)

    def _examples(self, change: Change) -> Iterator[Example]:
        for key in ("widened", "narrowed", "handled"):
            witness: Witness | None = getattr(change, key)
            if witness is not None:
                title = self._phrases[f"{key}-by"]
                yield Example(title, *self._report.answers(witness))

    def _names(self, section: str, ids: frozenset[str]) -> str:
        """The ids by the highest ones, with their labels."""
        declared = self._declared(section)
        named = [*outline(ids, declared)]
        shown = named if self._report.full else named[:_MOST_NAMES]
        texts = [
            self._labelled(section, each.id)
            if each.whole
            else self._phrases["itself"].format(id=self._labelled(section, each.id))
            for each in shown
        ]
        if len(named) > len(shown):
            texts.append(self._phrases["more"].format(count=len(named) - len(shown)))
        return ", ".join(texts)

    def _declared(self, section: str) -> set[str]:
        sides = (self._report.old.declarations, self._report.new.declarations)
        if section == "parties":
            return {each for side in sides for each in side.parties}
        return {each for side in sides for each in getattr(side, section)}

    def _labelled(self, section: str, identifier: str) -> str:
        for side in (self._report.new.declarations, self._report.old.declarations):
            if section == "parties":
                label = party_label(side, identifier, self._lang)
            else:
                found = getattr(side, section).get(identifier)
                label = found.label.in_language(self._lang) if found else ""
            if label:
                return f"{identifier} ({label})"
        return identifier

    def _cause(self, cause: Cause) -> str:
        phrases = self._phrases
        text = f"{phrases[cause.section]} {cause.id}, {phrases[cause.happened]}"
        text += self._keys(cause)
        found = declaration_of(self._report, cause)
        if found is None:
            return text
        pieces = [str(found.place)]
        commit = self._report.commits(found.place, cause)
        if commit is not None:
            made = f"{commit.id} {commit.day} {commit.title}".strip()
            pieces.append(made or phrases["uncommitted"])
        return f"{text} ({', '.join(pieces)})"

    def _keys(self, cause: Cause) -> str:
        """Which keys of a changed declaration are others."""
        report = self._report
        sections = (getattr(side.declarations, cause.section) for side in (report.old, report.new))
        before, now = (section.get(cause.id) for section in sections)
        if before is None or now is None:
            return ""
        return f": {', '.join(keys_changed(before, now))}"

    def _clauses(self, change: Change) -> Iterator[str]:
        """The clauses that the causes name, with what they say in our words."""
        named = [
            clause
            for cause in change.causes
            if (found := declaration_of(self._report, cause)) is not None
            for clause in found.clauses
        ]
        for clause in dict.fromkeys(named):
            yield self._labelled("clauses", clause)
        if change.causes and not named:
            yield self._phrases["no-clause"]


_SIDES = {
    "from": "parties",
    "to": "parties",
    "purpose": "purposes",
    "subject": "subjects",
    "data": "categories",
}
"""What the sides of a box are called, and the section that declares their ids."""


def declaration_of(report: DifferenceReport, cause: Cause) -> Declaration | None:
    """The declaration as it is now, or was; the controller and the person have none."""
    side = report.old if cause.happened is Happened.REMOVED else report.new
    section: Mapping[str, Declaration] = getattr(side.declarations, cause.section)
    return section.get(cause.id)
