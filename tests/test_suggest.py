"""The nearest known name to one that is not known."""

import pytest

from doelbinding.suggest import nearest

KNOWN = ["contact", "contact.email", "contact.phone", "loans.ebooks.titles", "name"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("contakt", "contact"),
        ("contact.emial", "contact.email"),
        ("contact.mail", "contact.email"),
        ("Contact", "contact"),
        ("NAME", "name"),
        ("names", "name"),
        ("contact-phone", "contact.phone"),
    ],
)
def test_a_slip_of_the_pen_finds_the_name_that_was_meant(written: str, meant: str) -> None:
    assert nearest(written, KNOWN) == meant


def test_a_name_whose_last_word_is_known_elsewhere_finds_it_there() -> None:
    assert nearest("history.of.everything.titles", KNOWN) == "loans.ebooks.titles"


@pytest.mark.parametrize("written", ["weather", "", "x", "中文"])
def test_what_is_like_nothing_finds_nothing(written: str) -> None:
    assert nearest(written, KNOWN) is None


def test_without_known_names_nothing_is_near() -> None:
    assert nearest("contact", []) is None


def test_the_order_of_the_known_names_does_not_matter() -> None:
    assert nearest("a.x", ["b.x", "c.x"]) == nearest("a.x", iter(["c.x", "b.x"]))


def test_a_name_of_more_than_two_hundred_characters_is_no_slip_of_the_pen() -> None:
    known = ["x" * 199]
    assert nearest("x" * 200, known) == known[0]
    assert nearest("x" * 201, known) is None
