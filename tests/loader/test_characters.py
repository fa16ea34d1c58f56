"""A text is cleared of hidden characters by its bytes, as it would be letter by letter."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doelbinding.loader import characters


@given(st.text())
def test_a_text_may_hide_something_exactly_if_it_holds_a_hidden_character(text: str) -> None:
    held = text.encode("utf-8", "ignore")
    hides = characters.UNSEEN.search(held.decode("utf-8")) is not None
    assert characters.may_hide(held) == hides


@pytest.mark.parametrize("begin", range(0, sys.maxunicode + 1, 1 << 16))
def test_so_it_is_with_every_character(begin: int) -> None:
    for number in range(begin, begin + (1 << 16)):
        character = chr(number)
        if not 0xD800 <= number <= 0xDFFF:
            hides = characters.UNSEEN.fullmatch(character) is not None
            assert characters.may_hide(f"a{character}é".encode()) == hides
