"""The answer to a transfer, its reasons and what would turn it (policy language, section 4)."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from enum import StrEnum

from doelbinding.model.facts import NO_FACTS, Facts
from doelbinding.source import Place


class Effect(StrEnum):
    """Whether a transfer may go."""

    ALLOW = "allow"
    LOG = "log"
    """It may go once a record of it is durably written."""
    DENY = "deny"


class Reason(StrEnum):
    """Why a category is withheld; a flow's requirements stand in the language's order."""

    UNKNOWN_SENDER = "unknown-sender"
    UNKNOWN_RECIPIENT = "unknown-recipient"
    UNKNOWN_PURPOSE = "unknown-purpose"
    UNKNOWN_SUBJECT = "unknown-subject"
    UNKNOWN_CATEGORY = "unknown-category"
    NO_DATA = "no-data"
    PROHIBITED = "prohibited"
    SUBJECT_NOT_COVERED = "subject-not-covered"
    ROLE_MISSING = "role-missing"
    AGREEMENT_NOT_IN_FORCE = "agreement-not-in-force"
    PARTY_NOT_IN_FORCE = "party-not-in-force"
    PURPOSE_NOT_IN_FORCE = "purpose-not-in-force"
    REFUSAL_PERIOD = "refusal-period"
    FLOW_NOT_IN_FORCE = "flow-not-in-force"
    OBJECTION_RAISED = "objection-raised"
    CONSENT_MISSING = "consent-missing"
    FACT_MISSING = "fact-missing"
    CONDITION_NOT_MET = "condition-not-met"
    REFERENCE_MISSING = "reference-missing"
    OVER_CEILING = "over-ceiling"
    CATEGORY_NOT_DECLARED = "category-not-declared"
    NO_FLOW = "no-flow"

    # The gate's own: the policy permits the transfer, and yet it does not go.
    RECIPIENT_NOT_NAMED = "recipient-not-named"
    DUTY_UNFULFILLED = "duty-unfulfilled"
    DECISION_ID_MALFORMED = "decision-id-malformed"
    DECISION_ID_TAKEN = "decision-id-taken"
    FACTS_UNAVAILABLE = "facts-unavailable"
    LOG_UNAVAILABLE = "log-unavailable"
    GATE_FAILED = "gate-failed"


REASONS_OF_GATE = frozenset(
    {
        Reason.RECIPIENT_NOT_NAMED,
        Reason.DUTY_UNFULFILLED,
        Reason.DECISION_ID_MALFORMED,
        Reason.DECISION_ID_TAKEN,
        Reason.FACTS_UNAVAILABLE,
        Reason.LOG_UNAVAILABLE,
        Reason.GATE_FAILED,
    }
)
"""What the gate alone gives: no decision of a policy has one of these."""

REASONS_OF_POLICY = frozenset(Reason) - REASONS_OF_GATE


@dataclass(frozen=True, slots=True)
class Remedy:
    """What the caller can mend so that the category may go; empty when that is not enough."""

    facts: Facts = NO_FACTS
    reference: bool = False

    def __bool__(self) -> bool:
        return bool(self.facts) or self.reference


NO_REMEDY = Remedy()


@dataclass(frozen=True, slots=True)
class Withheld:
    """A category that may not go, and why.

    `parts` are the ids of the category that are missing or forbidden; `rule` is the flow that
    came nearest, or the prohibition; `fact` is the fact on which the reason turns, and
    `demanded` the state that it must be known to be in; `nearest` is the known name nearest to
    an unknown one.
    """

    category: str | None
    reason: Reason
    parts: tuple[str, ...] = ()
    rule: str | None = None
    clauses: tuple[str, ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)
    remedy: Remedy = NO_REMEDY
    fact: str | None = None
    demanded: bool | None = None
    nearest: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyIdentity:
    """Which policy decided: the digest of what it means, and of the bytes it was written in."""

    id: str
    revision: int
    digest: str
    source: str


class DecisionDraft:
    """A decision while it is made. `made` turns it into a `Decision`, which never changes.

    A decision is made at every first-seen transfer, and setting the attributes of a frozen class
    takes five times as long. `withheld_by` is a function with its arguments: `withheld` is made
    by it, when it is first looked at, where it is not set.
    """

    __slots__ = (
        "duties",
        "effect",
        "permitted",
        "policy",
        "rules",
        "unknown_facts",
        "withheld",
        "withheld_by",
    )

    effect: Effect
    permitted: tuple[str, ...]
    withheld: tuple[Withheld, ...]
    rules: tuple[str, ...]
    duties: tuple[str, ...]
    unknown_facts: tuple[str, ...]
    policy: PolicyIdentity
    withheld_by: tuple[Callable[..., tuple[Withheld, ...]], *tuple[object, ...]]

    def made(self) -> "Decision":
        """The same object, from now on a decision."""
        self.__class__ = Decision  # pyright: ignore[reportAttributeAccessIssue]  # of the same slots
        return self  # type: ignore[return-value]  # it is one now


@dataclass(frozen=True)
class Decision(DecisionDraft):
    """One answer. Lists are without doubles and sorted by code point."""

    __slots__ = ()

    effect: Effect
    permitted: tuple[str, ...]
    withheld: tuple[Withheld, ...]
    rules: tuple[str, ...]
    duties: tuple[str, ...]
    unknown_facts: tuple[str, ...]
    policy: PolicyIdentity = field(repr=False)

    def __bool__(self) -> bool:
        """True for ALLOW alone: a LOG may go only once it is recorded."""
        return self.effect is Effect.ALLOW

    def __getattr__(self, name: str) -> tuple[Withheld, ...]:
        """Only a slot that is still empty gets here: reasons that were not made yet."""
        if name != "withheld":
            raise AttributeError(f"a decision has no attribute `{name}`")
        make, *arguments = self.withheld_by
        withheld = make(*arguments)
        object.__setattr__(self, "withheld", withheld)
        return withheld

    def __reduce__(self) -> tuple[type["Decision"], tuple[object, ...]]:
        return Decision, tuple(getattr(self, each.name) for each in fields(self))
