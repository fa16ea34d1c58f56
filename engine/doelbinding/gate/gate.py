"""The gate: where data leave, it decides, records and enforces."""

import logging
import os
from collections.abc import Callable, Collection, Iterable
from functools import partial
from threading import Lock
from typing import ParamSpec, TypeVar, Unpack

from doelbinding.audit.log import AuditLog
from doelbinding.errors import DoelbindingError, StoreError
from doelbinding.gate.case import Case
from doelbinding.gate.facts import FactSource, FactStates
from doelbinding.gate.guard import guarded
from doelbinding.gate.handling import Handling
from doelbinding.gate.passage import Passage
from doelbinding.gate.reload import load_for_gate
from doelbinding.gate.request import Asked, Given, Request, are_plain, plain
from doelbinding.gate.sending import Sending
from doelbinding.gate.verdict import fulfils_all
from doelbinding.model.decision import Effect, PolicyIdentity
from doelbinding.model.transfer import names_of
from doelbinding.policy import Policy

_logger = logging.getLogger("doelbinding.gate")

_Arguments = ParamSpec("_Arguments")
_Value = TypeVar("_Value")
_TEXT = str, bytes


class Gate:
    """Decides transfers, records them, and lets go only what may go.

    It may be shared between threads, and its policy may be replaced while it is used: each
    transfer is decided by exactly one whole policy. `failures` counts what was let go undecided
    or unrecorded, since it is merely observed.
    """

    def __init__(
        self,
        policy: Policy,
        log: AuditLog | None = None,
        *,
        consents: FactSource | None = None,
        verify: str | os.PathLike[str] | None = None,
    ) -> None:
        """Keeps the policy's bundle in the log. Raises `SourceError`.

        Args:
            policy: decides, and says what is enforced and what is merely observed.
            log: where transfers are recorded; without one, what must be recorded is denied.
            consents: the register that knows consents and objections.
            verify: the PEM file of the key with which every policy must be signed that is loaded
                later by `reload`.
        """
        _check_parts(policy, log, consents)
        self.failures = 0
        self._counting = Lock()
        self._reloading = Lock()
        self._log = log
        self._consents = consents
        self._verify = verify
        self._is_bare = log is None and consents is None
        self._handling = self._taken(policy)

    @property
    def policy(self) -> Policy:
        """The policy that decides now."""
        return self._handling.policy

    @property
    def log(self) -> AuditLog | None:
        """Where transfers are recorded."""
        return self._log

    def send(
        self,
        *,
        recipient: str,
        purpose: str,
        data: Iterable[str],
        sender: str | None = None,
        subject: str | None = None,
        facts: FactStates | None = None,
        reference: str | None = None,
        subject_id: str | None = None,
        recipient_id: str | None = None,
        decision_id: str | None = None,
        fulfils: Collection[str] = (),
        traceparent: str | None = None,
    ) -> Passage:
        """Ask for passage; it is given once all that must be recorded is.

        Args:
            recipient: who would get the data.
            purpose: what for.
            data: the categories, not their values.
            sender: who holds them; left out, the controller.
            subject: the category of person; left out, the policy's default subject.
            facts: what is known of the circumstances.
            reference: the number of the request or demand.
            subject_id: whom the data are about; recorded as a pseudonym alone.
            recipient_id: which member of a class gets them, such as a library's ISIL.
            decision_id: the caller's own id for this transfer; asked again under it, the same
                question is one record, and another question is denied.
            fulfils: the duties that the caller sees to.
            traceparent: the W3C header of the trace that this is part of.

        Raises:
            TransferDenied: it may not go; nothing was let through.
            TypeError: a value is of the wrong type.
        """
        data = names_of(data)
        texts = recipient, purpose, sender, subject, recipient_id, subject_id, traceparent
        if self._is_bare and decision_id is None and are_plain(texts):
            handling = self._handling
            try:
                decision = handling.policy.check(
                    recipient=recipient,
                    purpose=purpose,
                    data=data,
                    sender=sender,
                    subject=subject,
                    facts=facts,
                    reference=reference,
                )
                if (
                    decision.effect is Effect.ALLOW
                    and (recipient not in handling.classes or recipient_id)
                    and not isinstance(fulfils, _TEXT)
                    and fulfils_all(decision, fulfils)
                ):
                    return Passage(decision, decision.permitted)
            except Exception:  # noqa: BLE001, S110 - the long way tells what comes of it
                pass
        return self._ask(
            Request(
                recipient=recipient,
                purpose=purpose,
                data=data,
                sender=sender,
                subject=subject,
                facts=facts,
                reference=reference,
                subject_id=subject_id,
                recipient_id=recipient_id,
                decision_id=decision_id,
                fulfils=fulfils,
                traceparent=traceparent,
            )
        )

    def strip(self, **asked: Unpack[Asked]) -> Passage:
        """Ask for passage of what may go of the data; the rest is to be taken out.

        The arguments are those of `send`; `Passage.data` are the categories that may go. Raises
        `TransferDenied` when nothing may.
        """
        return self._ask(Request(strips=True, **asked))

    def send_async(self, **asked: Unpack[Asked]) -> Sending:
        """`send` for asynchronous code: `await` it, or enter it by `async with`."""
        return self._sending(Request(**asked))

    def strip_async(self, **asked: Unpack[Asked]) -> Sending:
        """`strip` for asynchronous code."""
        return self._sending(Request(strips=True, **asked))

    def guard(
        self, **given: Unpack[Given]
    ) -> Callable[[Callable[_Arguments, _Value]], Callable[_Arguments, _Value]]:
        """Decorate a function, async or not, whose call is the transfer.

        The arguments are those of `send`; where one is a function, it is called with the call's
        own arguments and gives the value. A call that returns was carried out, one that raises
        failed; a transfer that may not go raises `TransferDenied`, and nothing is called.
        """

        def decorate(function: Callable[_Arguments, _Value]) -> Callable[_Arguments, _Value]:
            return guarded(self, dict(given), function)

        return decorate

    def reload(
        self, source: str | os.PathLike[str] = "policy", *, at_least: int | None = None
    ) -> PolicyIdentity:
        """Take a new policy: loaded, validated, tested by its own tests, and swapped in whole.

        On any fault the policy that decides stays, and this raises what `Policy.load` raises, or
        `SourceError` when its tests fail, it is another policy, or its bundle cannot be kept. With
        `verify`, it must be signed and its revision may not be below the one that decides.
        """
        try:
            with self._reloading:  # of two at once, the second is measured against the first
                current = self.policy.identity
                policy = load_for_gate(source, current, self._verify, at_least)
                self._handling = self._taken(policy)
        except DoelbindingError as error:
            _logger.error("the policy was not replaced: %s", type(error).__name__)
            raise
        _logger.info("policy revision %d decides, %s", policy.identity.revision, policy)
        return policy.identity

    def _taken(self, policy: Policy) -> Handling:
        """The policy, its bundle kept in the log before it decides anything."""
        if self._log is not None:
            self._log.keep_policy(policy.identity, policy.bundle())
        return Handling(policy, self._log, self._consents, self._count_failure)

    def _count_failure(self) -> None:
        with self._counting:
            self.failures += 1

    def _ask(self, request: Request) -> Passage:
        request, handling = plain(request), self._handling
        case = _begun(handling, request)
        if isinstance(case, Passage):
            return case
        pending, error = case.pending, None
        if pending is not None and pending.waits:
            try:
                pending.wait(self._log.timeout if self._log else 0)
            except StoreError as problem:
                error = problem
            except BaseException as interruption:
                handling.interrupted(case, interruption)
                raise
        return handling.end(case, error)

    def _sending(self, request: Request) -> Sending:
        request, handling = plain(request), self._handling
        timeout = self._log.timeout if self._log else 0
        blocks = self._consents is not None
        return Sending(partial(_begun, handling, request), handling, timeout, blocks=blocks)

    def __repr__(self) -> str:
        return f"<Gate of {self.policy!r}>"


def _check_parts(policy: object, log: object, consents: object) -> None:
    """Raise `TypeError` for what is no policy, log or register."""
    if not isinstance(policy, Policy):
        raise TypeError("`policy` is a Policy: read one with `Policy.load`")
    if log is not None and not isinstance(log, AuditLog):
        raise TypeError("`log` is an AuditLog: open one with `AuditLog.sqlite`")
    if consents is not None and not callable(getattr(consents, "facts", None)):
        raise TypeError("`consents` is a register, which gives `facts`: see FactSource")


def _begun(handling: Handling, request: Request) -> Case | Passage:
    """The transfer decided and recorded; whatever goes wrong in the gate is a denial."""
    try:
        return handling.begin(request)
    except Exception as error:  # noqa: BLE001 - nothing goes because something broke
        return handling.failed(request, error)
