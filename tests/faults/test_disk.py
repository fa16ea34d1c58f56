"""Faults of a disk and of the files on it: nothing goes that must be recorded and is not."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from doelbinding.audit.anchor import anchor
from doelbinding.audit.log import AuditLog
from doelbinding.errors import StoreError
from doelbinding.gate.passage import TransferDenied
from doelbinding.stores.sqlitedrivers import ApswDriver
from tests.audit.logs import (
    ALLOWED,
    RECORDED,
    Place,
    eventually,
    faults,
    verified,
)
from tests.faults.asking import is_denied, recorded
from tests.faults.children import Writing, is_root, missing, stored_ids
from tests.stores.layers import IO_SYNC, IO_WRITE, FailingDisk


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    if not is_root():
        pytest.skip("only root may mount a small disk")
    disk = folder / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_on_a_full_disk_the_gate_denies_and_goes_on_when_there_is_room(
    place: Place, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("doelbinding.audit.writer._BETWEEN_LOOKS", 0)
    with small_disk(place.folder) as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(200_000))
        with AuditLog.sqlite(disk / "audit.db", keys=place.keys) as log:
            gate = place.gate(log)
            sent = 0
            while not is_denied(gate):
                sent += 1
            assert sent > 20
            assert not log.status.ready
            assert "disk is full" in (log.status.problem or "")
            assert is_denied(gate)
            ballast.unlink()
            eventually(lambda: log.status.ready)
            assert not is_denied(gate)
            assert faults(verified(log)) == []
            assert recorded(log) >= sent + 1
    assert "nearly full" in caplog.text


def test_where_files_may_not_grow_nothing_goes_and_what_was_written_is_whole(place: Place) -> None:
    with Writing(place, limits="ulimit -f 600") as child:
        child.await_ready()
        eventually(lambda: child.count("refused") > 20)
        child.kill()
    with place.log() as log:
        assert faults(verified(log)) == []
        assert missing(child.told, stored_ids(log), 0)["log"] == 0


@pytest.mark.parametrize("code", [IO_WRITE, IO_SYNC])
def test_after_a_fault_of_the_disk_nothing_goes_until_the_log_is_opened_again(
    place: Place, code: int
) -> None:
    disk = FailingDisk()
    with patch("doelbinding.stores.sqlite.best_driver", lambda: ApswDriver(disk.name)):
        log = place.log()
    gate = place.gate(log)
    assert not is_denied(gate)
    act = "write" if code == IO_WRITE else "sync"
    disk.fails = lambda done, path: code if done == act else None
    assert is_denied(gate)
    disk.fails = lambda done, path: None
    assert is_denied(gate)
    with pytest.raises(TransferDenied):
        gate.send(**ALLOWED)
    assert not log.status.ready
    log.close()
    with place.log() as again:
        assert faults(verified(again)) == []
        assert not is_denied(place.gate(again))


@pytest.mark.parametrize("act", ["remove", "replace", "move"])
def test_a_database_that_is_gone_while_it_is_open_is_not_written(place: Place, act: str) -> None:
    log = place.log()
    gate = place.gate(log)
    assert not is_denied(gate)
    if act == "move":
        place.database.rename(place.folder / "elsewhere.db")
    else:
        place.database.unlink()
    if act == "replace":
        place.database.write_bytes(b"")
    assert is_denied(gate)
    assert not log.status.ready
    log.close()
    with pytest.raises(StoreError):
        place.log()
    assert place.database.exists() is (act == "replace")


def test_with_keys_that_know_the_log_no_empty_database_is_begun(place: Place) -> None:
    with place.log() as log:
        place.gate(log)
    for each in place.folder.glob("audit.db*"):
        each.unlink()
    with pytest.raises(StoreError, match="does not exist"):
        place.log()
    assert not place.database.exists()


def test_an_old_backup_is_refused_when_a_newer_head_was_anchored(place: Place) -> None:
    with place.log() as log:
        place.gate(log).send(**RECORDED)
    backup = place.database.read_bytes()
    with place.log() as log:
        place.gate(log).send(**RECORDED)
        anchor(log)
    place.database.write_bytes(backup)
    with pytest.raises(StoreError, match="holds 4 entries; 6 were anchored"):
        place.log()
    assert place.database.read_bytes() == backup


def test_another_past_of_the_same_length_is_refused(place: Place) -> None:
    with place.log() as log:
        place.gate(log).send(**RECORDED)
    backup = place.database.read_bytes()
    with place.log() as log:
        place.gate(log).send(**RECORDED)
        anchor(log)
    place.database.write_bytes(backup)
    head = (place.keys / "head").read_bytes()
    (place.keys / "head").unlink()
    with place.log() as log:
        for _ in range(4):
            place.gate(log).send(**RECORDED)
    (place.keys / "head").write_bytes(head)
    with pytest.raises(StoreError, match="is not the log that was anchored"):
        place.log()


@pytest.mark.parametrize(("version", "age"), [(0, "older"), (2, "newer")])
def test_a_database_of_another_version_is_left_alone(place: Place, version: int, age: str) -> None:
    with place.log() as log:
        place.gate(log)
    with place.by_hand() as hand:
        hand.execute(f"PRAGMA user_version = {version}")
    before = place.database.read_bytes()
    with pytest.raises(StoreError, match=f"{age} tables"):
        place.log()
    assert place.database.read_bytes() == before
