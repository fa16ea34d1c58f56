"""The write-ahead log: who moves it into the database, and when; and what a kill leaves."""

import signal
from pathlib import Path

from doelbinding.stores.sqlite import SqliteStore
from tests.stores.places import Place, disk_of, numbers, wal_of, write

MEGABYTE = 1 << 20
COUNT = "SELECT count(*) FROM entries"


# ── The write-ahead log ──────────────────────────────────────────────────────────────────────────


def test_the_log_is_moved_now_and_then_and_so_stays_small(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    for _ in range(100):
        write(store, body=b"x" * 200_000)
    assert wal_of(sqlite_place).stat().st_size < 6 * MEGABYTE
    assert Path(sqlite_place.where).stat().st_size > 15 * MEGABYTE
    store.close()
    assert not wal_of(sqlite_place).exists()


def test_a_reader_holds_back_the_log_but_not_the_writer(sqlite_place: Place) -> None:
    store = sqlite_place.open(timeout=0.5)
    write(store)
    with store.snapshot() as snapshot:
        for _ in range(60):
            write(store, body=b"x" * 200_000)
        assert list(snapshot.rows(COUNT)) == [(1,)]
        assert wal_of(sqlite_place).stat().st_size > 10 * MEGABYTE
    for _ in range(60):
        write(store, body=b"x" * 200_000)
    assert wal_of(sqlite_place).stat().st_size <= 17 * MEGABYTE
    assert numbers(store) == list(range(121))
    store.close()


def test_a_reader_moves_nothing_even_if_it_is_the_last(sqlite_place: Place) -> None:
    """A writer that was killed left the log; who reads then leaves it as it is."""
    told = killed_after_writing(sqlite_place, 5)
    before = disk_of(sqlite_place)
    store = sqlite_place.open(create=False)
    assert isinstance(store, SqliteStore)
    assert store.pause()  # lets go of the connection that writes
    found = numbers(store)
    assert told == found[: len(told)]
    assert disk_of(sqlite_place) == before
    store.resume(is_usable=True)
    assert write(store) == len(found)
    store.close()
    assert not wal_of(sqlite_place).exists()


def test_what_was_erased_is_not_left_in_the_file(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    write(store, "someone", b"a very secret thing")
    store.exclusive(lambda each: each.run("UPDATE entries SET body = NULL"))
    store.close()
    assert b"secret" not in Path(sqlite_place.where).read_bytes()


# ── The process is killed ────────────────────────────────────────────────────────────────────────


def killed_after_writing(place: Place, count: int) -> list[int]:
    """Let a process write at least so many, and kill it; the numbers that it told."""
    writer = place.process("write", "killed", "100000")
    assert writer.stdin
    assert writer.stdout
    writer.stdin.write("go\n")
    writer.stdin.flush()
    said = [writer.stdout.readline() for _ in range(count + 1)]
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate()
    return [int(line) for line in [*said[1:], *rest.splitlines(keepends=True)] if line[-1:] == "\n"]


def test_what_a_killed_process_had_told_is_there(sqlite_place: Place) -> None:
    told = killed_after_writing(sqlite_place, 30)
    store = sqlite_place.open(create=False)
    found = numbers(store)
    assert found == list(range(len(found)))
    assert told == found[: len(told)]
    assert len(found) <= len(told) + 1
    assert write(store) == len(found)
    assert store.integrity() is None
    store.close()
