"""Texts and places in them."""

import pytest

from doelbinding.source import Place, SourceFile

FILE = SourceFile("policy/flows.yaml", "one\r\ntwo\rthree\n\nfive\u2028still five")


@pytest.mark.parametrize(
    ("number", "line"),
    [(1, "one"), (2, "two"), (3, "three"), (4, ""), (5, "five\u2028still five")],
)
def test_a_line_ends_with_any_of_the_three_line_ends(number: int, line: str) -> None:
    assert FILE.line(number) == line


@pytest.mark.parametrize("number", [0, -1, 6, 1000])
def test_beyond_the_text_a_line_is_empty(number: int) -> None:
    assert FILE.line(number) == ""


def test_a_place_knows_its_file_and_the_line_on_which_it_begins() -> None:
    place = Place(FILE, 2, 1, 3, 4)
    assert (place.path, place.excerpt) == ("policy/flows.yaml", "two")
    assert str(place) == "policy/flows.yaml:2:1"


def test_a_whole_file_is_named_without_line() -> None:
    assert Place(FILE, 1, 1, 1, 1).is_whole_file
    assert str(Place(FILE, 1, 1, 1, 1)) == "policy/flows.yaml"
    assert not Place(FILE, 1, 1, 1, 2).is_whole_file


def test_neither_text_nor_place_shows_the_text_in_its_repr() -> None:
    assert "one" not in repr(FILE)
    assert "one" not in repr(Place(FILE, 1, 1, 1, 4))
