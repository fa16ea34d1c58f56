"""Transfers asked at the gate: decided, recorded, and told what the log has of each."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from doelbinding.audit.entries import Decided
from doelbinding.audit.log import AuditLog
from doelbinding.audit.opening import open_log
from doelbinding.audit.pending import Pending
from doelbinding.cli.logs import LogChoice
from doelbinding.cli.questions import question_of
from doelbinding.errors import StoreError
from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import Passage, TransferDenied
from doelbinding.model.decision import Decision
from doelbinding.policy import Policy
from doelbinding.views.explain import Answered, Question, Record

AT_ONCE = 256
"""So many transfers are asked together, and share a commit."""

_SECONDS = 2.0
_QUEUE = 4 * AT_ONCE


@dataclass(frozen=True, slots=True)
class _Kept:
    """A decision that was handed to the log, and what became of it there."""

    id: str
    body: bytes
    pending: Pending

    @property
    def until(self) -> str | None:
        """The last day of the observation under which it goes."""
        until: str | None = json.loads(self.body)["observed-until"]
        return until


class _PatientLog(AuditLog):
    """A log for which every decision waits, also one to *allow*; it remembers what it was given."""

    kept: dict[str, _Kept]
    refused = ""
    """Why it did not take the last decision that it did not take."""

    def record(self, kind: str, body: bytes, at: int, **given: Any) -> Pending:  # noqa: ANN401 - as of a log
        if kind != Decided.kind:
            return super().record(kind, body, at, **given)
        identifier = given["id"]
        given["waits"] = True
        try:
            pending = super().record(kind, body, at, **given)
        except StoreError as error:
            self.refused = error.message
            raise
        self.kept[identifier] = _Kept(identifier, body, pending)
        return pending


class RecordingGate:
    """A gate in front of a log, which is begun if it is not there. Raises `SourceError`.

    Leaving the `with` statement closes the log.
    """

    def __init__(self, policy: Policy, chosen: LogChoice) -> None:
        opened = open_log(chosen.where, chosen.keys, create=True)
        self._log = _PatientLog(opened, timeout=_SECONDS, queue=_QUEUE)
        self._log.kept = {}
        try:
            self._gate = Gate(policy, self._log)
        except BaseException:
            self._log.close()
            raise
        self._policy = policy

    def send(self, asked: dict[str, Any]) -> Answered:
        """Ask for one transfer. Raises `TypeError` for a value of the wrong type."""
        try:
            return self._passed(asked, self._gate.send(**asked))
        except TransferDenied as denial:
            return self._denied(asked, denial)

    def send_all(self, asked: Sequence[dict[str, Any]]) -> list[Answered | TypeError]:
        """Ask for many together; an error stands for one with a value of the wrong type."""
        ended = asyncio.run(self._send_all(asked))
        pairs = zip(asked, ended, strict=True)
        return [self._answered(each, end) for each, end in pairs]

    async def _send_all(
        self, asked: Sequence[dict[str, Any]]
    ) -> list[Passage | TransferDenied | TypeError]:
        return await asyncio.gather(*map(self._sent, asked))

    async def _sent(self, asked: dict[str, Any]) -> Passage | TransferDenied | TypeError:
        try:
            return await self._gate.send_async(**asked)
        except (TransferDenied, TypeError) as end:
            return end

    def _answered(
        self, asked: dict[str, Any], end: Passage | TransferDenied | TypeError
    ) -> Answered | TypeError:
        if isinstance(end, TypeError):
            return end
        return self._passed(asked, end) if isinstance(end, Passage) else self._denied(asked, end)

    def _passed(self, asked: dict[str, Any], passage: Passage) -> Answered:
        return self._told(asked, passage.decision, passage.id, passage.action)

    def _denied(self, asked: dict[str, Any], denial: TransferDenied) -> Answered:
        return self._told(asked, denial.decision, denial.id, "stopped")

    def _told(
        self, asked: dict[str, Any], decision: Decision, identifier: str | None, action: str
    ) -> Answered:
        kept = None if identifier is None else self._log.kept.pop(identifier, None)
        if kept is None:
            record = Record(identifier, action, None, problem=self._log.refused)
            return Answered(self._question(asked, None), decision, record=record)
        record = self._record(kept, action)
        return Answered(self._question(asked, kept.pending.at), decision, record=record)

    def _record(self, kept: _Kept, action: str) -> Record:
        receipt, problem = None, ""
        try:
            receipt = self._log.wait(kept.pending)
        except StoreError as error:
            problem = error.message
        until = kept.until if action == "observed" else None
        return Record(kept.id, action, receipt, until, problem)

    def _question(self, asked: dict[str, Any], at: str | None) -> Question:
        """What was asked; its moment is that of the record, by the clocks of the policy."""
        moment = self._policy.moment(at)
        return question_of(self._policy, asked, moment.isoformat())

    def __enter__(self) -> "RecordingGate":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._log.close()
