"""Texts to nodes: each with its exact place, whichever of PyYAML's two parsers reads it."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from doelbinding.loader import DEFAULT_LIMITS, reader
from doelbinding.loader.nodes import MappingNode, Scalar, Sequence, Tree, plain
from doelbinding.loader.reader import Reader
from doelbinding.source import SourceFile
from tests.properties.generators import generate_policy, serialise

ROOT = Path(__file__).parents[2]
PARSERS: dict[str, Any] = {"pure": yaml.SafeLoader, "C": getattr(yaml, "CSafeLoader", None)}

Place = tuple[int, int, int, int]


@pytest.fixture(params=PARSERS)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers, one after the other."""
    if PARSERS[request.param] is None:
        pytest.skip("PyYAML was built without its C parser")
    monkeypatch.setattr(reader, "_PARSER", PARSERS[request.param])
    return str(request.param)


def read(text: str) -> MappingNode:
    reading = Reader(SourceFile("f.yaml", text), DEFAULT_LIMITS)
    tree = reading.read()
    assert reading.findings == []
    assert tree is not None
    return tree


def at(tree: Tree, *steps: str | int) -> Tree:
    for step in steps:
        if isinstance(tree, MappingNode):
            tree = tree.entries[str(step)].value
        elif isinstance(tree, Sequence):
            tree = tree.items[int(step)]
    return tree


def key(tree: Tree, *steps: str | int) -> Scalar:
    holder = at(tree, *steps[:-1])
    assert isinstance(holder, MappingNode)
    return holder.entries[str(steps[-1])].key


def cut_out(text: str, place: Place) -> str:
    """What stands at a place."""
    lines = [*text.splitlines(keepends=True), ""]
    line, column, end_line, end_column = place
    if line == end_line:
        return lines[line - 1][column - 1 : end_column - 1]
    between = "".join(lines[line : end_line - 1])
    return lines[line - 1][column - 1 :] + between + lines[end_line - 1][: end_column - 1]


# ── Places ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "steps", "key_place", "value_place"),
    [
        ("a: b\n", ["a"], (1, 1, 1, 2), (1, 4, 1, 5)),
        ("a:   b   # c\n", ["a"], (1, 1, 1, 2), (1, 6, 1, 7)),
        ("'a b': \"c d\"\n", ["a b"], (1, 1, 1, 6), (1, 8, 1, 13)),
        ("# c\n\na: b\n", ["a"], (3, 1, 3, 2), (3, 4, 3, 5)),
        ("---\na: b\n...\n", ["a"], (2, 1, 2, 2), (2, 4, 2, 5)),
        ("%YAML 1.2\n---\na: b\n...\n", ["a"], (3, 1, 3, 2), (3, 4, 3, 5)),
        ("? a\n: b\n", ["a"], (1, 3, 1, 4), (2, 3, 2, 4)),
        ("a: one\n  two\nb: c\n", ["a"], (1, 1, 1, 2), (1, 4, 2, 6)),
        ("a: 'one\n  two'\n", ["a"], (1, 1, 1, 2), (1, 4, 2, 7)),
        ("a: |\n  one\n  two\nb: c\n", ["a"], (1, 1, 1, 2), (1, 4, 4, 1)),
        ("a: >-\n  one\n  two\n", ["a"], (1, 1, 1, 2), (1, 4, 4, 1)),
        ("a: [b, c]\n", ["a"], (1, 1, 1, 2), (1, 4, 1, 10)),
        ("a: [b,\n  c]\n", ["a"], (1, 1, 1, 2), (1, 4, 2, 5)),
        ("a:\n  - b\n  - c\n", ["a"], (1, 1, 1, 2), (2, 3, 4, 1)),
        ("a:\n- b\n- c\n", ["a"], (1, 1, 1, 2), (2, 1, 4, 1)),
        ("a: {b: c}\n", ["a"], (1, 1, 1, 2), (1, 4, 1, 10)),
        ("a:\n  b: c\n\n# d\n\ne: f\n", ["a"], (1, 1, 1, 2), (2, 3, 6, 1)),
        ("a: {b: {c: d}}\n", ["a", "b"], (1, 5, 1, 6), (1, 8, 1, 14)),
        ("a: {b: {c: d}}\n", ["a", "b", "c"], (1, 9, 1, 10), (1, 12, 1, 13)),
        ("a:\n- {b: c}\n- d: e\n  f: g\n", ["a", 1, "f"], (4, 3, 4, 4), (4, 6, 4, 7)),
        ("é: ü x\n", ["é"], (1, 1, 1, 2), (1, 4, 1, 7)),
        ("📚: [中文, b]\n", ["📚"], (1, 1, 1, 2), (1, 4, 1, 11)),
        ("a: '📚 é' # x\n", ["a"], (1, 1, 1, 2), (1, 4, 1, 9)),
        ("a: b\r\nc: d\r\n", ["c"], (2, 1, 2, 2), (2, 4, 2, 5)),
        ("a: b\rc: d\r", ["c"], (2, 1, 2, 2), (2, 4, 2, 5)),
        ("a: |\r\n  one\r\nb: c\r\n", ["b"], (3, 1, 3, 2), (3, 4, 3, 5)),
        ("a: b", ["a"], (1, 1, 1, 2), (1, 4, 1, 5)),
    ],
)
@pytest.mark.usefixtures("parser")
def test_key_and_value_stand_exactly_here(
    text: str, steps: list[str | int], key_place: Place, value_place: Place
) -> None:
    tree = read(text)
    assert tuple(key(tree, *steps).extent) == key_place
    assert tuple(at(tree, *steps).extent) == value_place


@pytest.mark.parametrize(
    ("text", "index", "place"),
    [
        ("a: [b, 'c d']\n", 1, (1, 8, 1, 13)),
        ("a: [📚, b]\n", 1, (1, 8, 1, 9)),
        ("a:\n  - b\n  - c\n", 1, (3, 5, 3, 6)),
        ("a:\n  - b\n  - {c: d}\n", 1, (3, 5, 3, 11)),
        ("a:\n  - [b]\n  - c\n", 0, (2, 5, 2, 8)),
    ],
)
@pytest.mark.usefixtures("parser")
def test_an_item_of_a_list_stands_exactly_here(text: str, index: int, place: Place) -> None:
    assert tuple(at(read(text), "a", index).extent) == place


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.usefixtures("parser")
def test_what_stands_at_the_place_of_a_scalar_reads_as_its_value(seed: int) -> None:
    random = Random(seed)
    for text in serialise(generate_policy(random), random).values():
        for scalar in scalars_in(read(text)):
            written = cut_out(text, scalar.extent)
            if "\n" not in written:
                assert plain(read(f"k: {written}\n")) == {"k": scalar.value}


def scalars_in(tree: Tree) -> Iterator[Scalar]:
    if isinstance(tree, Scalar):
        yield tree
    elif isinstance(tree, Sequence):
        for item in tree.items:
            yield from scalars_in(item)
    else:
        for entry in tree.entries.values():
            yield entry.key
            yield from scalars_in(entry.value)


@pytest.mark.usefixtures("parser")
def test_a_quoted_text_is_kept_as_it_is_and_a_plain_one_is_resolved() -> None:
    tree = read("a: '12'\nb: 12\nc: \"true\"\nd: true\n")
    assert plain(tree) == {"a": "12", "b": 12, "c": "true", "d": True}
    assert at(tree, "b") == Scalar(at(tree, "b").extent, 12, "12")


@pytest.mark.usefixtures("parser")
def test_texts_are_brought_to_the_composed_form_and_places_stay_as_written() -> None:
    tree = read("a: [e\u0301, 'e\u0301', b]\n")
    assert plain(tree) == {"a": ["é", "é", "b"]}
    assert tuple(at(tree, "a", 2).extent) == (1, 15, 1, 16)


# ── Two parsers, one reading ─────────────────────────────────────────────────────────────────────

SHIPPED = sorted((ROOT / "policy").glob("*.yaml"))
EXAMPLES = sorted((ROOT / "tests/rules").rglob("*.yaml"))
CASES = sorted((ROOT / "tests/conformance").glob("*.yaml"))

ODD = [
    "",
    "a",
    "- a\n",
    "a: &x b\nc: *x\n",
    "<<: {a: b}\n",
    "a: !t b\nc: !!str d\n",
    "a: !t {b: c}\nd: &y [e]\n",
    "a: b\n---\nc: d\n",
    "%YAML 1.1\n---\na: b\n",
    "%TAG ! tag:x,2000:\n---\na: b\n",
    "%YAML 1.2\n---\na: b\n",
    "a: b\na: c\n",
    "a: {b: c, b: d}\n",
    "1: a\ntrue: b\n? [c]\n: d\nnull: e\n",
    "a:\nb: ~\nc: [d, null]\ne: []\n",
    "a: {b: c, d}\n",
    "a: 123456789012345678901234567890\n",
    'a: "\\u200b"\n',
    "a: {}\n",
    "a: |+\n  b\n\n\nc: >2\n    d\n",
    "a: 'it''s'\nb: \"x\\ty\\u00e9\"\n",
    "a: [b, [c, {d: e}]]\n" + "f:\n  g:\n    h:\n      - i\n",
    "a: " + "[" * 40 + "]" * 40 + "\n",
]

BROKEN = [
    "a: b: c\n",
    "a:\n\tb: c\n",
    "a: [b, c\n",
    "a: {b: c\n",
    "a: 'b\n",
    'a: "b\n',
    "a: %b\n",
    "a: @b\n",
    "a\nb: c\n",
    "a:\n  b: c\n d: e\n",
    "a:\n  - b\n  c: d\n",
    'a: "\\q"\n',
    "a: *\n",
    "a: &\n",
    "%YAML 1.2\na: b\n",
]


def seen_by(parser: Any, text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """The tree, and the findings without their words' small differences."""
    monkeypatch.setattr(reader, "_PARSER", parser)
    reading = Reader(SourceFile("f.yaml", text), DEFAULT_LIMITS)
    tree = reading.read()
    return tree, reading.findings


def both(text: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any]]:
    if PARSERS["C"] is None:
        pytest.skip("PyYAML was built without its C parser")
    return [seen_by(parser, text, monkeypatch) for parser in PARSERS.values()]


@pytest.mark.parametrize(
    "file", [*SHIPPED, *EXAMPLES, *CASES], ids=lambda file: str(file.relative_to(ROOT))
)
def test_both_parsers_read_a_file_of_ours_alike(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = both(file.read_bytes().decode(), monkeypatch)
    assert one == other


@pytest.mark.parametrize("seed", range(10))
def test_both_parsers_read_a_generated_policy_alike(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    for text in serialise(generate_policy(random), random).values():
        one, other = both(text.rstrip("\n") + "\n", monkeypatch)
        assert one == other


@pytest.mark.parametrize("text", ODD)
def test_both_parsers_find_the_same_in_an_odd_text(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = both(text, monkeypatch)
    assert one == other


@pytest.mark.parametrize("text", BROKEN)
def test_both_parsers_refuse_a_broken_text_by_the_same_rule(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tree, findings in both(text, monkeypatch):
        assert tree is None
        assert [finding.rule for finding in findings] == ["yaml-syntax"]
        assert findings[0].place is not None
