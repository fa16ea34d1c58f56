"""A finding shows the line that it speaks of, with carets under the very columns."""

import pytest

from doelbinding.diagnostics import Finding, Severity
from doelbinding.source import Place, SourceFile
from doelbinding.views.findings import Report, render_concise, render_text
from doelbinding.views.terminal import Painter, width
from tests.views.hostile import HOSTILE, accepted


def place(text: str, line: int, column: int, end_column: int, end_line: int = 0) -> Place:
    return Place(SourceFile("policy/flows.yaml", text), line, column, end_line or line, end_column)


def finding(where: Place | None = None, **fields: object) -> Finding:
    given = {"rule": "some-rule", "severity": Severity.ERROR, "message": "`x` is wrong"}
    return Finding(**{**given, "help": "Mend it.", "place": where, **fields})  # type: ignore[arg-type]  # as given


def rendered(*findings: Finding, colour: bool = False) -> str:
    return render_text(Report("policy", findings), Painter(colour=colour))


def excerpt(where: Place) -> tuple[str, str]:
    """The line shown, and the columns below it, without the gutter; both begin alike."""
    lines = rendered(finding(where)).splitlines()
    number = next(index for index, line in enumerate(lines) if line.endswith("|"))
    gutter = len(lines[number])
    shown, carets = lines[number + 1], lines[number + 2]
    assert shown[gutter - 1] == carets[gutter - 1] == "|"
    return shown[gutter + 1 :], carets[gutter + 1 :]


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("key: wrong", "wrong"),
        ("wrong: value", "wrong"),
        ("key:\twrong", "wrong"),
        ("\t\tkey: wrong", "wrong"),
        ("図書館: wrong", "wrong"),
        ("key: 図書", "図書"),
        ("cafe\u0301: wrong", "wrong"),
        ("😀😀: 😀", ": 😀"),
        ("key: \x1b[31mwrong", "wrong"),
        ("key: wrong\u202e end", "wrong\u202e"),
        ("key: x", "x"),
    ],
)
def test_the_carets_stand_under_what_is_wrong(line: str, marked: str) -> None:
    start = line.rindex(marked)
    text = f"before: 1\n{line}\nafter: 2\n"
    shown, carets = excerpt(place(text, 2, start + 1, start + 1 + len(marked)))
    blanks, signs = carets.count(" "), carets.count("^")
    assert carets == " " * blanks + "^" * signs
    assert shown.isprintable()
    before = next(end for end in range(len(shown) + 1) if width(shown[:end]) == blanks)
    under = shown[before:]
    assert under.startswith(marked.rstrip("\u202e"))
    assert signs == width(marked.replace("\u202e", "\\u202e"))


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_do_anywhere(ending: str) -> None:
    text = ending.join(["one: 1", "two: wrong", "three: 3", ""])
    assert excerpt(place(text, 2, 6, 11)) == ("two: wrong", "     ^^^^^")


def test_a_place_of_several_lines_is_marked_to_the_end_of_its_first() -> None:
    text = "a:\n  b: [1,\n    2]\n"
    assert excerpt(place(text, 2, 6, 7, end_line=3)) == ("  b: [1,", "     ^^^")


def test_an_empty_place_has_one_caret() -> None:
    assert excerpt(place("key:\n", 1, 5, 5)) == ("key:", "    ^")
    assert excerpt(place("key: x\n", 1, 6, 6)) == ("key: x", "     ^")


@pytest.mark.parametrize("start", [0, 50, 100, 500, 9_990])
@pytest.mark.parametrize("length", [1, 5, 10_000])
def test_of_a_long_line_the_piece_around_the_place_is_shown(start: int, length: int) -> None:
    line = "".join(chr(ord("a") + number % 26) for number in range(10_000))
    shown, carets = excerpt(place(line + "\n", 1, start + 1, min(start + length, 10_000) + 1))
    assert len(shown) <= 120
    assert len(carets) <= 120
    first = carets.index("^")
    assert shown in line
    assert line.index(shown) % 26 == (start - first) % 26
    assert carets.count("^") == min(length, 10_000 - start, len(shown) - first)


def test_the_gutter_is_as_wide_as_the_line_number() -> None:
    text = "x: 1\n" * 1_000
    assert rendered(finding(place(text, 1_000, 4, 5))).splitlines()[2:8] == [
        "error[some-rule]: `x` is wrong",
        "    --> policy/flows.yaml:1000:4",
        "     |",
        "1000 | x: 1",
        "     |    ^",
        "      = help: Mend it.",
    ]


def test_a_whole_file_and_no_place_at_all_have_no_excerpt() -> None:
    assert "|" not in rendered(finding(place("", 1, 1, 1)))
    nowhere = rendered(finding())
    assert "-->" not in nowhere
    assert "   = help: Mend it." in nowhere.splitlines()


def test_all_that_is_known_of_a_finding_is_shown_in_one_order() -> None:
    where = place("x: 1\n", 1, 1, 2)
    related = (("first declared", place("x: 1\nx: 2\n", 2, 1, 2)),)
    shown = rendered(finding(where, expected="a text", related=related)).splitlines()
    assert shown[7:11] == [
        "   = first declared: policy/flows.yaml:2:1",
        "   = expected: a text",
        "   = help: Mend it.",
        "   = see: docs/rules/some-rule.md",
    ]


def test_the_verdict_stands_first_and_last_and_counts() -> None:
    warning = finding(severity=Severity.WARNING)
    for findings, verdict in (
        ((finding(),), "policy: not valid: 1 error"),
        ((finding(), finding(), warning), "policy: not valid: 2 errors, 1 warning"),
        ((warning, warning), "policy: valid: 2 warnings"),
    ):
        first, *_, last = rendered(*findings).splitlines()
        assert first == last == verdict
    assert rendered() == "policy: valid\n"


def test_concise_is_a_line_a_finding_that_editors_read() -> None:
    where = place("a: 1\n", 1, 4, 5)
    seen = render_concise(Report("policy", (finding(where), finding(message="two\nlines"))))
    assert seen.splitlines() == [
        "policy/flows.yaml:1:4: error[some-rule]: `x` is wrong",
        "error[some-rule]: two\\nlines",
        "policy: not valid: 2 errors",
    ]


def test_colour_adds_nothing_but_colour() -> None:
    found = finding(place("x: 1\n", 1, 4, 5))
    coloured = rendered(found, colour=True)
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[1;31m"):
        assert code in coloured
        coloured = coloured.replace(code, "")
    assert coloured == rendered(found)


def test_accepted_warnings_are_a_short_list_at_the_end_and_count_as_none() -> None:
    seen = rendered(accepted("In May", place=place("a: 1\n", 1, 4, 5)), accepted("Why", place=None))
    assert seen.splitlines() == [
        "policy: valid: 2 accepted warnings",
        "",
        "  accepted:",
        "  policy/flows.yaml:1:4: warning[some-rule]: `x` is wrong",
        "    until 2027-01-01: In May",
        "  warning[some-rule]: `x` is wrong",
        "    until 2027-01-01: Why",
        "",
        "policy: valid: 2 accepted warnings",
    ]


@pytest.mark.parametrize("because", HOSTILE)
def test_a_reason_stays_on_its_line(because: str) -> None:
    seen = rendered(accepted(because))
    assert len(seen.splitlines()) == 7
    assert seen.replace("\n", "").isprintable() or not because.isprintable()


def test_concise_counts_accepted_warnings_and_marks_none_of_them() -> None:
    seen = render_concise(Report("policy", (accepted(), finding())))
    assert seen.splitlines() == [
        "error[some-rule]: `x` is wrong",
        "policy: not valid: 1 error, 1 accepted warning",
    ]
