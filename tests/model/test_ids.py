"""Ids, and the hierarchy that their dots make."""

import pytest

from doelbinding.model.ids import (
    Hierarchy,
    above,
    chain,
    is_within,
    touches,
    touches_any,
    within_any,
)

TREE = Hierarchy(["a", "a.b", "a.b.c", "a-b", "ab", "d"], flat=["house"])


def test_a_chain_goes_from_the_id_upwards() -> None:
    assert list(chain("a.b.c")) == ["a.b.c", "a.b", "a"]
    assert list(above("a.b.c")) == ["a.b", "a"]


def test_nothing_stands_above_an_id_without_dots() -> None:
    assert list(chain("a")) == ["a"]
    assert list(above("a")) == []


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ("a", "a", True),
        ("a.b", "a", True),
        ("a.b.c", "a", True),
        ("a", "a.b", False),
        ("ab", "a", False),
        ("a-b", "a", False),
        ("a.bc", "a.b", False),
    ],
)
def test_within_goes_by_whole_words(inner: str, outer: str, expected: bool) -> None:
    assert is_within(inner, outer) is expected
    assert within_any(inner, ["z", outer]) is expected


def test_touching_goes_both_ways() -> None:
    assert touches("a.b", "a")
    assert touches("a", "a.b")
    assert not touches("a.b", "a.c")
    assert touches_any("a", ["z", "a.b"])
    assert not touches_any("a", ["ab", "a-b"])
    assert not touches_any("a", [])


def test_below_are_the_id_and_all_within_it() -> None:
    assert TREE.below("a") == {"a", "a.b", "a.b.c"}
    assert TREE.below("a.b.c") == {"a.b.c"}


def test_nothing_is_below_an_id_that_is_not_declared() -> None:
    assert TREE.below("x") == frozenset()
    assert TREE.chain("x.y") == ()


def test_what_is_declared_is_found_below_an_id_that_is_not() -> None:
    tree = Hierarchy(["a.b"])
    assert tree.below("a") == {"a.b"}
    assert tree.chain("a.b") == ("a.b",)


def test_an_expansion_is_all_that_is_within_one_of_the_named() -> None:
    assert TREE.expand(["a.b", "d", "x"]) == {"a.b", "a.b.c", "d"}
    assert TREE.expand([]) == frozenset()


def test_touching_ids_stand_above_or_below() -> None:
    assert TREE.touching(["a.b"]) == {"a", "a.b", "a.b.c"}
    assert TREE.touching(iter(["d", "a.b.c"])) == {"a", "a.b", "a.b.c", "d"}


def test_a_flat_id_has_nothing_above_or_below_whatever_its_dots() -> None:
    tree = Hierarchy(["a", "house.shop"], flat=["a.b", "house"])
    assert tree.chain("a.b") == ("a.b",)
    assert tree.below("a") == {"a"}
    assert tree.below("house") == {"house"}
    assert tree.chain("house.shop") == ("house.shop",)
    assert tree.expand(["a", "house"]) == {"a", "house"}
    assert tree.touching(["a.b"]) == {"a.b"}
