"""After a fork, parent and child each have a connection of their own."""

import os

import pytest

from doelbinding.errors import StoreError
from doelbinding.stores.store import Store
from tests.stores.places import ALL, Place, entries, numbers, write
from tests.stores.users import in_child

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def test_parent_and_child_both_write_after_a_fork(store: Store) -> None:
    assert write(store, "parent") == 0
    assert in_child(lambda: str(write(store, "child"))) == "1"
    assert write(store, "parent") == 2
    assert in_child(lambda: str(len(entries(store)))) == "3"
    assert [writer for _, writer, _ in entries(store)] == ["parent", "child", "parent"]


def test_a_child_that_closes_the_store_leaves_it_open_to_its_parent(store: Store) -> None:
    write(store)

    def act() -> str:
        store.close()
        return "closed"

    assert in_child(act) == "closed"
    assert write(store) == 1


def test_children_that_write_at_once_form_one_sequence_with_their_parent(store: Store) -> None:
    write(store)
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            try:
                for _ in range(20):
                    write(store, "child")
            finally:
                os._exit(0)
        children.append(child)
    for _ in range(20):
        write(store, "parent")
    for child in children:
        os.waitpid(child, 0)
    assert numbers(store) == list(range(101))


def test_a_child_forked_while_somebody_read_uses_nothing_of_its_parent(
    sqlite_place: Place,
) -> None:
    store = sqlite_place.open()
    write(store)

    def act() -> str:
        with pytest.raises(StoreError) as failed:
            write(store)
        with pytest.raises(StoreError, match="was in use when this process was forked"):
            sqlite_place.open(create=False)
        return failed.value.message

    with store.snapshot() as snapshot:
        assert in_child(act).endswith("was in use when this process was forked")
        assert len(list(snapshot.rows(ALL))) == 1
    assert write(store) == 1
    assert in_child(lambda: str(write(store))) == "2"
    store.close()
