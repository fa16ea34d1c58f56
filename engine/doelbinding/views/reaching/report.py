"""What all formats say of where a category can end up."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from doelbinding.analysis.reach import Passage, Reached
from doelbinding.analysis.space import Witness
from doelbinding.analysis.terms import FactStates
from doelbinding.model.declarations import Declarations
from doelbinding.model.period import NEVER, moment
from doelbinding.policy import Policy
from doelbinding.views.explain import Language
from doelbinding.views.explain.text import party_label
from doelbinding.views.witness import Shown, condition_in_words, shown

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "verdict": "{category} can reach {count} parties from {start}",
        "one": "{category} can reach 1 party from {start}",
        "none": "{category} can go nowhere from {start}",
        "hops": "{count} hops",
        "hop": "1 hop",
        "for": "for {purpose}",
        "wider": "wider than the hop before: it can carry more of it",
        "recorded": "recorded",
        "or": "; or ",
        "since": "from {day}",
        "until": "until {day}",
        "about": "about {subjects}",
        "above": "as above",
    },
    "nl": {
        "verdict": "{category} kan vanuit {start} bij {count} partijen komen",
        "one": "{category} kan vanuit {start} bij 1 partij komen",
        "none": "{category} kan vanuit {start} nergens heen",
        "hops": "{count} stappen",
        "hop": "1 stap",
        "for": "voor {purpose}",
        "wider": "ruimer dan de stap ervoor: er kan meer van mee",
        "recorded": "vastgelegd",
        "or": "; of ",
        "since": "vanaf {day}",
        "until": "tot en met {day}",
        "about": "over {subjects}",
        "above": "zoals hierboven",
    },
}


@dataclass(frozen=True, slots=True)
class ReachReport:
    """The parties that a category can reach, seen from a moment on."""

    policy: Policy
    category: str
    start: str
    reached: Sequence[Reached]
    at: int

    @property
    def declarations(self) -> Declarations:
        """What the policy declares."""
        return self.policy.declarations

    @property
    def facts(self) -> FactStates:
        """The facts of the policy."""
        return FactStates(self.policy.compiled.index.facts)

    def verdict(self, lang: Language) -> str:
        """One line."""
        count = len(self.reached)
        key = {0: "none", 1: "one"}.get(count, "verdict")
        return WORDS[lang][key].format(category=self.category, start=self.start, count=count)

    def label(self, party: str, lang: Language) -> str:
        """What a party is called."""
        return party_label(self.declarations, party, lang)

    def shown(self, transfer: Witness) -> Shown:
        """A transfer with what the policy answers."""
        return shown(self.policy.compiled.index, self.facts, transfer)

    def day(self, at: int) -> str | None:
        """The day of an instant; none of never."""
        zone = ZoneInfo(self.policy.compiled.index.timezone)
        return None if at == NEVER else moment(at, zone).date().isoformat()

    def conditions(self, passage: Passage, lang: Language) -> str:
        """Under which conditions something may go, and when."""
        words, facts = WORDS[lang], self.facts
        states = [condition_in_words(facts, each, lang) for each in passage.terms]
        states += [] if passage.is_all else ["…"]
        pieces = [words["or"].join(states)]
        begin, end = passage.span
        if begin > self.at:
            pieces.append(words["since"].format(day=self.day(begin)))
        if end != NEVER:
            pieces.append(words["until"].format(day=self.day(end - 1)))
        if passage.logs:
            pieces.append(words["recorded"])
        return ", ".join(pieces)
