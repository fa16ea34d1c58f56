"""Many threads write into one log: in whole groups, in order, and within a second."""

import json
import threading
from collections import Counter
from functools import partial
from time import sleep
from typing import Any

import pytest

from doelbinding.audit.log import AuditLog
from doelbinding.audit.pending import Bundle
from doelbinding.errors import StoreError
from doelbinding.model.decision import PolicyIdentity
from tests.audit.logs import Place, body_of, eventually, note, now, payloads, rows, verified
from tests.audit.watched import Watched, held_by, in_threads, noted, texts, watch


def test_entries_of_many_threads_come_in_groups_of_which_each_is_one_commit(
    log: AuditLog, watched: Watched
) -> None:
    in_threads(32, partial(noted, log, 20))
    assert sum(watched.groups) == len(rows(log, "seq")) == 32 * 20 + 1
    assert len(watched.groups) < 32 * 20 / 2
    assert verified(log).is_whole


def test_each_thread_finds_its_entries_in_the_order_in_which_it_wrote_them(log: AuditLog) -> None:
    in_threads(8, partial(noted, log, 25))
    for number in range(8):
        own = [each for each in texts(log) if each.startswith(f"{number} ")]
        assert own == [f"{number} {n}" for n in range(25)]


def test_what_nobody_waits_for_keeps_its_order_beside_what_somebody_waits_for(
    log: AuditLog,
) -> None:
    for number in range(200):
        if number % 7 == 0:
            note(log, f"{number}")
        else:
            log.record("note", body_of(f"{number}"), now())
    note(log, "200")
    assert texts(log) == [f"{number}" for number in range(201)]


def test_the_running_numbers_of_a_writer_have_no_gap_when_nothing_was_refused(
    log: AuditLog,
) -> None:
    in_threads(16, partial(noted, log, 10))
    assert [number for (number,) in rows(log, "number")] == list(range(161))
    assert not verified(log).gaps


def test_each_receipt_names_the_place_and_the_hash_of_its_own_entry(log: AuditLog) -> None:
    receipts = {f"{number}": note(log, f"{number}") for number in range(10)}
    for seq, leaf, content in rows(log, "seq, leaf, payload")[1:]:
        receipt = receipts[json.loads(content)["text"]]
        assert (receipt.log, receipt.seq, receipt.leaf) == (log.id, seq, leaf.hex())


def test_what_nobody_waits_for_is_written_soon_though_nothing_comes_after_it(
    log: AuditLog,
) -> None:
    log.record("note", body_of("alone"), now())
    eventually(lambda: texts(log) == ["alone"] and log.status.queued == 0)


def test_a_policy_that_many_threads_keep_at_once_is_kept_once(
    place: Place, log: AuditLog, watched: Watched
) -> None:
    identity, together = place.policy().identity, threading.Barrier(8)

    def keep(_: int) -> None:
        together.wait()
        log.keep_policy(identity, b"bundle")

    in_threads(8, keep)
    assert Counter(kind for (kind,) in rows(log, "kind")) == {"opened": 1, "policy": 1}


def test_a_policy_that_stands_twice_in_one_group_is_written_once(
    place: Place, log: AuditLog, watched: Watched
) -> None:
    release = threading.Event()
    watched.before = held_by(release)
    log.record("note", body_of("first"), now(), waits=True)
    sleep(0.05)
    policies = [policy(place.policy().identity) for _ in range(2)]
    pending = [log.record("policy", body, now(), waits=True, **given) for body, given in policies]
    release.set()
    first, second = (each.wait(10) for each in pending)
    assert first == second is not None
    assert log.status.problem is None


def policy(identity: PolicyIdentity) -> tuple[bytes, dict[str, Any]]:
    body = b'{"policy":{"source":"%b"},"bundle":"b"}' % identity.source.encode()
    return body, {"id": identity.source, "bundle": Bundle(identity.source, "b", b"b")}


def test_a_full_queue_refuses_and_the_gap_in_the_numbers_shows_it(
    place: Place, watched: Watched, log: AuditLog
) -> None:
    with place.log(queue=4) as small:
        store = watch(small)
        note(small)
        entered, release = threading.Event(), threading.Event()

        def hold() -> None:
            entered.set()
            release.wait(10)

        store.before = hold
        small.record("note", body_of("0"), now(), waits=True)
        assert entered.wait(10)
        for _ in range(3):
            small.record("note", body_of("more"), now())
        for _ in range(5):
            with pytest.raises(StoreError, match="4 records wait to be written"):
                small.record("note", body_of("too much"), now())
        assert (small.status.queued, small.status.unrecorded) == (4, 5)
        small.record("note", body_of("outcome"), now(), must=True)
        store.before = lambda: None
        release.set()
        eventually(lambda: small.status.queued == 0)
        note(small, "after")
    report = verified(log)
    assert [(gap.last - gap.first + 1) for gap in report.gaps] == [5]
    assert json.loads(payloads(log)[-1] or b"")["unrecorded"] == 5
    assert report.is_whole


def test_what_must_be_told_is_taken_as_long_as_there_is_memory_set_aside_for_it(
    place: Place,
) -> None:
    with place.log(queue=2) as log:
        store = watch(log)
        release = threading.Event()
        store.before = held_by(release)
        for _ in range(3):  # the queue twice, less the entry with which the writer began
            log.record("outcome", body_of("x"), now(), must=True)
        with pytest.raises(StoreError, match="4 records wait"):
            log.record("outcome", body_of("x"), now(), must=True)
        release.set()


def test_an_entry_that_lies_for_over_a_second_shows_a_slow_store_and_more_is_refused(
    log: AuditLog, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(log)
    monkeypatch.setattr("doelbinding.audit.writer._LATE", 0.05)
    entered, release = threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        release.wait(10)

    watched.before = hold
    pending = log.record("note", body_of("slow"), now(), waits=True)
    assert entered.wait(10)
    sleep(0.1)
    with pytest.raises(StoreError, match=r"waited for over 0\.05 s"):
        log.record("note", body_of("next"), now())
    watched.before = lambda: None
    release.set()
    assert pending.wait(10)
    note(log, "again")


def test_what_is_refused_while_the_log_is_closed_leaves_no_gap_that_nothing_tells_of(
    log: AuditLog, watched: Watched
) -> None:
    note(log)
    entered, release = threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        release.wait(10)

    watched.before = hold
    log.record("note", body_of("last"), now(), waits=True)
    assert entered.wait(10)
    closing = threading.Thread(target=log._writer.close, args=(10,))
    closing.start()
    eventually(lambda: log._writer._is_closing)
    for _ in range(3):
        with pytest.raises(StoreError, match="closed"):
            note(log)
    release.set()
    closing.join()
    assert (texts(log), verified(log).gaps) == (["note", "last"], ())
    assert json.loads(payloads(log)[-1] or b"")["unrecorded"] == 0
    assert log.status.unrecorded == 3
