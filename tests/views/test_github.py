"""Annotations of a GitHub workflow, read as the runner reads them."""

from typing import NamedTuple

import pytest
from hypothesis import given

from doelbinding.diagnostics import Finding, Severity
from doelbinding.views.findings.github import render_failure, render_github
from tests.views.hostile import (
    HOSTILE,
    PATHS,
    TEXTS,
    accepted,
    finding,
    hostile_findings,
    place,
    warning,
    whole_file,
)

VERDICT = "policy: not valid: 1 error"


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def command(line: str) -> Command | None:
    """What the runner makes of a line of the log: a command, or nothing in particular."""
    if not line.lstrip().startswith("::"):
        return None
    head, end, data = line.lstrip()[2:].partition("::")
    name, _, rest = head.partition(" ")
    if not end or not name:
        return None
    pairs = [each.partition("=") for each in rest.split(",") if each]
    properties = {key: unescaped(value, ":,") for key, _, value in pairs}
    return Command(name, properties, unescaped(data))


def unescaped(text: str, more: str = "") -> str:
    for character in ("\r", "\n", *more):
        text = text.replace(f"%{ord(character):02X}", character)
    return text.replace("%25", "%")


def commands(*findings: Finding, verdict: str = VERDICT) -> list[Command]:
    *annotations, last = render_github(findings, verdict).split("\n")[:-1]
    found = [command(line) for line in annotations]
    assert command(last) is None
    return [each for each in found if each is not None]


def test_an_annotation_is_exactly_this() -> None:
    assert render_github([finding(expected="a number")], VERDICT) == (
        "::error file=policy/flows.yaml,line=2,endLine=2,col=4,endColumn=9,title=some-rule"
        "::`x` is wrong%0Aexpected: a number%0AMend it.\n"
        "policy: not valid: 1 error\n"
    )


def test_a_place_of_several_lines_has_no_columns_as_they_would_be_refused() -> None:
    (found,) = commands(finding(place=place(end_line=3)))
    assert found.properties.keys() == {"file", "line", "endLine", "title"}


def test_a_whole_file_has_no_line_and_no_place_no_file() -> None:
    whole, nowhere = commands(finding(place=whole_file()), finding(place=None))
    assert whole.properties == {"file": "policy/flows.yaml", "title": "some-rule"}
    assert nowhere.properties == {"title": "some-rule"}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_comes_back_as_it_was(path: str) -> None:
    (found,) = commands(finding(place=place(path)))
    assert found.properties["file"] == path


def test_hostile_texts_make_an_annotation_each_and_no_other_command() -> None:
    for each in hostile_findings():
        (found,) = commands(each)
        assert found.name == "error"
        assert found.properties.keys() == {"file", "line", "endLine", "col", "endColumn", "title"}


@given(TEXTS)
def test_no_text_makes_a_command_of_its_own(text: str) -> None:
    made = finding(message=text, help=text, expected=text, place=None)
    written = render_github([made], text)
    (annotation, last) = written.split("\n")[:-1]
    found = command(annotation)
    assert found is not None
    assert (found.name, found.properties) == ("error", {"title": "some-rule"})
    assert command(last) is None
    assert written.replace("\n", "").isprintable() or not text.isprintable()


@pytest.mark.parametrize("text", ["100% of %0A, %25", "a:b,c=d", "😀 図書館", "é | `x`"])
def test_a_harmless_text_comes_back_as_it_was(text: str) -> None:
    (found,) = commands(finding(message=text, help=""))
    assert found.data == text


def test_errors_come_first_and_ten_of_each_level_at_most() -> None:
    found = [warning(), finding()] * 12
    lines = render_github(found, VERDICT).splitlines()
    assert [line[:4] for line in lines] == ["::er"] * 10 + ["::wa"] * 10 + ["::no"]


def test_what_is_left_out_is_said_in_a_notice_with_the_verdict() -> None:
    last = render_github([finding()] * 12, "policy: not valid: 12 errors").splitlines()[-1]
    assert command(last) == (
        "notice",
        {"title": "doelbinding"},
        "policy: not valid: 12 errors (2 not shown here: GitHub shows 10 of a level)",
    )


def test_ten_of_each_level_are_all_shown_and_the_verdict_is_a_plain_line() -> None:
    found = [finding()] * 10 + [warning()] * 10
    assert len(commands(*found)) == 20


def test_of_ten_thousand_all_are_counted() -> None:
    lines = render_github([finding()] * 10_000, VERDICT).splitlines()
    assert len(lines) == 11
    assert "(9,990 not shown here" in lines[-1]


def test_an_accepted_warning_is_no_annotation_and_not_left_out() -> None:
    assert commands(accepted(), *[warning()] * 10) == commands(*[warning()] * 10)


def test_without_findings_the_verdict_stands_alone() -> None:
    assert render_github((), "policy: valid") == "policy: valid\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_failure_is_one_annotation(text: str) -> None:
    (line,) = render_failure(text, text).split("\n")[:-1]
    found = command(line)
    assert found is not None
    assert (found.name, found.properties) == ("error", {"title": "doelbinding"})


@pytest.mark.parametrize("severity", Severity)
def test_the_level_is_the_severity(severity: Severity) -> None:
    (found,) = commands(finding(severity=severity))
    assert found.name == severity.value
