"""A log is opened, beside others that write it, and tells how it is doing."""

import threading
from pathlib import Path

import pytest

from doelbinding.audit import anchor as anchoring
from doelbinding.audit import opening
from doelbinding.audit.anchor import anchor
from doelbinding.audit.keys import KeyFolder
from doelbinding.audit.log import AuditLog
from doelbinding.errors import StoreError
from doelbinding.gate.passage import TransferDenied
from tests.audit.logs import DENIED, RECORDED, Place, note, rows, verified


def test_a_new_log_is_begun_and_its_keys_belong_to_it(place: Place) -> None:
    with place.log() as log:
        assert (place.keys / "log").read_text() == f"{log.id}\n"
        assert log.status.ready
        assert (log.status.size, log.status.queued, log.status.unrecorded) == (0, 0, 0)


def test_a_log_to_which_nothing_was_written_stays_empty(place: Place) -> None:
    place.log().close()
    with place.log(create=False) as log:
        assert rows(log, "seq") == []


def test_without_leave_to_begin_one_no_log_is_begun(place: Place) -> None:
    with pytest.raises(StoreError):
        place.log(create=False)
    assert not place.database.exists()
    assert not place.keys.exists()


def test_a_writer_that_begins_says_so_before_all_else(place: Place) -> None:
    for _ in range(2):
        with place.log() as log:
            note(log)
    with place.log() as log:
        kinds = [(kind, number) for kind, number in rows(log, "kind, number")]
    assert kinds == [("opened", 0), ("note", 1), ("closed", 2)] * 2


def test_many_that_open_a_new_log_at_once_open_the_same_one(place: Place) -> None:
    together, logs = threading.Barrier(8), []

    def begin() -> None:
        together.wait()
        logs.append(place.log())

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len({each.id for each in logs}) == 1
    assert len(logs) == 8
    for log in logs:
        note(log)
        log.close()


def test_a_log_can_be_opened_while_others_write_it(place: Place, log: AuditLog) -> None:
    is_over = threading.Event()

    def write() -> None:
        while not is_over.is_set():
            note(log)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(25):
            place.log().close()
    finally:
        is_over.set()
        writer.join()


def test_a_log_that_grows_and_is_anchored_while_it_is_opened_is_not_refused(
    place: Place, log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(log)

    def late(*given: object) -> None:
        note(log)
        anchor(log)
        check(*given)  # type: ignore[arg-type]

    check = opening._check_end
    monkeypatch.setattr(opening, "_check_end", late)
    place.log().close()


def test_a_log_that_grows_and_is_anchored_meanwhile_is_anchored(
    place: Place, log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(log)
    root, times = anchoring._root, [1]

    def late(*given: object) -> bytes:
        if times:
            times.clear()
            note(log)
            anchor(log)
        return root(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(anchoring, "_root", late)
    anchor(log)
    head = log.keys.head
    assert head is not None
    assert head.size == log.status.size == 3  # the larger one is kept


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM state",
        "UPDATE state SET size = 1",
        "UPDATE state SET chain = zeroblob(32)",
        "UPDATE state SET chain = 'text'",
        "DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)",
        "UPDATE entries SET chain = 7 WHERE seq = (SELECT max(seq) FROM entries)",
    ],
)
def test_a_log_that_does_not_end_where_it_should_is_refused(place: Place, sql: str) -> None:
    with place.log() as log:
        note(log)
    with place.by_hand() as hand:
        hand.execute(sql)
    before = place.database.read_bytes()
    with pytest.raises(StoreError):
        place.log()
    assert place.database.read_bytes() == before


def test_a_log_without_the_entry_at_the_anchored_head_is_refused(place: Place) -> None:
    with place.log() as log:
        note(log)
        anchor(log)
        note(log)
    with place.by_hand() as hand:
        hand.delete("seq = 1")
    with pytest.raises(StoreError, match="is not the log that was anchored: entry 2 differs"):
        place.log()


@pytest.mark.parametrize("what", ["text", "folder", "empty", "other"])
def test_what_is_no_log_is_refused_in_one_line_and_left_alone(place: Place, what: str) -> None:
    if what == "folder":
        place.database.mkdir()
    elif what == "other":
        with Place(place.folder).log():
            pass
        with place.by_hand() as hand:
            hand.execute("PRAGMA application_id = 7")
    else:
        place.database.write_bytes(b"" if what == "empty" else b"no database" * 500)
    with pytest.raises(StoreError) as refused:
        place.log()
    assert "\n" not in refused.value.message
    assert refused.value.help


def test_the_status_counts_what_could_not_be_recorded(place: Place) -> None:
    with place.log(timeout=0.2) as log:
        gate = place.gate(log)
        place.database.unlink()
        with pytest.raises(TransferDenied):
            gate.send(**RECORDED)
        for _ in range(2):
            with pytest.raises(TransferDenied):
                gate.send(**DENIED)
        status = log.status
    assert not status.ready
    assert status.problem is not None
    assert status.unrecorded >= 2


def test_a_head_that_cannot_be_read_does_not_hide_the_status(place: Place, log: AuditLog) -> None:
    note(log)
    anchor(log)
    (place.keys / "head").write_bytes(b"spoilt")
    assert log.status.unanchored == 0
    note(log)
    assert log.status.unanchored == 1


def test_a_log_is_told_by_its_name_without_secrets(place: Place, log: AuditLog) -> None:
    assert log.id[:8] in repr(log)
    assert str(place.database) in repr(log)
    assert log.id not in repr(log)


def test_the_keys_stand_elsewhere_than_the_log(place: Place, tmp_path: Path) -> None:
    keys = tmp_path / "far" / "keys"
    keys.parent.mkdir()
    with AuditLog.sqlite(place.database, keys=keys) as log:
        note(log)
        assert verified(log).is_whole
    assert KeyFolder.open(keys).log_id == log.id
    assert not place.keys.exists()
