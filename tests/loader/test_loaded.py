"""A file that was read: its values at once, the place of each part when it is asked for."""

from pathlib import Path
from random import Random

import pytest

from doelbinding.loader import LoadedFile, load_source, load_texts
from doelbinding.loader.nodes import plain
from doelbinding.source import Place
from tests.loader.test_lines import assert_same_places
from tests.properties.generators import generate_policy, serialise


def loaded(text: str) -> LoadedFile:
    (file,) = load_texts("policy", [("a.yaml", text)]).files
    return file


@pytest.mark.parametrize(
    "text",
    [
        "a:\n  b: {c: d}\n  e:\n    f: g\n\n# h\ni: j\n",
        "%YAML 1.2\n---\na:\n  b: c\n  d: >-\n    e\n    f\ng: h\n...\n",
        "a: {b: {c: d}, e: f}   # in brackets\ng: [h]\n",
        "a:\r\n  b: c\r\n\r\n  d:\r\n    - e\r\n",
        "a:\n  b: 'c\n    d'\n'e f':\n  ? g\n  : h\n",
        '{"a": {"b": ["c", {"d": 1}]},\n "e": true}\n',
        "a:\n  b: |\n    c\n\nd:\n- e\n",
        "a: b",
    ],
)
def test_each_part_has_the_place_that_it_has_among_all_nodes(text: str) -> None:
    file = loaded(text)
    assert file.findings == ()
    assert file.root is not None
    assert file.values == plain(file.root)
    assert_same_places(file, file.root)


@pytest.mark.parametrize("seed", range(5))
def test_so_it_is_with_a_generated_policy(seed: int) -> None:
    random = Random(seed)
    for text in serialise(generate_policy(random), random).values():
        file = loaded(text)
        if file.root is not None:
            assert_same_places(file, file.root)


def test_a_file_with_findings_has_places_too() -> None:
    file = loaded("a:\n  b: c\n  b: d\n  e:\n")
    assert [each.rule for each in file.findings] == ["duplicate-key", "null-value"]
    assert file.key_place("a", "b") == Place(file.source, 2, 3, 2, 4)
    assert file.root is not None
    assert_same_places(file, file.root)


def test_a_file_that_cannot_be_read_has_neither_values_nor_nodes() -> None:
    file = loaded("a: [b\n")
    assert (file.values, file.root, file.content) == (None, None, None)


def test_a_place_is_told_without_reading_again(monkeypatch: pytest.MonkeyPatch) -> None:
    file = loaded("a:\n  b:\n    c: d\n")
    monkeypatch.setattr("doelbinding.loader.reader.Reader", pytest.fail)
    assert str(file.key_place("a")) == "policy/a.yaml:1:1"
    assert str(file.key_place("a", "b")) == "policy/a.yaml:2:3"


def test_a_plain_policy_is_read_without_the_parser_of_yaml(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("doelbinding.loader.reader.Reader", pytest.fail)
    assert load_source(folder).findings == ()
