"""Where data can end up, as people read it; the verdict stands first and last."""

from collections.abc import Iterator

from doelbinding.analysis.reach import Leg, Reached
from doelbinding.analysis.terms import NOTHING_KNOWN
from doelbinding.model.decision import Effect
from doelbinding.model.period import NEVER
from doelbinding.views.explain import Language
from doelbinding.views.identity import identified
from doelbinding.views.reaching.phrases import PHRASES
from doelbinding.views.reaching.report import Condition, ReachReport, Step, Way, highest, steps
from doelbinding.views.terminal import Painter, Style, safe
from doelbinding.views.witness import condition_in_words

_MOST = 8
"""So many conditions are written out."""


def render_text(report: ReachReport, lang: Language, paint: Painter) -> str:
    """Each party, the nearest first, with a shortest chain to it; a hop is told once."""
    verdict = paint(safe(report.verdict(lang)), Style.STRONG)
    writing = _Writing(report, lang, paint)
    parts = ["\n".join(writing.party(each)) for each in report.reached]
    identity = paint(f"  {safe(identified(report.policy, lang, report.at))}", Style.FAINT)
    return "\n\n".join([verdict, *parts, identity, verdict]) + "\n"


class _Writing:
    def __init__(self, report: ReachReport, lang: Language, paint: Painter) -> None:
        self._report, self._paint = report, paint
        self._lang: Language = lang
        self._phrases = PHRASES[lang]
        self._told: set[Leg] = set()

    def party(self, reached: Reached) -> Iterator[str]:
        """A party with the chain that leads there."""
        party = self._paint(safe(reached.party), Style.STRONG)
        label = self._paint(safe(self._report.label(reached.party, self._lang)), Style.FAINT)
        yield f"{party}  {label}  ({self._distance(reached)})"
        for step in steps(reached):
            yield from self._step(step)

    def _distance(self, reached: Reached) -> str:
        """How far it is."""
        count = len(reached.legs)
        if reached.party != self._report.start:
            return self._phrases["hop" if count == 1 else "hops"].format(count=count)
        return self._phrases["used" if count == 1 else "back"].format(count=count)

    def _step(self, step: Step) -> Iterator[str]:
        phrases, leg = self._phrases, step.leg
        transfer = leg.transfer
        notes = [phrases["above"]] if leg in self._told else []
        if transfer.at > self._report.at:
            notes.append(phrases["not-before"].format(day=self._report.day(transfer.at)))
        noted = f"  ({', '.join(notes)})" if notes else ""
        yield f"  {safe(transfer.sender)} → {safe(transfer.recipient)}{noted}"
        if leg.wider:
            wider = phrases["wider"].format(data=", ".join(step.added))
            yield f"    {self._paint(safe(f'! {wider}'), Style.WARNING)}"
        if leg not in self._told:
            self._told.add(leg)
            for way in self._report.ways(leg):
                yield from self._way(way)

    def _way(self, way: Way) -> Iterator[str]:
        phrases = self._phrases
        purpose = self._paint(safe(way.purpose), Style.STRONG)
        head = ", ".join([phrases["for"].format(purpose=purpose), *self._period(way)])
        told = phrases["data"].format(
            data=", ".join(highest(way.categories)), subjects=self._subjects(way)
        )
        yield f"    {head}: {safe(told)}"
        for number, each in enumerate(self._conditions(way)):
            joined = phrases["or"].format(condition=each) if number else each
            yield f"      {safe(joined)}"

    def _conditions(self, way: Way) -> Iterator[str]:
        """The first of the conditions, and how many there are besides."""
        for each in way.conditions[:_MOST]:
            yield self._condition(each)
        count = len(way.conditions) - _MOST
        if count > 0:
            yield self._phrases["more"].format(count=f"{count}{'' if way.is_all else '+'}")

    def _subjects(self, way: Way) -> str:
        if {*way.subjects} == {*self._report.declarations.subjects}:
            return self._phrases["anybody"]
        return ", ".join(highest(way.subjects))

    def _condition(self, condition: Condition) -> str:
        state, effect = condition
        told = condition_in_words(self._report.facts, state, self._lang)
        told = self._phrases["none-needed"] if state == NOTHING_KNOWN else told
        return f"{told}, {self._phrases['recorded']}" if effect is Effect.LOG else told

    def _period(self, way: Way) -> Iterator[str]:
        begin, end = way.span
        if begin > self._report.at:
            yield self._phrases["since"].format(day=self._report.day(begin))
        if end != NEVER:
            yield self._phrases["until"].format(day=self._report.day(end - 1))
