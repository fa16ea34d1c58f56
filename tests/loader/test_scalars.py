"""Plain scalars under the core schema of YAML 1.2."""

import math

import pytest

from doelbinding.loader.nodes import Value
from doelbinding.loader.scalars import NumberOutOfRange, resolve


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_these_are_no_value(text: str) -> None:
    assert resolve(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [(word, True) for word in ("true", "True", "TRUE")]
    + [(word, False) for word in ("false", "False", "FALSE")],
)
def test_these_are_true_and_false(text: str, value: bool) -> None:
    assert resolve(text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("+12", 12),
        ("-7", -7),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("0xff", 255),
        ("123456789012345678", 123456789012345678),
    ],
)
def test_these_are_whole_numbers(text: str, value: int) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is int


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("+1.0e3", 1000.0),
        ("1e3", 1000.0),
        ("1E-2", 0.01),
        (".inf", math.inf),
        ("+.Inf", math.inf),
        ("-.INF", -math.inf),
    ],
)
def test_these_are_fractions(text: str, value: float) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is float


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_this_is_not_a_number(text: str) -> None:
    value = resolve(text)
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "yes",
            "no",
            "on",
            "off",
            "y",
            "n",
            "Yes",
            "NO",
            "tRUE",
            "nULL",
            "None",
            "12:30",
            "1:2:3",
        ),
        *("2024-06-12", "2024-06-12T10:00:00Z", "1_000", "0b1", "0O7", "0X1f", "0o8", "-0x1"),
        *("+-1", "--1", "1-2", "1.2.3", "1e", "e3", ".", "-", "+", "..", ".e1", "-.nan", "inf"),
        *("=", "<<", "1 2", "1\u0660", "\u0661", "½", "P2Y", "a: b", "NL", "é"),
    ],
)
def test_everything_else_is_a_text_as_it_was_written(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize("text", ["1" * 19, "-" + "1" * 18, "0x" + "f" * 17, "9" * 100_000])
def test_a_whole_number_of_more_than_eighteen_characters_is_out_of_range(text: str) -> None:
    with pytest.raises(NumberOutOfRange):
        resolve(text)


def test_a_large_exponent_is_no_end_of_work() -> None:
    found: list[Value] = [resolve("1e999999999"), resolve("1e-999999999")]
    assert found == [math.inf, 0.0]
