"""Processes that write a log, as a test starts, kills and hears them."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO

from doelbinding.audit.log import AuditLog
from tests.audit.logs import Place, eventually

ROOT = Path(__file__).resolve().parents[2]


NOTHING = {"log": 0, "allow": 0, "deny": 0}
"""That of no effect anything is missing."""


@dataclass(frozen=True)
class Told:
    """A transfer that had its answer: its effect, its id, and the moment."""

    effect: str
    id: str
    at: float


class Writing:
    """A process of `tests.faults.writing`; what it tells is read as it comes."""

    def __init__(
        self, place: Place, where: str = "", threads: int = 8, count: int = 0, limits: str = ""
    ) -> None:
        place.policy()
        program = [sys.executable, "-m", "tests.faults.writing", where or str(place.database)]
        paths = str(place.keys), str(place.folder / "policy-1")
        command = [*program, *paths, str(threads), str(count)]
        if limits:
            command = ["sh", "-c", f'{limits} && exec "$@"', "sh", *command]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._lines: list[str] = []
        self._errors: list[str] = []
        heard = (self.process.stdout, self._lines), (self.process.stderr, self._errors)
        self._readers = [threading.Thread(target=self._read, args=each) for each in heard]
        for each in self._readers:
            each.start()

    @staticmethod
    def _read(stream: IO[bytes], lines: list[str]) -> None:
        lines.extend(line.decode() for line in stream)

    def __enter__(self) -> "Writing":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def errors(self) -> str:
        return "".join(self._errors)

    @property
    def told(self) -> list[Told]:
        """What it told so far, each whole line."""
        lines = [each.split() for each in [*self._lines] if each.endswith("\n")]
        return [Told(effect, identifier, float(at)) for effect, identifier, at in lines]

    def count(self, effect: str) -> int:
        return sum(each.effect == effect for each in self.told)

    def await_ready(self) -> "Writing":
        eventually(lambda: self.count("ready") == 1 or self.process.poll() is not None, 60)
        assert self.count("ready") == 1, self.errors
        return self

    def kill(self) -> float:
        """Kill it as it stands; the moment just before."""
        moment = monotonic()
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.wait()
        return moment

    def wait(self, seconds: float = 60) -> int:
        """Wait for its end, and for all that it told; its exit code."""
        code = self.process.wait(seconds)
        for each in self._readers:
            each.join()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return code

    def end(self) -> tuple[int, float]:
        """Tell it to end; its exit code, and how long that took."""
        begin = monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.wait(), monotonic() - begin


def stored_ids(log: AuditLog) -> set[str]:
    """The ids of all decisions in the log."""
    with log.store.snapshot() as snapshot:
        query = "SELECT id FROM entries WHERE kind = 'decided'"
        return {identifier for (identifier,) in snapshot.rows(query)}


def missing(told: Sequence[Told], stored: set[str], before: float) -> dict[str, int]:
    """Of each effect, how many were told before a moment and are not stored; *log* at any time."""
    lost = dict(NOTHING)
    for each in told:
        if each.effect in lost and each.id not in stored:
            lost[each.effect] += each.effect == "log" or each.at < before
    return lost


def is_root() -> bool:
    return os.geteuid() == 0
