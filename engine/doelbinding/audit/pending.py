"""An entry on its way into the log, and whoever waits for it to be there."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from doelbinding.errors import StoreError

if TYPE_CHECKING:
    from doelbinding.audit.entries import Asked
    from doelbinding.stores.store import Transaction


class Receipt(NamedTuple):
    """That an entry is in the log: which log, at which place, and the hash of what it says.

    Kept elsewhere it is a witness: `doelbinding audit verify --receipts FILE` finds an entry that
    is gone, or says something else.
    """

    log: str
    seq: int
    leaf: str

    def __str__(self) -> str:
        """The line of JSON that a file of receipts holds."""
        return f'{{"log":"{self.log}","seq":{self.seq},"leaf":"{self.leaf}"}}'


@dataclass(frozen=True, slots=True)
class Bundle:
    """A policy's bundle, to be kept once with the entry that names it."""

    source: str
    sha256: str
    content: bytes


class Pending:
    """An entry that was accepted. `settle` is called once, by the writer's thread.

    `asked` tells, where the caller chose the id, to which question it was given and what was done:
    an entry with that id may be there already. `number` is the writer's running number, given when
    it is first written. `prepare` works in the transaction in which the entry is written, and gives
    its body; None: there is nothing to write.
    """

    __slots__ = (
        "_done",
        "_on_settled",
        "accepted",
        "asked",
        "at",
        "body",
        "bundle",
        "error",
        "id",
        "is_settled",
        "keep_until",
        "kind",
        "number",
        "prepare",
        "receipt",
        "subject",
        "waits",
    )

    def __init__(
        self,
        kind: str,
        at: str,
        keep_until: str | None,
        body: bytes,
        *,
        id: str | None = None,  # noqa: A002 - the field's name everywhere
        subject: str | None = None,
        asked: "Asked | None" = None,
        bundle: Bundle | None = None,
        prepare: "Callable[[Transaction], bytes | None] | None" = None,
        waits: bool = False,
    ) -> None:
        self.kind = kind
        self.at = at
        self.keep_until = keep_until
        self.body = body
        self.id = id
        self.subject = subject
        self.asked = asked
        self.bundle = bundle
        self.prepare = prepare
        self.waits = waits
        self.number: int | None = None
        self.accepted = 0.0
        self.receipt: Receipt | None = None
        self.error: StoreError | None = None
        self.is_settled = False
        self._on_settled: Callable[[], None] | None = None
        self._done: Lock | None = None
        if waits:
            self._done = Lock()
            self._done.acquire()

    @property
    def is_special(self) -> bool:
        """Whether more than writing must be done: to look whether it is there, or some work."""
        return (self.asked or self.bundle or self.prepare) is not None

    def settle(self, receipt: Receipt | None, error: StoreError | None = None) -> None:
        """It is in the log, or it is known that it is not yet. The first word stands."""
        if self.is_settled:
            self.receipt = self.receipt or receipt
            return
        self.receipt, self.error, self.is_settled = receipt, error, True
        if self._done is not None:
            self._done.release()
        if self._on_settled is not None:
            self._on_settled()

    def wait(self, timeout: float) -> Receipt | None:
        """Wait until it is in the log. Raises `StoreError` when it is not, or not in time.

        None tells that the chosen id was given to another question, or another answer.
        """
        if self._done is None or not self._done.acquire(timeout=timeout):
            raise too_slow(timeout)
        self._done.release()
        return self.outcome()

    def outcome(self) -> Receipt | None:
        """The receipt of what is settled. Raises `StoreError`."""
        if self.error is not None:
            raise self.error
        return self.receipt

    def when_settled(self, call: Callable[[], None]) -> None:
        """Call it once this is settled, from the writer's thread; at once if it is already."""
        self._on_settled = call
        if self.is_settled:
            call()


def too_slow(timeout: float) -> StoreError:
    """That the log took too long."""
    return StoreError(
        f"the log did not take the record within {timeout:g} s",
        "Nothing may go without it: see whether its disk or database answers.",
        may_have_happened=True,
    )
