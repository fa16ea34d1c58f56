"""A transfer at the gate: decided and handed to the log, then let go or denied."""

import logging
from collections.abc import Callable, Hashable
from datetime import UTC
from functools import partial
from time import time_ns
from typing import NamedTuple

from doelbinding.audit.entries import OutcomeKind, Stopped
from doelbinding.audit.log import AuditLog
from doelbinding.audit.pending import Pending
from doelbinding.decider.index import Index
from doelbinding.errors import SourceError
from doelbinding.gate.facts import FactSource, KnownFacts, gathered
from doelbinding.gate.passage import Passage, TransferDenied
from doelbinding.gate.records import Recorder
from doelbinding.gate.request import Request, has_good_id
from doelbinding.gate.verdict import (
    Settled,
    Verdict,
    denied,
    forbidden_for_good,
    judged,
    objection_of_gate,
)
from doelbinding.model.decision import Decision, Effect, Reason
from doelbinding.model.enforcement import Observed
from doelbinding.model.period import moment
from doelbinding.model.transfer import Transfer, is_reference, names_of
from doelbinding.policy import Policy

_MOST_SETTLED = 4096
"""So many verdicts are remembered."""

_logger = logging.getLogger("doelbinding.gate")


class Case(NamedTuple):
    """A transfer that was decided and handed to the log; `error` is why the log has it not."""

    request: Request
    names: tuple[str, ...]
    at: int
    id: str | None
    traceparent: str | None
    verdict: Verdict
    pending: Pending | None
    error: SourceError | None


class Handling:
    """How one policy handles transfers at the gate; it never changes.

    `count_failure` is called for what is let go undecided or unrecorded, under observation.
    """

    def __init__(
        self,
        policy: Policy,
        log: AuditLog | None,
        register: FactSource | None,
        count_failure: Callable[[], None],
    ) -> None:
        self.policy = policy
        self.classes = policy.compiled.index.enforcement.classes
        self._index: Index = policy.compiled.index
        self._recorder = None if log is None else Recorder(log, self._index)
        self._register = register
        self._count_failure = count_failure
        self._settled: dict[Hashable, Settled] = {}

    def begin(self, request: Request) -> Case:
        """Decide, and hand it to the log. Raises `TypeError` as `Policy.check` does."""
        names, at = names_of(request.data), time_ns() // 1000
        known, stopped = self._known(request, at)
        if stopped is not None:
            verdict = self._judged(request, names, known, at, stopped)
            return self._recorded(request, names, known, at, Settled(verdict, (at, at)))
        asked = self._asked(request, names, known)
        settled = self._settled.get(asked)
        if settled is None or not settled.span[0] <= at < settled.span[1]:
            settled = self._settle(request, names, known, at)
            if settled.verdict.observed is None:
                self._remember(asked, settled)
        return self._recorded(request, names, known, at, settled)

    def end(self, case: Case, error: SourceError | None) -> Passage:
        """Let it go, or raise `TransferDenied`; `error` is why the log has it not in time."""
        verdict, pending = case.verdict, case.pending
        problem = case.error or error
        if not verdict.goes:
            raise TransferDenied(self._denial(verdict), case.id)
        if problem is not None:
            return self._unrecorded(case, Reason.LOG_UNAVAILABLE, problem.message)
        if pending is not None and pending.is_settled and pending.receipt is None:
            return self._unrecorded(case, Reason.DECISION_ID_TAKEN, "its id is taken")
        if pending is None and verdict.waits:
            return self._unrecorded(case, Reason.LOG_UNAVAILABLE, "the gate has no log")
        tell = None if self._recorder is None else self._tell
        return Passage(
            verdict.decision, verdict.data, verdict.action, case.id, case.traceparent, pending, tell
        )

    def failed(self, request: Request, error: Exception) -> Passage:
        """What becomes of a transfer that could not be decided: a denial, unless observed."""
        _logger.error("the gate could not decide a transfer: %s", type(error).__name__)
        at, index = time_ns() // 1000, self._index
        sender = index.controller if request.sender is None else request.sender
        enforcement, names = index.enforcement, names_of(request.data)
        decision = denied(index.policy, Reason.GATE_FAILED)
        if enforcement.observation(sender, request.recipient, request.purpose, at) is None:
            raise TransferDenied(decision) from error
        self._count_failure()
        return Passage(decision, names, "observed")

    def _known(self, request: Request, at: int) -> tuple[KnownFacts, Stopped | None]:
        """The facts, and that the gate stops the transfer for want of some of them."""
        purpose, person = request.purpose, request.subject_id
        subject = self._index.default_subject if request.subject is None else request.subject
        stopped = None if has_good_id(request) else Stopped(Reason.DECISION_ID_MALFORMED.value)
        try:
            known = gathered(request.facts, self._register, purpose, subject, person, at)
        except Exception as error:
            if self._register is None:
                raise
            _logger.error("the register of facts does not answer: %s", type(error).__name__)
            known = gathered(request.facts, self._register, purpose, subject, None, at)
            stopped = stopped or Stopped(Reason.FACTS_UNAVAILABLE.value)
        return known, stopped

    def _asked(self, request: Request, names: tuple[str, ...], known: KnownFacts) -> Hashable:
        """What is the same for transfers that get the same verdict while nothing begins or ends."""
        sources = known.sources
        return (
            request.sender,
            request.recipient,
            request.purpose,
            request.subject,
            names,
            self.policy.told(known.states),
            frozenset(sources.items()) if sources else None,
            is_reference(request.reference),
            not request.recipient_id,
            frozenset(request.fulfils),
            request.strips,
        )

    def _settle(
        self, request: Request, names: tuple[str, ...], known: KnownFacts, at: int
    ) -> Settled:
        verdict = self._judged(request, names, known, at, None)
        return Settled(verdict, self._index.epoch(at))

    def _remember(self, asked: Hashable, settled: Settled) -> None:
        """Observations end, and none begins: where there is none, there will be none."""
        if len(self._settled) >= _MOST_SETTLED:
            self._settled = {}
        self._settled[asked] = settled

    def _judged(
        self,
        request: Request,
        names: tuple[str, ...],
        known: KnownFacts,
        at: int,
        stopped: Stopped | None,
    ) -> Verdict:
        decision = going = self._decide(request, names, known, at)
        if request.strips and decision.effect is Effect.DENY and decision.permitted:
            going = self._decide(request, decision.permitted, known, at)
        if going.effect is not Effect.DENY:
            stopped = stopped or objection_of_gate(going, request, self._index.enforcement)
        observation = partial(self._observation, request, names, known, at, decision)
        return judged(decision, going, names, stopped, observation)

    def _decide(
        self, request: Request, names: tuple[str, ...], known: KnownFacts, at: int
    ) -> Decision:
        return self.policy.check(
            recipient=request.recipient,
            purpose=request.purpose,
            data=names,
            sender=request.sender,
            subject=request.subject,
            facts=known.states,
            reference=request.reference,
            at=moment(at, UTC),
        )

    def _observation(
        self,
        request: Request,
        names: tuple[str, ...],
        known: KnownFacts,
        at: int,
        decision: Decision,
    ) -> Observed | None:
        """The observation under which it goes all the same; none over what is always enforced."""
        index = self._index
        sender = index.controller if request.sender is None else request.sender
        subject = index.default_subject if request.subject is None else request.subject
        parties = sender, request.recipient, request.purpose
        observed = index.enforcement.observation(*parties, at)
        if observed is None or decision.effect is not Effect.DENY:
            return observed
        states = known.states or {}
        facts = {each: bool(state) for each, state in states.items() if state is not None}
        declared = {each: state for each, state in facts.items() if each in index.fact_bits}
        has_reference = is_reference(request.reference)
        transfer = Transfer(*parties, subject, names, declared, has_reference, at)
        return None if forbidden_for_good(index, transfer) else observed

    def _recorded(
        self,
        request: Request,
        names: tuple[str, ...],
        known: KnownFacts,
        at: int,
        settled: Settled,
    ) -> Case:
        verdict = settled.verdict
        if self._recorder is None:
            return Case(request, names, at, request.decision_id, None, verdict, None, None)
        try:
            identifier, header, pending = self._recorder.decided(request, known, names, settled, at)
        except SourceError as error:
            return Case(request, names, at, None, None, verdict, None, error)
        return Case(request, names, at, identifier, header, verdict, pending, None)

    def _denial(self, verdict: Verdict) -> Decision:
        stopped = verdict.stopped
        if stopped is None or verdict.going.effect is Effect.DENY:
            return verdict.decision
        return denied(self._index.policy, Reason(stopped.reason), stopped.duties)

    def _unrecorded(self, case: Case, reason: Reason, why: str) -> Passage:
        """A transfer of which the log has no record: denied, unless it is merely observed."""
        request, verdict, index = case.request, case.verdict, self._index
        sender = index.controller if request.sender is None else request.sender
        parties = sender, request.recipient, request.purpose
        observed = index.enforcement.observation(*parties, case.at)
        if observed is None:
            if case.pending is not None and case.pending.receipt is None:
                self._tell_of(case.id, "failed", reason.value)
            raise TransferDenied(denied(index.policy, reason), case.id)
        self._count_failure()
        _logger.error("a transfer went unrecorded, since it is merely observed: %s", why)
        return Passage(verdict.decision, case.names, "observed", case.id, case.traceparent)

    def _tell(self, passage: Passage, outcome: OutcomeKind, because: str | None) -> None:
        self._tell_of(passage.id, outcome, because)

    def _tell_of(self, identifier: str | None, outcome: OutcomeKind, because: str | None) -> None:
        if self._recorder is None or identifier is None:
            return
        at = time_ns() // 1000
        try:
            self._recorder.outcome(identifier, outcome, because, at)
        except SourceError as error:
            _logger.error("the outcome of a transfer was not recorded: %s", error.message)
