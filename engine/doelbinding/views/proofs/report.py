"""What all formats say of a policy's invariants."""

from collections.abc import Sequence
from dataclasses import dataclass

from doelbinding.analysis.prove import Proof
from doelbinding.analysis.terms import FactStates
from doelbinding.model.declarations import Declarations
from doelbinding.model.invariants import Always, Invariant, Never, Only
from doelbinding.policy import Policy
from doelbinding.views.explain import Language
from doelbinding.views.witness import Shown, shown


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
    def broken(self) -> list[Proof]:
        """The invariants that are not proven."""
        return [proof for proof in self.proofs if not proof.holds]

    def verdict(self, lang: Language) -> str:
        """One line."""
        words, count = _VERDICTS[lang], len(self.proofs)
        if not count:
            return words["none"].format(source=self.source)
        holding = count - len(self.broken)
        key = "all" if holding == count else "some"
        return words[key].format(source=self.source, count=count, holding=holding)

    def chain(self, proof: Proof) -> list[Shown]:
        """The transfers that break an invariant, as the policy answers them."""
        index = self.policy.compiled.index
        facts = FactStates(index.facts)
        return [shown(index, facts, witness) for witness in proof.broken_by]


_VERDICTS = {
    "en": {
        "all": "{source}: all {count} invariants hold",
        "some": "{source}: {holding} of {count} invariants hold",
        "none": "{source}: no invariant is declared, so nothing was proven",
    },
    "nl": {
        "all": "{source}: alle {count} invarianten gelden",
        "some": "{source}: {holding} van {count} invarianten gelden",
        "none": "{source}: er is geen invariant, dus er is niets bewezen",
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


_LACKING = {
    "en": {
        "permitted": "and yet it may go",
        "chain": "and yet data can get there in {count} hops",
        "hop": "and yet data can get there in one hop",
        "effect": "and yet its effect is `{effect}`",
        "facts": "and yet it may go when it is not known whether `{id}` is {state}",
        "duties": "and yet it may go without the duty `{id}`",
        "reference": "and yet it may go without a reference",
        "from": "and yet it may go from another sender",
        "to": "and yet it may go to another recipient",
        "purpose": "and yet it may go for another purpose",
        "empty": "it speaks of no transfer at all, so nothing can break it",
        "idle": "no transfer that it speaks of may ever go, so it asks nothing of any",
        "true": "true",
        "false": "false",
    },
    "nl": {
        "permitted": "en toch mag het gaan",
        "chain": "en toch kunnen gegevens er komen, in {count} stappen",
        "hop": "en toch kunnen gegevens er komen, in één stap",
        "effect": "en toch is het gevolg `{effect}`",
        "facts": "en toch mag het gaan als niet bekend is of `{id}` {state} is",
        "duties": "en toch mag het gaan zonder de verplichting `{id}`",
        "reference": "en toch mag het gaan zonder kenmerk",
        "from": "en toch mag het gaan van een andere afzender",
        "to": "en toch mag het gaan naar een andere ontvanger",
        "purpose": "en toch mag het gaan voor een ander doeleinde",
        "empty": "zij gaat over geen enkele doorgifte, dus niets kan haar breken",
        "idle": "geen doorgifte waarover zij gaat mag ooit gaan, dus zij eist van geen iets",
        "true": "waar",
        "false": "onwaar",
    },
}


def lacking(proof: Proof, chain: Sequence[Shown], lang: Language) -> str:
    """What is wrong, as half a sentence; empty when nothing is."""
    words = _LACKING[lang]
    if proof.is_empty:
        return words["empty"]
    if not chain:
        return words["idle"] if proof.is_idle else ""
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
