"""Folders and texts to a source: which files, within which limits, under which digest."""

from dataclasses import replace
from pathlib import Path

import pytest

from doelbinding.diagnostics import Severity
from doelbinding.errors import SourceError
from doelbinding.loader import DEFAULT_LIMITS, Limits, PolicySource, load_source, load_texts

TEXTS = {
    "a.yaml": "facts: {asked: {label: Asked}}\n",
    "b.yaml": "subjects:\n  member: {label: Member}\n",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with two policy files."""
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def rules(source: PolicySource) -> list[str]:
    return [finding.rule for finding in source.findings]


# ── Files ────────────────────────────────────────────────────────────────────────────────────────


def test_files_are_read_by_name_and_others_are_left_alone(small: Path) -> None:
    (small / "tests").mkdir()
    (small / "tests" / "c.yaml").write_text("not: read\n")
    for name in (".hidden.yaml", "notes.txt", "b.yaml.orig", "README.md"):
        (small / name).write_text("{not: read")
    source = load_source(small)
    assert [Path(file.source.path).name for file in source.files] == ["a.yaml", "b.yaml"]
    assert source.findings == ()


def test_a_file_whose_name_ends_otherwise_is_a_warning(small: Path) -> None:
    (small / "c.yml").write_text("facts: {}\n")
    source = load_source(small)
    assert [(each.rule, each.severity) for each in source.findings] == [
        ("not-a-policy-file", Severity.WARNING)
    ]
    assert len(source.files) == 2


def test_a_path_may_be_a_text_or_a_path(small: Path) -> None:
    assert load_source(str(small)) == load_source(small)


def test_what_does_not_exist_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refusal:
        load_source(tmp_path / "nowhere")
    assert refusal.value.help


def test_texts_in_memory_are_read_as_the_same_files_would_be(small: Path) -> None:
    from_folder, from_texts = load_source(small), load_texts(str(small), reversed(TEXTS.items()))
    assert from_texts == from_folder


def test_a_byte_order_mark_moves_no_column(small: Path) -> None:
    (small / "a.yaml").write_bytes(b"\xef\xbb\xbffacts: {asked: {label: Asked}}\n")
    root = load_source(small).files[0].root
    assert root is not None
    assert tuple(root.entries["facts"].key.extent) == (1, 1, 1, 6)


def test_a_byte_that_is_not_utf_8_is_placed(small: Path) -> None:
    (small / "a.yaml").write_bytes("facts:\r\n  é: x".encode() + b"\xff")
    (finding,) = load_source(small).findings
    assert finding.rule == "not-utf-8"
    assert str(finding.place).endswith("a.yaml:2:7")


# ── Digest ───────────────────────────────────────────────────────────────────────────────────────


def digest(texts: dict[str, str]) -> str:
    return load_texts("policy", texts.items()).digest


def test_the_digest_is_of_names_and_bytes_and_not_of_the_place(small: Path, tmp_path: Path) -> None:
    assert load_source(small).digest == digest(TEXTS) == load_texts("else", TEXTS.items()).digest
    assert digest(TEXTS).startswith("sha256:")
    assert len(digest(TEXTS)) == len("sha256:") + 64


def test_every_byte_and_every_name_bears_on_the_digest() -> None:
    others = [
        {**TEXTS, "a.yaml": TEXTS["a.yaml"] + "\n"},
        {**TEXTS, "a.yaml": TEXTS["a.yaml"].replace("\n", "\r\n")},
        {"a.yaml": TEXTS["a.yaml"], "c.yaml": TEXTS["b.yaml"]},
        {"a.yaml": TEXTS["a.yaml"]},
        {**TEXTS, "c.yaml": ""},
    ]
    assert len({digest(TEXTS), *map(digest, others)}) == len(others) + 1


def test_where_one_file_ends_and_the_next_begins_bears_on_the_digest() -> None:
    assert digest({"a.yaml": "xb.yaml", "c.yaml": ""}) != digest(
        {"a.yaml": "x", "b.yamlc.yaml": ""}
    )
    assert digest({"a.yaml": "xy", "b.yaml": "z"}) != digest({"a.yaml": "x", "b.yaml": "yz"})


def test_a_byte_order_mark_bears_on_the_digest_though_not_on_the_meaning() -> None:
    assert digest({**TEXTS, "a.yaml": "\ufeff" + TEXTS["a.yaml"]}) != digest(TEXTS)


# ── Limits ───────────────────────────────────────────────────────────────────────────────────────


def refused(folder: Path, **limits: int) -> list[str]:
    return rules(load_source(folder, replace(DEFAULT_LIMITS, **limits)))


def test_a_file_of_just_the_limit_is_read_and_one_byte_more_is_not(small: Path) -> None:
    largest = max(len(text) for text in TEXTS.values())
    assert refused(small, file_bytes=largest) == []
    assert refused(small, file_bytes=largest - 1) == ["limit-exceeded"]


def test_files_together_may_have_just_the_limit(small: Path) -> None:
    total = sum(len(text) for text in TEXTS.values())
    assert refused(small, total_bytes=total) == []
    assert refused(small, total_bytes=total - 1) == ["limit-exceeded"]


def test_so_many_files_and_no_more(small: Path) -> None:
    assert refused(small, files=2) == []
    assert refused(small, files=1) == ["limit-exceeded"]


def test_so_many_values_and_no_more(small: Path) -> None:
    # mapping, facts, mapping, asked, mapping, label, Asked
    assert refused(small, nodes=7) == []
    assert refused(small, nodes=6) == ["limit-exceeded"] * 2


def test_so_deep_and_no_deeper(small: Path) -> None:
    assert refused(small, depth=4) == []
    assert refused(small, depth=3) == ["limit-exceeded"] * 2


def test_what_is_over_a_limit_of_the_whole_is_not_read_at_all(small: Path) -> None:
    source = load_source(small, replace(DEFAULT_LIMITS, files=1))
    assert source.files == ()


def test_limits_with_larger_files_let_the_whole_grow_along() -> None:
    assert Limits().with_bytes(5) == replace(DEFAULT_LIMITS, file_bytes=5)
    large = DEFAULT_LIMITS.total_bytes + 1
    assert Limits().with_bytes(large).total_bytes == large
