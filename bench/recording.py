"""The gate and its log: beside the bare check, a bare group commit, and a bare pass of SHA-256.

The bare group commit is what nobody can do without: threads hand rows to one thread, which writes
what has come together in one transaction, in the same tables with the same settings, and wakes
them. Its rows are those that the log made of the same transfers, ready to be written.
"""

import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from bench.measure import Bar, Figure, Table, at_most, by_name, each_once, statements
from doelbinding import AuditLog, Gate, Policy
from doelbinding.audit.chronicle import Chronicle
from doelbinding.audit.pending import Pending
from doelbinding.audit.schema import INSERT_ENTRY, SCHEMA
from doelbinding.stores import open_store
from doelbinding.stores.store import Row, Store, Transaction

_ROUNDS = 9
_THREADS = 32
_EACH = 60
"""Transfers of each thread in a round."""

_MILLION = 1_000_000
_AT_ONCE = 5_000
_MEGABYTES = 200

_LOGGED: dict[str, Any] = {
    "recipient": "authority",
    "purpose": "legal.disclosure",
    "data": ("identity.name", "membership.number"),
    "facts": {"legal-demand": True, "notice-prohibited": False},
    "reference": "OM-2026-0042",
    "recipient_id": "NL-0200000002",
    "subject_id": "2000012345678",
    "fulfils": frozenset({"encrypt", "inform-subject", "withhold-notice"}),
}
_CHECK = "policy.check(recipient='kb', purpose='services.online-library', data=data)"
_SEND = "gate.send(recipient='kb', purpose='services.online-library', data=data, fulfils=fulfils)"


def run() -> list[Table]:
    """All that recording costs."""
    policy = Policy.load("policy")
    with TemporaryDirectory() as folder:
        return [_passing(policy), _committing(policy, Path(folder)), _verifying(Path(folder))]


def _passing(policy: Policy) -> Table:
    names = {
        "policy": policy,
        "gate": Gate(policy),
        "data": ("membership.number",),
        "fulfils": frozenset({"encrypt"}),
    }
    figures = statements({"check": _CHECK, "gate, without a log": _SEND}, names, _ROUNDS)
    bar = at_most(by_name(figures), "gate, without a log", "check", 8)
    return Table("The gate in front of a warm *allow*", figures, [bar])


def _committing(policy: Policy, folder: Path) -> Table:
    with AuditLog.sqlite(folder / "audit.db", keys=folder / "keys") as log:
        gate = Gate(policy, log)
        rows = _rows_of(gate, log, _THREADS * _EACH)
        with _BareCommit(folder / "bare.db", rows) as bare:
            figures = each_once(
                {
                    "bare group commit": lambda _: _on_threads(lambda: bare.write),
                    "gate with a log, *log*": lambda _: _on_threads(
                        lambda: lambda: gate.send(**_LOGGED)
                    ),
                },
                _ROUNDS,
            )
    bare_one, ours = by_name(figures).values()
    ratio = bare_one.typical / ours.typical
    bar = Bar("records a second, of a bare group commit's", ratio, 0.7, at_least=True)
    remarks = [f"{_THREADS} threads, each waiting for its record; {log.store.engine}"]
    return Table("A record that is waited for", figures, [bar], remarks)


def _on_threads(make: Callable[[], Callable[[], object]]) -> int:
    """Do something many times on every thread; how often in all."""

    def work() -> None:
        do = make()
        for _ in range(_EACH):
            do()

    threads = [threading.Thread(target=work) for _ in range(_THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return _THREADS * _EACH


def _rows_of(gate: Gate, log: AuditLog, count: int) -> list[Row]:
    """The rows that the log made of so many transfers."""
    _on_threads(lambda: lambda: gate.send(**_LOGGED))
    with log.store.snapshot() as snapshot:
        found = snapshot.rows("SELECT * FROM entries WHERE kind = 'decided' LIMIT ?", (count,))
        return list(found)


def _insert(rows: list[Row], transaction: Transaction) -> None:
    transaction.run_many(INSERT_ENTRY, rows)


class _BareCommit:
    """Rows from many threads, written by one: a queue, and an event for each that waits."""

    def __init__(self, path: Path, rows: list[Row]) -> None:
        self._store: Store = open_store(str(path), SCHEMA, create=True)
        self._rows = rows
        self._count = 0
        self._queue: queue.Queue[threading.Event | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "_BareCommit":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._queue.put(None)
        self._thread.join()
        self._store.close()

    def write(self) -> None:
        """Have a row written, and wait until it is."""
        done = threading.Event()
        self._queue.put(done)
        done.wait()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            while not self._queue.empty():
                other = self._queue.get()
                if other is None:
                    return
                group.append(other)
            self._store.exclusive(partial(_insert, [self._row() for _ in group]))
            for done in group:
                done.set()

    def _row(self) -> Row:
        """The next row, under a place, an id and a number of its own."""
        number, self._count = self._count, self._count + 1
        _, kind, _, at, writer, _, *rest = self._rows[number % len(self._rows)]
        return (number, kind, f"{number:032x}", at, writer, number, *rest)


def _verifying(folder: Path) -> Table:
    path, rounds = folder / "million.db", 3
    size = _filled(path, folder / "million-keys", _MILLION)
    taken: dict[str, list[tuple[float, float]]] = {"bare SHA-256 pass": [], "audit verify": []}
    for _ in range(rounds):
        for name, program in zip(taken, (_BARE_READING, _VERIFY), strict=True):
            command = sys.executable, "-c", program, str(path), str(size)
            seconds, megabytes = subprocess.check_output(command, text=True).split()
            taken[name].append((float(seconds), float(megabytes)))
    figures = [Figure(each, tuple(one for one, _ in all_)) for each, all_ in taken.items()]
    memory = max(megabytes for _, megabytes in taken["audit verify"])
    bars = [
        at_most(by_name(figures), "audit verify", "bare SHA-256 pass", 3),
        Bar("memory of audit verify", memory, _MEGABYTES, unit="MB"),
    ]
    return Table(f"A log of {size:,} entries is verified", figures, bars)


def _filled(path: Path, keys: Path, count: int) -> int:
    """A log of about so many entries, written as the log itself writes them; how many."""
    with AuditLog.sqlite(path, keys=keys) as log:
        Gate(Policy.load("policy"), log).send(**_LOGGED)
        with log.store.snapshot() as snapshot:
            ((said,),) = snapshot.rows("SELECT payload FROM entries WHERE kind = 'decided'")
        chronicle = Chronicle(log.id, "0" * 16)
        for begin in range(0, count, _AT_ONCE):
            group = [_repeated(said, number) for number in range(begin, begin + _AT_ONCE)]
            log.store.exclusive(partial(_append, chronicle, group))
    with closing(open_store(str(path), SCHEMA, create=False)) as store, store.snapshot() as end:
        ((size,),) = end.rows("SELECT size FROM state")
    return int(size)


def _append(chronicle: Chronicle, group: list[Pending], transaction: Transaction) -> None:
    chronicle.append(transaction, group)


def _repeated(said: bytes, number: int) -> Pending:
    """The same entry under an id of its own."""
    entry = msgspec.json.decode(said)
    at, until, person = entry["at"], entry["keep-until"], entry["question"]["subject-id"]
    for each in ("kind", "at", "writer", "number", "keep-until"):
        del entry[each]
    entry["id"] = f"{number:032x}"
    body = msgspec.json.encode(entry)
    return Pending("decided", at, until, body, id=entry["id"], subject=person)


_VERIFY = """
import sys, time
from doelbinding.audit.verify import verify
from doelbinding.audit.schema import SCHEMA
from doelbinding.stores import open_store
store = open_store(sys.argv[1], SCHEMA, create=False)
begin = time.perf_counter()
report = verify(store, today="2026-11-24")
seconds = time.perf_counter() - begin
assert report.is_whole and report.size == int(sys.argv[2]), report
print(seconds, int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) / 1024)
"""
_BARE_READING = """
import sys, time
from hashlib import sha256
from doelbinding.audit.schema import SCHEMA
from doelbinding.stores import open_store
store = open_store(sys.argv[1], SCHEMA, create=False)
begin = time.perf_counter()
with store.snapshot() as snapshot:
    for salt, content in snapshot.rows("SELECT salt, payload FROM entries ORDER BY seq"):
        sha256(salt + content).digest()
seconds = time.perf_counter() - begin
print(seconds, int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) / 1024)
"""
