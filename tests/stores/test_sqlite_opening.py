"""Only a store is opened; what is something else is refused in one line and left as it was."""

import gc
import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from doelbinding.errors import StoreError
from doelbinding.stores import sqlitefiles
from doelbinding.stores.sqlite import open_sqlite
from doelbinding.stores.sqlitedrivers import ApswDriver, StandardDriver
from tests.stores.places import SCHEMA, SQLITES, Place, entries, numbers, write
from tests.stores.users import give_away, in_child, open_folder, without_rights

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def refusal(open_: Callable[[], object]) -> StoreError:
    with pytest.raises(StoreError) as refused:
        open_()
    assert refused.value.help
    assert "\n" not in refused.value.message
    return refused.value


def refused(place: Place, *, create: bool = True) -> str:
    return refusal(lambda: place.open(create=create)).message.replace(place.where, "IT")


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# ── What is something else ───────────────────────────────────────────────────────────────────────


def test_a_text_is_no_store(sqlite_place: Place, tmp_path: Path) -> None:
    path = Path(sqlite_place.where)
    path.write_text("a shopping list\n" * 1000)
    assert refused(sqlite_place) == "IT is not a database of SQLite"
    assert path.read_text() == "a shopping list\n" * 1000
    assert files(tmp_path) == {"log.db"}


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_the_database_of_another_application_is_left_alone(sqlite_place: Place, mode: str) -> None:
    other = sqlite3.connect(sqlite_place.where)
    other.execute(f"PRAGMA journal_mode = {mode}")
    other.execute("CREATE TABLE entries (a)")
    other.commit()
    other.close()
    before = Path(sqlite_place.where).read_bytes()
    assert refused(sqlite_place) == "IT is a database, but not a doelbinding-test"
    assert Path(sqlite_place.where).read_bytes() == before


def test_an_empty_file_is_not_taken_for_a_new_store(sqlite_place: Place, tmp_path: Path) -> None:
    Path(sqlite_place.where).touch()
    assert refused(sqlite_place) == "IT is an empty file, not a store"
    assert Path(sqlite_place.where).stat().st_size == 0
    assert files(tmp_path) == {"log.db"}


def test_a_folder_or_a_pipe_is_no_store(tmp_path: Path) -> None:
    assert refused(Place("standard", str(tmp_path))) == "IT is a folder, not a file"
    os.mkfifo(tmp_path / "pipe")
    assert refused(Place("standard", str(tmp_path / "pipe"))) == "IT is not a regular file"


def test_a_place_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for name, reason in (
        ("absent/log.db", "no such file or directory"),
        ("file/log.db", "not a directory"),
        ("circle", "symbolic link"),
        ("n" * 300, "name too long"),
        ("nu\0l", "a NUL in it"),
    ):
        assert reason in refused(Place("standard", f"{tmp_path}/{name}"))


def test_what_is_not_there_is_not_made_unless_asked_for(
    sqlite_place: Place, tmp_path: Path
) -> None:
    assert refused(sqlite_place, create=False) == "IT does not exist"
    assert files(tmp_path) == set()


def test_a_store_whose_file_is_gone_is_not_begun_anew(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    write(store)
    Path(sqlite_place.where).rename(f"{sqlite_place.where}.aside")
    assert "IT is gone, and its write-ahead log" in refused(sqlite_place)
    assert not Path(sqlite_place.where).exists()
    store.close()


@pytest.mark.parametrize("name", ["a b?mode=memory&x=%41#.db", "é\udcff.db", "'; DROP.db"])
def test_any_name_of_a_file_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    for driver in SQLITES:
        path = tmp_path / driver.__name__ / name
        path.parent.mkdir()
        store = open_sqlite(path, SCHEMA, create=True, driver=driver())
        assert write(store) == 0
        store.close()
        assert files(path.parent) == {name, f"{name}-lock"}


def test_what_is_refused_is_let_go_of(sqlite_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite_place.open().close()
    monkeypatch.setattr(sqlitefiles, "SYNCHRONOUS", ("OFF", 2))
    refused(sqlite_place)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        refused(sqlite_place)
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


# ── How it is made ───────────────────────────────────────────────────────────────────────────────


def test_its_owner_alone_can_read_it(sqlite_place: Place, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = sqlite_place.open()
    finally:
        os.umask(before)
    write(store)
    assert files(tmp_path) == {"log.db", "log.db-lock", "log.db-wal", "log.db-shm"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    store.close()
    assert files(tmp_path) == {"log.db", "log.db-lock"}


def test_what_a_broken_attempt_left_is_thrown_away(sqlite_place: Place, tmp_path: Path) -> None:
    for suffix in ("-new", "-new-wal", "-new-shm"):
        Path(sqlite_place.where + suffix).write_bytes(b"half")
    store = sqlite_place.open()
    assert write(store) == 0
    store.close()
    assert files(tmp_path) == {"log.db", "log.db-lock"}


def test_the_folder_is_synced_after_the_file_has_its_name(
    sqlite_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []

    def fsync(descriptor: int) -> None:
        is_folder = os.path.samestat(os.fstat(descriptor), tmp_path.stat())
        synced.append(is_folder and Path(sqlite_place.where).exists())

    monkeypatch.setattr("doelbinding.stores.sqlitefiles.os.fsync", fsync)
    sqlite_place.open().close()
    assert synced == [True]


def test_two_names_of_one_file_are_one_store(sqlite_place: Place, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to("log.db")
    one, other = Place(sqlite_place.kind, str(link)).open(), sqlite_place.open(create=False)
    assert [write(one), write(other), write(one)] == [0, 1, 2]
    assert files(tmp_path) == {"link.db", "log.db", "log.db-lock", "log.db-wal", "log.db-shm"}
    one.close()
    other.close()


def test_a_store_stays_where_it_is_when_the_working_folder_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_sqlite("log.db", SCHEMA, create=True)
    monkeypatch.chdir("/")
    assert write(store) == 0
    assert (store.name, numbers(store)) == ("log.db", [0])
    store.close()


# ── What cannot be durable ───────────────────────────────────────────────────────────────────────


def test_a_commit_that_would_not_reach_the_disk_is_refused(
    sqlite_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_place.open().close()
    monkeypatch.setattr(sqlitefiles, "SYNCHRONOUS", ("OFF", 2))
    assert refused(sqlite_place) == "IT: SQLite keeps synchronous at 0, not at 2"
    monkeypatch.setattr(sqlitefiles, "SYNCHRONOUS", ("NORMAL", 2))
    assert refused(sqlite_place) == "IT: SQLite keeps synchronous at 1, not at 2"


@pytest.mark.parametrize("driver", SQLITES)
def test_a_disk_without_a_write_ahead_log_is_refused(
    tmp_path: Path, driver: type[StandardDriver] | type[ApswDriver]
) -> None:
    path = tmp_path / "log.db"
    plain = driver("unix-dotfile")
    error = refusal(lambda: open_sqlite(path, SCHEMA, create=True, driver=plain))
    assert error.message == f"{path}: SQLite keeps journal_mode at delete, not at wal"
    assert not path.exists()


# ── Whom it does not belong to ───────────────────────────────────────────────────────────────────


def attempt(place: Place) -> str:
    try:
        store = place.open()
        write(store)
    except StoreError as error:
        return error.message.replace(place.where, "IT")
    return "written"


@pytest.mark.parametrize("kind", ["standard", "apsw"])
def test_a_folder_that_is_read_only_is_refused(kind: str) -> None:
    with open_folder() as folder:
        place = Place(kind, str(folder / "log.db"))
        folder.chmod(0o500)
        assert in_child(lambda: attempt(place), without_rights) == (
            "IT cannot be opened: permission denied"
        )
        assert files(folder) == set()


@pytest.mark.parametrize("kind", ["standard", "apsw"])
def test_a_file_that_is_read_only_is_refused(kind: str) -> None:
    with open_folder() as folder:
        place = Place(kind, str(folder / "log.db"))
        assert in_child(lambda: attempt(place), without_rights) == "written"
        before = in_child(lambda: str(entries(place.open())), without_rights)
        Path(place.where).chmod(0o400)
        assert in_child(lambda: attempt(place), without_rights).startswith(
            "IT cannot be written: it is read-only"
        )
        Path(place.where).chmod(0o600)
        assert in_child(lambda: str(entries(place.open())), without_rights) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file that is another's")
def test_a_file_of_another_user_is_refused(sqlite_place: Place) -> None:
    with open_folder() as folder:
        place = Place(sqlite_place.kind, str(folder / "log.db"))
        place.open().close()
        assert in_child(lambda: attempt(place), without_rights).startswith("IT cannot be opened")
        give_away(*folder.iterdir())
        assert in_child(lambda: attempt(place), without_rights) == "written"
