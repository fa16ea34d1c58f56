"""The plain part of YAML means line by line what it means event by event, or is declined."""

import os
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doelbinding.loader import DEFAULT_LIMITS, Limits, LoadedFile, characters
from doelbinding.loader.content import Content, content_of
from doelbinding.loader.lines import read_lines
from doelbinding.loader.nodes import MappingNode, Scalar, Sequence, Tree
from doelbinding.loader.reader import Reader
from doelbinding.source import SourceFile
from tests.loader.test_reader import BROKEN, CASES, EXAMPLES, ODD, SHIPPED
from tests.properties.generators import generate_policy, serialise

PLAIN = [
    "a: b\n",
    "a: b",
    "a:   b   # c\n",
    "# c\n\na: b\n\n  # c\nc: d\n",
    "a:\r\n  b: c\r\nd:\r\n- e\r\n",
    "---\na: b\n",
    "# c\n---\na: b\n...\n",
    "%YAML 1.2\n# c\n\n---\na: b\n...\n",
    "%YAML 1.2\n---\na: b\n...",
    "a: 'b'\nc: \"d # e\"   # f\ng: 'it''s'\nh: ''\n",
    "a: 1\nb: +1.5\nc: true\nd: 0x1F\ne: '1'\nf: 1e3\n",
    "a: b:c\nd: http://e/f#g\nh: i 'j' [k], {l} & m!\n",
    "a:\n- b\n- c d  # e\nf:\n    - g\n    -   h\n",
    "a:\n  - b: c\n    d: e\n  -   f: g\n      h:\n      - i\n  - j\n",
    "a: [b, c d, 'e', \"f, g\", 1, true]   # h\ni: [j  , k,l] # m\n",
    "a: {b: c, d: [e, {f: g}], h: {i: j}}\n",
    "a: {b: At the member's request, c: (d/e) + $f}\n",
    "a: >-\n  b\n  c: d  e\n  # f\nh:\n  i: >-\n      j\n\n\n  k: l\n",
    "a: >-\n b\n...\n",
    "a:\n  b-c.d_e:\n    f: g\n  2fa: h\n",
    "a: é x\nb: [ü, 📚 中文]\nc: ¼\n",
]

DECLINED = [
    *("", "# c\n", "---\n", "a\n", "- a\n", "[a]\n", "{a: b}\n", "  a: b\n"),
    *("a: b\na: c\n", "a: {b: c, b: d}\n", "1: a\n", "true: b\n", "? a\n: b\n", "'a': b\n"),
    *("a:\n", "a: ~\n", "a: [b, null]\n", "a: []\n", "a: {b: }\n", "a:\n- \n", "a:\n-\n"),
    *("a: &b c\n", "a: *b\n", "a: !b c\n", "<<: {a: b}\n", "a: |\n  b\n", "a: >\n  b\n"),
    *("a: b\n  c\n", "a: 'b\n  c'\n", "a: [b,\n  c]\n", "a: >-\n  b\n\n  c\n"),
    *("a: >-\n  b\n    c\n", "a: >-\n  b \n", "a: >-\n", "a: >-", "a: >-\nb: c\n"),
    *("a:\tb\n", "a: b\rc: d\n", "a: e\u0301\n", 'a: "\\n"\n', "a: 'b'c\n", "a: 'b'#c\n"),
    *("a: b: c\n", "a: b:\n", "a: - b\n", "a: %b\n", "a: @b\n", "a: `b`\n", "a: b\n c: d\n"),
    *("a: 1234567890123456789\n", "%YAML 1.2\n---\na: b\n", "%YAML 1.1\n---\na: b\n...\n"),
    *("a: b\n---\nc: d\n", "a: b\n...\nc: d\n", "a: b\n...\n...\n", "---\n---\na: b\n"),
    *("a: [b: c]\n", "a: [b, ]\n", "a: [b]]\n", "a: [b\n", "a: {b}\n", "a: {b:c}\n", "a: [b?]\n"),
    *("a: [b]#c\n", "a: ['b'] c\n", "a: ['b']#c\n", "a: ['b'] ] # c\n", "a: [b #c]\n"),
    "a" * 300 + ": b\n",
]


def compared(text: str, limits: Limits = DEFAULT_LIMITS) -> bool:
    """Whether the text was read by lines; then to the same values, at the same places."""
    if characters.UNSEEN.search(text):
        return False
    content = read_lines(text, limits)
    if content is None:
        return False
    file = SourceFile("f.yaml", text)
    reader = Reader(file, limits)
    root = reader.read()
    assert root is not None
    assert reader.findings == []
    assert repr(content.values) == repr(content_of(root).values)  # 1 is no True, and in order
    assert_same_places(LoadedFile(file, content, limits=limits), root)
    return True


def assert_same_places(loaded: LoadedFile, root: MappingNode) -> None:
    for section, entry in root.entries.items():
        assert loaded.key_place(section) == entry.key.extent.place(loaded.source)
        assert loaded.entry(section) == entry
        below = entry.value.entries if isinstance(entry.value, MappingNode) else {}
        for identifier, declared in below.items():
            key = declared.key.extent.place(loaded.source)
            assert loaded.key_place(section, identifier) == key
            assert loaded.entry(section, identifier) == declared


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_text_is_read_by_lines(text: str) -> None:
    assert compared(text)


@pytest.mark.parametrize("text", DECLINED)
def test_any_other_text_is_left_to_the_reader_of_events(text: str) -> None:
    assert read_lines(text, DEFAULT_LIMITS) is None


@pytest.mark.parametrize("text", [*ODD, *BROKEN])
def test_an_odd_text_means_the_same_or_is_declined(text: str) -> None:
    compared(text)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_the_shipped_policy_is_read_by_lines(file: Path) -> None:
    assert compared(file.read_bytes().decode())


def test_our_own_files_mean_the_same_and_most_are_read_by_lines() -> None:
    read = [compared(file.read_bytes().decode()) for file in [*EXAMPLES, *CASES]]
    assert sum(read) > len(read) / 2


@pytest.mark.parametrize("seed", range(20))
def test_a_generated_policy_means_the_same(seed: int) -> None:
    random = Random(seed)
    for text in serialise(generate_policy(random), random).values():
        compared(text)


# ── Made-up texts ────────────────────────────────────────────────────────────────────────────────

PIECES = [
    *":-?[]{},#&*!|>'\"%@` \n\t\r~<=0a.\\é",
    *("\r\n", "---\n", "...\n", "\n  ", "\n- ", ": ", "\\x", "📚", "  ", "\n\n", "\n    "),
    *("\n  a: b", "\n  - c", "a: ", "- ", "# x", " # y", "[a, b]", "{a: b}", "'it''s'", ">-\n"),
    *("null", "true", "12", "1.5", "e\u0301", "<<: ", "- a: b\n", "\u00a0", " \n", "x" * 300),
]
_TEXTS = [file.read_bytes().decode() for file in [*SHIPPED, *EXAMPLES, *CASES]]
_SCALARS = [
    *("a", "b c", "'q'", '"q r"', "1", "true", "null", "", "é x", "x ", "a:b", "a: b", "x#y"),
    *(" z", "it's", "a?", "~", "x # c", "# c", "'q' # c", "http://a/b", "-", "- x", "?", "x:"),
    *("x  ", "+1", "(a)", "a ' b", "*x", "&y z", "!t x", ">-", "|", ">", "1.5", "'it''s'"),
]
_KEYS = ["a", "b", "c", "d", "e.f", "g-h", "1", "true", "'k'"]
_in_brackets = st.recursive(
    st.sampled_from(_SCALARS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda held: f"[{', '.join(held)}]"),
        st.lists(st.tuples(st.sampled_from(_KEYS), inner), max_size=3).map(
            lambda held: "{" + ", ".join(f"{key}: {each}" for key, each in held) + "}"
        ),
    ),
    max_leaves=6,
)
_rows = st.tuples(
    st.sampled_from([0, 0, 0, 2, 2, 4, 4, 6, 1, 3]).map(lambda column: " " * column),
    st.sampled_from(["", "", "", "- ", "-   "]),
    st.one_of(st.just(""), st.sampled_from(_KEYS).map(lambda key: f"{key}: ")),
    st.one_of(st.just(""), st.sampled_from(_SCALARS), _in_brackets),
).map("".join)
_texts = st.builds(
    lambda head, rows, between, foot: head + between.join(rows) + foot,
    st.sampled_from(["", "", "", "---\n", "%YAML 1.2\n---\n", "# c\n"]),
    st.lists(_rows, min_size=1, max_size=9),
    st.sampled_from(["\n", "\n", "\n", "\r\n"]),
    st.sampled_from(["\n", "", "\n...\n", "\n...", "\n\n"]),
)


@settings(max_examples=300, deadline=None)
@given(_texts)
def test_a_made_up_text_means_the_same_or_is_declined(text: str) -> None:
    compared(text)


def mutated(random: Random) -> str:
    """A plain text, or some lines of a file, with a few characters changed."""
    text = random.choice((random.choice(PLAIN), random.choice(_TEXTS)))
    if len(text) > 1_500:
        begin = text.rfind("\n", 0, random.randrange(len(text) - 1_000)) + 1
        text = "a:\n" + text[begin : begin + random.choice((200, 600, 1_000))]
    for _ in range(random.randint(0, 4)):
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice(PIECES) + text[at + random.choice((0, 0, 1, 3)) :]
    return text


@pytest.mark.parametrize("seed", range(4))
def test_a_text_with_some_characters_changed_means_the_same_or_is_declined(seed: int) -> None:
    random = Random(seed)
    read = [compared(mutated(random)) for _ in range(1_500)]
    assert sum(read) > len(read) / 20


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(os.cpu_count() or 1))
def test_a_million_texts_mean_the_same_or_are_declined(seed: int) -> None:
    random, share = Random(1_000 + seed), 1_000_000 // (os.cpu_count() or 1)
    read = sum(compared(mutated(random)) for _ in range(share))
    print(f"{share:,} texts, {read:,} of them read by lines")  # noqa: T201 - kept as evidence
    assert read > share / 20


# ── Limits ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", [each for each in PLAIN if each.isascii()])
def test_as_many_and_as_deep_as_allowed_and_no_more(text: str) -> None:
    content = read_lines(text, DEFAULT_LIMITS)
    assert content is not None
    nodes, depth = extent_of(text)
    exact = replace(DEFAULT_LIMITS, nodes=nodes, depth=depth)
    assert compared(text, exact)
    assert read_lines(text, replace(exact, nodes=nodes - 1)) is None
    assert read_lines(text, replace(exact, depth=depth - 1)) is None


def extent_of(text: str) -> tuple[int, int]:
    root = Reader(SourceFile("f.yaml", text), DEFAULT_LIMITS).read()
    assert root is not None
    return _nodes(root), _depth(root)


def _below(tree: Tree) -> list[Tree]:
    if isinstance(tree, Scalar):
        return []
    if isinstance(tree, Sequence):
        return list(tree.items)
    return [each for entry in tree.entries.values() for each in entry]


def _nodes(tree: Tree) -> int:
    return 1 + sum(map(_nodes, _below(tree)))


def _depth(tree: Tree) -> int:
    return 1 + max(map(_depth, _below(tree)), default=0)


def test_brackets_deeper_than_any_limit_are_declined() -> None:
    deep = replace(DEFAULT_LIMITS, depth=1 << 20)
    assert read_lines(f"a: {'[' * 9_999}b{']' * 9_999}\n", deep) is None


HOSTILE = [
    "[" * 200_000,
    "a" * 500_000,
    "a: [" + "b" * 500_000 + "?",
    "a: [b" + " " * 500_000 + "?",
    "a: " + "'" * 500_001,
    "a: '" + "''" * 250_000,
    "a: " + "b:" * 250_000,
    "a: {" + "b: c, " * 80_000,
    "a: " + "x #" * 160_000 + ":",
    "- " * 250_000,
    "a:" + " " * 500_000 + "\n" + " " * 500_000,
    "a:\n" + "  b: >-\n    c\n" * 30_000,
    "a:\n" + "".join(f"  b{each}: >-\n    c\n" for each in range(30_000)),
    "\n" * 500_000,
    "#\n" * 250_000 + "---\n" * 3,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_read_or_declined_in_linear_time(text: str) -> None:
    begin = time.process_time()
    read_lines(text, replace(DEFAULT_LIMITS, nodes=1 << 30))
    assert time.process_time() - begin < 5


# ── What is kept ─────────────────────────────────────────────────────────────────────────────────


def test_a_text_that_stands_often_is_kept_once() -> None:
    content = read_lines("a:\n  b: x y\n  c: [x y, 'x y']\nd: {b: x y}\n", DEFAULT_LIMITS)
    assert isinstance(content, Content)
    a, d = content.values["a"], content.values["d"]
    assert a["b"] is a["c"][0] is d["b"]
    assert next(iter(a)) is next(iter(d))
