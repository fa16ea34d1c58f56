"""What a transfer gets at the gate: passage, or a denial."""

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from doelbinding.errors import DoelbindingError
from doelbinding.model.decision import Decision

if TYPE_CHECKING:
    from doelbinding.audit.entries import Action
    from doelbinding.audit.pending import Pending, Receipt

OutcomeKind = Literal["carried-out", "failed"]

Tell = Callable[["Passage", OutcomeKind, str | None], None]
"""Records what became of a passage: the outcome, and the kind of error, if there was one."""


class TransferDenied(DoelbindingError):  # noqa: N818 - the name that the outside sees
    """The transfer may not go; `decision` says why, and what would turn it.

    `id` is under which the log knows the denial, if there is a log. The message names only codes,
    and ids that the policy knows.
    """

    def __init__(self, decision: Decision, id: str | None = None) -> None:  # noqa: A002 - as above
        super().__init__(decision, id)
        self.decision = decision
        self.id = id

    def __str__(self) -> str:
        reasons = dict.fromkeys(each.reason.value for each in self.decision.withheld)
        held = len(self.decision.withheld)
        what = "the transfer" if held == 1 else f"the transfer, for {held} categories"
        return f"the gate denies {what}: {', '.join(reasons) or 'nothing may go'}"

    def __repr__(self) -> str:
        """As short as the message: the decision names what the caller named."""
        return f"<TransferDenied {self.id or 'unrecorded'}: {self}>"


class Passage:
    """A transfer that may go, or that is merely observed.

    Tell afterwards what became of it, by `carried_out` or `failed`; as a context manager it tells
    by itself. What nobody tells stays unknown. `data` are the categories that may go; `action` is
    `passed`, `stripped` or `observed`.
    """

    __slots__ = ("_pending", "_tell", "_trace", "action", "data", "decision", "id")

    def __init__(
        self,
        decision: Decision,
        data: tuple[str, ...],
        action: "Action" = "passed",
        id: str | None = None,  # noqa: A002 - the field's name everywhere
        trace: str | None = None,
        pending: "Pending | None" = None,
        tell: Tell | None = None,
    ) -> None:
        self.decision = decision
        self.data = data
        self.action = action
        self.id = id
        self._trace = trace
        self._pending = pending
        self._tell = tell

    @property
    def receipt(self) -> "Receipt | None":
        """That the decision is in the log; None while it is not, and without a log."""
        return None if self._pending is None else self._pending.receipt

    @property
    def traceparent(self) -> str | None:
        """The W3C header to send along, so that both ends' records can be joined; None unlogged."""
        return self._trace

    def carried_out(self) -> None:
        """The data went. Only the first word about a passage counts."""
        self._end("carried-out", None)

    def failed(self, error: BaseException | None = None) -> None:
        """The data did not go; of an error only its type is recorded."""
        self._end("failed", None if error is None else type(error).__name__)

    def _end(self, outcome: OutcomeKind, because: str | None) -> None:
        tell, self._tell = self._tell, None
        if tell is not None:
            tell(self, outcome, because)

    def __enter__(self) -> "Passage":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.carried_out()
        else:
            self.failed(error)

    async def __aenter__(self) -> "Passage":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, traceback)

    def __repr__(self) -> str:
        return f"<Passage {self.id or 'unrecorded'}, {self.action}>"
