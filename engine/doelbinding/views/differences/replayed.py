"""A log that was decided anew, in words; nothing of a transfer is told save ids that are known."""

from collections.abc import Iterator, Sequence

from doelbinding.model.decision import Effect
from doelbinding.views.differences.naming import Naming
from doelbinding.views.differences.phrases import PHRASES, number
from doelbinding.views.differences.report import Otherwise, Outcome, Replayed
from doelbinding.views.explain import Language
from doelbinding.views.witness import effect_in_words

_STANDARD_INPUT = "-"


def replayed_summary(replayed: Replayed, lang: Language) -> Iterator[str]:
    """How many transfers came out otherwise, and what was not counted."""
    phrases, source = PHRASES[lang], replayed.source
    yield phrases["replayed"].format(
        count=number(replayed.count, lang),
        otherwise=number(len(replayed.otherwise), lang),
        source=phrases["standard-input"] if source == _STANDARD_INPUT else source,
    )
    if replayed.unreadable:
        yield phrases["unreadable"].format(count=number(replayed.unreadable, lang))


def replayed_line(otherwise: Otherwise, naming: Naming) -> str:
    """The line of the log, and what is otherwise."""
    before, now, lang = otherwise.before, otherwise.now, naming.lang
    told = [*_others("no-longer", before.permitted, now.permitted, naming)]
    told += _others("now-also", now.permitted, before.permitted, naming)
    if before.effect != now.effect:
        told.insert(0, f"{_effect(before, lang)} → {_effect(now, lang)}")
    if before.duties != now.duties and now.effect != Effect.DENY:
        told.append(naming.duties(now.duties) if now.duties else PHRASES[lang]["no-duties"])
    return PHRASES[lang]["line"].format(line=number(otherwise.line, lang), what="; ".join(told))


def _effect(outcome: Outcome, lang: Language) -> str:
    return effect_in_words(Effect(outcome.effect), lang)


def _others(key: str, these: Sequence[str], those: Sequence[str], naming: Naming) -> Iterator[str]:
    phrases = PHRASES[naming.lang]
    others = [each for each in these if each not in those]
    if others:
        ids = [naming.quoted("categories", each) if each else phrases["unknown"] for each in others]
        yield phrases[key].format(ids=", ".join(ids))
