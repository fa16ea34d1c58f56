"""A large log, made quickly and verified in a process of its own.

As a program: `python -m tests.audit.large FOLDER SIZE`.
"""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from doelbinding.audit.chronicle import Chronicle
from doelbinding.audit.moments import moment_text
from doelbinding.audit.opening import open_log
from doelbinding.audit.pending import Pending
from doelbinding.audit.schema import SCHEMA
from doelbinding.audit.verify import verify
from doelbinding.stores import open_store
from doelbinding.stores.store import Transaction
from tests.audit.logs import RECORDED, Place

_ROOT = Path(__file__).resolve().parents[2]
_GROUP = 500
_START = 1_790_000_000_000_000


@dataclass(frozen=True)
class Figures:
    """What it took to verify a log; `bare` is the time to read and hash its records alone."""

    size: int
    faults: int
    bare: float
    seconds: float
    peak_megabytes: float

    def __str__(self) -> str:
        return (
            f"{self.size:,} entries verified in {self.seconds:.2f} s,"
            f" {self.seconds / self.bare:.2f} x a bare SHA-256 pass over the same records"
            f" ({self.bare:.2f} s), peak memory {self.peak_megabytes:.0f} MB"
        )


def measured(folder: Path, size: int) -> Figures:
    """Make a log, and verify it in another process."""
    make(Place(folder), size)
    command = [sys.executable, "-m", "tests.audit.large", str(folder / "audit.db")]
    told = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True)
    return Figures(**json.loads(told.stdout))


def make(place: Place, size: int) -> None:
    """A log of so many decisions and their outcomes, each about somebody else."""
    with place.log() as log:
        place.gate(log).send(**RECORDED, subject_id="1")
    opened = open_log(str(place.database), place.keys, create=False)
    with opened.store.snapshot() as snapshot:
        query = "SELECT id, subject, payload FROM entries WHERE kind = 'decided'"
        ((identifier, subject, content),) = snapshot.rows(query)
    body = b"{" + content[content.index(b'"id":') :]
    writer = Chronicle(opened.log, "0123456789abcdef")
    for begin in range(0, size, _GROUP):
        group = [
            _entry(body, identifier, subject, each)
            for each in range(begin, min(size, begin + _GROUP))
        ]
        opened.store.exclusive(partial(_append, writer, group))
        writer.confirm()
    opened.store.close()


def _append(writer: Chronicle, group: list[Pending], transaction: Transaction) -> None:
    writer.append(transaction, group)


def _entry(body: bytes, identifier: str, subject: str, number: int) -> Pending:
    own, whom = f"{number:032x}", f"{subject[:-32]}{number:032x}"
    said = body.replace(identifier.encode(), own.encode()).replace(subject.encode(), whom.encode())
    at = moment_text(_START + number * 1000)
    return Pending("decided", at, "2028-11-24", said, id=own, subject=whom)


def verify_alone(database: str) -> Figures:
    store = open_store(database, SCHEMA, create=False)
    begin = perf_counter()
    with store.snapshot() as snapshot:
        for salt, content in snapshot.rows("SELECT salt, payload FROM entries ORDER BY seq"):
            sha256(b"\0" + salt + content).digest()
    bare = perf_counter() - begin
    begin = perf_counter()
    report = verify(store, today="2026-11-24")
    seconds = perf_counter() - begin
    store.close()
    return Figures(report.size, report.fault_count, bare, seconds, _peak_megabytes())


def _peak_megabytes() -> float:
    """The most memory of this program; `getrusage` would count that of its parent before it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(verify_alone(sys.argv[1]))))
