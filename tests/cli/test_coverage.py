"""`coverage` says what covers each clause and what the tests exercise; and how it ends."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import AT, Ran, Run, apart, assert_misuse, assert_screen, spoil
from tests.cli.small import commit, keep
from tests.cli.timing import seconds_of

ROOT = Path(__file__).parents[2]
COVERAGE = ("coverage", *AT)
HEAD = "label: {en: Reminders, nl: Herinneringen}\nat: 2026-06-01T12:00:00+02:00\n"
SOME = f"""\
{HEAD}
cases:
  mailed: {{to: mailing, purpose: reminders, data: contact, effect: allow}}
  loans-stay: {{to: mailing, purpose: reminders, data: loans, effect: deny}}
  on-record: {{to: police, purpose: disclosure, data: name, reference: PV-1, effect: log}}
"""
"""Two of the three flows, and the prohibition."""
REST = f"""\
{HEAD}
cases:
  asked:
    to: partner
    purpose: lending
    data: name
    facts: {{asked: true}}
    reference: R-1
    effect: allow
"""
"""The third flow, and the fact that it turns on."""
MANY = """\
fixtures:
  transfers:
    reminder: {to: mailing, purpose: reminders, data: contact}
matrix:
  many:
    transfers: reminder
    at: [%s]
    expect: [{effect: allow}]
"""
"""What goes already, at many moments."""


def keep_tests(**files: str) -> None:
    """Give the policy these files of tests, by name."""
    Path("policy/tests").mkdir(exist_ok=True)
    for name, text in files.items():
        Path("policy/tests", f"{name}.yaml").write_text(text, "utf-8")


def covered(run: Run, *options: str) -> dict[str, Any]:
    """What the command says in JSON."""
    found: dict[str, Any] = json.loads(run(*COVERAGE, "--format", "json", *options).out)
    return found


def untouched(found: dict[str, Any]) -> list[tuple[str, ...]]:
    """What no test exercises: section, id, kind, and what the fact or the day is."""
    return [
        (each["section"], each["id"], each["kind"], each["fact"] or each["day"] or "")
        for each in found["untouched"]
    ]


# ── What people see ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_screen_of_tests_that_leave_something_out_is_exactly_this(run: Run, lang: str) -> None:
    keep_tests(some=SOME)
    ran = run(*COVERAGE, "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert_screen(f"coverage.some.{lang}", ran.out)


def test_the_screen_of_everything_that_can_be_said_is_exactly_this(run: Run) -> None:
    dated()
    assert_screen("coverage.dated", run(*COVERAGE).out)


def dated() -> None:
    """A policy with periods, an exception, an assumption alone, and faults in its statement."""
    agreement = {"reference": "A", "from": "2025-01-01", "until": "2027-12-31"}
    news = {"role": "processor", "purposes": ["news"], "agreement": agreement}
    prohibition = {
        "to": "mailer",
        "data": ["contact.phone"],
        "unless": {"all": ["asked", "urgent"]},
    }
    keep(
        purposes={"news": {"valid": {"from": "2026-01-01"}}},
        recipients={"mailer": {"roles": [news]}, "printer": {"assumption": "There may be one."}},
        prohibitions={"no-calls": {**prohibition, "valid": {"until": "2026-12-31"}}},
        flows={"news-mail": {"clauses": ["mail"]}},
        invariants={"none": {"never": {"data": "loans"}}},
        clauses={"mail": {}, "rest": {"held-by": ["default-deny", "none"]}},
        findings={"typing": {"span": {"from": [3, 7], "to": [3, 9]}}},
    )


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("text", ["", SOME])
def test_the_verdict_stands_first_and_last(run: Run, text: str, lang: str) -> None:
    keep_tests(**({"some": text} if text else {}))
    first, *_, last = run(*COVERAGE, "--lang", lang).out.splitlines()
    assert first == last


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ({}, "the tests exercise 0.0 % (0 of 5, without tests)"),
        ({"a": SOME}, "the tests exercise 60.0 % (3 of 5, with 3 tests)"),
        ({"a": REST}, "the tests exercise 40.0 % (2 of 5, with 1 test)"),
        ({"a": SOME, "b": REST}, "the tests exercise 100.0 % (5 of 5, with 4 tests)"),
    ],
)
def test_the_verdict_counts_what_is_exercised(
    run: Run, files: dict[str, str], verdict: str
) -> None:
    keep_tests(**files)
    ran = run(*COVERAGE)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == f"policy: {verdict}; 1 of 1 clauses are covered"


# ── What counts ──────────────────────────────────────────────────────────────────────────────────


def test_what_no_test_exercises_is_listed_with_its_place(run: Run) -> None:
    keep_tests(some=SOME)
    found = covered(run)
    assert untouched(found) == [
        ("flows", "on-request", "grants", ""),
        ("flows", "on-request", "decides", "asked"),
    ]
    assert found["untouched"][1] == {
        "section": "flows",
        "id": "on-request",
        "kind": "decides",
        "key": "when",
        "fact": "asked",
        "state": True,
        "day": None,
        "place": {
            "file": "policy/policy.yaml",
            "line": 71,
            "column": 3,
            "end-line": 71,
            "end-column": 13,
        },
    }


def test_every_kind_of_thing_counts_once(run: Run) -> None:
    dated()
    assert covered(run)["kinds"] == {
        "grants": {"exercised": 0, "items": 1},
        "bites": {"exercised": 0, "items": 1},
        "lifts": {"exercised": 0, "items": 1},
        "decides": {"exercised": 0, "items": 2},
        "first-day": {"exercised": 0, "items": 2},
        "last-day": {"exercised": 0, "items": 2},
    }


def test_first_and_last_days_and_an_exception_are_exercised_by_who_comes_there(run: Run) -> None:
    dated()
    send = "to: mailer, purpose: news, data: contact.phone, facts: {asked: true, urgent: true}"
    cases = {
        "first": "{at: 2026-01-01T09:00:00+01:00, effect: allow, %s}",
        "last": "{at: 2026-12-31T23:59:59+01:00, effect: allow, %s}",
        "agreement": "{at: 2027-12-31T12:00:00+01:00, effect: allow, %s}",
    }
    listed = "\n".join(f"  {name}: {case % send}" for name, case in cases.items())
    keep_tests(days=f"{HEAD}cases:\n{listed}\n")
    found = covered(run)
    assert found["tests"]["passed"] == 3
    assert untouched(found) == [
        ("prohibitions", "no-calls", "bites", ""),
        ("recipients", "mailer", "first-day", "2025-01-01"),
    ]


def test_a_thousand_generated_tests_earn_nothing(run: Run) -> None:
    keep_tests(some=SOME)
    before = covered(run)
    minutes = [divmod(minute, 60) for minute in range(1000)]
    moments = ", ".join(f"2026-06-01T{hour:02}:{minute:02}:00Z" for hour, minute in minutes)
    keep_tests(many=f"{HEAD}{MANY % moments}")
    after = covered(run)
    assert after["tests"]["passed"] == before["tests"]["passed"] + 1000
    assert after["percent"] == before["percent"] == 60.0


def test_a_test_that_fails_has_asked_and_counts_but_is_told_of(run: Run) -> None:
    keep_tests(wrong=SOME.replace("data: loans, effect: deny", "data: loans, effect: allow"))
    ran = run(*COVERAGE)
    assert ran.code == 1
    assert ran.err == "1 of the tests did not pass: doelbinding test says why\n"
    assert "the tests exercise 60.0 % (3 of 5, with 3 tests)" in ran.out
    assert "1 failed, 2 passed" in ran.out


def test_a_test_that_cannot_be_used_or_is_skipped_exercises_nothing(run: Run) -> None:
    unusable = "  slip: {to: mailng, purpose: reminders, data: name, effect: deny}\n"
    later = "  later: {to: mailing, purpose: reminders, data: name, effect: allow, skip: Soon}\n"
    keep_tests(none=f"{HEAD}cases:\n{unusable}{later}")
    ran = run(*COVERAGE)
    assert "the tests exercise 0.0 % (0 of 5, without tests)" in ran.out
    assert "1 unusable, 1 skipped" in ran.out
    assert ran.err == "1 of the tests did not pass: doelbinding test says why\n"
    assert covered(run)["tests"] == {"passed": 0, "failed": 0, "unusable": 1, "skipped": 1}


def test_a_file_of_tests_that_cannot_be_read_is_told_of(run: Run) -> None:
    keep_tests(some=SOME, broken="label: [\n")
    ran = run(*COVERAGE)
    assert ran.code == 1
    assert "did not pass" in ran.err
    assert "with 3 tests" in ran.out


# ── Clauses and declarations ─────────────────────────────────────────────────────────────────────


def test_a_clause_tells_what_covers_it(run: Run) -> None:
    dated()
    clauses = {each["id"]: each for each in covered(run)["clauses"]}
    assert clauses["mail"] == {
        "id": "mail",
        "stands-at": None,
        "covered": True,
        "carriers": [{"section": "flows", "id": "news-mail"}],
        "held-by": [],
        "informative": None,
    }
    assert clauses["rest"]["held-by"] == ["default-deny", "none"]
    assert clauses["stated"]["informative"] == "It is stated."
    assert all(each["covered"] for each in clauses.values())
    out = run(*COVERAGE).out
    assert "  ✓  mail    flows: news-mail\n" in out
    assert "  ✓  rest    held by: default-deny, none\n" in out
    assert "binds no flow: It is stated." in out


def test_a_declaration_tells_what_it_rests_on(run: Run) -> None:
    declared = {(each["section"], each["id"]): each for each in covered(run)["declarations"]}
    email = declared["categories", "contact.email"]
    assert (email["clauses"], email["spoken-for-by"]) == (["membership"], "contact")
    flow = declared["flows", "on-request"]
    assert (flow["clauses"], flow["assumed"], flow["spoken-for-by"]) == (["membership"], True, None)
    assert flow["place"]["line"] == 71


def test_declarations_that_rest_on_nothing_or_on_an_assumption_alone_are_listed(run: Run) -> None:
    dated()
    lines = [line.split() for line in run(*COVERAGE).out.splitlines()]
    assert ["flows.news-mail", "nothing"] not in [line[:2] for line in lines]
    assert ["facts.asked", "nothing"] in [line[:2] for line in lines]
    assert ["recipients.printer", "an", "assumption"] in [line[:3] for line in lines]


def test_the_faults_of_the_published_text_are_listed(run: Run) -> None:
    dated()
    assert covered(run)["findings"] == [
        {"id": "typing", "label": "typing", "stands-at": {"from": [3, 7], "to": [3, 9]}}
    ]
    assert "Faults in the published text\n  typing  typing\n" in run(*COVERAGE).out


# ── The gate ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("limit", "code"), [("0", 0), ("59.9", 0), ("60", 0), ("60.1", 1), ("100", 1)]
)
def test_less_than_was_asked_for_is_a_finding(run: Run, limit: str, code: int) -> None:
    keep_tests(some=SOME)
    ran = run(*COVERAGE, "--fail-under", limit)
    assert ran.code == code
    told = f"60.0 % is exercised, which is less than {limit} %\n" if code else ""
    assert ran.err == told
    assert run(*COVERAGE, "--fail-under", limit, "--exit-zero") == ran._replace(code=0)


def test_what_is_shown_can_be_asked_for(run: Run) -> None:
    keep(
        flows={
            "second": {"from": "library", "to": "printer", "purpose": "news", "data": ["name"]},
            "third": {"from": "library", "to": "printer", "purpose": "news", "data": ["contact"]},
        }
    )
    mail = "  mail: {to: mailer, purpose: news, data: contact, effect: allow}\n"
    name = "  name: {to: printer, purpose: news, data: name, effect: allow}\n"
    keep_tests(two=f"{HEAD}cases:\n{mail}{name}")
    ran = run(*COVERAGE, "--fail-under", "66.6")
    assert ran.code == 0
    assert "66.6 % (2 of 3" in ran.out
    assert covered(run)["percent"] == 66.66
    assert run(*COVERAGE, "--fail-under", "66.67").code == 1


@pytest.mark.parametrize("limit", ["-1", "101", "nan", "inf", "many", ""])
def test_a_limit_that_is_none_is_wrong_use(run: Run, limit: str) -> None:
    assert_misuse(run(*COVERAGE, "--fail-under", limit), "--fail-under")


def test_a_policy_without_anything_to_exercise_is_exercised(run: Run) -> None:
    keep(flows=None, recipients={"mailer": {"roles": [{"role": "controller"}]}})
    ran = run(*COVERAGE, "--fail-under", "100")
    assert ran.code == 0
    assert "100.0 % (0 of 0, without tests)" in ran.out


# ── Formats ──────────────────────────────────────────────────────────────────────────────────────

FORMS = ("text", "json", "html", "markdown")


def test_json_has_these_keys_in_this_order(run: Run) -> None:
    keep_tests(some=SOME)
    found = covered(run)
    assert list(found) == [
        *("verdict", "source", "percent", "exercised", "items", "tests", "kinds"),
        *("untouched", "clauses", "declarations", "findings", "policy"),
    ]
    assert found["verdict"] == run(*COVERAGE).out.splitlines()[0]
    assert [found[key] for key in ("source", "percent", "exercised", "items")] == [
        *("policy", 60.0, 3, 5),
    ]


def test_markdown_has_a_table_for_each_part(run: Run) -> None:
    keep_tests(some=SOME)
    ran = run(*COVERAGE, "--format", "markdown")
    assert (ran.code, ran.err) == (0, "")
    assert_screen("coverage.markdown", ran.out)


def test_the_page_is_in_the_language_that_was_asked_for(run: Run) -> None:
    english = run(*COVERAGE, "--format", "html").out
    dutch = run(*COVERAGE, "--format", "html", "--lang", "nl").out
    assert '<html lang="en">' in english
    assert "<h2>Clauses of the statement</h2>" in english
    assert '<html lang="nl">' in dutch
    assert "<h2>Passages van de verklaring</h2>" in dutch
    assert "<td>Lidmaatschap en lenen</td>" in dutch


@pytest.mark.parametrize("form", FORMS)
def test_the_same_policy_and_tests_give_the_same_bytes(run: Run, form: str) -> None:
    keep_tests(some=SOME)
    here = run(*COVERAGE, "--format", form).out
    assert [
        apart(*COVERAGE, "--format", form, env={"PYTHONHASHSEED": seed}).out for seed in "12"
    ] == [here, here]


@pytest.mark.parametrize("form", FORMS)
def test_the_moment_of_the_command_changes_no_coverage(run: Run, form: str) -> None:
    keep_tests(some=SOME)
    later = run("coverage", "--at", "2040-01-01T00:00:00Z", "--format", form)
    assert later == run(*COVERAGE, "--format", form)


@pytest.mark.parametrize("form", FORMS)
def test_the_output_can_go_to_a_file_that_is_replaced_only_when_asked(run: Run, form: str) -> None:
    shown = run(*COVERAGE, "--format", form)
    assert run(*COVERAGE, "--format", form, "--output", "page").out == ""
    assert Path("page").read_text("utf-8") == shown.out
    assert_misuse(run(*COVERAGE, "--output", "page"), "page exists already")
    assert run(*COVERAGE, "--output", "page", "--force").code == 0


# ── From where ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("source", ["a.bundle", "HEAD:policy"])
def test_the_tests_are_taken_from_where_the_policy_is(run: Run, source: str) -> None:
    keep_tests(some=SOME)
    commit()
    run("compile", "--output", "a.bundle")
    shutil.rmtree("policy")
    ran = run(*COVERAGE, "--policy", source, "--fail-under", "60")
    assert ran.code == 0
    assert ran.out.startswith(f"{source}: the tests exercise 60.0 % (3 of 5, with 3 tests)")
    assert f"{source}{':' if source == 'a.bundle' else '/'}policy.yaml:71:3" in ran.out


def test_a_policy_with_an_error_has_no_coverage(run: Run) -> None:
    spoil("reference: DPA-2024-6", "refrence: DPA-2024-6")
    ran = run(*COVERAGE)
    assert (ran.code, ran.out) == (1, "")
    assert "error[unknown-key]" in ran.err


def test_a_policy_that_is_not_there_is_one_clear_line(run: Run) -> None:
    assert_misuse(run(*COVERAGE, "--policy", "nowhere"), "nowhere")


# ── The policy of Almelo ─────────────────────────────────────────────────────────────────────────


def test_the_tests_of_the_almelo_policy_exercise_all_of_it_within_a_second(run: Run) -> None:
    options = ("--policy", str(ROOT / "policy"), "--fail-under", "100")
    ran: Ran = run(*COVERAGE, *options)
    assert (ran.code, ran.err) == (0, "")
    assert "36 of 36 clauses are covered" in ran.out
    assert seconds_of(*COVERAGE, *options) < 1
