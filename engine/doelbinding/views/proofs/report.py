"""What all formats say of a policy's invariants."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from doelbinding.analysis.prove import Proof
from doelbinding.analysis.terms import FactStates
from doelbinding.model.declarations import Declarations
from doelbinding.model.invariants import Always, Invariant, Never, Only
from doelbinding.policy import Policy
from doelbinding.views.explain import Language
from doelbinding.views.witness import Shown, shown


class Outcome(StrEnum):
    """What came out for an invariant; those in `WRONG` are not proven."""

    BROKEN = "broken"
    """Some transfer, or a chain of them, breaks it."""
    VACUOUS = "vacuous"
    """No transfer at all can match it."""
    IDLE = "idle"
    """It holds, and none of the transfers that match it may ever go."""
    PROVEN = "proven"


WRONG = (Outcome.BROKEN, Outcome.VACUOUS)


def outcome_of(proof: Proof) -> Outcome:
    """What came out."""
    if proof.broken_by:
        return Outcome.BROKEN
    if proof.is_empty:
        return Outcome.VACUOUS
    return Outcome.IDLE if proof.is_idle else Outcome.PROVEN


@dataclass(frozen=True, slots=True)
class ProofReport:
    """The proofs of one policy, seen from a moment on."""

    policy: Policy
    source: str
    proofs: Sequence[Proof]
    at: int

    @property
    def declarations(self) -> Declarations:
        """What the policy declares."""
        return self.policy.declarations

    @property
    def counts(self) -> Counter[Outcome]:
        """How many invariants came to what."""
        return Counter(map(outcome_of, self.proofs))

    @property
    def fails(self) -> bool:
        """Whether any invariant is not proven."""
        return any(self.counts[each] for each in WRONG)

    def verdict(self, lang: Language) -> str:
        """One line."""
        words, count, counts = _VERDICTS[lang], len(self.proofs), self.counts
        holding = count - sum(counts[each] for each in WRONG)
        key = "none" if not count else "some" if self.fails else "one" if count == 1 else "all"
        told = words[key].format(source=self.source, count=f"{count:,}", holding=f"{holding:,}")
        listed = [each for each in (*WRONG, Outcome.IDLE) if counts[each]]
        noted = [f"{counts[each]:,} {words[each]}" for each in listed]
        return f"{told}: {', '.join(noted)}" if noted else told

    def chain(self, proof: Proof) -> list[Shown]:
        """The transfers that break an invariant, as the policy answers them."""
        index = self.policy.compiled.index
        facts = FactStates(index.facts)
        return [shown(index, facts, witness) for witness in proof.broken_by]


_VERDICTS: dict[Language, dict[str, str]] = {
    "en": {
        "all": "{source}: all {count} invariants hold",
        "one": "{source}: the one invariant holds",
        "some": "{source}: {holding} of {count} invariants hold",
        "none": "{source}: no invariant is declared, so nothing was proven",
        Outcome.BROKEN: "broken",
        Outcome.VACUOUS: "vacuous",
        Outcome.IDLE: "idle",
    },
    "nl": {
        "all": "{source}: alle {count} invarianten gelden",
        "one": "{source}: de ene invariant geldt",
        "some": "{source}: {holding} van de {count} invarianten gelden",
        "none": "{source}: er zijn geen invarianten, dus er is niets bewezen",
        Outcome.BROKEN: "gebroken",
        Outcome.VACUOUS: "inhoudsloos",
        Outcome.IDLE: "werkeloos",
    },
}


def kind_of(invariant: Invariant) -> str:
    """The key under which its claim is written."""
    claim = invariant.claim
    if isinstance(claim, Never):
        return "never"
    if isinstance(claim, Always):
        return "always"
    return "only" if isinstance(claim, Only) else "no-path"


_WRONG: dict[Language, dict[str, str]] = {
    "en": {
        "permitted": "this may go",
        "chain": "data can get there in {count} hops",
        "hop": "data can get there in one hop",
        "effect": "this may go with the effect `{effect}`",
        "facts": "this may go while it is not known that `{id}` is {state}",
        "duties": "this may go without the duty `{id}`",
        "reference": "this may go without a reference",
        "from": "this may go from another sender",
        "to": "this may go to another recipient",
        "purpose": "this may go for another purpose",
        Outcome.VACUOUS: "it speaks of no transfer at all, so nothing can break it",
        Outcome.IDLE: "none of the transfers that it speaks of may ever go, so it asks nothing "
        "of any",
        "true": "true",
        "false": "false",
    },
    "nl": {
        "permitted": "dit mag gaan",
        "chain": "gegevens kunnen er komen, in {count} stappen",
        "hop": "gegevens kunnen er komen, in één stap",
        "effect": "dit mag gaan met het gevolg `{effect}`",
        "facts": "dit mag gaan terwijl niet bekend is dat `{id}` {state} is",
        "duties": "dit mag gaan zonder de plicht `{id}`",
        "reference": "dit mag gaan zonder kenmerk",
        "from": "dit mag gaan van een andere afzender",
        "to": "dit mag gaan naar een andere ontvanger",
        "purpose": "dit mag gaan voor een ander doeleinde",
        Outcome.VACUOUS: "dit gaat over geen enkele doorgifte, dus niets kan het breken",
        Outcome.IDLE: "geen van de doorgiften waarover dit gaat mag ooit gaan, dus er valt niets "
        "te eisen",
        "true": "waar",
        "false": "onwaar",
    },
}


def what_is_wrong(proof: Proof, chain: Sequence[Shown], lang: Language) -> str:
    """What is wrong with an invariant, or with the transfers that break it; empty if nothing is."""
    words, outcome = _WRONG[lang], outcome_of(proof)
    if outcome is not Outcome.BROKEN:
        return words.get(outcome, "")
    if kind_of(proof.invariant) == "no-path":
        return words["hop" if len(chain) == 1 else "chain"].format(count=len(chain))
    key, _, identifier = proof.lacks.partition(".")
    claim = proof.invariant.claim
    state = isinstance(claim, Always) and claim.facts.get(identifier)
    return words[key].format(
        id=identifier,
        effect=chain[-1].decision.effect.value,
        state=words["true" if state else "false"],
    )
