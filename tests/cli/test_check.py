"""`check` says why, in English and Dutch, and for programs in one fixed shape."""

from typing import Any

import pytest

from tests.cli.conftest import (
    ALLOWED,
    AT,
    DENIED,
    LOGGED,
    MOMENT,
    TO_MAILER,
    TO_PARTNER,
    TO_POLICE,
    TRANSFER,
    Run,
    assert_misuse,
    assert_screen,
    batch,
    spoil,
)

CASES: dict[str, tuple[str, ...]] = {
    "allowed": (*TO_MAILER, "--data", "name, contact.email"),
    "denied-in-part": (*TO_MAILER, "--data", "contact,loans", "--data", "name"),
    "condition": (*TO_PARTNER, "--data", "name", "--fact", "no-such-fact=true"),
    "several-remedies": (*TO_PARTNER, "--data", "name,contact", "--fact", "asked=false"),
    "recorded": LOGGED,
    "reference-missing": (*TO_POLICE, "--data", "name"),
    "unknown-names": (
        *("check", "--from", "tow-library", "--to", "mailing", "--purpose", "reminder", *AT),
        *("--data", "contact.emial", "--subject", "visitor", "--fact", "asked=unknown"),
    ),
    "unknown-category": (*TO_MAILER, "--data", "contact.emial"),
    "no-flow": ("check", "--to", "partner", "--purpose", "reminders", "--data", "name", *AT),
    "nothing-asked": TO_MAILER,
}
KEYS = ("effect", "transfer", "permitted", "withheld", "rules", "duties", "unknown-facts", "policy")
IN_TRANSFER = (*("sender", "recipient", "purpose", "subject", "data", "facts", "reference", "at"),)
IN_WITHHELD = ("category", "reason", "parts", "rule", "clauses", "place", "remedy", "help")
IN_PLACE = ("file", "line", "column", "end-line", "end-column")


def decided(run: Run, *arguments: str) -> dict[str, Any]:
    ran = run(*arguments, "--format", "json")
    (answer,) = ran.json
    assert ran.code == (answer["effect"] != "allow")
    assert not ran.err
    return answer


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("case", CASES)
def test_the_screen_is_exactly_this(run: Run, case: str, lang: str) -> None:
    seen = run(*CASES[case], "--lang", lang).out
    assert_screen(f"{case}.{lang}", seen)
    first, *_, last = seen.splitlines()
    assert first == last
    assert [line for line in seen.splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_table_of_a_batch_is_exactly_this(run: Run, lang: str) -> None:
    lines = batch(
        TRANSFER,
        {**TRANSFER, "data": ["name", "contact", "loans", "contact.email"]},
        b"[]",
        {**TRANSFER, "recipient": "police", "purpose": "disclosure", "data": ["name"]},
        {
            **TRANSFER,
            "recipient": "police",
            "purpose": "disclosure",
            "data": ["name"],
            "reference": "PV-1",
        },
    )
    seen = run("check", "--batch", "-", "--lang", lang, stdin=lines).out
    assert_screen(f"batch.{lang}", seen)
    first, *_, last = seen.splitlines()
    assert first == last


@pytest.mark.parametrize("case", CASES)
def test_json_is_one_line_with_the_same_keys_in_the_same_order(run: Run, case: str) -> None:
    answer = decided(run, *CASES[case])
    assert tuple(answer) == KEYS
    assert tuple(answer["transfer"]) == IN_TRANSFER
    assert tuple(answer["policy"]) == ("id", "revision", "digest", "source")
    for withheld in answer["withheld"]:
        assert tuple(withheld) == IN_WITHHELD
        assert tuple(withheld["remedy"]) == ("facts", "reference")
        assert withheld["place"] is None or tuple(withheld["place"]) == IN_PLACE
        assert withheld["help"].endswith(".")


def test_json_says_the_same_in_any_language(run: Run) -> None:
    assert decided(run, *DENIED) == decided(run, *DENIED, "--lang", "nl")


def test_json_tells_what_was_asked_with_the_defaults_filled_in(run: Run) -> None:
    assert decided(run, *CASES["condition"])["transfer"] == {
        "sender": "town-library",
        "recipient": "partner",
        "purpose": "lending",
        "subject": "member",
        "data": ["name"],
        "facts": {"no-such-fact": True},
        "reference": None,
        "at": MOMENT,
    }


def test_json_tells_what_was_asked_as_it_was_given(run: Run) -> None:
    asked = decided(run, *CASES["unknown-names"], "--reference", "R 1")["transfer"]
    assert [asked[key] for key in ("sender", "subject", "reference")] == [
        *("tow-library", "visitor", "R 1"),
    ]
    assert (asked["data"], asked["facts"]) == (["contact.emial"], {"asked": None})


def test_json_tells_what_may_go_and_what_comes_with_it(run: Run) -> None:
    answer = decided(run, *ALLOWED)
    assert answer["effect"] == "allow"
    assert (answer["permitted"], answer["withheld"]) == (["contact"], [])
    assert (answer["rules"], answer["duties"]) == (["reminder-mail"], ["encrypt"])
    assert answer["policy"]["id"] == "town-library"
    assert answer["policy"]["revision"] == 3
    assert answer["policy"]["digest"].startswith("sha256:")
    assert answer["policy"]["source"].startswith("sha256:")


def test_json_tells_where_the_nearest_flow_stands_and_what_would_turn_it(run: Run) -> None:
    (withheld,) = decided(run, *CASES["condition"])["withheld"]
    assert withheld == {
        "category": "name",
        "reason": "fact-missing",
        "parts": ["name"],
        "rule": "on-request",
        "clauses": ["membership"],
        "place": {
            "file": "policy/policy.yaml",
            "line": 71,
            "column": 3,
            "end-line": 71,
            "end-column": 13,
        },
        "remedy": {"facts": {"asked": True}, "reference": True},
        "help": "It is not known whether `asked` is true. The flow `on-request` came nearest. "
        "To turn it: establish that `asked` is true and give a reference.",
    }


def test_nothing_asked_is_one_entry_without_category_and_parts(run: Run) -> None:
    (entry,) = decided(run, *TO_MAILER)["withheld"]
    assert (entry["category"], entry["reason"], entry["parts"]) == (None, "no-data", [])


def test_without_a_moment_it_is_now_by_the_clocks_of_the_policy(run: Run) -> None:
    at = decided(run, "check", "--to", "mailing", "--purpose", "reminders")["transfer"]["at"]
    assert at[-6:] in ("+01:00", "+02:00")
    assert len(at) == len(MOMENT)


@pytest.mark.parametrize("data", ["name,,contact", " name , contact ", "name,contact,"])
def test_data_may_be_written_loosely(run: Run, data: str) -> None:
    assert decided(run, *TO_MAILER, "--data", data)["transfer"]["data"] == ["name", "contact"]


def test_a_fact_said_twice_alike_is_one_fact(run: Run) -> None:
    arguments = (*ALLOWED, "--fact", "asked=true", "--fact", "asked=true")
    assert decided(run, *arguments)["transfer"]["facts"] == {"asked": True}


def test_the_facts_and_the_reference_that_it_asks_for_turn_the_answer(run: Run) -> None:
    mended = ("--fact", "asked=true", "--reference", "ILL-1")
    assert decided(run, *CASES["condition"], *mended)["effect"] == "allow"


def test_the_same_question_in_a_batch_has_the_same_answer(run: Run) -> None:
    alone = run(*ALLOWED, "--format", "json").out
    assert run("check", "--batch", "-", "--format", "json", stdin=batch(TRANSFER)).out == alone


def test_a_policy_elsewhere_is_read(run: Run) -> None:
    assert decided(run, *ALLOWED, "--policy", "./policy")["effect"] == "allow"


def test_a_policy_larger_than_the_limit_is_refused(run: Run) -> None:
    ran = run(*ALLOWED, "--max-bytes", "100")
    assert (ran.code, ran.out) == (1, "")
    assert "error[limit-exceeded]" in ran.err


def test_a_larger_limit_lets_a_larger_policy_in(run: Run) -> None:
    spoil("timezone:", f"# {'x' * (1 << 20)}\ntimezone:")
    assert run(*ALLOWED).code == 1
    assert run(*ALLOWED, "--max-bytes", str(2 << 20)).code == 0


def test_wrong_use_names_what_is_missing(run: Run) -> None:
    assert_misuse(run("check"), "--to and --purpose must be given, or --batch")
