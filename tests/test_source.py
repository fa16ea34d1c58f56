"""Texts and places in them."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from doelbinding import source
from doelbinding.source import Place, SourceFile

LINE_BREAK = source._LINE_BREAK

FILE = SourceFile("policy/flows.yaml", "one\r\ntwo\rthree\n\nfive\u2028still five")


@pytest.mark.parametrize(
    ("number", "line"),
    [(1, "one"), (2, "two"), (3, "three"), (4, ""), (5, "five\u2028still five")],
)
def test_a_line_ends_with_any_of_the_three_line_ends(number: int, line: str) -> None:
    assert FILE.line(number) == line


@pytest.mark.parametrize(("text", "count"), [("", 1), ("one", 1), ("one\n", 2), ("\r\n\r", 3)])
def test_a_text_has_one_line_more_than_line_ends(text: str, count: int) -> None:
    assert SourceFile("flows.yaml", text).line_count == count


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


def test_a_text_is_searched_for_its_lines_once_however_many_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched: list[int] = []

    class Counting:
        def finditer(self, text: str) -> Iterator[re.Match[str]]:
            searched.append(len(text))
            return LINE_BREAK.finditer(text)

        def search(self, text: str, start: int) -> re.Match[str] | None:
            found = LINE_BREAK.search(text, start)
            searched.append((found.end() if found else len(text)) - start)
            return found

    monkeypatch.setattr(source, "_LINE_BREAK", Counting())
    file = SourceFile("flows.yaml", "a line\n" * 5_000)
    assert {file.line(number) for number in range(1, 5_001)} == {"a line"}
    assert sum(searched) <= 2 * len(file.text)


def test_a_file_that_was_looked_into_equals_one_that_was_not() -> None:
    seen, unseen = SourceFile("flows.yaml", "one\ntwo"), SourceFile("flows.yaml", "one\ntwo")
    assert seen.line(2) == "two"
    assert seen == unseen
    assert hash(seen) == hash(unseen)
    assert replace(seen, text="three\nfour").line(2) == "four"


@pytest.mark.parametrize("text", ["a\nb\nc\n", "a\r\nb\rc", "\n\n", "a", ""])
def test_a_stretch_of_lines_is_what_stands_in_them_with_their_breaks(text: str) -> None:
    file = SourceFile("f.yaml", text)
    count = file.line_count
    assert file.lines(1, count) == text
    parts = [file.lines(number, number) for number in range(1, count + 1)]
    assert "".join(parts) == text
    assert [part.rstrip("\r\n") for part in parts] == [file.line(each + 1) for each in range(count)]
