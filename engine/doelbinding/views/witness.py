"""A transfer that shows something: in a few words, as a command, for programs."""

import shlex
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from doelbinding.analysis.space import Witness
from doelbinding.analysis.terms import FactStates
from doelbinding.decider import decide
from doelbinding.decider.index import Demand, Index
from doelbinding.model.decision import Decision, Effect
from doelbinding.model.period import moment
from doelbinding.model.transfer import Transfer
from doelbinding.views.explain import Language, Question, decision_object
from doelbinding.views.json import JsonObject

_REFERENCE = "REF-1"
"""Stands for any reference."""

_USUAL_SOURCE = "policy"
"""Where commands look for a policy when they are told of no other."""

_STATES = {True: "true", False: "false", None: "unknown"}

_WORDS = {
    "en": {
        "transfer": "`{data}` about `{subject}` from `{sender}` to `{recipient}` for `{purpose}`",
        "known": "when {facts}",
        "true": "`{fact}` is true",
        "false": "`{fact}` is false",
        "reference": "with a reference",
        "unknown": "when nothing is known",
        "always": "always",
        "and": "and",
        "allow": "ALLOW: may go",
        "log": "LOG: may go once it is recorded",
        "deny": "DENY: may not go",
    },
    "nl": {
        "transfer": "`{data}` over `{subject}` van `{sender}` naar `{recipient}` voor `{purpose}`",
        "known": "als {facts}",
        "true": "`{fact}` waar is",
        "false": "`{fact}` onwaar is",
        "reference": "met een kenmerk",
        "unknown": "als er niets bekend is",
        "always": "altijd",
        "and": "en",
        "allow": "TOEGESTAAN: mag gaan",
        "log": "MET VASTLEGGING: mag gaan zodra het is vastgelegd",
        "deny": "GEWEIGERD: mag niet gaan",
    },
}


class Shown(NamedTuple):
    """A witness as a question, with what a policy answers to it."""

    question: Question
    decision: Decision


def shown(index: Index, facts: FactStates, witness: Witness) -> Shown:
    """What the policy of that index answers to a witness; `facts` number what it knows."""
    states = facts.states(witness.known)
    has_reference = facts.has_reference(witness.known)
    transfer = Transfer(
        *witness[:4],
        (witness.category,),
        {fact: state for fact, state in states.items() if fact in index.fact_bits},
        has_reference,
        witness.at,
    )
    question = Question(
        *witness[:4],
        (witness.category,),
        states,
        _REFERENCE if has_reference else None,
        moment(witness.at, ZoneInfo(index.timezone)).isoformat(),
    )
    unknown = tuple(fact for fact in states if fact not in index.fact_bits)
    return Shown(question, decide(index, transfer, tuple(sorted(unknown))))


def shown_object(each: Shown) -> JsonObject:
    """For programs: as `check` answers it."""
    return decision_object(*each)


def in_words(question: Question, lang: Language) -> str:
    """The transfer as half a sentence, with what is known."""
    words = _WORDS[lang]
    transfer = words["transfer"].format(
        data=", ".join(question.data),
        subject=question.subject,
        sender=question.sender,
        recipient=question.recipient,
        purpose=question.purpose,
    )
    known = _known(question.facts, lang, has_reference=question.reference is not None)
    return f"{transfer}, {known or words['unknown']}"


def condition_in_words(facts: FactStates, state: Demand, lang: Language) -> str:
    """When something may go that needs as much to be known as is in that state."""
    known = _known(facts.states(state), lang, has_reference=facts.has_reference(state))
    return known or _WORDS[lang]["always"]


def _known(facts: Mapping[str, bool | None], lang: Language, *, has_reference: bool) -> str:
    words = _WORDS[lang]
    states = [
        words["true" if state else "false"].format(fact=fact) for fact, state in facts.items()
    ]
    known = words["known"].format(facts=f" {words['and']} ".join(states)) if states else ""
    pieces = [known, words["reference"] if has_reference else ""]
    return ", ".join(filter(None, pieces))


def effect_in_words(effect: Effect, lang: Language) -> str:
    """The effect, and what it says."""
    return _WORDS[lang][effect.value]


def as_command(question: Question, source: str = _USUAL_SOURCE) -> str:
    """The command that asks it of the policy that is there."""
    return shlex.join(_arguments(question, source))


def _arguments(question: Question, source: str) -> Iterator[str]:
    yield from ("doelbinding", "check", "--from", question.sender, "--to", question.recipient)
    yield from ("--purpose", question.purpose, "--subject", question.subject)
    yield from ("--data", ",".join(question.data))
    for fact, state in question.facts.items():
        yield from ("--fact", f"{fact}={_STATES[state]}")
    if question.reference is not None:
        yield from ("--reference", question.reference)
    yield from ("--at", question.at)
    if source != _USUAL_SOURCE:
        yield from ("--policy", source)
