"""The writer: one thread that takes what was accepted and writes it, many entries in one commit.

Whoever must not go on without a record waits for the commit; all else is written within
`_LINGER` seconds. The queue is bounded. While the store fails nothing more is accepted, and what
was accepted is tried again until it is written, or the store is beyond writing.
"""

import logging
import secrets
import threading
from collections.abc import Callable
from time import monotonic

from doelbinding.audit.chronicle import Chronicle
from doelbinding.audit.pending import Pending
from doelbinding.errors import StoreError
from doelbinding.stores.store import Store

_LINGER = 0.2
"""Seconds for which an entry that nobody waits for may lie in the queue, to be joined by others."""

_LATE = 1.0
"""Seconds after which an entry that is not yet written shows that the store is too slow."""

_JOINING_PART = 0.5
_LONGEST_JOINING = 0.002
"""For how long those may join who waited before: a part of a commit, and seconds at most."""

_MOST_AT_ONCE = 512
_PAUSES = (0.05, 0.1, 0.2, 0.5)
"""Seconds between attempts while the store fails."""

_LITTLE_ROOM = 0.1
_BETWEEN_LOOKS = 10.0
"""How much of a disk is little, as a part, and seconds between two looks at it."""

_logger = logging.getLogger("doelbinding.audit")


class Writer:
    """Writes on one log for one process. It may be shared between threads."""

    def __init__(
        self,
        store: Store,
        log: str,
        most: int,
        first: Callable[[], Pending],
        last: Callable[[int], Pending],
    ) -> None:
        """`first` makes the entry that comes before all others, `last` the one after them."""
        self.chronicle = Chronicle(log, secrets.token_hex(8))
        self.problem: StoreError | None = None
        self.refusal: StoreError | None = None
        self.unrecorded = 0
        self._store = store
        self._most = most
        self._first = first
        self._last = last
        self._changed = threading.Condition(threading.Lock())
        self._queue: list[Pending] = []
        self._held: list[Pending] = []
        self._waiting = 0
        self._expected = 1
        self._joining = 0.0
        self._is_closing = False
        self._deadline = 0.0
        self._room = _Room(store)
        self._thread: threading.Thread | None = None

    @property
    def queued(self) -> int:
        """How many entries are accepted and not yet written."""
        return len(self._queue) + len(self._held)

    @property
    def has_written(self) -> bool:
        """Whether anything was accepted at all."""
        return self._thread is not None

    def submit(self, pending: Pending, *, must: bool = False) -> None:
        """Accept an entry. Raises `StoreError` when there is no room, or the store fails.

        `must` is for what tells of an entry that was accepted: it is taken as long as there is
        memory set aside for it, whatever the store does.
        """
        now = monotonic()
        with self._changed:
            refusal = self._refusal(now, must) or self._start(now)
            if refusal is not None:
                self._note_refusal(refusal)
                raise refusal
            pending.accepted = now
            self._queue.append(pending)
            if self._has_news(pending):
                self._changed.notify()

    def refuse(self, refusal: StoreError) -> StoreError:
        """Count a transfer that cannot be recorded for another reason than the writer's own."""
        with self._changed:
            self._note_refusal(refusal)
        return refusal

    def close(self, timeout: float) -> None:
        """Write what was accepted, then the last entry, and stop; a second time does nothing."""
        with self._changed:
            thread = self._thread
            if not self._is_closing and thread is not None:
                self._queue.append(self._last(self.unrecorded))
                self._deadline = monotonic() + timeout / 2
            self._is_closing = True
            self._changed.notify()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def _note_refusal(self, refusal: StoreError) -> None:
        """Count it, and leave a gap in the numbers, unless the last of them is given already."""
        if self.refusal is None and self.problem is None and not self._is_closing:
            _logger.error("the log %s takes nothing more: %s", self._store.name, refusal.message)
        self.refusal = refusal
        self.unrecorded += 1
        if not self._is_closing:
            self.chronicle.burn_number()

    def _refusal(self, now: float, must: bool) -> StoreError | None:
        room = self._most * 2 if must else self._most
        if self._is_closing:
            return StoreError("the log is closed", "Open it again.", is_final=True)
        if self.queued >= room:
            return StoreError(f"{self.queued:,} records wait to be written", _SLOW)
        if must and self.problem is not None and not self.problem.is_final:
            return None
        if self.problem is not None:
            return self.problem
        oldest = self._held or self._queue
        if not must and oldest and now - oldest[0].accepted > _LATE:
            return StoreError(f"the oldest record has waited for over {_LATE:g} s", _SLOW)
        return None

    def _has_news(self, pending: Pending) -> bool:
        """Whether the writer's thread should look at the queue, now that this is in it."""
        if not pending.waits:
            return len(self._queue) in (1, _MOST_AT_ONCE)
        self._waiting += 1
        return self._waiting == 1 or self._waiting >= self._expected

    def _start(self, now: float) -> StoreError | None:
        """Begin, if it did not yet; why it cannot."""
        if self._thread is not None:
            return None
        thread = threading.Thread(target=self._run, name="doelbinding-audit", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return StoreError("no thread can be started that writes the log", _THREADS)
        first = self._first()
        first.accepted = now
        self._queue.append(first)
        self._thread = thread
        return None

    def _run(self) -> None:
        try:
            self._write_all()
        except BaseException as error:  # noqa: BLE001 - a defect must deny, not end the thread unseen
            self.problem = _defect(error)
        self._give_up()

    def _write_all(self) -> None:
        """Write until it is closed, or the store is beyond writing."""
        failures = 0
        while self._gather():
            failures = 0 if self._write() else failures + 1
            if failures and self._is_over():
                return
            if failures:
                self._pause(_PAUSES[min(failures, len(_PAUSES)) - 1])

    def _is_over(self) -> bool:
        """Whether nothing is tried again."""
        is_final = self.problem is not None and self.problem.is_final
        return is_final or (self._is_closing and monotonic() > self._deadline)

    def _gather(self) -> bool:
        """Take what is to be written next into `_held`; False when there is nothing more to do."""
        with self._changed:
            while not self._held:
                if self._queue and (self._is_closing or self._is_due()):
                    self._held = self._queue[:_MOST_AT_ONCE]
                    del self._queue[:_MOST_AT_ONCE]
                    self._waiting = sum(each.waits for each in self._queue)
                elif self._is_closing:
                    return False
                else:
                    self._changed.wait(self._time_left())
        return True

    def _is_due(self) -> bool:
        enough = 0 < self._expected <= self._waiting or len(self._queue) >= _MOST_AT_ONCE
        return enough or self._time_left() == 0

    def _time_left(self) -> float | None:
        """Seconds until the queue is written, whoever else may come; None: nothing is in it.

        Those who waited for the last commit are likely to come again at once: they get a part of
        the time that it took to join the next.
        """
        if not self._queue:
            return None
        oldest = next((each for each in self._queue if each.waits), self._queue[0])
        linger = self._joining if oldest.waits else _LINGER
        return max(0.0, oldest.accepted + linger - monotonic())

    def _write(self) -> bool:
        """Write what is held; True when it is in the log."""
        group = self._held
        try:
            begin = monotonic()
            receipts = self._store.exclusive(lambda each: self.chronicle.append(each, group))
            self._joining = min(_LONGEST_JOINING, (monotonic() - begin) * _JOINING_PART)
            self._expected = max(1, sum(each.waits for each in group) + self._waiting)
        except StoreError as error:
            self._fail(group, error)
            return False
        except Exception as error:  # noqa: BLE001 - whoever waits is told at once
            self._fail(group, _defect(error))
            return False
        self.chronicle.confirm()
        if self.problem is not None:
            _logger.warning("the log %s is written again", self._store.name)
        self.problem = self.refusal = None
        self._held = []
        for pending, receipt in zip(group, receipts, strict=True):
            pending.settle(receipt)
        self._room.look()
        return True

    def _fail(self, group: list[Pending], error: StoreError) -> None:
        if self.problem is None or self.problem.message != error.message:
            _logger.error("the log %s cannot be written: %s", self._store.name, error.message)
        self.problem = error
        with self._changed:
            waiting = [*group, *self._queue]
            self._waiting = 0
        for pending in waiting:
            if pending.waits:
                pending.settle(None, error)

    def _give_up(self) -> None:
        with self._changed:
            lost = [*self._held, *self._queue]
            self._held, self._queue = [], []
            self.unrecorded += len(lost)
        if lost:
            _logger.error("%d records of %s were never written", len(lost), self._store.name)
        error = self.problem or StoreError("the log is closed", is_final=True)
        for pending in lost:
            pending.settle(None, error)

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait(seconds)


class _Room:
    """Warns while there is room: a full disk denies whatever must be recorded."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._next = 0.0
        self._is_short = False

    def look(self) -> None:
        """See how much of the disk is free, now and then."""
        now = monotonic()
        if now < self._next:
            return
        self._next = now + _BETWEEN_LOOKS
        free = self._store.free_fraction()
        was_short, self._is_short = self._is_short, free is not None and free < _LITTLE_ROOM
        if self._is_short and not was_short:
            _logger.warning("the disk of the log %s is nearly full", self._store.name)


def _defect(error: BaseException) -> StoreError:
    message = f"the log cannot be written: {type(error).__name__}"
    return StoreError(message, _DEFECT, is_final=True)


_SLOW = "The store is too slow for what is asked of it, or does not answer: look at its disk."
_THREADS = "Look at the limits of this process on threads and memory."
_DEFECT = "This is a defect of doelbinding: report it. Open the log again to go on."
