"""What tests of faults ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doelbinding.audit.log import AuditLog
from tests.audit.logs import Place
from tests.postgres import Server, database, new_server, postgres_server, programs

__all__ = ["database", "log", "place", "postgres_server", "server"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder in which no log is yet."""
    return Place(tmp_path)


@pytest.fixture
def log(place: Place) -> Iterator[AuditLog]:
    """A log that is begun."""
    with place.log() as log:
        yield log


@pytest.fixture
def server() -> Iterator[Server]:
    """A PostgreSQL of our own, to be killed or frozen."""
    yield from new_server(programs())
