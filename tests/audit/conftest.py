"""What tests of the log ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doelbinding.audit.log import AuditLog
from tests.audit.filled import Filled
from tests.audit.logs import Place
from tests.audit.watched import Watched, watch


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
def watched(log: AuditLog) -> Watched:
    """The store of the log, watched."""
    return watch(log)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return Filled(tmp_path_factory.mktemp("filled"))


@pytest.fixture
def filled(whole: Filled) -> Iterator[Filled]:
    whole.restore()
    yield whole
    whole.restore()
