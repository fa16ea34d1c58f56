"""A transfer on its way through the gate."""

from typing import NamedTuple

from doelbinding.audit.pending import Pending
from doelbinding.errors import SourceError, StoreError
from doelbinding.gate.facts import KnownFacts
from doelbinding.gate.request import Request
from doelbinding.gate.verdict import Verdict


class Case(NamedTuple):
    """A transfer that was decided and handed to the log; `error` is why the log has it not."""

    request: Request
    known: KnownFacts
    at: int
    id: str | None
    traceparent: str | None
    verdict: Verdict
    pending: Pending | None
    error: SourceError | None

    @property
    def is_taken(self) -> bool:
        """Whether its chosen id was given to another question, or to another answer."""
        pending = self.pending
        return (
            pending is not None
            and pending.is_settled
            and (pending.receipt or pending.error) is None
        )

    def problem(self, error: SourceError | None) -> SourceError | None:
        """Why the log has no record of it, if it should have one; `error` is why it was late."""
        pending, verdict = self.pending, self.verdict
        if pending is not None:
            return None if pending.receipt is not None else error or pending.error
        if self.error is None and (verdict.waits or verdict.observed is not None):
            return StoreError("the gate has no log")
        return self.error
