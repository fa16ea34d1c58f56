"""Which SQLite is used, and what is known about it."""

import pytest

from doelbinding.errors import StoreError
from doelbinding.stores import sqlitedrivers
from doelbinding.stores.sqlitedrivers import (
    ApswDriver,
    StandardDriver,
    best_driver,
    has_wal_reset_defect,
    remarks_on,
)

DEFECTIVE = ((3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 0), (3, 51, 2))
SOUND = ((3, 6, 23), (3, 44, 6), (3, 44, 9), (3, 50, 7), (3, 51, 3), (3, 53, 0), (4, 0, 0))


@pytest.mark.parametrize("version", DEFECTIVE)
def test_these_versions_have_the_defect_and_that_is_remarked(version: tuple[int, ...]) -> None:
    assert has_wal_reset_defect(version)
    assert "the lock that every writer here holds" in remarks_on(version)[0]


@pytest.mark.parametrize("version", SOUND)
def test_these_versions_lack_it(version: tuple[int, ...]) -> None:
    assert not has_wal_reset_defect(version)
    assert remarks_on(version) == ()


@pytest.mark.parametrize(
    ("is_defective", "is_installed", "expected"),
    [
        (False, True, StandardDriver),
        (False, False, StandardDriver),
        (True, False, StandardDriver),
        (True, True, ApswDriver),
    ],
)
def test_the_library_beside_is_taken_only_where_it_is_better(
    monkeypatch: pytest.MonkeyPatch, is_defective: bool, is_installed: bool, expected: type
) -> None:
    monkeypatch.setattr(sqlitedrivers, "has_wal_reset_defect", lambda version: is_defective)
    monkeypatch.setattr(sqlitedrivers, "find_spec", lambda name: object() if is_installed else None)
    assert isinstance(best_driver(), expected)


def test_a_library_that_cannot_be_loaded_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def import_module(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(sqlitedrivers, "import_module", import_module)
    with pytest.raises(StoreError, match="cannot be loaded") as refused:
        ApswDriver()
    assert "doelbinding[apsw]" in refused.value.help
