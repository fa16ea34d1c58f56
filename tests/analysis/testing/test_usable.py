"""What makes a test unusable: above all what the policy does not declare, unless it is tested."""

import pytest

from doelbinding.analysis.testing import Outcome, Result
from tests.analysis.testing.suites import (
    HEAD,
    NEWS,
    assert_passed,
    cases,
    found_at,
    outcomes,
    ran,
    the_one,
    told,
)

KNOWN = {"to": "mailer", "purpose": "news", "data": "contact"}


def case(**keys: str) -> Result:
    return the_one(cases(f"a: {{{', '.join(f'{key}: {value}' for key, value in keys.items())}}}"))


def messages(result: Result) -> list[str]:
    return [finding.message for finding in result.findings]


STRANGERS = (
    ("from", "libary", "party", "unknown-sender"),
    ("to", "mailr", "party", "unknown-recipient"),
    ("purpose", "newz", "purpose", "unknown-purpose"),
    ("subject", "membr", "subject", "unknown-subject"),
    ("data", "contact.emial", "category", "unknown-category"),
)


@pytest.mark.parametrize(("key", "name", "kind", "_reason"), STRANGERS)
def test_an_id_that_is_not_declared_makes_a_test_unusable(
    key: str, name: str, kind: str, _reason: str
) -> None:
    result = case(**{**KNOWN, key: name}, effect="deny")
    assert (result.outcome, result.transfer) == (Outcome.UNUSABLE, None)
    (finding,) = result.findings
    assert (finding.rule, finding.message) == ("test-unusable", f"no {kind} `{name}` is declared")
    assert finding.help.startswith("Did you mean `")
    assert finding.place is not None
    assert finding.place.excerpt[finding.place.column - 1 :].startswith(name)


@pytest.mark.parametrize(("key", "name", "_kind", "reason"), STRANGERS)
def test_unless_the_test_expects_just_that_reason(
    key: str, name: str, _kind: str, reason: str
) -> None:
    assert_passed([case(**{**KNOWN, key: name}, effect="deny", withheld=reason)])


def test_a_reason_for_one_stranger_excuses_no_other() -> None:
    result = case(
        to="nobody", purpose="newz", data="name", effect="deny", withheld="unknown-recipient"
    )
    assert messages(result) == ["no purpose `newz` is declared"]


def test_an_unknown_category_is_excused_for_itself_alone() -> None:
    result = case(**{**KNOWN, "data": "[a, b]"}, effect="deny", withheld="{a: unknown-category}")
    assert messages(result) == ["no category `b` is declared"]


def test_without_a_near_name_the_help_says_how_to_expect_it() -> None:
    (finding,) = case(**{**KNOWN, "to": "xyz"}, effect="deny").findings
    assert finding.help == (
        "Declare it, or expect the reason `unknown-recipient` if just that is tested."
    )


def test_a_fact_that_is_not_declared_is_to_be_expected_as_unknown() -> None:
    facts = {"facts": "{weather: true}"}
    result = case(**KNOWN, **facts, effect="allow")
    assert found_at([result])[0][1:] == (
        "no fact `weather` is declared",
        "weather: true}, effect: allow}",
    )
    assert_passed([case(**KNOWN, **facts, effect="allow", **{"unknown-facts": "[weather]"})])


MISSING = (
    ({"purpose": "news", "data": "name"}, "to"),
    ({"to": "mailer", "data": "name"}, "purpose"),
    ({"to": "mailer", "purpose": "news"}, "data"),
)


@pytest.mark.parametrize(("keys", "missing"), MISSING)
def test_a_transfer_needs_recipient_purpose_and_data(keys: dict[str, str], missing: str) -> None:
    result = case(**keys, effect="deny")
    assert messages(result) == [f"the transfer of this test has no `{missing}`"]


def test_a_transfer_without_data_may_be_expected_to_be_denied_for_that() -> None:
    assert_passed([case(to="mailer", purpose="news", effect="deny", withheld="no-data")])


EXPECTED = (
    ({"permitted": "[name]"}, "name]}", "`name` is expected, and the transfer does not ask for it"),
    (
        {"withheld": "{name: no-flow}"},
        "name: no-flow}}",
        "`name` is expected, and the transfer does not ask for it",
    ),
    ({"rules": "[news-male]"}, "news-male]}", "no flow `news-male` is declared"),
)


@pytest.mark.parametrize(("keys", "stretch", "message"), EXPECTED)
def test_an_expectation_names_what_there_can_be(
    keys: dict[str, str], stretch: str, message: str
) -> None:
    result = case(**KNOWN, effect="allow", **keys)
    assert found_at([result]) == [("test-unusable", message, stretch)]


def test_a_clause_that_the_statement_does_not_have_is_told_and_the_tests_are_run() -> None:
    clause, test = ran(
        f"{HEAD}clauses: [mailng]\ncases:\n  a: {{transfer: {NEWS}, effect: allow}}\n"
    )
    assert told([clause]) == ["test-unusable 3:11 no clause `mailng` is declared"]
    assert clause.findings[0].help == "Did you mean `mailing`?"
    assert test.outcome is Outcome.PASSED


def test_a_list_of_data_has_no_name_of_a_category() -> None:
    fixtures = "fixtures:\n  data:\n    contact: [name]\n"
    results = ran(f"{HEAD}{fixtures}cases:\n  a: {{transfer: {NEWS}, effect: allow}}\n")
    assert told(results) == [
        "test-unusable 5:5 `contact` is the name of a list of data and of a category"
    ]


def test_one_fault_in_a_fixture_makes_each_test_of_it_unusable_and_is_one_finding() -> None:
    fixtures = "fixtures:\n  transfers:\n    news: {to: mailr, purpose: news, data: contact}\n"
    tests = "".join(f"  {name}: {{transfer: news, effect: deny}}\n" for name in "abc")
    results = ran(f"{HEAD}{fixtures}cases:\n{tests}  d: {{transfer: {NEWS}, effect: allow}}\n")
    assert [*outcomes(results).values()] == ["unusable"] * 3 + ["passed"]
    assert told(results) == ["test-unusable 5:16 no party `mailr` is declared"]


def test_all_that_is_wrong_with_a_test_is_told_at_once() -> None:
    result = case(to="mailr", purpose="newz", data="nam", effect="deny", rules="[no]")
    assert len(result.findings) == 4


# ── Names and moments ────────────────────────────────────────────────────────────────────────────


def test_two_tests_of_a_file_have_different_names_in_whatever_section() -> None:
    results = ran(
        f"{HEAD}cases:\n  a: {{transfer: {NEWS}, effect: allow}}\n"
        "permits:\n  a: {to: mailer, purpose: news, exactly: [contact]}\n"
    )
    assert [result.outcome for result in results] == [Outcome.PASSED, Outcome.UNUSABLE]
    assert told(results) == ["test-unusable 6:3 two tests of this file are named `a`"]


def test_tests_without_any_moment_are_one_finding_and_the_others_are_run() -> None:
    late = "2027-01-01T00:00:00Z"
    results = ran(
        f"label: News\ncases:\n  a: {{transfer: {NEWS}, effect: allow}}\n"
        f"  b: {{transfer: {NEWS}, effect: allow, at: {late}}}\n"
        f"  c: {{transfer: {NEWS}, effect: allow}}\n"
    )
    assert [result.outcome for result in results] == [Outcome.PASSED, Outcome.UNUSABLE]
    message = "neither the file nor `a`, `c` says at which moment it is decided"
    assert told(results) == [f"test-unusable 3:3 {message}"]


def test_a_moment_that_no_calendar_has_is_told_where_it_stands() -> None:
    result = case(**KNOWN, at="2026-02-30T00:00:00Z", effect="allow")
    message = "`2026-02-30T00:00:00Z` is a moment that no calendar has"
    assert found_at([result]) == [("invalid-date", message, "2026-02-30T00:00:00Z, effect: allow}")]


def test_a_fixture_that_is_not_there_is_told_with_those_that_are() -> None:
    fixtures = "fixtures:\n  transfers:\n    welcome: {to: mailer}\n"
    results = ran(f"{HEAD}{fixtures}cases:\n  a: {{transfer: news, effect: allow}}\n")
    (finding,) = the_one(results).findings
    assert finding.message == "no transfer `news` is among the fixtures of this file"
    assert finding.help == "Write one of `welcome`, or add it."
