"""The log of decisions: opened, written, looked at and closed.

Who may read what, and what is promised, stands in docs/reference/audit-log.md.
"""

import atexit
import logging
import os
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from time import time_ns
from types import TracebackType

from doelbinding.audit import opening
from doelbinding.audit.damage import only_row, told_as_damage
from doelbinding.audit.entries import Asked, Body, Closed, Opened, PolicyKept, encoded, policy_of
from doelbinding.audit.keys import KeyFolder
from doelbinding.audit.moments import instant_of, keep_until, moment_text
from doelbinding.audit.pending import Bundle, Pending, Receipt
from doelbinding.audit.writer import Writer
from doelbinding.errors import SourceError, StoreError
from doelbinding.model.decision import PolicyIdentity
from doelbinding.stores.store import Store, Transaction

Where = str | os.PathLike[str]

_CLOCK_TOLERANCE = 300_000_000
"""Microseconds by which the clock may stand before the last anchored head."""

_SET_THE_CLOCK = "Set the clock right: what is recorded now would stand at the wrong time."

_CLOSING_SECONDS = 4.0

_logger = logging.getLogger("doelbinding.audit")


@dataclass(frozen=True, slots=True)
class LogStatus:
    """How a log is doing: what a health check shows.

    `problem` tells why it is not ready; `queued` entries are accepted and not yet written;
    `unrecorded` transfers were denied, or let go under observation, without a record;
    `unanchored` entries lie behind the last anchored head.
    """

    ready: bool
    problem: str | None
    size: int
    queued: int
    unrecorded: int
    unanchored: int


class AuditLog:
    """A log, opened to be written. It may be shared between threads, and lives on after a fork.

    `timeout` is for how many seconds a record is waited for at most.

    Closing it writes what is queued; so does the end of the program.
    """

    def __init__(self, opened: "opening.Opened", *, timeout: float, queue: int) -> None:
        self.id = opened.log
        self.keys: KeyFolder = opened.keys
        self.store: Store = opened.store
        self.timeout = timeout
        self._queue = queue
        self._head_size, self._not_before = _head(opened.keys)
        self._unrecorded_before = 0
        self.begin_anew()
        _open_logs.add(self)

    @classmethod
    def sqlite(
        cls,
        path: Where,
        *,
        keys: Where,
        create: bool = True,
        timeout: float = 2.0,
        queue: int = 10_000,
    ) -> "AuditLog":
        """A log in a SQLite file. Raises `StoreError`.

        Args:
            path: the database file; it is made, if it may be, when no log ever was there.
            keys: the folder of its keys, which belongs elsewhere than the database.
            create: whether a new log may be begun.
            timeout: seconds that a record is waited for at most.
            queue: how many records may wait to be written at most.
        """
        return cls.open(os.fspath(path), keys=keys, create=create, timeout=timeout, queue=queue)

    @classmethod
    def postgresql(
        cls,
        conninfo: str,
        *,
        keys: Where,
        create: bool = True,
        timeout: float = 2.0,
        queue: int = 10_000,
    ) -> "AuditLog":
        """A log in a PostgreSQL database, for many machines. Raises `StoreError`.

        `conninfo` is a URL, `postgresql://host/database`; the rest as for `sqlite`. All machines
        share one folder of keys, or copies of it.
        """
        return cls.open(conninfo, keys=keys, create=create, timeout=timeout, queue=queue)

    @classmethod
    def open(
        cls,
        where: str,
        *,
        keys: Where,
        create: bool = True,
        timeout: float = 2.0,
        queue: int = 10_000,
    ) -> "AuditLog":
        """The log in a file, or in a database named by its URL. Raises `StoreError`."""
        return cls(opening.open_log(where, keys, create=create), timeout=timeout, queue=queue)

    @property
    def status(self) -> LogStatus:
        """How the log is doing now."""
        problem, size = self._problem(), self._size()
        self.note_head()
        return LogStatus(
            ready=problem is None,
            problem=problem,
            size=size,
            queued=self._writer.queued,
            unrecorded=self._writer.unrecorded,
            unanchored=max(0, size - self._head_size),
        )

    def record(
        self,
        kind: str,
        body: bytes,
        at: int,
        *,
        retention: str | None = None,
        id: str | None = None,  # noqa: A002 - the field's name everywhere
        subject: str | None = None,
        asked: Asked | None = None,
        bundle: Bundle | None = None,
        prepare: Callable[[Transaction], bytes | None] | None = None,
        waits: bool = False,
        must: bool = False,
    ) -> Pending:
        """Accept an entry. Raises `StoreError` when it cannot be.

        Args:
            kind: what it is.
            body: what it says, encoded.
            at: its instant.
            retention: how long it is kept; None: for good.
            id: of the decision.
            subject: the pseudonym of the person.
            asked: where the caller chose the id: what it is given to.
            bundle: of the policy that the entry is about.
            prepare: work in the very transaction, which gives the encoded body.
            waits: whether somebody will wait for it.
            must: whether it is about an entry that was accepted already.
        """
        moment = moment_text(at)
        if self._not_before is not None and moment < self._not_before:
            message = f"the clock stands at {moment}, before the log's last anchored head"
            raise self._writer.refuse(StoreError(message, _SET_THE_CLOCK))
        until = None if retention is None else keep_until(at, retention)
        pending = Pending(
            kind,
            moment,
            until,
            body,
            id=id,
            subject=subject,
            asked=asked,
            bundle=bundle,
            prepare=prepare,
            waits=waits,
        )
        self._writer.submit(pending, must=must)
        return pending

    def wait(self, pending: Pending) -> Receipt | None:
        """Wait until an entry is written, as `Pending.wait` does. Raises `StoreError`."""
        return pending.wait(self.timeout)

    def keep_policy(self, identity: PolicyIdentity, bundle: bytes) -> None:
        """Keep the bundle of a policy that decides from now on, once. Raises `StoreError`."""
        digest = f"sha256:{sha256(bundle).hexdigest()}"
        body = encoded(PolicyKept(policy_of(identity), digest, len(bundle)))
        kept, at = Bundle(identity.source, digest, bundle), time_ns() // 1000
        kind, identifier = PolicyKept.kind, identity.source
        self.wait(self.record(kind, body, at, id=identifier, bundle=kept, waits=True))

    def pseudonym(self, text: str, at: int) -> str:
        """What a person stands as at an instant. Raises `SourceError` without a key."""
        return self.keys.pseudonym("subject", text, at)

    def unknown(self, text: str, at: int) -> str:
        """What a name stands as that may not be recorded as text. Raises `SourceError`."""
        return f"unknown:{self.keys.pseudonym('unknown', text, at)}"

    def note_head(self) -> None:
        """See which head was anchored last, maybe by another process."""
        with suppress(SourceError):
            self._head_size, self._not_before = _head(self.keys)

    def close(self) -> None:
        """Write what is queued, and let go of the store."""
        _open_logs.discard(self)
        self._writer.close(_CLOSING_SECONDS)
        self.store.close()

    def __enter__(self) -> "AuditLog":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<AuditLog {self.id[:8]}… in {self.store.name}>"

    def begin_anew(self) -> None:
        """Begin as a new writer: a fork has none of its parent's threads."""
        self._writer = Writer(self.store, self.id, self._queue, self._opened, _closed)

    def _opened(self) -> Pending:
        return _now(Opened(_version(), self.store.engine))

    def _problem(self) -> str | None:
        problem = self._writer.problem or self._writer.refusal
        if problem is not None:
            return problem.message
        try:
            self.store.check()
        except StoreError as error:
            return error.message
        return None

    def _size(self) -> int:
        try:
            with told_as_damage(self.store), self.store.snapshot() as snapshot:
                return int(only_row(snapshot.rows("SELECT size FROM state"))[0])
        except StoreError:
            return self._writer.chronicle.size


_open_logs: "weakref.WeakSet[AuditLog]" = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for log in list(_open_logs):
        log.close()


def _begin_all_anew() -> None:
    for log in list(_open_logs):
        log.begin_anew()


os.register_at_fork(after_in_child=_begin_all_anew)


def _closed(unrecorded: int) -> Pending:
    return _now(Closed(unrecorded))


def _now(body: Body) -> Pending:
    """An entry of the log's own, of this moment."""
    return Pending(body.kind, moment_text(time_ns() // 1000), None, encoded(body))


def _head(keys: KeyFolder) -> tuple[int, str | None]:
    """The size of the last anchored head, and the moment before which nothing is recorded."""
    head = keys.head
    if head is None:
        return 0, None
    return head.size, moment_text(instant_of(head.at) - _CLOCK_TOLERANCE)


def _version() -> str:
    with suppress(PackageNotFoundError):
        return version("doelbinding")
    return "not installed"
