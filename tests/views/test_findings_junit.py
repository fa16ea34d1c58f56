"""Findings as the outcome of tests: what fails, what errs, what is skipped, what passes."""

import pytest

from doelbinding.diagnostics import Finding
from doelbinding.views.findings import Report
from doelbinding.views.findings.junit import junit_cases, unreadable_case
from doelbinding.views.junit import Case, Outcome, render_junit
from tests.views.hostile import accepted, finding, hostile_findings, place, warning, whole_file
from tests.views.test_junit import counts, read

VALID = Case("policy", "is valid")


def cases(*findings: Finding, fail_on_warnings: bool = False) -> list[Case]:
    return junit_cases(Report("policy", findings), fail_on_warnings=fail_on_warnings)


def test_a_valid_policy_is_one_case_that_passed() -> None:
    assert cases() == [VALID]


def test_an_error_is_a_failure_with_all_that_is_known() -> None:
    related = (("first declared", place(line=1, end_line=1)),)
    (found,) = cases(
        finding(rule="wrong-value", path="flows.x.to", expected="an id", related=related)
    )
    assert found == Case(
        "wrong-value",
        "flows.x.to: `x` is wrong",
        Outcome.FAILED,
        "wrong-value",
        "error: `x` is wrong",
        "policy/flows.yaml:2:4: error[wrong-value]: `x` is wrong\n"
        "  y: wrong\n"
        "first declared: policy/flows.yaml:1:4\n"
        "expected: an id\n"
        "help: Mend it.\n"
        "see: https://github.com/doelbinding/doelbinding/blob/main/docs/rules/wrong-value.md",
        "policy/flows.yaml",
        2,
    )


@pytest.mark.parametrize(
    "rule", ["not-utf-8", "limit-exceeded", "changed-while-read", "not-a-policy-file"]
)
def test_a_file_that_could_not_be_read_is_an_error(rule: str) -> None:
    (found,) = cases(finding(rule=rule, place=whole_file()))
    assert (found.outcome, found.name) == (Outcome.ERROR, "policy/flows.yaml: `x` is wrong")
    assert (found.file, found.line) == ("policy/flows.yaml", None)


def test_a_warning_is_skipped_beside_the_policy_that_is_valid() -> None:
    valid, found = cases(warning())
    assert valid == VALID
    assert (found.outcome, found.message) == (Outcome.SKIPPED, "warning: `x` is wrong")


def test_where_warnings_fail_they_are_failures() -> None:
    valid, found = cases(warning(), fail_on_warnings=True)
    assert (valid, found.outcome) == (VALID, Outcome.FAILED)


@pytest.mark.parametrize("fail_on_warnings", [False, True])
def test_an_accepted_warning_is_skipped_with_its_reason_and_end(fail_on_warnings: bool) -> None:
    valid, found = cases(accepted("In May"), fail_on_warnings=fail_on_warnings)
    assert valid == VALID
    assert (found.outcome, found.message) == (Outcome.SKIPPED, "accepted until 2027-01-01: In May")


def test_without_a_place_a_case_is_named_by_its_message() -> None:
    (found,) = cases(finding(place=None))
    assert (found.name, found.file, found.line) == ("`x` is wrong", "", None)


def test_a_policy_that_could_not_be_opened_is_one_error() -> None:
    found = unreadable_case("nowhere", "there is no folder nowhere", "Name another.")
    assert found == Case(
        "nowhere",
        "can be read",
        Outcome.ERROR,
        "source",
        "there is no folder nowhere",
        "there is no folder nowhere\nhelp: Name another.",
    )


def test_cases_of_one_name_are_told_apart() -> None:
    names = [each.name for each in cases(finding(), finding(), finding(rule="other"), finding())]
    same = "policy/flows.yaml: `x` is wrong"
    assert names == [same, f"{same} (2)", same, f"{same} (3)"]


def test_hostile_findings_keep_the_shape() -> None:
    made = hostile_findings()
    assert counts(read(render_junit("x", cases(*made))))["failures"] == len(made)


def test_ten_thousand_findings_are_a_case_each() -> None:
    made = [finding(message=f"{number} is wrong") for number in range(10_000)]
    assert counts(read(render_junit("x", cases(*made))))["tests"] == 10_000
