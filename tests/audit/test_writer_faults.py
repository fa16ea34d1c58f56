"""A writer ends, its store fails or its clock goes back: nothing is lost, and nothing unseen."""

import json
import logging
import threading
from time import monotonic

import pytest

from doelbinding.audit.log import AuditLog
from doelbinding.audit.moments import moment_text
from doelbinding.audit.pending import Pending
from doelbinding.audit.writer import Writer
from doelbinding.errors import StoreError
from doelbinding.stores.store import Transaction
from tests.audit.logs import Place, body_of, eventually, note, now, payloads, rows, verified
from tests.audit.watched import Watched, fails, held_by, kinds, texts


def test_closing_writes_what_is_queued_and_then_the_good_bye(place: Place) -> None:
    log = place.log()
    for number in range(50):
        log.record("note", body_of(f"{number}"), now())
    log.close()
    with place.log() as again:
        assert texts(again) == [f"{number}" for number in range(50)]
        assert rows(again, "kind")[-1] == ("closed",)
        assert not verified(again).unended


def test_a_closed_log_refuses_and_closing_it_again_does_nothing(place: Place) -> None:
    log = place.log()
    note(log)
    log.close()
    log.close()
    with pytest.raises(StoreError, match="closed"):
        note(log)
    assert log.status.queued == 0
    with place.log() as again:
        assert [kind for (kind,) in rows(again, "kind")] == ["opened", "note", "closed"]


def test_closing_tries_again_while_the_store_is_busy(log: AuditLog, watched: Watched) -> None:
    note(log)
    left = [StoreError("busy")] * 3

    def fail() -> None:
        if left:
            raise left.pop()

    watched.before = fail
    log.record("note", body_of("late"), now())
    log._writer.close(10)
    assert texts(log) == ["note", "late"]


def test_closing_gives_up_on_a_store_that_does_not_come_back_and_tells_how_much_was_lost(
    log: AuditLog, watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    note(log)
    watched.before = fails(StoreError("gone"))
    pending = log.record("note", body_of("lost"), now(), waits=True)
    begin = monotonic()
    log._writer.close(1)
    assert monotonic() - begin < 10
    with pytest.raises(StoreError, match="gone"):
        pending.outcome()
    assert "2 records" in caplog.text


@pytest.mark.parametrize("defect", [ValueError("defect"), MemoryError()])
def test_a_defect_while_writing_denies_from_then_on(
    log: AuditLog, watched: Watched, defect: Exception
) -> None:
    note(log)
    watched.before = fails(defect)
    for _ in range(2):
        with pytest.raises(StoreError, match=type(defect).__name__):
            note(log)
    watched.before = lambda: None
    with pytest.raises(StoreError):
        note(log)
    assert not log.status.ready


def test_a_writer_that_dies_denies_from_then_on_and_whoever_waits_is_told(
    log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(log)
    monkeypatch.setattr(Writer, "_gather", fails(KeyError("defect")))
    pending = log.record("note", body_of("x"), now(), waits=True)
    eventually(lambda: not log.status.ready)
    if not pending.is_settled:
        with pytest.raises(StoreError):
            pending.wait(10)
    with pytest.raises(StoreError, match="KeyError"):
        note(log)


def test_without_a_thread_to_write_nothing_is_accepted(
    log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", fails(RuntimeError("can't start new thread")))
        for _ in range(2):
            with pytest.raises(StoreError, match="no thread"):
                log.record("note", body_of("x"), now())
    note(log)
    assert texts(log) == ["note"]


def test_after_an_outage_what_was_accepted_is_written_once_and_in_order(
    log: AuditLog, watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    note(log, "0")
    for number in range(1, 4):
        log.record("note", body_of(f"{number}"), now())
    watched.before = fails(StoreError("disk full"))
    with pytest.raises(StoreError, match="disk full"):
        note(log, "4")
    with pytest.raises(StoreError, match="disk full"):
        log.record("note", body_of("refused"), now())
    assert log.status.problem == "disk full"
    log.record("note", body_of("outcome"), now(), must=True)
    watched.before = lambda: None
    eventually(lambda: log.status.ready and not log.status.queued)
    note(log, "5")
    assert texts(log) == ["0", "1", "2", "3", "4", "outcome", "5"]
    assert [message for _, _, message in caplog.record_tuples][:1] == [
        f"the log {log.store.name} cannot be written: disk full"
    ]
    assert "is written again" in caplog.text


def test_a_commit_of_which_nobody_knows_whether_it_happened_makes_one_row_only(
    log: AuditLog, watched: Watched
) -> None:
    note(log, "0")
    left = [StoreError("no answer", may_have_happened=True)] * 2

    def fail() -> None:
        if left:
            raise left.pop()

    watched.after = fail
    pending = [log.record("note", body_of(f"{n}"), now(), waits=n % 2 == 1) for n in range(1, 6)]
    eventually(lambda: log.status.ready and not log.status.queued and not left)
    note(log, "6")
    assert texts(log) == [f"{n}" for n in range(7)]
    leaves = [leaf.hex() for (leaf,) in rows(log, "leaf")]
    for each in pending:
        assert each.receipt is not None
        assert each.receipt.leaf == leaves[each.receipt.seq]
        assert json.loads(payloads(log)[each.receipt.seq] or b"") | json.loads(each.body) == (
            json.loads(payloads(log)[each.receipt.seq] or b"")
        )
    assert verified(log).is_whole
    assert not verified(log).gaps


def test_work_in_a_transaction_of_an_unknown_end_is_done_once(
    log: AuditLog, watched: Watched
) -> None:
    note(log)
    left = [StoreError("no answer", may_have_happened=True)]
    watched.after = lambda: fails(left.pop())() if left else None
    done: list[int] = []

    def work(_: Transaction) -> bytes:
        done.append(1)
        return body_of("done")

    log.record("note", b"", now(), prepare=work, waits=True)
    eventually(lambda: not left and log.status.ready and not log.status.queued)
    assert texts(log) == ["note", "done"]
    assert done == [1]


def test_a_log_that_was_cut_off_while_it_is_open_is_not_written_on(
    place: Place, log: AuditLog
) -> None:
    with place.by_hand() as hand:
        note(log)
        early = hand.execute("SELECT size, chain, frontier FROM state")[0]
        note(log)
        hand.delete("seq > 1")
        hand.execute("UPDATE state SET size = ?, chain = ?, frontier = ?", early)
        with pytest.raises(StoreError, match="the log ends at entry 2, and 3 were written"):
            note(log)
    assert not log.status.ready


def test_a_log_with_another_end_than_was_written_is_not_written_on(
    place: Place, log: AuditLog
) -> None:
    note(log)
    with place.by_hand() as hand:
        hand.execute("UPDATE state SET chain = zeroblob(32)")
        with pytest.raises(StoreError, match="the log ends at entry 2"):
            note(log)


@pytest.mark.parametrize("sql", ["DELETE FROM state", "UPDATE state SET size = 'x'"])
def test_a_log_without_its_end_denies_and_its_status_says_so(
    place: Place, log: AuditLog, sql: str
) -> None:
    note(log)
    with place.by_hand() as hand:
        hand.execute(sql)
        with pytest.raises(StoreError):
            note(log)
    assert (log.status.ready, log.status.size) == (False, 2)


def test_a_clock_that_goes_back_more_than_two_seconds_is_told_before_the_next_entry(
    log: AuditLog,
) -> None:
    note(log, at=now())
    note(log, at=now() - 1_900_000)
    note(log, at=now() - 10_000_000)
    note(log, at=now() - 10_000_000)
    assert kinds(log) == ["opened", "note", "note", "clock", "note", "note"]
    assert verified(log).is_whole


def test_two_turns_of_the_clock_in_one_group_are_both_told(log: AuditLog, watched: Watched) -> None:
    note(log)
    release = threading.Event()
    watched.before = held_by(release)
    at = now()
    pending = [log.record("note", body_of("x"), at - n * 5_000_000, waits=True) for n in range(3)]
    release.set()
    for each in pending:
        each.wait(10)
    assert kinds(log)[2:] == ["note", "clock", "note", "clock", "note"]


def test_a_group_that_is_tried_again_tells_of_no_clock_that_did_not_go_back(
    log: AuditLog, watched: Watched
) -> None:
    note(log)
    left = [StoreError("busy")] * 2
    watched.within = lambda: fails(left.pop())() if left else None
    at = now()
    group = [Pending("note", moment, None, body_of("x")) for moment in moments(at, 4)]
    for each in group:
        log._writer.submit(each)
    eventually(lambda: not left and not log.status.queued)
    assert kinds(log) == ["opened", "note", "note", "note", "note", "note"]


def test_a_clock_that_went_back_is_told_once_though_the_group_is_tried_again(
    log: AuditLog, watched: Watched
) -> None:
    note(log)
    left = [StoreError("busy")] * 2
    watched.within = lambda: fails(left.pop())() if left else None
    log.record("note", body_of("x"), now() - 10_000_000)
    eventually(lambda: not left and not log.status.queued)
    assert kinds(log) == ["opened", "note", "clock", "note"]


def moments(at: int, count: int) -> list[str]:
    return [moment_text(at + n * 3_000_000) for n in range(count)]


def test_a_disk_that_is_nearly_full_is_told_of_once(
    log: AuditLog,
    watched: Watched,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("doelbinding.audit.writer._BETWEEN_LOOKS", 0)
    free = [0.5, 0.09, 0.09, 0.5, 0.05]
    watched.free_fraction = lambda: free.pop(0) if len(free) > 1 else free[0]  # type: ignore[attr-defined]
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            note(log)
        eventually(lambda: caplog.text.count("nearly full") == 2)
