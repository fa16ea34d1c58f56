"""Markdown in which no text breaks a table, marks up, links or mentions anybody."""

import html
import re

import pytest
from hypothesis import given

from doelbinding.views.findings.markdown import findings_markdown
from doelbinding.views.markdown import in_markdown
from doelbinding.views.terminal import safe
from tests.views.hostile import (
    HOSTILE,
    TEXTS,
    accepted,
    finding,
    hostile_findings,
    place,
    warning,
)

CODE = re.compile(r"</?code>")
LINKED_LATER = re.compile(r"@(?!\u200b)|[#!~%&$]\w|\bGH-\d|www\.|://", re.IGNORECASE)


def shown(text: str) -> str:
    """What a reader sees of it: without code's tags, each reference as its character."""
    return html.unescape(CODE.sub("", in_markdown(text)))


def assert_harmless(text: str) -> None:
    written = in_markdown(text)
    bare = re.sub(r"&#\d+;", "", CODE.sub("", written))
    assert not {*"|<>`*_~[]\\@#&$^{}!\n\r"} & {*bare}
    assert not LINKED_LATER.search(html.unescape(CODE.sub(" ", written)))  # a tag keeps apart
    assert CODE.findall(written) == ["<code>", "</code>"] * (len(CODE.findall(written)) // 2)


def test_ids_in_back_ticks_become_code() -> None:
    assert in_markdown("no clause `member` is declared") == (
        "no clause <code>member</code> is declared"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a | b", "a &#124; b"),
        ("a\\|b", "a&#92;&#124;b"),
        ("<script>", "&#60;script&#62;"),
        ("@everyone", "&#64;\u200beveryone"),
        ("a@.example.org", "a&#64;\u200b.example.org"),
        ("a `b", "a &#96;b"),
        ("see #12", "see &#35;\u200b12"),
        ("https://example.org", "https:\u200b//example.org"),
        ("one\ntwo", "one&#92;ntwo"),
    ],
)
def test_what_would_be_markup_is_a_reference(text: str, written: str) -> None:
    assert in_markdown(text) == written


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_harmless_and_seen_as_it_is(text: str) -> None:
    assert_harmless(text)
    assert shown(text).replace("\u200b", "") == re.sub(r"`([^`]+)`", r"\1", safe(text))


@given(TEXTS)
def test_any_text_is_harmless(text: str) -> None:
    assert_harmless(text)


def test_the_table_is_exactly_this() -> None:
    found = [finding(rule="wrong-value"), warning(rule="unused-declaration", place=None)]
    pages = "https://github.com/doelbinding/doelbinding/blob/main/docs/rules"
    assert findings_markdown(found, "policy: not valid: 1 error, 1 warning") == (
        "**policy: not valid: 1 error, 1 warning**\n"
        "\n"
        "| Place | Rule | Message | Help |\n"
        "| --- | --- | --- | --- |\n"
        f"| policy/flows.yaml:2:4 | error [wrong-value]({pages}/wrong-value.md)"
        " | <code>x</code> is wrong | Mend it. |\n"
        f"|  | warning [unused-declaration]({pages}/unused-declaration.md)"
        " | <code>x</code> is wrong | Mend it. |\n"
    )


def test_accepted_warnings_have_a_table_of_their_own() -> None:
    *_, head, _, row = findings_markdown([accepted("In May")], "policy: valid").splitlines()
    assert head == "| Accepted warning | Rule | Message | Until | Because |"
    assert row.endswith(" | <code>x</code> is wrong | 2027-01-01 | In May |")


def test_without_findings_the_verdict_stands_alone() -> None:
    assert findings_markdown((), "policy: valid") == "**policy: valid**\n"


@pytest.mark.parametrize("verdict", HOSTILE)
def test_hostile_findings_are_a_row_of_four_cells_each(verdict: str) -> None:
    found = hostile_findings()
    first, *table = findings_markdown(found, verdict).split("\n")[:-1]
    assert first.startswith("**")
    assert len(table) == len(found) + 3
    assert {line.count("|") for line in table[1:]} == {5}


def test_a_place_with_a_hostile_path_is_one_cell() -> None:
    row = findings_markdown([finding(place=place("a|b/@x.yaml"))], "v").splitlines()[-1]
    assert row.startswith("| a&#124;b/&#64;\u200bx.yaml:2:4 | ")


def test_ten_thousand_findings_are_a_row_each() -> None:
    assert findings_markdown([finding()] * 10_000, "v").count("\n| policy/") == 10_000
