"""A transfer at the gate: decided and handed to the log, then let go or denied."""

import logging
from collections.abc import Callable, Hashable
from datetime import UTC
from functools import partial
from time import time_ns

from doelbinding.audit.entries import OutcomeKind, Stopped
from doelbinding.audit.log import AuditLog
from doelbinding.decider.index import Index
from doelbinding.errors import SourceError
from doelbinding.gate.case import Case
from doelbinding.gate.facts import FactSource, KnownFacts, gathered
from doelbinding.gate.passage import Passage, TransferDenied
from doelbinding.gate.records import Recorder
from doelbinding.gate.reload import announce
from doelbinding.gate.request import Request, has_good_id, names_little
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
from doelbinding.model.transfer import Transfer, is_reference
from doelbinding.policy import Policy

_MOST_SETTLED = 4096
"""So many verdicts are remembered."""

_DAY = 86_400_000_000

_FOR_WANT_OF_FACTS = {
    Reason.CONSENT_MISSING,
    Reason.OBJECTION_RAISED,
    Reason.FACT_MISSING,
    Reason.CONDITION_NOT_MET,
}

_NOTHING_KNOWN = KnownFacts(None, {})

_logger = logging.getLogger("doelbinding.gate")


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
        self._announced_on = 0
        self._announce(time_ns() // 1000)

    def begin(self, request: Request) -> Case:
        """Decide, and hand it to the log."""
        at = time_ns() // 1000
        known, stopped = self._known(request, at)
        if stopped is not None:
            return self._stopped(request, known, at, stopped)
        asked = self._asked(request, known)
        settled = self._settled.get(asked)
        if settled is None or not settled.span[0] <= at < settled.span[1]:
            settled = self._settle(request, known, at)
            if settled.verdict.observed is not None:
                self._announce(at)
            elif names_little(request, known, self._index):
                self._remember(asked, settled)
        return self._recorded(request, known, at, settled)

    def end(self, case: Case, error: SourceError | None) -> Passage:
        """Let it go, or raise `TransferDenied`; `error` is why the log has it not in time."""
        verdict = case.verdict
        if case.is_taken:
            return self._refused(case)
        if not verdict.goes:
            raise TransferDenied(self._denial(verdict), case.id)
        problem = case.problem(error)
        if problem is not None:
            return self._unrecorded(case, problem)
        tell = None if self._recorder is None else self._tell
        parts = verdict.decision, verdict.data, verdict.action, case.id, case.traceparent
        return Passage(*parts, case.pending, tell)

    def interrupted(self, case: Case, error: BaseException) -> None:
        """Nobody waits any more for it to be recorded: nothing goes."""
        if case.verdict.goes and case.request.decision_id is None:  # a chosen id may be another's
            self._tell_of(case.id, "failed", type(error).__name__)

    def failed(self, request: Request, error: Exception) -> Passage:
        """What becomes of a transfer that could not be decided: a denial, unless observed."""
        _logger.error("the gate could not decide a transfer: %s", _kind_and_place(error))
        decision = denied(self._index.policy, Reason.GATE_FAILED)
        try:
            observed = self._observation(request, _NOTHING_KNOWN, time_ns() // 1000, decision)
        except Exception:  # noqa: BLE001 - whether it is always enforced cannot be told
            observed = None
        if observed is None:
            raise TransferDenied(decision) from None  # what the error says may be personal
        self._count_failure()
        return Passage(decision, request.names, "observed")

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

    def _stopped(self, request: Request, known: KnownFacts, at: int, stopped: Stopped) -> Case:
        """A transfer that the gate stops whatever the policy says."""
        verdict = self._judged(request, known, at, stopped)
        if verdict.goes and stopped.reason == Reason.FACTS_UNAVAILABLE.value:
            self._count_failure()
        return self._recorded(request, known, at, Settled(verdict, (at, at)))

    def _refused(self, case: Case) -> Passage:
        """Its id is that of another transfer: what was asked is recorded under an id of its own."""
        request = case.request._replace(decision_id=None)
        stopped = Stopped(Reason.DECISION_ID_TAKEN.value)
        try:
            refused = self._stopped(request, case.known, case.at, stopped)
        except Exception as error:  # noqa: BLE001 - as at the beginning
            return self.failed(request, error)
        return self.end(refused, None)

    def _asked(self, request: Request, known: KnownFacts) -> Hashable:
        """What is the same for transfers that get the same verdict while nothing begins or ends."""
        sources = known.sources
        return (
            request.sender,
            request.recipient,
            request.purpose,
            request.subject,
            request.names,
            self.policy.told(known.states),
            frozenset(sources.items()) if sources else None,
            is_reference(request.reference),
            not request.recipient_id,
            request.fulfils,
            request.strips,
        )

    def _settle(self, request: Request, known: KnownFacts, at: int) -> Settled:
        verdict = self._judged(request, known, at, None)
        return Settled(verdict, self._index.epoch(at))

    def _announce(self, at: int) -> None:
        """Tell once a day which observations end soon."""
        if at // _DAY != self._announced_on:
            self._announced_on = at // _DAY
            announce(self.policy, at)

    def _remember(self, asked: Hashable, settled: Settled) -> None:
        """Observations end, and none begins: where there is none, there will be none."""
        if len(self._settled) >= _MOST_SETTLED:
            self._settled = {}
        self._settled[asked] = settled

    def _judged(
        self,
        request: Request,
        known: KnownFacts,
        at: int,
        stopped: Stopped | None,
    ) -> Verdict:
        decision = going = self._decide(request, request.names, known, at)
        if request.strips and decision.effect is Effect.DENY and decision.permitted:
            going = self._decide(request, decision.permitted, known, at)
        if going.effect is not Effect.DENY:
            stopped = stopped or objection_of_gate(going, request, self._index.enforcement)
        observation = partial(self._observation, request, known, at, decision)
        return judged(decision, going, request.names, stopped, observation)

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
        transfer = Transfer(*parties, subject, request.names, declared, has_reference, at)
        return None if forbidden_for_good(index, transfer) else observed

    def _recorded(
        self,
        request: Request,
        known: KnownFacts,
        at: int,
        settled: Settled,
    ) -> Case:
        verdict = settled.verdict
        if self._recorder is None:
            identifier = request.decision_id if has_good_id(request) else None
            return Case(request, known, at, identifier, None, verdict, None, None)
        try:
            identifier, header, pending = self._recorder.decided(request, known, settled, at)
        except SourceError as error:
            return Case(request, known, at, None, None, verdict, None, error)
        return Case(request, known, at, identifier, header, verdict, pending, None)

    def _denial(self, verdict: Verdict) -> Decision:
        stopped = verdict.stopped
        if stopped is None:
            return verdict.decision
        if verdict.going.effect is Effect.DENY and not _is_for_want_of_facts(verdict, stopped):
            return verdict.decision
        return denied(self._index.policy, Reason(stopped.reason), stopped.duties)

    def _unrecorded(self, case: Case, problem: SourceError) -> Passage:
        """A transfer of which the log has no record: denied, unless it is merely observed."""
        request, verdict, index = case.request, case.verdict, self._index
        sender = index.controller if request.sender is None else request.sender
        parties = sender, request.recipient, request.purpose
        observed = index.enforcement.observation(*parties, case.at)
        if observed is None:
            if case.pending is not None and request.decision_id is None:  # as above
                self._tell_of(case.id, "failed", Reason.LOG_UNAVAILABLE.value)
            raise TransferDenied(denied(index.policy, Reason.LOG_UNAVAILABLE), case.id)
        self._count_failure()
        _logger.error(
            "a transfer went unrecorded, since it is merely observed: %s", problem.message
        )
        return Passage(verdict.decision, verdict.data, "observed", case.id, case.traceparent)

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


def _is_for_want_of_facts(verdict: Verdict, stopped: Stopped) -> bool:
    """Whether the policy denies because of what the register did not tell, and of nothing else."""
    reasons = {each.reason for each in verdict.going.withheld}
    return stopped.reason == Reason.FACTS_UNAVAILABLE.value and reasons <= _FOR_WANT_OF_FACTS


def _kind_and_place(error: Exception) -> str:
    """What went wrong and where, without a word of what the error says."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" in {trace.tb_frame.f_code.co_qualname}, {trace.tb_lineno}"
    return type(error).__name__ + place
