"""A file that goes while it is open, and others that have it."""

import fcntl
import os
import signal
from pathlib import Path

import pytest

from doelbinding.errors import StoreError
from doelbinding.stores.store import Store, Transaction
from tests.stores.places import Place, append, disk_of, entries, numbers, write


def failure(store: Store, body: bytes | None = None) -> StoreError:
    with pytest.raises(StoreError) as failed:
        write(store, body=body)
    assert failed.value.help
    return failed.value


# ── The file is gone ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_file_that_is_removed_or_replaced_stops_all_writing(
    sqlite_place: Place, suffix: str, is_replaced: bool
) -> None:
    store = sqlite_place.open()
    write(store)
    path = Path(sqlite_place.where + suffix)
    before = disk_of(sqlite_place)
    content = path.read_bytes()
    aside = path.rename(f"{path}.aside")
    if is_replaced:
        path.write_bytes(content)
    error = failure(store)
    assert error.message == f"{path} was removed or replaced while it was open"
    assert (error.is_final, error.may_have_happened) == (True, False)
    aside.replace(path)
    assert failure(store).is_final
    with pytest.raises(StoreError):
        store.check()
    store.close()
    assert disk_of(sqlite_place) == before
    again = sqlite_place.open(create=False)
    assert numbers(again) == [0]
    again.close()


def test_a_check_finds_that_the_file_is_gone(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    store.check()
    Path(sqlite_place.where).unlink()
    with pytest.raises(StoreError, match="was removed or replaced") as failed:
        store.check()
    assert failed.value.is_final
    with pytest.raises(StoreError, match="was removed or replaced"):
        entries(store)
    store.close()
    assert not Path(sqlite_place.where).exists()


def test_what_is_written_while_the_file_goes_is_in_doubt(sqlite_place: Place) -> None:
    store = sqlite_place.open()

    def work(transaction: Transaction) -> None:
        append(transaction, "me")
        Path(sqlite_place.where).unlink()

    with pytest.raises(StoreError) as failed:
        store.exclusive(work)
    assert failed.value.is_final
    assert failed.value.may_have_happened
    store.close()


def test_a_link_that_is_turned_elsewhere_stops_all_writing(
    sqlite_place: Place, tmp_path: Path
) -> None:
    for name in ("one.db", "two.db"):
        Place(sqlite_place.kind, str(tmp_path / name)).open().close()
    Path(sqlite_place.where).symlink_to("one.db")
    store = sqlite_place.open(create=False)
    write(store)
    Path(sqlite_place.where).unlink()
    Path(sqlite_place.where).symlink_to("two.db")
    assert failure(store).is_final
    store.close()


# ── Others have it ───────────────────────────────────────────────────────────────────────────────


def test_a_stranger_that_holds_the_database_is_waited_for_and_no_longer(
    sqlite_place: Place,
) -> None:
    store = sqlite_place.open(timeout=0.3)
    write(store)
    stranger = sqlite_place.process("strange")
    assert stranger.stdout
    assert stranger.stdout.readline() == "held\n"
    error = failure(store)
    assert error.message.endswith("is busy: another process has it")
    assert (error.is_final, error.may_have_happened) == (False, False)
    stranger.communicate("enough\n", timeout=60)
    assert write(store) == 1
    store.close()


def test_whoever_holds_the_lock_alone_keeps_all_others_from_writing(sqlite_place: Place) -> None:
    store = sqlite_place.open(timeout=0.3)
    write(store)
    descriptor = os.open(f"{sqlite_place.where}-lock", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    error = failure(store)
    assert error.message.endswith("is busy: another process writes")
    assert (error.is_final, error.may_have_happened) == (False, False)
    assert numbers(store) == [0]
    os.close(descriptor)
    assert write(store) == 1
    store.close()


def test_the_lock_goes_with_the_process_that_held_it(sqlite_place: Place) -> None:
    store = sqlite_place.open(timeout=0.2)
    holder = sqlite_place.process("hold")
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    failure(store)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    assert write(store) == 0
    store.close()


def test_a_lock_file_that_is_removed_is_made_again(sqlite_place: Place) -> None:
    store, other = sqlite_place.open(), sqlite_place.open()
    Path(f"{sqlite_place.where}-lock").unlink()
    assert [write(store), write(other), write(store)] == [0, 1, 2]
    assert Path(f"{sqlite_place.where}-lock").exists()
    store.close()
    other.close()


def test_a_lock_file_is_not_looked_for_through_a_link(sqlite_place: Place, tmp_path: Path) -> None:
    Path(f"{sqlite_place.where}-lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError):
        sqlite_place.open()
    assert not (tmp_path / "elsewhere").exists()
