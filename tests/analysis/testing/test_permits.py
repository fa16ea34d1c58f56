"""All that may go at once: exactly the data that are listed, and nothing else."""

import pytest

from doelbinding.analysis.testing import Outcome, Result
from doelbinding.model.decision import Effect
from tests.analysis.testing.suites import HEAD, POLICY, assert_passed, outcomes, ran, the_one, told

NEWS = "to: mailer, purpose: news"
DEMAND = "to: police, purpose: disclosure, reference: R-1"


def permits(line: str) -> Result:
    return the_one(ran(f"{HEAD}permits:\n  a: {{{line}}}\n"))


PASSING = (
    f"{NEWS}, exactly: [contact]",
    f"{NEWS}, exactly: [contact, contact.email]",
    f"{NEWS}, exactly: [contact], rules: [news-mail], duties: none",
    f"{NEWS}, exactly: [contact], effect: allow",
    f"{DEMAND}, exactly: [name], effect: log, duties: [inform-subject]",
    "to: police, purpose: disclosure, exactly: none",
    "transfer: {to: printer, purpose: news, facts: {asked: true, urgent: false}},"
    " reference: R-1, exactly: [contact, name], duties: [encrypt]",
)


@pytest.mark.parametrize("line", PASSING)
def test_it_passes_when_exactly_that_may_go(line: str) -> None:
    assert_passed([permits(line)])


FAILING = (
    (f"{NEWS}, exactly: [contact, name]", "`name` may not go"),
    (f"{NEWS}, exactly: [contact.email]", "`contact` may go too"),
    (f"{NEWS}, exactly: none", "`contact` may go too"),
    (f"{NEWS}, exactly: [name]", "`name` may not go; `contact` may go too"),
    ("to: police, purpose: disclosure, exactly: [name]", "`name` may not go"),
    (f"{DEMAND}, exactly: [name]", "the effect is `log`, not `allow` (granted by `on-demand`)"),
    (f"{NEWS}, exactly: [contact], effect: log", "the effect is `allow`, not `log` (granted"),
    (f"{NEWS}, exactly: [contact], duties: [encrypt]", "`duties` lacks `encrypt`"),
    (f"{NEWS}, exactly: [contact], rules: [on-demand]", "`rules` lacks `on-demand`"),
)


@pytest.mark.parametrize(("line", "message"), FAILING)
def test_it_fails_when_something_else_may_go_or_something_may_not(line: str, message: str) -> None:
    result = permits(line)
    assert result.outcome is Outcome.FAILED
    assert told([result])[0].startswith(f"test-failed 4:3 `a`: {message}")


def test_what_it_decides_is_a_transfer_of_everything_that_the_policy_declares() -> None:
    transfer = permits(f"{NEWS}, exactly: [contact]").transfer
    assert transfer is not None
    assert transfer.data == tuple(sorted(POLICY.declarations.categories))


def test_what_it_shows_is_only_what_is_not_as_expected() -> None:
    result = permits(f"{NEWS}, exactly: [contact.email, name]")
    assert result.shown is not None
    assert result.shown.transfer.data == ("name", "contact")
    assert result.shown.decision.permitted == ("contact",)
    assert [each.category for each in result.shown.decision.withheld] == ["name"]


def test_another_effect_is_shown_on_a_transfer_of_exactly_that() -> None:
    result = permits(f"{DEMAND}, exactly: [name]")
    assert result.shown is not None
    assert result.shown.transfer.data == ("name",)
    assert result.shown.decision.effect is Effect.LOG


def test_it_names_declared_categories_only_and_a_recipient_and_a_purpose() -> None:
    result = permits("exactly: [contacts]")
    assert outcomes([result]) == {"a": "unusable"}
    assert sorted(told([result])) == [
        "test-unusable 4:17 no category `contacts` is declared",
        "test-unusable 4:3 the transfer of this test has no `purpose`",
        "test-unusable 4:3 the transfer of this test has no `to`",
    ]
