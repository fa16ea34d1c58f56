"""What every store promises, asked of each of them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import monotonic

import pytest

from doelbinding.errors import StoreError
from doelbinding.stores.store import Store, Transaction
from tests.stores.places import ALL, INSERT, SCHEMA, Place, append, entries, numbers, write


class Interrupted(Exception):  # noqa: N818 - it is none
    """Something that has nothing to do with the store."""


def refusal(place: Place, **kwargs: object) -> StoreError:
    with pytest.raises(StoreError) as refused:
        place.open(**kwargs)  # type: ignore[arg-type]  # whatever the test gives
    assert refused.value.help
    assert "\n" not in refused.value.message
    return refused.value


# ── What is written ──────────────────────────────────────────────────────────────────────────────


def test_what_was_written_is_there_when_it_is_opened_again(place: Place) -> None:
    first = place.open()
    assert [write(first, body=b"\0\xff"), write(first, "you"), write(first, "hé'%?\"", b"")] == [
        0,
        1,
        2,
    ]
    first.close()
    second = place.open(create=False)
    assert entries(second) == [(0, "me", b"\0\xff"), (1, "you", None), (2, "hé'%?\"", b"")]
    assert write(second) == 3
    second.close()


def test_work_gives_back_what_it_found(store: Store) -> None:
    def work(transaction: Transaction) -> tuple[int, int, list[tuple[object, ...]]]:
        transaction.run_many(INSERT, ((seq, "many", None) for seq in range(1000)))
        changed = transaction.run("UPDATE entries SET body = ? WHERE seq < ?", (b"x", 7))
        removed = transaction.run("DELETE FROM entries WHERE seq >= ?", (9,))
        return changed, removed, transaction.rows("SELECT seq, body FROM entries WHERE seq > 5")

    expected = [(6, b"x"), (7, None), (8, None)]
    changed, removed, rows = store.exclusive(work)
    assert (changed, removed, sorted(rows)) == (7, 991, expected)


def test_a_percent_sign_or_a_question_mark_in_a_text_is_no_parameter(store: Store) -> None:
    write(store, "50% of it?")
    sql = "SELECT seq, 'it''s 100%, ?' FROM entries WHERE writer LIKE '50%?' AND seq = ?"
    assert store.exclusive(lambda each: each.rows(sql, (0,))) == [(0, "it's 100%, ?")]
    assert store.exclusive(lambda each: each.rows("SELECT 7 % 4")) == [(3,)]


def test_what_raises_is_undone_and_passes_through(store: Store) -> None:
    def work(transaction: Transaction) -> None:
        append(transaction, "me")
        raise Interrupted

    write(store)
    for _ in range(3):
        with pytest.raises(Interrupted):
            store.exclusive(work)
    assert numbers(store) == [0]
    assert write(store) == 1


@pytest.mark.parametrize("error", [TimeoutError, OSError, KeyboardInterrupt])
def test_an_error_of_the_work_is_not_taken_for_one_of_the_store(
    store: Store, error: type[BaseException]
) -> None:
    def work(transaction: Transaction) -> None:
        append(transaction, "me")
        raise error

    with pytest.raises(error):
        store.exclusive(work)
    assert numbers(store) == []
    assert write(store) == 0


def test_a_row_that_is_refused_takes_its_whole_group_with_it(store: Store) -> None:
    write(store, "secret")

    def work(transaction: Transaction) -> None:
        append(transaction, "me")
        transaction.run(INSERT, (0, "secret", b"secret"))

    with pytest.raises(StoreError) as refused:
        store.exclusive(work)
    assert "refuses a row" in refused.value.message
    assert "secret" not in refused.value.message + str(refused.value.__cause__ or "")
    assert (refused.value.is_final, refused.value.may_have_happened) == (False, False)
    assert entries(store) == [(0, "secret", None)]
    assert write(store) == 1


def test_a_defect_in_the_sql_is_an_error_of_the_store(store: Store) -> None:
    with pytest.raises(StoreError) as refused:
        store.exclusive(lambda transaction: transaction.run("INSERT INTO nothing VALUES (1)"))
    assert not refused.value.is_final
    assert write(store) == 0


# ── What is read ─────────────────────────────────────────────────────────────────────────────────


def test_a_snapshot_stays_at_its_moment_and_keeps_nobody_waiting(store: Store) -> None:
    store.exclusive(lambda each: each.run_many(INSERT, ((seq, "a", None) for seq in range(5000))))
    with store.snapshot() as snapshot:
        rows = snapshot.rows(ALL)
        first = next(rows)
        store.exclusive(lambda each: each.run("UPDATE entries SET writer = ?", ("b",)))
        store.exclusive(lambda each: each.run("DELETE FROM entries WHERE seq > ?", (10,)))
        others = snapshot.rows("SELECT count(*), min(writer) FROM entries")
        assert list(others) == [(5000, "a")]
        assert [first, *rows] == [(seq, "a", None) for seq in range(5000)]
    assert len(entries(store)) == 11


def test_a_snapshot_is_of_the_moment_at_which_it_was_taken(store: Store) -> None:
    with store.snapshot() as snapshot:
        write(store)
        assert list(snapshot.rows(ALL)) == []


def test_a_snapshot_writes_nothing(store: Store) -> None:
    write(store)
    with store.snapshot() as snapshot:
        for sql in ("DELETE FROM entries", "CREATE TABLE other (a INTEGER)"):
            with pytest.raises(StoreError):
                list(snapshot.rows(sql))
    assert numbers(store) == [0]


def test_a_sound_store_finds_nothing_wrong_with_itself(store: Store) -> None:
    write(store, body=b"x" * 100_000)
    assert store.integrity() is None
    store.check()
    assert store.engine.split()[0] in ("SQLite", "PostgreSQL")
    assert store.engine.split()[1][0].isdigit()


# ── Who writes ───────────────────────────────────────────────────────────────────────────────────


def test_threads_that_share_a_store_form_one_sequence(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda each: write(store, f"thread {each % 8}"), range(200)))
    assert sorted(given) == list(range(200)) == numbers(store)


@pytest.mark.parametrize("count", [2, 8])
def test_processes_form_one_sequence_and_nothing_is_lost(place: Place, count: int) -> None:
    store, each = place.open(), 200 // count
    writers = [place.process("write", f"process {n}", str(each)) for n in range(count)]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    said = [writer.communicate("go\n", timeout=120)[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * count
    by_number = {seq: name for seq, name, _ in entries(store)}
    assert sorted(by_number) == list(range(each * count))
    for n, numbers_said in enumerate(said):
        told = list(map(int, numbers_said.split()))
        assert len(told) == each
        assert {by_number[seq] for seq in told} == {f"process {n}"}
    assert store.integrity() is None
    store.close()


def test_processes_that_make_a_store_at_once_make_one(place: Place) -> None:
    writers = [place.process("write", f"process {n}", "5") for n in range(6)]
    for writer in writers:
        writer.communicate("go\n", timeout=120)
    assert [writer.returncode for writer in writers] == [0] * 6
    store = place.open(create=False)
    assert numbers(store) == list(range(30))
    store.close()


def test_whoever_cannot_write_in_time_is_told_so_and_may_try_again(place: Place) -> None:
    store = place.open(timeout=0.3)
    holder = place.process("hold")
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    began = monotonic()
    with pytest.raises(StoreError, match="is busy") as refused:
        write(store)
    assert 0.2 < monotonic() - began < 20
    assert (refused.value.is_final, refused.value.may_have_happened) == (False, False)
    assert numbers(store) == []  # readers wait for nobody
    holder.communicate("enough\n", timeout=60)
    assert write(store) == 0
    store.close()


def test_a_thread_waits_no_longer_for_another_thread(place: Place) -> None:
    store = place.open(timeout=0.3)
    begun, enough = threading.Event(), threading.Event()

    def hold(_: Transaction) -> None:
        begun.set()
        enough.wait(60)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(store.exclusive, hold)
        begun.wait(60)
        with pytest.raises(StoreError, match="is busy"):
            write(store)
        enough.set()
        held.result(60)
    assert write(store) == 0
    store.close()


def test_two_stores_of_one_process_at_one_place_keep_out_of_each_others_way(place: Place) -> None:
    one, other = place.open(), place.open()
    assert [write(one), write(other), write(one)] == [0, 1, 2]
    one.close()
    assert write(other) == 3
    other.close()


# ── What is opened ───────────────────────────────────────────────────────────────────────────────


def test_nothing_is_made_where_nothing_may_be_made(place: Place) -> None:
    refusal(place, create=False)
    refusal(place, create=False)
    place.open().close()
    place.open(create=False).close()


def test_tables_of_another_version_are_left_alone(place: Place) -> None:
    store = place.open()
    write(store)
    store.close()
    for version, age in ((2, "newer"), (4, "older")):
        error = refusal(place, schema=replace(SCHEMA, version=version))
        assert (
            f"has {age} tables, version 3; this doelbinding knows version {version}"
            in error.message
        )
    kept = place.open(create=False)
    assert numbers(kept) == [0]
    kept.close()


def test_a_closed_store_does_nothing_more(store: Store) -> None:
    write(store)
    store.close()
    store.close()
    for act in (lambda: write(store), lambda: entries(store), store.check, store.integrity):
        with pytest.raises(StoreError, match="is closed") as refused:
            act()
        assert refused.value.is_final
