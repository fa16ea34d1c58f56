"""A case: its transfer, put together from a fixture and from what it says, and its answer."""

import pytest

from doelbinding.analysis.testing import Outcome
from doelbinding.model.decision import Effect
from doelbinding.model.period import instant
from tests.analysis.testing.suites import (
    HEAD,
    NEWS,
    POLICY,
    assert_passed,
    cases,
    outcomes,
    ran,
    the_one,
    told,
)
from tests.policies import MOMENT

REQUEST = "to: printer, purpose: news, data: name"
FIXTURES = """\
fixtures:
  transfers:
    news: {to: mailer, purpose: news, data: contact}
    request: {to: printer, purpose: news, data: both, facts: asked, reference: R-1}
  facts:
    asked: {asked: true, urgent: false}
    nothing-known: {}
  data:
    both: [contact.email, name]
"""


def with_fixtures(*lines: str) -> str:
    return f"{HEAD}{FIXTURES}cases:\n" + "".join(f"  {line}\n" for line in lines)


# ── The transfer ─────────────────────────────────────────────────────────────────────────────────


def test_what_a_case_leaves_out_is_filled_in_as_in_any_transfer() -> None:
    transfer = the_one(cases(f"a: {{transfer: {NEWS}, effect: allow}}")).transfer
    assert transfer is not None
    assert (transfer.sender, transfer.recipient) == ("library", "mailer")
    assert (transfer.purpose, transfer.subject) == ("news", "member")
    assert (transfer.data, transfer.facts, transfer.has_reference) == (("contact",), {}, False)
    assert transfer.at == POLICY.instant(MOMENT)


def test_a_transfer_may_stand_in_the_case_or_beside_its_expectation() -> None:
    assert_passed(
        cases(
            f"inside: {{transfer: {NEWS}, effect: allow}}",
            "beside: {to: mailer, purpose: news, data: [contact], effect: allow}",
        )
    )


def test_a_fixture_is_used_by_its_name_and_lists_of_data_are_written_out() -> None:
    result = the_one(ran(with_fixtures("a: {transfer: request, effect: allow}")))
    assert result.outcome is Outcome.PASSED
    assert result.transfer is not None
    assert result.transfer.data == ("contact.email", "name")
    assert result.transfer.facts == {"asked": True, "urgent": False}
    assert result.transfer.has_reference


def test_a_case_replaces_what_its_fixture_says() -> None:
    results = ran(
        with_fixtures(
            "other-data: {transfer: news, data: [name], effect: deny}",
            "other-party: {transfer: news, to: printer, effect: deny, withheld: fact-missing}",
            "other-subject: {transfer: news, subject: visitor, effect: allow}",
            "no-reference: {transfer: request, reference: none, effect: deny,"
            " withheld: reference-missing}",
        )
    )
    assert_passed(results)


def test_facts_are_laid_over_those_of_the_fixture_one_by_one() -> None:
    urgent, unknown, nothing = ran(
        with_fixtures(
            "a: {transfer: request, facts: {urgent: true}, effect: deny}",
            "b: {transfer: request, facts: {asked: unknown}, effect: deny}",
            "c: {transfer: request, facts: nothing-known, effect: allow}",
        )
    )
    assert urgent.transfer is not None
    assert urgent.transfer.facts == {"asked": True, "urgent": True}
    assert unknown.transfer is not None
    assert unknown.transfer.facts == {"urgent": False}
    assert nothing.transfer is not None
    assert nothing.transfer.facts == {"asked": True, "urgent": False}


def test_a_list_of_data_stands_beside_categories() -> None:
    result = the_one(
        ran(with_fixtures("a: {transfer: request, data: [both, loans], effect: deny}"))
    )
    assert result.transfer is not None
    assert result.transfer.data == ("contact.email", "name", "loans")


def test_the_moment_of_the_test_goes_before_that_of_the_file() -> None:
    own = f"a: {{transfer: {NEWS}, at: 2024-01-01T00:00:00Z, effect: allow}}"
    early, usual = cases(own, f"b: {{transfer: {NEWS}, effect: allow}}")
    assert early.transfer is not None
    assert early.transfer.at == POLICY.instant("2024-01-01T00:00:00Z")
    assert usual.transfer is not None
    assert usual.transfer.at == POLICY.instant(MOMENT)


@pytest.mark.parametrize(
    "at", ["2026-06-01T10:00:00Z", "2026-06-01T12:00+02:00", "2026-06-01T12:00:00.000000+02:00"]
)
def test_a_moment_is_the_same_however_it_is_written(at: str) -> None:
    transfer = the_one(cases(f"a: {{transfer: {NEWS}, at: '{at}', effect: allow}}")).transfer
    assert transfer is not None
    assert transfer.at == POLICY.instant(MOMENT)
    assert transfer.at == instant(POLICY.moment(MOMENT))


def test_a_reference_of_the_wrong_form_counts_as_none() -> None:
    case = f"a: {{{REQUEST}, facts: {{asked: true, urgent: false}}, reference: by phone,"
    assert_passed(cases(f"{case} effect: deny, withheld: reference-missing}}"))


# ── The answer ───────────────────────────────────────────────────────────────────────────────────

LIKE_ITS_ANSWER = (
    f"allow: {{transfer: {NEWS}, effect: allow, permitted: [contact], duties: none}}",
    f"rules: {{transfer: {NEWS}, effect: allow, rules: [news-mail], unknown-facts: none}}",
    "log: {to: police, purpose: disclosure, data: name, reference: R-1, effect: log,"
    " duties: [inform-subject]}",
    "deny: {to: mailer, purpose: news, data: [contact, loans, name], effect: deny,"
    " permitted: [contact], withheld: {name: category-not-declared, loans: prohibited}}",
    "all: {to: mailer, purpose: news, data: [loans, loans.titles], effect: deny,"
    " permitted: none, withheld: prohibited, rules: none}",
)


@pytest.mark.parametrize("case", LIKE_ITS_ANSWER)
def test_a_case_passes_when_the_answer_is_as_expected(case: str) -> None:
    assert_passed(cases(case))


NOT_LIKE_IT = (
    ("effect: deny", "the effect is `allow`, not `deny` (granted by `news-mail`)"),
    ("effect: log", "the effect is `allow`, not `log` (granted by `news-mail`)"),
    ("effect: allow, permitted: none", "`permitted` also has `contact`"),
    ("effect: allow, duties: [encrypt]", "`duties` lacks `encrypt`"),
    ("effect: allow, rules: none", "`rules` also has `news-mail`"),
    ("effect: allow, rules: [on-request]", "`rules` lacks `on-request`; `rules` also has"),
    ("effect: allow, withheld: {contact: no-flow}", "`withheld` lacks `contact: no-flow`"),
    ("effect: allow, withheld: no-flow", "`withheld` lacks `contact: no-flow`"),
    ("effect: allow, unknown-facts: [x]", "`unknown-facts` lacks `x`"),
)


@pytest.mark.parametrize(("expected", "message"), NOT_LIKE_IT)
def test_a_case_fails_when_the_answer_is_another(expected: str, message: str) -> None:
    results = cases(f"a: {{transfer: {NEWS}, {expected}}}")
    assert outcomes(results) == {"a": "failed"}
    assert told(results)[0].startswith(f"test-failed 4:3 `a`: {message}")


def test_a_reason_is_expected_of_everything_that_was_asked_for() -> None:
    case = "a: {to: mailer, purpose: news, data: [contact, loans], effect: deny,"
    results = cases(f"{case} withheld: prohibited}}")
    assert told(results) == ["test-failed 4:3 `a`: `withheld` lacks `contact: prohibited`"]


def test_what_a_case_does_not_name_is_not_looked_at() -> None:
    assert_passed(cases("a: {to: mailer, purpose: news, data: [contact, loans], effect: deny}"))


def test_a_failure_says_what_withholds() -> None:
    results = cases("a: {to: mailer, purpose: news, data: [contact, loans], effect: allow}")
    message = "`a`: the effect is `deny`, not `allow` (`loans: prohibited`)"
    assert told(results) == [f"test-failed 4:3 {message}"]
    finding = the_one(results).findings[0]
    assert finding.expected == "effect allow"
    assert finding.related == ()


def test_a_failure_says_where_that_is_granted_which_was_not_to_go() -> None:
    data = "{to: mailer, purpose: news, data: [contact, loans], effect: deny"
    allowed, permitted = cases(
        f"a: {{transfer: {NEWS}, effect: deny}}", f"b: {data}, permitted: none}}"
    )
    for result in (allowed, permitted):
        ((text, place),) = result.findings[0].related
        assert text == "granted by `news-mail`"
        assert place == POLICY.declarations.flows["news-mail"].place


def test_a_long_list_in_a_failure_is_cut() -> None:
    data = "contact, contact.email, contact.phone, loans, loans.titles, name"
    results = cases(f"a: {{to: police, purpose: news, data: [{data}], effect: allow}}")
    assert "`loans.titles: no-flow` and 1 more)" in told(results)[0]


def test_a_failed_test_shows_its_decision_and_a_passed_one_its_transfer() -> None:
    failed, passed = cases(
        f"a: {{transfer: {NEWS}, effect: deny}}", f"b: {{transfer: {NEWS}, effect: allow}}"
    )
    assert failed.shown is not None
    assert failed.shown.decision.effect is Effect.ALLOW
    assert failed.shown.transfer == failed.transfer == passed.transfer
    assert passed.shown is None


# ── Skipping ─────────────────────────────────────────────────────────────────────────────────────


def test_a_case_is_skipped_with_its_reason_whatever_it_names() -> None:
    result = the_one(cases("a: {to: nobody, effect: allow, skip: {en: Later, nl: Straks}}"))
    assert (result.outcome, result.transfer, result.findings) == (Outcome.SKIPPED, None, ())
    assert result.skip is not None
    assert result.skip.in_language("nl") == "Straks"


def test_a_file_is_skipped_as_a_whole_and_its_tests_may_say_why_themselves() -> None:
    head = f"{HEAD}skip: All of it\ncases:\n"
    own, whole = ran(
        f"{head}  a: {{transfer: {NEWS}, effect: allow, skip: This one}}\n"
        f"  b: {{transfer: {NEWS}, effect: allow}}\n"
    )
    assert [own.outcome, whole.outcome] == [Outcome.SKIPPED] * 2
    assert [own.skip, whole.skip] == ["This one", "All of it"]
