"""A disk that is full, or that fails: what that stops, and what it leaves."""

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from doelbinding.errors import StoreError
from doelbinding.stores.sqlite import open_sqlite
from doelbinding.stores.sqlitedrivers import ApswDriver
from doelbinding.stores.store import Store
from tests.stores.layers import IO_READ, IO_SYNC, IO_WRITE, FailingDisk
from tests.stores.places import (
    ALL,
    INSERT,
    SCHEMA,
    Place,
    entries,
    numbers,
    until_refused,
    wal_of,
    write,
)
from tests.stores.users import in_child

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
MEGABYTE = 1 << 20


def failure(store: Store, body: bytes | None = None) -> StoreError:
    with pytest.raises(StoreError) as failed:
        write(store, body=body)
    assert failed.value.help
    return failed.value


# ── The disk is full ─────────────────────────────────────────────────────────────────────────────


def fill(store: Store) -> int:
    """Write until there is no room; how many were acknowledged."""
    count, error = until_refused(store, b"x" * 2000)
    assert error.message.endswith("cannot be written: the disk is full")
    assert (error.is_final, error.may_have_happened) == (False, False)
    return count


def test_a_full_store_loses_nothing_and_goes_on_when_there_is_room(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    store.exclusive(lambda each: each.rows("PRAGMA max_page_count = 30"))
    count = fill(store)
    failure(store, b"x" * 2000)
    assert numbers(store) == list(range(count))
    store.exclusive(lambda each: each.rows("PRAGMA max_page_count = 1000000"))
    assert write(store, body=b"x" * 2000) == count
    assert store.integrity() is None
    store.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("only root can mount a small disk, and only where that is allowed")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("kind", ["standard", "apsw"])
def test_a_full_disk_loses_nothing_and_it_goes_on_when_there_is_room(
    small_disk: Path, kind: str
) -> None:
    place = Place(kind, str(small_disk / "log.db"))
    ballast = small_disk / "ballast"
    store = place.open()
    write(store, body=b"x" * 100_000)
    ballast.write_bytes(bytes(300_000))
    count = fill(store)
    assert store.free_fraction() is not None
    assert (store.free_fraction() or 0) < 0.1
    assert numbers(store) == list(range(count + 1))
    ballast.unlink()
    assert write(store, body=b"x" * 2000) == count + 1
    store.close()
    again = place.open(create=False)
    assert numbers(again) == list(range(count + 2))
    again.close()


def test_no_room_for_a_store_makes_none(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(bytes(MEGABYTE - 8192))
    place = Place("standard", str(small_disk / "log.db"))
    with pytest.raises(StoreError):
        place.open()
    assert not Path(place.where).exists()
    (small_disk / "ballast").unlink()
    store = place.open()
    assert write(store) == 0
    store.close()


def test_a_limit_on_the_size_of_files_stops_all_writing(sqlite_place: Place) -> None:
    """The kernel refuses such a write with an error that is not that of a full disk."""
    sqlite_place.open().close()

    def act() -> str:
        store = sqlite_place.open()
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        count, error = until_refused(store, b"x" * 2000)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert failure(store).is_final
        return f"{count} {error.is_final}"

    count, is_final = in_child(act).split()
    assert is_final == "True"
    store = sqlite_place.open(create=False)
    assert numbers(store)[: int(count)] == list(range(int(count)))
    assert store.integrity() is None
    store.close()


# ── The disk fails ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("act", "code"), [("write", IO_WRITE), ("sync", IO_SYNC)])
def test_after_a_failed_write_or_sync_nothing_more_reaches_the_disk(
    tmp_path: Path, act: str, code: int
) -> None:
    disk = FailingDisk()
    path = tmp_path / "log.db"
    store = open_sqlite(path, SCHEMA, create=True, driver=ApswDriver(disk.name))
    write(store)
    disk.fails = lambda done, file: code if done == act else None
    error = failure(store)
    assert "its disk fails" in error.message
    assert (error.is_final, error.may_have_happened) == (True, True)
    disk.fails = lambda done, file: None
    disk.done.clear()
    assert failure(store).is_final
    with pytest.raises(StoreError):
        entries(store)
    store.close()
    assert [done for done in disk.done if done[0] != "read"] == []
    assert wal_of(Place("apsw", str(path))).stat().st_size > 0
    again = open_sqlite(path, SCHEMA, create=False)
    assert numbers(again) in ([0], [0, 1])
    assert again.integrity() is None
    again.close()


def test_a_failed_move_of_the_log_latches_and_what_was_written_stands(tmp_path: Path) -> None:
    disk = FailingDisk()
    path = tmp_path / "log.db"
    store = open_sqlite(path, SCHEMA, create=True, driver=ApswDriver(disk.name))
    disk.fails = lambda done, file: (
        IO_WRITE if done == "write" and Path(file).name == "log.db" else None
    )
    count, error = until_refused(store, b"x" * 200_000)
    assert error.is_final
    assert not error.may_have_happened
    assert count > 10
    store.close()
    again = open_sqlite(path, SCHEMA, create=False)
    assert numbers(again) == list(range(count))
    again.close()


def test_a_reader_that_meets_a_failing_disk_stops_the_writer_too(tmp_path: Path) -> None:
    disk = FailingDisk()
    store = open_sqlite(tmp_path / "log.db", SCHEMA, create=True, driver=ApswDriver(disk.name))
    write(store)
    with store.snapshot() as snapshot:
        disk.fails = lambda done, file: IO_READ if done == "read" else None
        with pytest.raises(StoreError, match="its disk fails"):
            list(snapshot.rows(ALL))
    disk.fails = lambda done, file: None
    assert failure(store).is_final
    store.close()


def test_every_commit_is_synced_before_it_is_told(tmp_path: Path) -> None:
    disk = FailingDisk()
    store = open_sqlite(tmp_path / "log.db", SCHEMA, create=True, driver=ApswDriver(disk.name))
    write(store)
    for _ in range(5):
        disk.done.clear()
        write(store)
        acts = [done for done in disk.done if done[0] != "read"]
        assert acts[-1] == ("sync", "log.db-wal")
        assert ("write", "log.db-wal") in acts
    store.close()


def test_a_damaged_page_is_found_and_stops_all_writing(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    store.exclusive(lambda each: each.run_many(INSERT, ((n, "me", b"x" * 500) for n in range(900))))
    store.close()
    path = Path(sqlite_place.where)
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xee" * 64
    path.write_bytes(content)
    damaged = sqlite_place.open(create=False)
    assert damaged.integrity() is not None
    with pytest.raises(StoreError, match="is damaged") as failed:
        entries(damaged)
    assert failed.value.is_final
    assert failure(damaged).is_final
    damaged.close()
