"""`validate` in the formats for people and programs: each finding, the verdict first and last."""

import json
from typing import Any

import pytest

from tests.cli.conftest import AT, Ran, Run, assert_screen, spoil

VALIDATE = ("validate", *AT)


@pytest.fixture
def spoilt() -> None:
    """The policy gets an error and a warning."""
    spoil("    duties: [encrypt]", "    dutties: [encrypt]")
    spoil("languages: [en, nl]", "languages: [en, nl]\nreview-by: 2020-01-01")


@pytest.fixture
def doubtful() -> None:
    """The policy gets a warning."""
    spoil("languages: [en, nl]", "languages: [en, nl]\nreview-by: 2020-01-01")


@pytest.fixture
def accepting() -> None:
    """The policy gets a warning that it accepts."""
    entry = "{rule: purpose-without-retention, until: 2026-12-31, because: The archivist decides}"
    spoil(
        "    data: [contact, name]\n    retention: P1Y\n",
        f"    data: [contact, name]\n    accept: [{entry}]\n",
    )


def report(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran.out)
    return found


@pytest.mark.usefixtures("spoilt")
@pytest.mark.parametrize("form", ["text", "concise"])
def test_the_screen_of_a_broken_policy_is_exactly_this(run: Run, form: str) -> None:
    ran = run(*VALIDATE, "--format", form)
    assert (ran.code, ran.err) == (1, "")
    assert_screen(f"broken.{form}", ran.out)
    assert ran.out.splitlines()[-1] == "policy: not valid: 1 error, 1 warning"


@pytest.mark.usefixtures("doubtful")
@pytest.mark.parametrize("form", ["text", "concise"])
def test_the_screen_of_a_doubtful_policy_is_exactly_this(run: Run, form: str) -> None:
    ran = run(*VALIDATE, "--format", form)
    assert (ran.code, ran.err) == (0, "")
    assert_screen(f"doubtful.{form}", ran.out)


@pytest.mark.parametrize("form", ["text", "concise"])
def test_the_screen_of_a_sound_policy_is_exactly_this(run: Run, form: str) -> None:
    ran = run(*VALIDATE, "--format", form)
    assert (ran.code, ran.err) == (0, "")
    assert_screen(f"sound.{form}", ran.out)


@pytest.mark.usefixtures("accepting")
@pytest.mark.parametrize("form", ["text", "concise"])
def test_the_screen_of_an_accepted_warning_is_exactly_this(run: Run, form: str) -> None:
    ran = run(*VALIDATE, "--format", form, "--fail-on-warnings")
    assert (ran.code, ran.err) == (0, "")
    assert_screen(f"accepted.{form}", ran.out)


@pytest.mark.usefixtures("accepting")
def test_json_lists_accepted_warnings_apart_with_their_reason_and_end(run: Run) -> None:
    found = report(run(*VALIDATE, "--format", "json"))
    assert [found[key] for key in ("valid", "warnings", "accepted-warnings", "findings")] == [
        *(True, 0, 1, []),
    ]
    (accepted,) = found["accepted"]
    assert accepted["rule"] == "purpose-without-retention"
    assert [accepted[key] for key in ("until", "because", "acceptance")] == [
        "2026-12-31",
        "The archivist decides",
        "purposes.lending.accept[0]",
    ]


@pytest.mark.usefixtures("accepting")
def test_an_acceptance_that_ended_lets_the_warning_count_again(run: Run) -> None:
    ran = run("validate", "--at", "2027-01-01T00:00:00+01:00", "--fail-on-warnings")
    assert ran.code == 1
    assert ran.out.startswith("policy: valid: 2 warnings\n")


@pytest.mark.usefixtures("spoilt")
def test_the_verdict_stands_first_and_last_on_a_broken_policy(run: Run) -> None:
    first, *_, last = run(*VALIDATE).out.splitlines()
    assert first == last == "policy: not valid: 1 error, 1 warning"


@pytest.mark.usefixtures("doubtful")
def test_the_verdict_stands_first_and_opens_the_last_paragraph_on_a_doubtful_one(run: Run) -> None:
    first, *_, last = run(*VALIDATE).out.split("\n\n")
    assert first == last.splitlines()[0] == "policy: valid: 1 warning"


@pytest.mark.usefixtures("spoilt")
def test_json_has_every_finding_with_place_and_excerpt(run: Run) -> None:
    ran = run(*VALIDATE, "--format", "json")
    found = report(ran)
    assert ran.code == 1
    counts = ["errors", "warnings", "accepted-warnings"]
    assert list(found) == ["valid", "source", *counts, "findings", "accepted", "policy"]
    assert [found[key] for key in ("valid", "source", "errors", "warnings", "policy")] == [
        *(False, "policy", 1, 1, None),
    ]
    late, unknown = found["findings"]
    assert (late["rule"], late["severity"]) == ("review-overdue", "warning")
    assert unknown == {
        "rule": "unknown-key",
        "severity": "error",
        "message": "there is no key `dutties` here",
        "help": "Did you mean `duties`?",
        "expected": unknown["expected"],
        "path": "recipients.mailing.dutties",
        "place": {
            "file": "policy/policy.yaml",
            "line": 50,
            "column": 5,
            "end-line": 50,
            "end-column": 12,
        },
        "excerpt": "    dutties: [encrypt]",
        "related": [],
        "page": "docs/rules/unknown-key.md",
    }
    assert [*late] == [*unknown]


def test_json_of_a_sound_policy_says_which_one_it_is(run: Run) -> None:
    found = report(run(*VALIDATE, "--format", "json"))
    assert (found["valid"], found["findings"]) == (True, [])
    assert [found["policy"][key] for key in ("id", "revision")] == ["town-library", 3]
    assert found["policy"]["digest"] in run(*VALIDATE).out


def test_json_of_a_folder_with_any_name_is_json(run: Run) -> None:
    found = report(run(*VALIDATE, "--format", "json", "--policy", "./policy"))
    assert found["source"] == "./policy"


def test_findings_are_english_in_any_language(run: Run) -> None:
    spoil("    duties: [encrypt]", "    dutties: [encrypt]")
    assert run(*VALIDATE, "--lang", "nl") == run(*VALIDATE)


@pytest.mark.parametrize(("at", "code"), [("2026-01-01T00:00:00Z", 0), ("2028-01-01T00:00:00Z", 1)])
def test_the_moment_decides_on_warnings_about_time(run: Run, at: str, code: int) -> None:
    spoil("languages: [en, nl]", "languages: [en, nl]\nreview-by: 2027-01-01")
    assert run("validate", "--at", at, "--fail-on-warnings").code == code


def test_a_larger_limit_lets_a_larger_file_in(run: Run) -> None:
    spoil("timezone:", f"# {'x' * (1 << 20)}\ntimezone:")
    small, large = run(*VALIDATE, "--format", "concise"), run(*VALIDATE, "--max-bytes", "2000000")
    assert (small.code, large.code) == (1, 0)
    assert "error[limit-exceeded]" in small.out
