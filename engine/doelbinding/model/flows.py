"""What may be sent, what never may, and the facts that decide between."""

from dataclasses import dataclass

from doelbinding.model.condition import Condition
from doelbinding.model.decision import Effect
from doelbinding.model.declaration import Declaration
from doelbinding.model.period import Period

DUTIES = frozenset(
    {"encrypt", "pseudonymise", "inform-subject", "withhold-notice", "delete-after-use"}
)
"""What may be asked of whoever carries out a transfer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Declaration):
    """Data that may go from someone to someone for a purpose. None means: not limited here."""

    senders: tuple[str, ...]
    recipients: tuple[str, ...]
    purposes: tuple[str, ...]
    subjects: tuple[str, ...] | None = None
    data: tuple[str, ...] | None = None
    excluded: tuple[str, ...] = ()
    when: Condition | None = None
    effect: Effect = Effect.ALLOW
    needs_reference: bool = False
    duties: tuple[str, ...] = ()
    valid: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prohibition(Declaration):
    """Data that never may go, unless a condition holds. None means: any."""

    senders: tuple[str, ...] | None = None
    recipients: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    subjects: tuple[str, ...] | None = None
    data: tuple[str, ...] | None = None
    unless: Condition | None = None
    always_enforced: bool = False
    valid: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance(Declaration):
    """A yes/no fact that conditions may speak of."""
