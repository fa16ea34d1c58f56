"""Other processes, forks, signals, limits and slow stores: nothing goes unrecorded."""

import os
import signal
import subprocess
import sys
import threading
from time import monotonic, sleep

import pytest

from doelbinding.audit.anchor import anchor
from doelbinding.gate.passage import TransferDenied
from tests.audit.logs import (
    ALLOWED,
    Place,
    clock_at,
    eventually,
    faults,
    rows,
    verified,
)
from tests.audit.watched import held_by, watch
from tests.faults.asking import is_denied, outcomes, recorded
from tests.faults.children import NOTHING, Writing, missing, stored_ids


@pytest.mark.parametrize("count", [2, 8])
def test_processes_that_share_a_log_write_one_chain_and_lose_nothing(
    place: Place, count: int
) -> None:
    place.policy()
    children = [Writing(place, threads=2, count=12) for _ in range(count)]
    try:
        codes = [each.wait(120) for each in children]
    finally:
        for each in children:
            each.kill()
    assert codes == [0] * count, [each.errors for each in children]
    told = [each for child in children for each in child.told]
    with place.log() as log:
        report = verified(log)
        assert faults(report) == []
        assert (report.gaps, report.unended) == ((), ())
        assert missing(told, stored_ids(log), float("inf")) == NOTHING
        assert recorded(log) == sum(each.effect in NOTHING for each in told)
        assert [kind for (kind,) in rows(log, "kind")].count("policy") == 1


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""


def test_while_another_program_holds_the_database_the_gate_denies(place: Place) -> None:
    with place.log() as log:
        gate = place.gate(log)
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, place.database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            begin = monotonic()
            assert is_denied(gate)
            assert monotonic() - begin < 10
            assert "busy" in (log.status.problem or "")
            holder.communicate("\n")
        eventually(lambda: log.status.ready)
        assert not is_denied(gate)
        assert faults(verified(log)) == []


def test_after_a_fork_parent_and_child_write_on_as_two_writers(place: Place) -> None:
    with place.log() as log:
        gate = place.gate(log)
        assert not is_denied(gate)
        child = os.fork()
        if child == 0:
            ended = 1
            try:
                ended = int(is_denied(gate) or is_denied(gate))
                log.close()
            finally:
                os._exit(ended)
        assert not is_denied(gate)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert not is_denied(gate)
        eventually(lambda: log.status.queued == 0)
        assert recorded(log) == 5
        assert len({writer for (writer,) in rows(log, "writer")}) == 2
        assert faults(verified(log)) == []


def test_a_fork_in_the_middle_of_writing_hurts_neither(place: Place) -> None:
    with place.log() as log:
        gate = place.gate(log)
        for _ in range(10):
            for _ in range(5):
                gate.send(**ALLOWED)
            child = os.fork()
            if child == 0:
                ended = 1
                try:
                    is_denied(gate)
                    ended = 0
                finally:
                    os._exit(ended)
            assert not is_denied(gate)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        eventually(lambda: log.status.queued == 0)
        report = verified(log)
        assert (faults(report), report.gaps) == ([], ())


def test_told_to_end_under_load_a_process_writes_what_it_accepted(place: Place) -> None:
    with Writing(place, threads=16) as child:
        child.await_ready()
        sleep(0.3)
        code, seconds = child.end()
    assert code == 0, child.errors
    assert seconds < 30  # the bar is five; other tests run beside
    with place.log() as log:
        report = verified(log)
        assert (faults(report), report.gaps, report.unended) == ([], (), ())
        assert missing(child.told, stored_ids(log), float("inf")) == NOTHING


@pytest.mark.parametrize(
    "limits", [*(f"ulimit -n {count}" for count in (6, 8, 10, 12, 16)), "ulimit -u 40"]
)
def test_with_too_few_files_or_threads_what_is_answered_is_recorded(
    place: Place, limits: str
) -> None:
    check_short(place, limits, threads=8)


@pytest.mark.parametrize("megabytes", [90, 150, 250, 400])
def test_with_too_little_memory_what_is_answered_is_recorded(place: Place, megabytes: int) -> None:
    check_short(place, f"ulimit -v {megabytes * 1024}", threads=24)


def check_short(place: Place, limits: str, threads: int) -> None:
    """It works, refuses, or ends with a word; and then a log that is opened again is whole."""
    with Writing(place, threads=threads, count=8, limits=limits) as child:
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            child.kill()
    with place.log() as log:
        assert faults(verified(log)) == []
        assert missing(child.told, stored_ids(log), 0)["log"] == 0
        assert not is_denied(place.gate(log))


def test_a_store_that_is_too_slow_denies_and_the_queue_stays_bounded(place: Place) -> None:
    with place.log(timeout=0.05, queue=20) as log:
        gate = place.gate(log)
        store = watch(log)
        store.before = lambda: sleep(0.3)
        most = 0
        for _ in range(30):
            assert is_denied(gate)
            most = max(most, log.status.queued)
        for _ in range(60):
            try:
                gate.send(**ALLOWED)
            except TransferDenied:
                continue
        assert most <= log.status.queued + most <= 80
        store.before = lambda: None
        eventually(lambda: log.status.ready and not log.status.queued)
        assert not is_denied(gate)
        eventually(lambda: not log.status.queued)
        report = verified(log)
        assert faults(report) == []
        passed = outcomes(log)
        assert passed["log-unavailable"] >= 1


def test_a_full_queue_denies_also_what_would_be_allowed(place: Place) -> None:
    with place.log(queue=2, timeout=0.05) as log:
        gate = place.gate(log)
        release = threading.Event()
        watch(log).before = held_by(release)
        for _ in range(2):
            try:
                gate.send(**ALLOWED)
            except TransferDenied:
                break
        with pytest.raises(TransferDenied, match="log-unavailable"):
            gate.send(**ALLOWED)
        release.set()
        eventually(lambda: not log.status.queued)
        unrecorded = log.status.unrecorded
        assert unrecorded
    with place.log() as log:
        assert sum(each.last - each.first + 1 for each in verified(log).gaps) == unrecorded


def test_a_clock_before_the_anchored_head_denies(place: Place) -> None:
    with clock_at("2026-06-01T10:00:00Z"):
        log = place.log()
        gate = place.gate(log)
        assert not is_denied(gate)
        anchor(log)
    with clock_at("2026-06-01T09:50:00Z"):
        assert is_denied(gate)
    with clock_at("2026-06-01T09:58:00Z"):
        assert not is_denied(gate)
        kinds = [kind for (kind,) in rows(log, "kind")]
        assert "clock" in kinds
    log.close()


def test_a_frozen_process_holds_up_nobody_for_good(place: Place) -> None:
    """A process that is stopped while it writes keeps the lock: others deny, and go on after it."""
    with place.log() as log, Writing(place, threads=8) as child:
        gate = place.gate(log)
        child.await_ready()
        for _ in range(5):
            child.process.send_signal(signal.SIGSTOP)
            begin = monotonic()
            is_denied(gate)
            assert monotonic() - begin < 10
            child.process.send_signal(signal.SIGCONT)
        eventually(lambda: log.status.ready)
        child.kill()
        eventually(lambda: not is_denied(gate))
        assert faults(verified(log)) == []
