"""Hostile input to either of PyYAML's parsers: a finding with a place, never an exception."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from doelbinding.diagnostics import Finding
from doelbinding.loader import DEFAULT_LIMITS, load_texts, reader
from doelbinding.loader.reader import Reader
from doelbinding.source import SourceFile
from tests.loader.test_reader import PARSERS

EXAMPLES = [
    file.read_bytes().decode()
    for file in sorted((Path(__file__).parents[1] / "rules").rglob("*.yaml"))
]
PIECES = [
    *":-?[]{},#&*!|>'\"%@` \n\t\r~<=0a.\\é",
    *("\r\n", "---\n", "...\n", "\n  ", "\n- ", ": ", "\\x", "\\u00e9", "\\U0001F600", "📚"),
]


@pytest.fixture(params=PARSERS, autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers, one after the other."""
    if PARSERS[request.param] is None:
        pytest.skip("PyYAML was built without its C parser")
    monkeypatch.setattr(reader, "_PARSER", PARSERS[request.param])


def read(text: str) -> tuple[Any, list[Finding]]:
    """The tree and the findings; each has a place within the text, and its help."""
    reading = Reader(SourceFile("f.yaml", text), DEFAULT_LIMITS)
    tree = reading.read()
    for finding in reading.findings:
        assert finding.place is not None
        assert 1 <= finding.place.line <= finding.place.file.line_count
        assert finding.help
        assert finding.message
    assert tree is not None or reading.findings
    return tree, reading.findings


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a: b\nc: "\\U00110000"\n', 2),
        ('a: b\nc: "\\UFFFFFFFF"\n', 2),
        ("%YAML 1." + "1" * 5_000 + "\n---\na: b\n", 1),
        ("%YAML 99999999999999999999.1\n---\na: b\n", 1),
    ],
    ids=["beyond the last character", "beyond an integer", "long version", "large version"],
)
def test_a_number_that_a_parser_cannot_hold_is_a_finding_on_its_line(text: str, line: int) -> None:
    tree, findings = read(text)
    assert [each.rule for each in findings] in (["yaml-syntax"], ["yaml-directive"])
    assert findings[0].place is not None
    assert findings[0].place.line == line
    assert tree is None or findings[0].rule == "yaml-directive"


@pytest.mark.parametrize(
    "text",
    [
        *('a: "\\uD800"\n', "a: !%ff b\n", "a: !<%zz> b\n", "%TAG ! %ff\n---\na: b\n"),
        *("a: |99999999999\n b\n", "a: |0\n b\n", "\t", "a:\n \tb: c\n"),
        *("? \n", "?\n: b\n", ": b\n", "- - - a\n", "...\n", "--- a\n", "---\n---\n", "a: [,]\n"),
        *('a: "x\n---\ny"\n', "a: - b\n", "{a, b: c}\n", "[a: b, c]\n", "{a: b}: c\n"),
    ],
)
def test_an_odd_text_is_refused_with_findings(text: str) -> None:
    assert read(text)[1]


@pytest.mark.parametrize("seed", range(8))
def test_an_example_with_some_characters_changed_is_read_or_refused(seed: int) -> None:
    random = Random(seed)
    for _ in range(150):
        text = random.choice(EXAMPLES)[: random.choice((40, 120, 300))]
        for _ in range(random.randint(1, 4)):
            at = random.randrange(len(text) + 1)
            text = text[:at] + random.choice(PIECES) + text[at + random.choice((0, 0, 1, 3)) :]
        read(text)


def test_half_a_pair_of_surrogates_is_not_utf_8() -> None:
    (finding,) = load_texts("policy", [("a.yaml", "facts: {\ud800: x}\n")]).findings
    assert (finding.rule, str(finding.place)) == ("not-utf-8", "policy/a.yaml:1:9")


@pytest.mark.parametrize("character", "\u3164\u115f\uffa0\u2800\u206a\U000e0100\U000e0061\u180e")
def test_a_letter_that_shows_nothing_is_hidden(character: str) -> None:
    for text in (f"a: b{character}\n", f'a: "\\U{ord(character):08x}"\n'):
        found = load_texts("policy", [("a.yaml", text)]).findings
        assert [each.rule for each in found] == ["hidden-character"]


@pytest.mark.parametrize("text", ["❤️", "👨🏽", "naïve Ωmega", "한국어", "⠁"])
def test_a_letter_or_sign_that_shows_is_not(text: str) -> None:
    assert load_texts("policy", [("a.yaml", f"a: {text}\n")]).findings == ()
