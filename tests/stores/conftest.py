"""The places, servers and databases that tests of stores ask for."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import cast

import pytest

from doelbinding.stores.store import Store
from tests.postgres import database, postgres_server
from tests.stores.places import Place
from tests.stores.servers import own_server, server

__all__ = ["database", "own_server", "place", "postgres_server", "server", "sqlite_place", "store"]


@pytest.fixture(params=["standard", "apsw", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place of each kind, with nothing there."""
    if request.param == "postgresql":
        return Place("postgresql", cast("str", request.getfixturevalue("database")))
    return Place(request.param, str(tmp_path / "log.db"))


@pytest.fixture(params=["standard", "apsw"])
def sqlite_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place for a file of SQLite, by each of the two ways to it."""
    return Place(request.param, str(tmp_path / "log.db"))


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """A new store of each kind."""
    with ExitStack() as stack:
        opened = place.open()
        stack.callback(opened.close)
        yield opened
