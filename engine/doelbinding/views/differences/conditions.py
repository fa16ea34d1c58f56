"""When data may go, in words: under which conditions, as time goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from doelbinding.analysis.answers import Answer
from doelbinding.analysis.terms import FactStates
from doelbinding.model.period import NEVER, Span, moment
from doelbinding.views.differences.phrases import PHRASES
from doelbinding.views.explain import Language
from doelbinding.views.witness import condition_in_words

_MOST = 4
"""So many ways are written out."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Writes answers out in one language, days by the clocks of one time zone."""

    facts: FactStates
    zone: ZoneInfo
    lang: Language

    def __call__(self, answers: Sequence[tuple[Span, Answer | None]]) -> str:
        """What is answered as time goes on, without a gap; alike answers as one."""
        grouped = groupby(answers, key=lambda each: each[1])
        runs = [(answer, [span for span, _ in run]) for answer, run in grouped]
        if len(runs) == 1:
            return self._answer(runs[0][0])
        told = [self._in_time(spans, self._answer(answer)) for answer, spans in runs[1:]]
        return "; ".join([self._at_first(runs[0][1], self._answer(runs[0][0])), *told])

    def _at_first(self, spans: list[Span], what: str) -> str:
        return PHRASES[self.lang]["until"].format(day=self._day(spans[-1][1] - 1), what=what)

    def _in_time(self, spans: list[Span], what: str) -> str:
        phrases, first, end = PHRASES[self.lang], self._day(spans[0][0]), spans[-1][1]
        if end == NEVER:
            return phrases["since"].format(day=first, what=what)
        return phrases["between"].format(first=first, last=self._day(end - 1), what=what)

    def _day(self, at: int) -> str:
        return moment(at, self.zone).date().isoformat()

    def _answer(self, answer: Answer | None) -> str:
        """When it may go, whether it is recorded then, and with which duties."""
        phrases = PHRASES[self.lang]
        if answer is None:
            return phrases["never"]
        states, is_all = self.facts.minimal_states(answer.conjuncts)
        texts = [condition_in_words(self.facts, each, self.lang) for each in states[:_MOST]]
        if len(states) > _MOST:
            count = f"{len(states) - _MOST}{'' if is_all else '+'}"
            texts.append(phrases["more"].format(count=count))
        pieces = [phrases["or"].join(texts)]
        if answer.logs:
            always = self.facts.smallest(answer.conjuncts, (answer.logs,)) is None
            pieces.append(phrases["recorded" if always else "sometimes-recorded"])
        if answer.duties:
            duties = ", ".join(duty for duty, _ in answer.duties)
            pieces.append(phrases["duties"].format(duties=duties))
        return "; ".join(pieces)
