"""A server of PostgreSQL that a test may stop, kill and freeze, if it lets it run again."""

from collections.abc import Iterator

import psycopg
import pytest

from doelbinding.stores import open_store
from doelbinding.stores.store import Store
from tests.postgres import Server, new_server, programs
from tests.stores.places import SCHEMA


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """A server of the module's own."""
    yield from new_server(programs())


@pytest.fixture
def server(own_server: Server) -> Iterator[Server]:
    """The server, with an empty database `log`."""
    with psycopg.connect(own_server.address("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS log WITH (FORCE)")
        connection.execute("CREATE DATABASE log")
    yield own_server
    own_server.thaw()
    if not own_server.processes():
        own_server.start()


def opened(server: Server, timeout: float = 5.0) -> Store:
    """A store in its database."""
    return open_store(server.address("log"), SCHEMA, create=True, timeout=timeout)


def ask(server: Server, sql: str) -> list[tuple[object, ...]]:
    """What the server answers to somebody else."""
    with psycopg.connect(server.address("log"), autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        return cursor.fetchall() if cursor.description else []
