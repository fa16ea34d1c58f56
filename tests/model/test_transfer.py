"""What counts as a request or demand number."""

import pytest

from doelbinding.model.transfer import is_reference


@pytest.mark.parametrize("text", ["x", "0", "ILL-2026-0042", "a.b_c/d:e-F", "-", "x" * 64])
def test_one_to_64_letters_digits_and_signs_are_a_reference(text: str) -> None:
    assert is_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "x" * 65,
            "a b",
            " a",
            "a ",
            "a\n",
            "\na",
            "a\tb",
            "a,b",
            "a#b",
            "a+b",
            "a\\b",
            "a\0",
        ),
        *("é", "\u0663", "\u212a", "\uff41", "a\u200b"),
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_reference(text)


def test_no_reference_is_none() -> None:
    assert not is_reference(None)
