"""Text for a terminal holds nothing that could steer one, and columns are counted as seen."""

import json

import pytest

from doelbinding.views.json import to_json
from doelbinding.views.terminal import Painter, Style, safe, spelt_out, width

STEERING = [*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F]
STEERING += [*range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xD800, 0xDFFF]


@pytest.mark.parametrize("code", STEERING)
def test_a_character_that_steers_is_spelt_out(code: int) -> None:
    seen = safe(f"a{chr(code)}b")
    expected = {0x09: "a b", 0x0A: "a\\nb"}.get(code, f"a\\u{code:04x}b")
    assert seen == expected
    assert seen.isprintable()


@pytest.mark.parametrize(
    "text", ["", "plain", "é 図 😀 שלום", "a:b", "a: :b", "#", "## a", "C:\\x"]
)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    ("command", "seen"),
    [
        ("::set-output name=a::b", "\\u003a:set-output name=a\\u003a:b"),
        ("  ::error::x", "  \\u003a:error\\u003a:x"),
        (":::add-mask::x", ":\\u003a:add-mask\\u003a:x"),
        ("##[set-env name=A]b", "\\u0023#[set-env name=A]b"),
        ("###[group]", "#\\u0023#[group]"),
        ("##vso[task.setvariable]x", "\\u0023#vso[task.setvariable]x"),
        ("##VSO[task]x", "\\u0023#VSO[task]x"),
    ],
)
def test_a_command_to_a_pipeline_is_none_any_more(command: str, seen: str) -> None:
    assert safe(command) == spelt_out(command) == seen


@pytest.mark.parametrize("text", [chr(code) for code in STEERING] + ['"\\\x7f', "::a", "##[a]"])
@pytest.mark.parametrize("indent", [None, 2])
def test_json_gives_back_what_it_spelt_out(text: str, indent: int | None) -> None:
    given: dict[str, object] = {text: [f"\\{text}", f"{text}\\", f"\\\\{text}é"]}
    written = to_json(given, indent)
    assert json.loads(written) == given
    assert written.replace("\n", "").isprintable()
    assert len(written.splitlines()) == (1 if indent is None else 7)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("図書館", 6),
        ("\uff21\uff22", 4),
        ("ｱ", 1),
        ("😀", 2),
        ("กั", 1),
        ("שָׁלוֹם", 4),
    ],
)
def test_the_width_is_that_on_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns


def test_a_painter_without_colour_leaves_texts_as_they_are() -> None:
    assert Painter()("text", Style.ERROR) == "text"


@pytest.mark.parametrize("style", Style)
def test_a_painter_ends_each_colour_that_it_begins(style: Style) -> None:
    paint = Painter(colour=True)
    assert paint("text", style) == f"{style.value}text\x1b[0m"
    assert paint("", style) == ""
