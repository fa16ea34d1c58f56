"""How people are told of ids and conditions: by the ids, or by the labels first."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from doelbinding.analysis.diff.together import Named, outline
from doelbinding.analysis.terms import FactStates
from doelbinding.decider.index import Demand
from doelbinding.model.declaration import Declaration
from doelbinding.model.declarations import Declarations
from doelbinding.model.ids import chain
from doelbinding.views.differences.phrases import PHRASES
from doelbinding.views.explain import Language, Question
from doelbinding.views.explain.text import party_label
from doelbinding.views.witness import condition_in_words, in_words

PARTIES = "parties"
"""The section, so to say, of all that can send and receive."""


class Naming:
    """For who works on the policy: an id, and behind it what it is called.

    `sides` are the declarations of both policies; the first that knows an id says its label.
    """

    def __init__(self, sides: Iterable[Declarations], facts: FactStates, lang: Language) -> None:
        self._sides = tuple(sides)
        self._facts = facts
        self.lang: Language = lang
        self._within: dict[str, dict[str, list[str]]] = {}

    def outlined(self, section: str, ids: frozenset[str]) -> Iterator[Named]:
        """The ids by the highest ones, as far as all below these is among them on both sides."""
        within = self._within_each(section)
        return outline(ids, (lower for each in ids for lower in within[each]))

    def declares(self, section: str, identifier: str) -> bool:
        """Whether either side declares it."""
        return identifier in self._within_each(section)

    def _within_each(self, section: str) -> dict[str, list[str]]:
        """The ids of a section, each with what is declared within it."""
        if section not in self._within:
            found: dict[str, list[str]] = {}
            declared = {each for side in self._sides for each in getattr(side, section)}
            for each in declared:
                for higher in chain(each):
                    found.setdefault(higher, []).append(each)
            self._within[section] = found
        return self._within[section]

    def named(self, section: str, identifier: str) -> str:
        """The id with its label."""
        label = self.label(section, identifier)
        return f"{identifier} ({label})" if label else identifier

    def quoted(self, _section: str, identifier: str) -> str:
        """The same in short, within a sentence."""
        return f"`{identifier}`"

    def label(self, section: str, identifier: str) -> str:
        """What it is called; empty when it is nowhere declared."""
        found = (_label(side, section, identifier, self.lang) for side in self._sides)
        return next(filter(None, found), "")

    def transfer(self, question: Question) -> str:
        """A transfer with what is known, as half a sentence."""
        return in_words(question, self.lang)

    def condition(self, state: Demand) -> str:
        """When something may go that needs as much to be known as is in that state."""
        return condition_in_words(self._facts, state, self.lang)

    def duties(self, duties: Iterable[str]) -> str:
        """One duty or several."""
        listed = [self._duty(each) for each in duties]
        key = "duty" if len(listed) == 1 else "duties"
        return PHRASES[self.lang][key].format(duties=", ".join(listed))

    def _duty(self, duty: str) -> str:
        return duty


class ByLabel(Naming):
    """For who decides about the data: what it is called, and behind it the id."""

    def named(self, section: str, identifier: str) -> str:
        """The label with its id."""
        label = self.label(section, identifier)
        return f"{label} (`{identifier}`)" if label else f"`{identifier}`"

    def quoted(self, section: str, identifier: str) -> str:
        """The label alone; the id of what has none."""
        label = self.label(section, identifier)
        return f"“{label}”" if label else f"`{identifier}`"

    def transfer(self, question: Question) -> str:
        """A transfer with what is known, as half a sentence, by the labels."""
        known = self._known(question.facts, has_reference=question.reference is not None)
        return self._phrases["transfer"].format(
            data=", ".join(self.quoted("categories", each) for each in question.data),
            subject=self.quoted("subjects", question.subject),
            sender=self.quoted(PARTIES, question.sender),
            recipient=self.quoted(PARTIES, question.recipient),
            purpose=self.quoted("purposes", question.purpose),
            known=known or self._phrases["nothing-known"],
        )

    def condition(self, state: Demand) -> str:
        """When something may go, by the labels of the facts."""
        facts = self._facts
        known = self._known(facts.states(state), has_reference=facts.has_reference(state))
        return known or self._phrases["always"]

    @cached_property
    def _phrases(self) -> dict[str, str]:
        return PHRASES[self.lang]

    def _known(self, facts: Mapping[str, bool | None], *, has_reference: bool) -> str:
        phrases = self._phrases
        states = [self._fact(fact, "true" if state else "false") for fact, state in facts.items()]
        known = phrases["when"].format(facts=phrases["and"].join(states)) if states else ""
        return ", ".join(filter(None, (known, phrases["reference"] if has_reference else "")))

    def _fact(self, fact: str, state: str) -> str:
        special = self._phrases.get(f"{fact}-{state}")
        return special or self._phrases[state].format(fact=self.quoted("facts", fact))

    def _duty(self, duty: str) -> str:
        return self._phrases[duty]


def _label(side: Declarations, section: str, identifier: str, lang: Language) -> str:
    if section == PARTIES:
        return party_label(side, identifier, lang)
    held: Mapping[str, Declaration] = getattr(side, section)
    found = held.get(identifier)
    return found.label.in_language(lang) if found else ""
