"""Logs for tests: begun in a folder, and written by hand or through a gate."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep, time_ns
from typing import Any
from unittest.mock import patch

from doelbinding.audit.anchor import anchor
from doelbinding.audit.head import read_heads
from doelbinding.audit.log import AuditLog
from doelbinding.audit.moments import instant_of
from doelbinding.audit.pending import Receipt
from doelbinding.audit.report import Report
from doelbinding.audit.verify import verify
from doelbinding.gate.gate import Gate
from doelbinding.policy import Policy
from doelbinding.stores.sqlitedrivers import Connection, best_driver
from doelbinding.stores.store import Row
from tests.audit.small import MAIL, NUMBERED, TOO_MUCH, WITH_RECORD
from tests.policies import BASE, changed, completed
from tests.properties.answers import texts_of

ALLOWED: Mapping[str, Any] = MAIL
RECORDED: Mapping[str, Any] = {**NUMBERED, "fulfils": {"encrypt"}}
DENIED: Mapping[str, Any] = TOO_MUCH
"""A transfer of each effect: *allow*, *log* and *deny*."""

TODAY = "2026-11-24"


@dataclass(frozen=True)
class Place:
    """A folder for a log, its keys and the policy of its gate."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "audit.db"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def log(self, **given: Any) -> AuditLog:
        return AuditLog.sqlite(self.database, keys=self.keys, **given)

    def policy(self, revision: int = 1) -> Policy:
        """The small policy, read from a folder, as the bundle of a gate must be."""
        folder = self.folder / f"policy-{revision}"
        folder.mkdir(exist_ok=True)
        written = changed(BASE, {**WITH_RECORD, "revision": revision})
        for name, text in texts_of({"policy.yaml": completed(written)}):
            (folder / name).write_text(text)
        return Policy.load(folder)

    def gate(self, log: AuditLog) -> Gate:
        return Gate(self.policy(), log)

    def contents(self) -> bytes:
        """All that the database and its write-ahead log hold."""
        files = sorted(self.folder.glob("audit.db*"))
        return b"".join(each.read_bytes() for each in files)

    @contextmanager
    def by_hand(self) -> Iterator["Hand"]:
        """The database in the hands of somebody who knows SQL."""
        connection = best_driver().connect(str(self.database), "rw", 5)
        try:
            connection.rows("PRAGMA secure_delete = ON")
            yield Hand(connection)
        finally:
            connection.close(checkpoint=True)


@dataclass(frozen=True)
class Hand:
    """A connection of its own, by the library that the log uses as well: two libraries in one
    process would take each other's locks away."""

    connection: Connection

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        return self.connection.rows(sql, parameters)

    def change(self, change: str, where: str, table: str = "entries") -> None:
        self.execute(f"UPDATE {table} SET {change} WHERE {where}")  # noqa: S608 - a test's words

    def delete(self, where: str) -> None:
        self.execute(f"DELETE FROM entries WHERE {where}")  # noqa: S608 - a test's words


def note(log: AuditLog, text: str = "note", *, at: int | None = None, **given: Any) -> Receipt:
    """Write an entry by hand, and wait for it; its receipt."""
    pending = log.record("note", body_of(text), now() if at is None else at, waits=True, **given)
    receipt = log.wait(pending)
    assert receipt is not None
    return receipt


def body_of(text: str) -> bytes:
    return f'{{"text":"{text}"}}'.encode()


def now() -> int:
    return time_ns() // 1000


def verified(log: AuditLog, **given: Any) -> Report:
    return verify(log.store, today=TODAY, **given)


def anchored(log: AuditLog) -> Report:
    """Anchor the log, and verify it by that head."""
    heads = read_heads(anchor(log))
    return verified(log, heads=heads, key=log.keys.head_public_key())


def payloads(log: AuditLog) -> list[bytes | None]:
    with log.store.snapshot() as snapshot:
        return [each for (each,) in snapshot.rows("SELECT payload FROM entries ORDER BY seq")]


def rows(log: AuditLog, columns: str) -> list[tuple[Any, ...]]:
    with log.store.snapshot() as snapshot:
        return list(snapshot.rows(f"SELECT {columns} FROM entries ORDER BY seq"))  # noqa: S608


def faults(report: Report) -> list[tuple[str, int | None]]:
    return [(each.message, each.seq) for each in report.faults]


def eventually(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something is so."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "it never came to be"
        sleep(0.005)


CLOCKS = ("audit.log", "audit.erasure", "audit.reading", "audit.keys", "gate.handling")
"""The modules that read the clock."""


@contextmanager
def clock_at(moment: str) -> Iterator[None]:
    """Let the clock of log and gate stand at a moment, such as `2026-06-01T10:00:00Z`."""
    at = instant_of(moment) * 1000
    with ExitStack() as stack:
        for name in (*(f"doelbinding.{each}" for each in CLOCKS), __name__):
            stack.enter_context(patch(f"{name}.time_ns", lambda: at))
        stack.enter_context(patch("doelbinding.audit.anchor.time", lambda: at / 1e9))
        yield
