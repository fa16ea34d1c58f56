"""A program that writes a log through a gate, on many threads, and tells what it was given.

    python -m tests.faults.writing WHERE KEYS POLICY THREADS COUNT

For each transfer it writes a line when it has its answer: the effect, the id, and the moment, by a
clock that all processes share. COUNT transfers a thread, or without end for 0. Told to end
(SIGTERM), it closes the log and ends; what was denied for the log's sake is told as `refused`.
"""

import os
import signal
import sys
import threading
from itertools import count
from time import monotonic, sleep
from types import FrameType

from doelbinding.audit.log import AuditLog
from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import TransferDenied
from doelbinding.model.decision import Reason
from doelbinding.policy import Policy
from tests.audit.logs import ALLOWED, DENIED, RECORDED

KINDS = (RECORDED, RECORDED, ALLOWED, DENIED)


def told(effect: str, identifier: str | None) -> None:
    """One line, in one write, which is whole or not there."""
    os.write(1, f"{effect} {identifier} {monotonic():.6f}\n".encode())


def ask(gate: Gate, number: int) -> None:
    asked = KINDS[number % len(KINDS)]
    try:
        with gate.send(**asked, subject_id=f"{number}") as passage:
            told(passage.decision.effect.value, passage.id)
    except TransferDenied as denial:
        reasons = {each.reason for each in denial.decision.withheld}
        if Reason.LOG_UNAVAILABLE in reasons or denial.id is None:
            told("refused", None)
            sleep(0.01)
        else:
            told("deny", denial.id)


def ask_all(gate: Gate, start: int, most: int) -> None:
    for number in range(most) if most else count():
        ask(gate, start + number)


def end(_: int, __: FrameType | None) -> None:
    raise SystemExit(0)


def main(where: str, keys: str, policy: str, threads: str, most: str) -> None:
    signal.signal(signal.SIGTERM, end)
    log = AuditLog.open(where, keys=keys)
    gate = Gate(Policy.load(policy), log)
    told("ready", None)
    workers = [
        threading.Thread(target=ask_all, args=(gate, each, int(most)), daemon=True)
        for each in range(int(threads))
    ]
    for each in workers:
        each.start()
    for each in workers:
        while each.is_alive():
            each.join(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
