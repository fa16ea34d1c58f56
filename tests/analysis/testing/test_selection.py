"""Only the tests that are asked for are run: by name, by party, by purpose, by category."""

import pytest

from doelbinding.analysis.testing import Outcome, Selection
from tests.analysis.testing.suites import HEAD, NEWS, outcomes, ran

TEXT = f"""\
{HEAD}\
cases:
  mailed: {{transfer: {NEWS}, effect: allow}}
  back: {{from: mailer, to: library, purpose: news, data: contact.email, effect: deny}}
  to-the-police: {{to: police, purpose: disclosure, data: name, reference: R-1, effect: log}}
matrix:
  loans: {{to: mailer, purpose: news, data: [loans, loans.titles]}}
permits:
  all: {{to: police, purpose: disclosure, exactly: none}}
"""
EVERY = ["mailed", "back", "to-the-police", "loans: loans", "loans: loans.titles", "all"]

WANTED: tuple[tuple[Selection, list[str]], ...] = (
    (Selection(), EVERY),
    (Selection(names=("MAIL",)), ["mailed"]),
    (Selection(names=("loans: loans.t",)), ["loans: loans.titles"]),
    (Selection(names=("mail", "all")), ["mailed", "all"]),
    (Selection(names=("0.yaml",)), EVERY),
    (Selection(names=("policy/tests",)), []),
    (Selection(parties=("mailer",)), ["mailed", "back", "loans: loans", "loans: loans.titles"]),
    (Selection(parties=("library",)), EVERY),
    (Selection(parties=("police",)), ["to-the-police", "all"]),
    (Selection(purposes=("news",)), ["mailed", "back", "loans: loans", "loans: loans.titles"]),
    (Selection(purposes=("news", "disclosure")), EVERY),
    (Selection(categories=("contact",)), ["mailed", "back"]),
    (Selection(categories=("contact.email",)), ["back"]),
    (Selection(categories=("loans",)), ["loans: loans", "loans: loans.titles"]),
    (Selection(parties=("mailer",), categories=("contact",)), ["mailed", "back"]),
    (Selection(names=("mailed",), parties=("police",)), []),
)


@pytest.mark.parametrize(("wanted", "names"), WANTED)
def test_tests_are_chosen_by_what_they_ask(wanted: Selection, names: list[str]) -> None:
    assert [*outcomes(ran(TEXT, wanted=wanted))] == names


def test_what_may_go_at_once_is_about_what_it_lists() -> None:
    text = f"{HEAD}permits:\n  a: {{to: mailer, purpose: news, exactly: [contact]}}\n"
    assert ran(text, wanted=Selection(categories=("contact",)))
    assert not ran(text, wanted=Selection(categories=("loans",)))


def test_what_cannot_be_read_as_a_test_is_told_whatever_is_asked_for() -> None:
    results = ran("label: [\n", TEXT, wanted=Selection(names=("mailed",)))
    assert [result.outcome for result in results] == [Outcome.UNUSABLE, Outcome.PASSED]


def test_a_skipped_test_is_chosen_like_any_other() -> None:
    text = f"{HEAD}cases:\n  a: {{transfer: {NEWS}, effect: allow, skip: Later}}\n"
    assert [*outcomes(ran(text, wanted=Selection(parties=("police",))))] == []
