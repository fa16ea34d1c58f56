"""A matrix: every combination is a test, and what is not listed is expected to be denied."""

from itertools import product
from textwrap import dedent, indent

import pytest

from doelbinding.analysis.testing import Outcome, Result
from doelbinding.analysis.testing.read import MOST_TESTS
from tests.analysis.testing.suites import HEAD, assert_passed, found_at, outcomes, ran, told

FIXTURES = """\
fixtures:
  transfers:
    news: {to: mailer, purpose: news, data: contact}
    request: {to: printer, purpose: news, data: [contact.email, name], reference: R-1}
  facts:
    asked: {asked: true, urgent: false}
    urgent: {asked: true, urgent: true}
    nothing-known: {}
  data:
    both: [contact.email, name]
matrix:
"""


def matrix(text: str) -> tuple[Result, ...]:
    """What the combinations of a matrix named `m` come to; its lines are given without indent."""
    lines = indent(dedent(text).strip(), "    ")
    return ran(f"{HEAD}{FIXTURES}  m:\n{lines}\n")


REQUESTS = """
transfers: request
facts: [asked, urgent, nothing-known]
"""


# ── Combinations ─────────────────────────────────────────────────────────────────────────────────


def test_each_combination_is_a_test_with_a_name_that_says_which() -> None:
    results = matrix(
        """
        transfers: [news, request]
        facts: [asked, nothing-known]
        to: [mailer, printer]
        purpose: news
        """
    )
    combined = product(("news", "request"), ("asked", "nothing-known"), ("mailer", "printer"))
    names = [f"m: {transfer}, {facts}, to {to}" for transfer, facts, to in combined]
    assert [result.name for result in results] == names


def test_a_name_says_every_kind_of_thing_that_is_combined() -> None:
    results = matrix(
        """
        from: [library, mailer]
        to: [mailer, printer]
        purpose: [news, disclosure]
        subject: [member, visitor]
        data: [both, loans]
        at: [2026-01-01T00:00:00Z, 2027-01-01T00:00:00Z]
        """
    )
    assert len(results) == 2**6
    first = "from library, to mailer, for news, about member, both, at 2026-01-01T00:00:00Z"
    assert results[0].name == f"m: {first}"
    transfer = results[-1].transfer
    assert transfer is not None
    assert (transfer.sender, transfer.recipient, transfer.purpose) == (
        *("mailer", "printer", "disclosure"),
    )
    assert (transfer.subject, transfer.data) == ("visitor", ("loans",))


def test_a_matrix_of_one_combination_is_named_as_it_is() -> None:
    assert outcomes(matrix("transfers: news\nexpect: [{effect: allow}]")) == {"m": "passed"}


def test_what_is_combined_replaces_what_the_transfers_say_and_facts_are_laid_over_them() -> None:
    results = matrix(f"{REQUESTS}\ndata: [both, loans]\nreference: none")
    transfers = [result.transfer for result in results if result.transfer]
    assert [each.has_reference for each in transfers] == [False] * 6
    assert {each.data for each in transfers} == {("contact.email", "name"), ("loans",)}
    assert transfers[0].facts == {"asked": True, "urgent": False}
    assert transfers[-1].facts == {}


# ── What is expected ─────────────────────────────────────────────────────────────────────────────


def test_what_is_not_listed_is_expected_to_be_denied() -> None:
    results = matrix(f"{REQUESTS}\nexpect:\n  - {{facts: asked, effect: allow}}")
    assert_passed(results)


def test_a_combination_that_is_allowed_and_not_listed_has_failed() -> None:
    results = matrix(f"{REQUESTS}\nto: [printer, mailer]")
    assert outcomes(results)["m: asked, to printer"] == "failed"
    assert set(outcomes(results).values()) == {"failed", "passed"}
    finding = next(result for result in results if result.findings).findings[0]
    assert finding.expected == "effect deny, as of every combination that is not listed"
    assert (finding.place and finding.place.line) == 14


def test_a_failure_stands_at_what_expects_it() -> None:
    results = matrix(
        f"""{REQUESTS}
expect:
  - {{facts: asked, effect: allow, duties: none}}
  - {{facts: urgent, effect: allow}}
"""
    )
    assert told(results) == [
        "test-failed 19:9 `m: asked`: `duties` also has `encrypt`",
        "test-failed 20:9 `m: urgent`: the effect is `deny`, not `allow`"
        " (`contact.email: condition-not-met`, `name: condition-not-met`)",
    ]


def test_an_expectation_speaks_of_what_lies_within_what_it_names() -> None:
    results = matrix(
        """
        to: mailer
        purpose: news
        data: [contact, contact.email, contact.phone, loans]
        subject: [member, member.child]
        expect:
          - {data: contact, subject: member, effect: allow}
        """
    )
    assert_passed(results)


def test_an_expectation_may_choose_by_what_the_transfers_say() -> None:
    results = matrix(
        """
        transfers: [news, request]
        facts: asked
        expect:
          - {to: mailer, data: contact, effect: allow, duties: none}
          - {to: printer, effect: allow, duties: [encrypt]}
        """
    )
    assert_passed(results)


def test_an_expectation_may_choose_moments() -> None:
    results = matrix(
        """
        transfers: news
        at: [2026-01-01T00:00:00Z, 2027-01-01T00:00:00Z]
        expect:
          - {at: 2026-01-01T00:00:00Z, effect: allow}
        """
    )
    assert outcomes(results) == {
        "m: at 2026-01-01T00:00:00Z": "passed",
        "m: at 2027-01-01T00:00:00Z": "failed",
    }


# ── What is unusable ─────────────────────────────────────────────────────────────────────────────

UNUSABLE = (
    ("transfers: [news, newz]", "newz", "no transfer `newz` is among the fixtures of this file"),
    ("transfers: news\nfacts: askd", "askd", "no set of facts `askd` is among the fixtures"),
    ("transfers: [news, news]", "news]", "`news` stands twice in this list"),
    (
        "transfers: news\nexpect:\n  - {facts: asked, effect: allow}",
        "asked",
        "nothing in this matrix has `asked` under `facts`",
    ),
    (
        "transfers: news\nexpect:\n  - {to: printer, effect: allow}",
        "printer",
        "nothing in this matrix has `printer` under `to`",
    ),
    (
        "transfers: [news, request]\nexpect:\n  - {transfers: news, to: printer, effect: allow}",
        "{transfers: news",
        "no combination is all that is named here",
    ),
    (
        "transfers: [news, request]\nexpect:\n"
        "  - {transfers: news, effect: allow}\n  - {to: mailer, effect: allow}",
        "{to: mailer",
        "`m: news` is expected twice",
    ),
)


@pytest.mark.parametrize(("text", "stretch", "message"), UNUSABLE)
def test_a_matrix_that_means_nothing_is_unusable_as_a_whole(
    text: str, stretch: str, message: str
) -> None:
    results = matrix(text)
    assert outcomes(results) == {"m": "unusable"}
    rule, said, there = found_at(results)[0]
    assert rule == "test-unusable"
    assert said.startswith(message)
    assert there.startswith(stretch)


def test_what_is_expected_twice_is_told_with_both_places() -> None:
    results = matrix("transfers: news\nexpect:\n  - {effect: allow}\n  - {effect: deny}")
    (text, place) = results[0].findings[0].related[0]
    assert (text, place.line) == ("it is expected here first", 17)


def test_all_that_is_wrong_with_a_matrix_is_told_at_once() -> None:
    results = matrix(
        "transfers: newz\nfacts: [askd, asked]\nexpect: [{facts: urgnt, effect: deny}]"
    )
    assert len(told(results)) == 3


def test_a_name_near_to_an_unknown_one_is_suggested() -> None:
    (finding,) = matrix("transfers: newz")[0].findings
    assert finding.help == "Did you mean `news`?"


# ── How much there may be ────────────────────────────────────────────────────────────────────────


def millions() -> str:
    ids = ", ".join(f"x{number}" for number in range(200))
    return f"to: [{ids}]\npurpose: [{ids}]\nsubject: [{ids}]"


def test_a_matrix_of_millions_of_combinations_is_refused_before_any_is_made() -> None:
    results = matrix(millions())
    room = f"there is room for {MOST_TESTS:,} tests more"
    assert told(results) == [
        f"limit-exceeded 14:3 the matrix has 8,000,000 combinations, and {room}"
    ]
    assert results[0].outcome is Outcome.UNUSABLE


def test_all_files_together_have_room_for_so_many_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doelbinding.analysis.testing.read.MOST_TESTS", 4)
    three = (
        f"{HEAD}{FIXTURES}  m:\n    transfers: request\n    facts: [asked, urgent, nothing-known]\n"
    )
    one = "cases: {a: {to: mailer, purpose: news, data: contact, effect: allow}}\n"
    results = ran(three, f"{HEAD}{one}", f"{HEAD}{one}", three)
    assert [each.outcome for each in results[3:]] == ["passed", "unusable", "unusable"]
    assert told(results)[1:] == [
        "limit-exceeded 3:9 the policy has more tests than are run",
        "limit-exceeded 14:3 the matrix has 3 combinations, and there is room for 0 tests more",
    ]


def test_many_expectations_of_many_combinations_take_no_time() -> None:
    names = [f"d{number}" for number in range(2000)]
    lists = "".join(f"    {name}: [contact]\n" for name in names)
    entries = "".join(f"      - {{data: {name}, effect: allow}}\n" for name in names)
    text = f"{HEAD}fixtures:\n  data:\n{lists}matrix:\n  m:\n    to: mailer\n    purpose: news\n"
    results = ran(f"{text}    data: [{', '.join(names)}]\n    expect:\n{entries}")
    assert len(results) == 2000
    assert_passed(results)
