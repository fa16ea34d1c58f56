"""What the gate does with a transfer, before anything is recorded."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from doelbinding.audit.entries import Action, Stopped, Stripped
from doelbinding.decider.evaluate import hold
from doelbinding.decider.index import Index
from doelbinding.gate.request import Request
from doelbinding.model.decision import Decision, Effect, PolicyIdentity, Reason, Withheld
from doelbinding.model.enforcement import Enforcement, Observed
from doelbinding.model.period import Span
from doelbinding.model.transfer import Transfer


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says of a transfer, and what is done with it.

    `decision` is the policy's on what was asked; `going` its decision on what goes, where the rest
    is stripped. `stopped` is why the gate itself does not let it go. `data` may go, unless the
    action is `stopped`; `waits` tells that nothing may go before it is recorded.
    """

    decision: Decision
    going: Decision
    data: tuple[str, ...]
    action: Action
    stopped: Stopped | None
    observed: Observed | None

    @property
    def goes(self) -> bool:
        """Whether data leave."""
        return self.action != "stopped"

    @property
    def waits(self) -> bool:
        """Whether nothing may go before it is recorded."""
        return self.goes and self.going.effect is Effect.LOG

    @property
    def stripped(self) -> Stripped | None:
        """What went after stripping, as it is recorded."""
        if self.action != "stripped":
            return None
        going = self.going
        return Stripped(self.data, going.effect.value, going.rules, going.duties)


class Settled:
    """A verdict that stands for every transfer that is asked for alike, within a span.

    `form` is the entry for the log, with blanks for what differs, once it was written down.
    """

    __slots__ = ("form", "span", "verdict")

    def __init__(self, verdict: Verdict, span: Span) -> None:
        self.verdict = verdict
        self.span = span
        self.form: str | None = None


def judged(
    decision: Decision,
    going: Decision,
    names: tuple[str, ...],
    stopped: Stopped | None,
    observation: Callable[[], Observed | None],
) -> Verdict:
    """What is done: passed, or else let go under observation, or else stripped or stopped."""
    is_stopped = going.effect is Effect.DENY or stopped is not None
    if not is_stopped and going is decision:
        return Verdict(decision, going, going.permitted, "passed", None, None)
    observed = observation()
    if observed is not None:
        return Verdict(decision, going, names, "observed", stopped, observed)
    if is_stopped:
        return Verdict(decision, going, (), "stopped", stopped, None)
    return Verdict(decision, going, going.permitted, "stripped", None, None)


def objection_of_gate(
    going: Decision, request: Request, enforcement: Enforcement
) -> Stopped | None:
    """Why the gate stops what the policy permits, if it does."""
    if going.effect is Effect.DENY:
        return None
    if request.recipient in enforcement.classes and not request.recipient_id:
        return Stopped(Reason.RECIPIENT_NOT_NAMED.value)
    if fulfils_all(going, request.fulfils):
        return None
    missing = tuple(duty for duty in going.duties if duty not in request.fulfils)
    return Stopped(Reason.DUTY_UNFULFILLED.value, missing)


def fulfils_all(decision: Decision, fulfils: Collection[str]) -> bool:
    """Whether somebody sees to each duty of a decision."""
    return all(duty in fulfils for duty in decision.duties)


def denied(identity: PolicyIdentity, reason: Reason, parts: Collection[str] = ()) -> Decision:
    """A denial of the gate's own; `parts` are the duties that nobody fulfils."""
    withheld = Withheld(None, reason, tuple(parts))
    return Decision(Effect.DENY, (), (withheld,), (), (), (), identity)


def forbidden_for_good(index: Index, transfer: Transfer) -> bool:
    """Whether a prohibition that is always enforced forbids part of what is asked."""
    enforced = index.enforcement.enforced_prohibitions
    ids = transfer.sender, transfer.recipient, transfer.purpose, transfer.subject
    if not enforced:
        return False
    asked = 0
    for each in transfer.data:
        asked |= index.expansions.get(each, 0)
    known = index.known(transfer.facts)
    return any(
        each.id in enforced and each.data & asked and not hold(each.unless or (), known)
        for each in index.prohibitions.between(*ids, transfer.at)
    )
