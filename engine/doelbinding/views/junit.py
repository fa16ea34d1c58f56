"""JUnit XML, which pipelines read as the outcome of tests.

No standard says what it is. What is written here is what its readers have in common: suites,
their cases, and for each case at most one of failure, error and skipped. The same cases give the
same bytes: there is no time in it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a case ended; a failure is a wrong answer, an error no answer at all."""

    PASSED = "passed"
    FAILED = "failure"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was looked at; `kind` says of which sort a failure or error is."""

    suite: str
    name: str
    outcome: Outcome = Outcome.PASSED
    kind: str = ""
    message: str = ""
    detail: str = ""
    file: str = ""
    line: int | None = None


_COUNTED = {"failures": Outcome.FAILED, "errors": Outcome.ERROR, "skipped": Outcome.SKIPPED}

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold in any spelling."""

_REFERENCED = re.compile(
    r"[&<>\"\r\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"  # markup, and what steers
    r"|:(?=:[A-Za-z])|#(?=#(?:[vV][sS][oO])?\[)"  # to a pipeline: `::command`, `##[command]`
)
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def render_junit(name: str, cases: Sequence[Case]) -> str:
    """The cases as one XML document, suites in the order of their first case."""
    suites: dict[str, list[Case]] = {}
    for case in cases:
        suites.setdefault(case.suite, []).append(case)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f"<testsuites{_attributes({'name': name, **_counts(cases)})}>")
    for suite, of_suite in suites.items():
        lines += _suite(suite, of_suite)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(name: str, cases: Sequence[Case]) -> Iterator[str]:
    yield f"  <testsuite{_attributes({'name': name, **_counts(cases)})}>"
    for case in cases:
        yield from _case(case)
    yield "  </testsuite>"


def _counts(cases: Sequence[Case]) -> dict[str, int]:
    outcomes = [case.outcome for case in cases]
    counts = {key: outcomes.count(outcome) for key, outcome in _COUNTED.items()}
    return {"tests": len(outcomes), **counts}


def _case(case: Case) -> Iterable[str]:
    place = {"file": case.file or None, "line": case.line}
    start = f"    <testcase{_attributes({'classname': case.suite, 'name': case.name, **place})}"
    outcome = _outcome(case)
    return [f"{start}>", f"      {outcome}", "    </testcase>"] if outcome else [f"{start}/>"]


def _outcome(case: Case) -> str:
    """What a case that did not pass says; some readers show the attributes, others the text."""
    if case.outcome is Outcome.PASSED:
        return ""
    tag = case.outcome.value
    if case.outcome is Outcome.SKIPPED:
        return f"<{tag}{_attributes({'message': case.message or None})}/>"
    given = {"type": case.kind or tag, "message": case.message}
    return f"<{tag}{_attributes(given)}>{_text(case.detail or case.message)}</{tag}>"


def _attributes(given: Mapping[str, str | int | None]) -> str:
    return "".join(
        f' {key}="{_attribute(str(value))}"' for key, value in given.items() if value is not None
    )


def _attribute(value: str) -> str:
    """A reader would make blanks of a line's end or a tab that is not written as a reference."""
    return _text(value).replace("\n", "&#10;").replace("\t", "&#9;")


def _text(value: str) -> str:
    """The text as XML in which nothing ends, begins or steers anything; readers get it back."""
    if value.isascii() and value.isalnum():
        return value  # as most names are
    allowed = _FORBIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}", value)
    return _REFERENCED.sub(_reference, allowed)


def _reference(found: re.Match[str]) -> str:
    character = found.group()
    return _NAMED.get(character) or f"&#{ord(character)};"
