"""JUnit XML: its shape, its counts, and texts that come back as they were given."""

import re
from collections import Counter
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doelbinding.views.junit import Case, Outcome, render_junit
from tests.views.hostile import HOSTILE, TEXTS

COUNTS = {"tests", "failures", "errors", "skipped"}
SHAPE: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"name", *COUNTS}, set(), {"testsuite"}),
    "testsuite": ({"name", *COUNTS}, set(), {"testcase"}),
    "testcase": ({"classname", "name"}, {"file", "line"}, {"failure", "error", "skipped"}),
    "failure": ({"type", "message"}, set(), set()),
    "error": ({"type", "message"}, set(), set()),
    "skipped": (set(), {"message"}, set()),
}
"""For each element the attributes that it has and may have, and the elements that it may hold."""

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow."""

CASES = (
    Case("rules", "first"),
    Case("rules", "second", Outcome.FAILED, "broken-rule", "it is broken", "line one\nline two"),
    Case("files", "third", Outcome.ERROR, "not-utf-8", "it cannot be read", file="a.yaml", line=3),
    Case("rules", "fourth", Outcome.SKIPPED, message="later"),
    Case("rules", "fifth", Outcome.SKIPPED),
)


def read(text: str) -> ElementTree.Element:
    """The document, which has the strict shape and counts rightly."""
    root = ElementTree.fromstring(text.encode("utf-8"))  # noqa: S314 - our own output
    assert root.tag == "testsuites"
    for element in root.iter():
        required, allowed, within = SHAPE[element.tag]
        assert required <= {*element.keys()} <= required | allowed
        assert {child.tag for child in element} <= within
        assert element.tag != "testcase" or len(element) <= 1
        if within and element.tag != "testcase":
            assert not (element.text or "").strip()
            assert counts(element) == {key: int(element.attrib[key]) for key in COUNTS}
    return root


def counts(element: ElementTree.Element) -> dict[str, int]:
    found = Counter(each.tag for each in element.iter())
    kinds = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    return {key: found[tag] for key, tag in kinds.items()}


def spelt(text: str) -> str:
    return FORBIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def test_the_document_is_exactly_this() -> None:
    assert render_junit("some command", CASES) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites name="some command" tests="5" failures="1" errors="1" skipped="2">\n'
        '  <testsuite name="rules" tests="4" failures="1" errors="0" skipped="2">\n'
        '    <testcase classname="rules" name="first"/>\n'
        '    <testcase classname="rules" name="second">\n'
        '      <failure type="broken-rule" message="it is broken">line one\nline two</failure>\n'
        "    </testcase>\n"
        '    <testcase classname="rules" name="fourth">\n'
        '      <skipped message="later"/>\n'
        "    </testcase>\n"
        '    <testcase classname="rules" name="fifth">\n'
        "      <skipped/>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        '  <testsuite name="files" tests="1" failures="0" errors="1" skipped="0">\n'
        '    <testcase classname="files" name="third" file="a.yaml" line="3">\n'
        '      <error type="not-utf-8" message="it cannot be read">it cannot be read</error>\n'
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def test_the_shape_is_strict_and_counts_are_right() -> None:
    assert counts(read(render_junit("x", CASES))) == {
        "tests": 5,
        "failures": 1,
        "errors": 1,
        "skipped": 2,
    }


def test_without_cases_it_is_a_document_that_counts_none() -> None:
    assert len(read(render_junit("x", ()))) == 0


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.ERROR])
def test_a_failure_without_kind_says_what_it_is(outcome: Outcome) -> None:
    (element,) = read(render_junit("x", [Case("a", "b", outcome)])).iter(outcome.value)
    assert element.get("type") == outcome.value


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_comes_back_as_it_was_save_what_xml_forbids(
    text: str, outcome: Outcome
) -> None:
    assert_comes_back(text, outcome)


@given(TEXTS, st.sampled_from(Outcome))
def test_any_text_comes_back_as_it_was_save_what_xml_forbids(text: str, outcome: Outcome) -> None:
    assert_comes_back(text, outcome)


def assert_comes_back(text: str, outcome: Outcome) -> None:
    written = render_junit(text, [Case(text, text, outcome, text, text, text, text or "f")])
    root = read(written)
    assert root.get("name") == spelt(text)
    (case,) = root.iter("testcase")
    assert case.attrib == {
        "classname": spelt(text),
        "name": spelt(text),
        "file": spelt(text) or "f",
    }
    for element in case:
        assert element.get("message", "") == spelt(text)
        if element.tag != "skipped":
            assert (element.text or "") == spelt(text)
            assert element.get("type") == (spelt(text) or outcome.value)


@given(TEXTS)
def test_no_line_commands_a_pipeline_or_steers_a_terminal(text: str) -> None:
    written = render_junit(text, [Case(text, text, Outcome.FAILED, text, text, text)])
    for line in written.split("\n"):
        assert line.replace("\t", "").isprintable() or not text.isprintable()
        assert not re.search(r"::[A-Za-z]|##\[|##vso\[", line, re.IGNORECASE)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", line)


def test_the_same_cases_give_the_same_bytes() -> None:
    assert render_junit("x", CASES) == render_junit("x", list(CASES))
