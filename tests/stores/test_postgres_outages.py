"""A server that goes away and comes back: nobody waits for ever, and nothing told is lost."""

from time import monotonic

import pytest

from doelbinding.errors import StoreError
from doelbinding.stores import postgresconnection
from doelbinding.stores.store import Store, Transaction
from tests.postgres import Server
from tests.stores.places import append, entries, numbers, write
from tests.stores.servers import ask, opened


def failure(store: Store) -> StoreError:
    with pytest.raises(StoreError) as failed:
        write(store)
    assert failed.value.help
    assert not failed.value.is_final
    return failed.value


# ── What goes away and comes back ────────────────────────────────────────────────────────────────


def test_a_server_that_was_started_again_is_found_by_itself(server: Server) -> None:
    store = opened(server)
    write(store)
    server.stop()
    began = monotonic()
    for _ in range(3):
        assert "cannot be reached" in failure(store).message
        with pytest.raises(StoreError, match="cannot be reached"):
            store.check()
        with pytest.raises(StoreError, match="cannot be reached"):
            entries(store)
    assert monotonic() - began < 30
    server.start()
    store.check()
    assert [write(store), *numbers(store)] == [1, 0, 1]
    store.close()


def test_a_connection_that_was_lost_meanwhile_costs_no_write(server: Server) -> None:
    store = opened(server)
    write(store)
    server.stop()
    server.start()
    assert write(store) == 1
    store.close()


def test_a_server_whose_tables_are_gone_is_not_begun_anew(server: Server) -> None:
    store = opened(server)
    write(store)
    ask(server, "DROP TABLE entries, doelbinding_schema")
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    ask(server, f"{others} AND datname = 'log'")
    assert "holds no doelbinding-test" in failure(store).message
    assert ask(server, "SELECT to_regclass('entries')") == [(None,)]
    store.close()


def test_a_server_that_is_killed_keeps_what_was_told(server: Server) -> None:
    store = opened(server)
    told = [write(store) for _ in range(50)]
    server.kill()
    assert "cannot be reached" in failure(store).message
    server.start()
    assert numbers(store) == told
    assert write(store) == 50
    store.close()


def test_a_frozen_server_is_not_waited_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresconnection, "PATIENCE", 0.5)
    store = opened(server, timeout=0.5)
    write(store)
    server.freeze()
    try:
        began = monotonic()
        for _ in range(2):
            assert failure(store).message.endswith("does not answer")
        with pytest.raises(StoreError, match="does not answer"):
            store.check()
        assert monotonic() - began < 60
    finally:
        server.thaw()
    settled(store)
    assert numbers(store) == list(range(len(numbers(store))))
    store.close()


def settled(store: Store) -> None:
    """Wait until the server has undone what it was frozen in."""
    deadline = monotonic() + 60
    while monotonic() < deadline:
        try:
            write(store)
        except StoreError:
            continue
        return
    raise AssertionError("the server does not come back")


def test_a_server_that_freezes_at_the_commit_leaves_it_in_doubt(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresconnection, "PATIENCE", 0.5)
    store = opened(server, timeout=0.5)

    def work(transaction: Transaction) -> None:
        append(transaction, "me")
        server.freeze()

    try:
        with pytest.raises(StoreError, match="does not answer") as failed:
            store.exclusive(work)
    finally:
        server.thaw()
    assert failed.value.may_have_happened
    assert not failed.value.is_final
    settled(store)
    assert len(numbers(store)) in (1, 2)
    store.close()


def test_a_connection_that_is_ended_within_the_work_undoes_it(server: Server) -> None:
    store = opened(server)

    def work(transaction: Transaction) -> None:
        append(transaction, "me")
        ((own,),) = transaction.rows("SELECT pg_backend_pid()")
        ask(server, f"SELECT pg_terminate_backend({own}, 10000)")
        transaction.rows("SELECT 1")

    with pytest.raises(StoreError) as failed:
        store.exclusive(work)
    assert (failed.value.is_final, failed.value.may_have_happened) == (False, False)
    assert numbers(store) == []
    assert write(store) == 0
    store.close()


def test_a_connection_that_is_ended_at_the_commit_leaves_it_in_doubt(server: Server) -> None:
    store = opened(server)

    def work(transaction: Transaction) -> None:
        append(transaction, "me")
        ((own,),) = transaction.rows("SELECT pg_backend_pid()")
        ask(server, f"SELECT pg_terminate_backend({own}, 10000)")

    with pytest.raises(StoreError) as failed:
        store.exclusive(work)
    assert failed.value.may_have_happened
    assert not failed.value.is_final
    assert write(store) == 0
    store.close()


def test_a_writer_that_is_frozen_gives_its_lock_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("doelbinding.stores.postgresql._MOST_IDLE", 1)
    frozen, other = opened(server), opened(server, timeout=30)

    def work(transaction: Transaction) -> int:
        append(transaction, "frozen")
        return write(other, "other")  # waits until the server has ended the first

    with pytest.raises(StoreError) as failed:
        frozen.exclusive(work)
    assert failed.value.may_have_happened
    assert [writer for _, writer, _ in entries(other)] == ["other"]
    frozen.close()
    other.close()
