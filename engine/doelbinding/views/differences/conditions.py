"""When data may go, in words: under which conditions, as time goes on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from doelbinding.analysis.answers import Answer
from doelbinding.analysis.terms import FactStates
from doelbinding.decider.evaluate import hold
from doelbinding.decider.index import Demand
from doelbinding.model.period import NEVER, Span, moment
from doelbinding.views.differences.naming import Naming
from doelbinding.views.differences.phrases import PHRASES

_MOST = 4
"""So many ways are written out."""


class _Handling(NamedTuple):
    """Whether it is recorded, and with which duties."""

    is_recorded: bool
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conditions:
    """Writes answers out, days by the clocks of one time zone."""

    facts: FactStates
    zone: ZoneInfo
    naming: Naming

    def __call__(self, answers: Sequence[tuple[Span, Answer | None]]) -> tuple[str, ...]:
        """What is answered as time goes on, without a gap; alike answers as one line."""
        grouped = groupby(answers, key=lambda each: each[1])
        runs = [(answer, [span for span, _ in run]) for answer, run in grouped]
        if len(runs) == 1:
            return tuple(self._answer(runs[0][0]))
        first, *later = ([*self._answer(answer)] for answer, _ in runs)
        told = [self._at_first(runs[0][1], first[0]), *first[1:]]
        for (_, spans), (begin, *rest) in zip(runs[1:], later, strict=True):
            told += [self._in_time(spans, begin), *rest]
        return tuple(told)

    @property
    def _phrases(self) -> dict[str, str]:
        return PHRASES[self.naming.lang]

    def _at_first(self, spans: list[Span], what: str) -> str:
        return self._phrases["until"].format(day=self._last(spans[-1][1]), what=what)

    def _in_time(self, spans: list[Span], what: str) -> str:
        first, end = self._first(spans[0][0]), spans[-1][1]
        if end == NEVER:
            return self._phrases["since"].format(day=first, what=what)
        return self._phrases["between"].format(first=first, last=self._last(end), what=what)

    def _first(self, begin: int) -> str:
        """The day on which something begins; the moment, where that is no midnight."""
        at = moment(begin, self.zone)
        return at.date().isoformat() if at.time() == time.min else at.isoformat()

    def _last(self, end: int) -> str:
        """The last day before an end; the moment of the end, where that is no midnight."""
        if moment(end, self.zone).time() != time.min:
            return self._first(end)
        return moment(end - 1, self.zone).date().isoformat()

    def _answer(self, answer: Answer | None) -> Iterator[str]:
        """When it may go, and how it is handled then; a line for each way."""
        if answer is None:
            yield self._phrases["never"]
            return
        states, is_all = self.facts.minimal_states(answer.conjuncts)
        handled = [(each, _handling(answer, each)) for each in states]
        alike = len({handling for _, handling in handled}) == 1
        first, *others = [self._way(*each, alone=not alike) for each in handled[:_MOST]]
        common = [*self._handled(handled[0][1])] if alike else []
        rest = _beyond(answer, [handling for _, handling in handled])
        at_times = [self._told("sometimes", what=each) for each in self._handled(rest)]
        if not others:
            yield "; ".join([first, *common, *at_times])
            return
        yield first
        yield from (self._told("or", way=each) for each in others)
        if len(states) > _MOST:
            count = f"{len(states) - _MOST}{'' if is_all else '+'}"
            yield self._told("or-more", count=count)
        if common or at_times:
            always = [self._told("each-time", what="; ".join(common))] if common else []
            yield "; ".join([*always, *at_times])

    def _told(self, key: str, **values: str) -> str:
        return self._phrases[key].format(**values)

    def _way(self, state: Demand, handling: _Handling, *, alone: bool) -> str:
        """One way in which it may go; with how it is handled then, unless all are alike."""
        told = "; ".join(self._handled(handling)) if alone else ""
        condition = self.naming.condition(state)
        return f"{condition} ({told})" if told else condition

    def _handled(self, handling: _Handling) -> Iterator[str]:
        if handling.is_recorded:
            yield self._phrases["recorded"]
        if handling.duties:
            yield self.naming.duties(handling.duties)


def _handling(answer: Answer, state: Demand) -> _Handling:
    return _Handling(hold(answer.logs, state), answer.duties_when(state))


def _beyond(answer: Answer, shown: Sequence[_Handling]) -> _Handling:
    """What comes with it when more is known than need be, and never with as little as shown."""
    known = {duty for each in shown for duty in each.duties}
    duties = tuple(duty for duty, _ in answer.duties if duty not in known)
    return _Handling(bool(answer.logs) and not any(each.is_recorded for each in shown), duties)
