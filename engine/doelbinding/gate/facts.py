"""Where the gate learns what a person said: the port that a register of consents fills."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from doelbinding.model.facts import states_of
from doelbinding.model.ids import BUILT_IN_FACTS
from doelbinding.model.transfer import text_of

FactStates = Mapping[str, bool | None]

CALLER = "caller"
"""As the source of a fact: whoever asked said so."""


class FactSource(Protocol):
    """A register that knows facts about a person.

    For `consent` and `objection` it is the only voice: what a caller claims of them is not heard.
    """

    @property
    def name(self) -> str:
        """What records call it, such as `register`."""
        ...

    def facts(self, *, purpose: str, subject: str, subject_id: str, at: int) -> FactStates:
        """The facts that it knows of a person for a purpose at an instant (microseconds UTC)."""
        ...


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """Facts with where each came from; those of unknown state are left out of `sources`."""

    states: FactStates | None
    sources: Mapping[str, str]


def gathered(
    told: FactStates | None,
    register: FactSource | None,
    purpose: str,
    subject: str,
    subject_id: str | None,
    at: int,
) -> KnownFacts:
    """What the caller told, and what the register knows; the register's word goes first.

    Without a person's id the register knows nothing, and so no consent stands.
    """
    if register is None:
        return KnownFacts(told, {})
    states = {fact: state for fact, state in states_of(told).items() if fact not in BUILT_IN_FACTS}
    if subject_id is None:
        return KnownFacts(states, {})
    found = register.facts(purpose=purpose, subject=subject, subject_id=subject_id, at=at)
    known = _checked(states_of(found))
    source = text_of("name", register.name)
    return KnownFacts({**states, **known}, dict.fromkeys(known, source))


def _checked(states: dict[str, bool | None]) -> dict[str, bool | None]:
    """The states, of which none merely claims to be one. Raises `TypeError`."""
    if all(state is None or type(state) is bool for state in states.values()):
        return states
    raise TypeError("a state from the register is True, False or None")
