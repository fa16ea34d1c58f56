"""`test` runs the policy's own tests: what it shows, in which format, and how it ends."""

import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, Run, assert_misuse, assert_screen, spoil
from tests.cli.test_startup import _LOADED, HEAVY, WORK

HEAD = "label: {en: Reminders, nl: Herinneringen}\nat: 2026-06-01T12:00:00+02:00\n"
SOUND = f"""\
{HEAD}
clauses: [membership]
fixtures:
  transfers:
    reminder: {{to: mailing, purpose: reminders, data: [contact, name]}}
    request: {{to: partner, purpose: lending, data: [contact.email, name], reference: R-1}}
  facts:
    asked: {{asked: true}}
    not-asked: {{asked: false}}
cases:
  mailed:
    label: {{en: By mail, nl: Per mail}}
    transfer: reminder
    effect: allow
    duties: [encrypt]
  on-record:
    {{to: police, purpose: disclosure, data: name, reference: PV-1, effect: log}}
matrix:
  only-on-request:
    transfers: request
    facts: [asked, not-asked]
    expect:
      - {{facts: asked, effect: allow}}
permits:
  what-the-mailer-gets: {{to: mailing, purpose: reminders, exactly: [contact, name]}}
"""
WRONG = f"""\
{HEAD}
cases:
  loans-too: {{to: mailing, purpose: reminders, data: [name, loans], effect: allow}}
  not-on-record: {{to: police, purpose: disclosure, data: name, reference: PV-1, effect: allow}}
  later:
    {{to: mailing, purpose: reminders, data: name, effect: deny, skip: {{en: Soon, nl: Straks}}}}
permits:
  the-mailer-gets-less: {{to: mailing, purpose: reminders, exactly: [contact]}}
"""
UNUSABLE = f"""\
{HEAD}
fixtures:
  transfers:
    reminder: {{to: mailng, purpose: reminders, data: name}}
cases:
  one: {{transfer: reminder, effect: deny}}
  two: {{transfer: reminder, effect: deny, withheld: no-flow}}
  mailed: {{to: mailing, purpose: reminders, data: name, effect: allow}}
"""


def write_tests(**files: str) -> None:
    """Give the policy these files of tests, by name."""
    Path("policy/tests").mkdir()
    for name, text in files.items():
        Path("policy/tests", f"{name}.yaml").write_text(text, "utf-8")


def report(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran.out)
    return found


# ── What people see ──────────────────────────────────────────────────────────────────────────────


def test_the_screen_of_tests_that_pass_is_exactly_this(run: Run) -> None:
    write_tests(sound=SOUND)
    ran = run("test")
    assert (ran.code, ran.err) == (0, "")
    assert_screen("test.sound", ran.out)


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_screen_of_tests_that_fail_is_exactly_this(run: Run, lang: str) -> None:
    write_tests(sound=SOUND, wrong=WRONG)
    ran = run("test", "--lang", lang)
    assert (ran.code, ran.err) == (1, "")
    assert_screen(f"test.wrong.{lang}", ran.out)


def test_the_screen_of_unusable_tests_is_exactly_this(run: Run) -> None:
    write_tests(sound=SOUND, unusable=UNUSABLE, broken="label: [\n")
    ran = run("test")
    assert (ran.code, ran.err) == (1, "")
    assert_screen("test.unusable", ran.out)


def test_the_screen_with_every_test_named_is_exactly_this(run: Run) -> None:
    write_tests(sound=SOUND)
    assert_screen("test.verbose", run("test", "--verbose").out)


@pytest.mark.parametrize("text", [SOUND, WRONG, UNUSABLE])
def test_the_verdict_stands_first_and_last(run: Run, text: str) -> None:
    write_tests(file=text)
    first, *_, last = run("test").out.splitlines()
    assert first == last
    assert first.startswith("policy: the tests ")


def test_of_many_tests_that_did_not_pass_the_first_are_named(run: Run) -> None:
    cases = "".join(
        f"  c{number}: {{to: mailing, purpose: reminders, data: name, effect: deny}}\n"
        for number in range(30)
    )
    write_tests(file=f"{HEAD}cases:\n{cases}")
    shown = run("test").out
    assert "      ✗ c19\n      … 10 more (--verbose)\n" in shown
    assert "      ✗ c29\n" in run("test", "--verbose").out
    assert shown.count("error[test-failed]") == 30


def test_nothing_in_a_test_can_steer_a_terminal(run: Run) -> None:
    write_tests(file='label: "::error::\\\\x1b[2J"\nat: "2026-06-01T12:00:00\\e[0m"\ncases: {}\n')
    for form in ("text", "json", "junit", "github", "markdown"):
        out = run("test", "--format", form).out
        assert "\x1b" not in out
        assert "::error::" not in out.replace("::error file", "")


def test_colour_is_given_where_it_is_wanted(run: Run) -> None:
    write_tests(file=WRONG)
    assert "\x1b[1;31m" in run("test", "--color", "always").out
    assert "\x1b" not in run("test").out


# ── How it ends ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("text", "code"), [(SOUND, 0), (WRONG, 1), (UNUSABLE, 1)])
def test_a_failed_or_an_unusable_test_ends_with_1(run: Run, text: str, code: int) -> None:
    write_tests(file=text)
    assert run("test").code == code
    assert run("test", "--exit-zero").code == 0


ALL_SKIPPED = f"{HEAD}skip: Later\ncases:\n  a: {{to: mailing, purpose: reminders, effect: deny}}\n"


def test_a_run_of_no_test_is_a_failure_that_says_so(run: Run) -> None:
    none = run("test")
    write_tests(file=SOUND)
    unwanted = run("test", "--name", "no such name")
    Path("policy/tests/file.yaml").write_text(ALL_SKIPPED)
    skipped = run("test")
    assert [ran.code for ran in (none, unwanted, skipped)] == [1, 1, 1]
    assert [ran.out.splitlines()[0] for ran in (none, unwanted, skipped)] == [
        "policy: no test was run: the policy has none",
        "policy: no test was run: none fits the options",
        "policy: no test was run: 1 skipped",
    ]
    for ran in (none, unwanted, skipped):
        assert "error[test-unusable]: no test was run" in ran.out
    assert_screen("test.none", none.out)


@pytest.mark.parametrize("form", ["json", "junit", "github", "markdown"])
def test_a_run_of_no_test_is_a_failure_in_every_format(run: Run, form: str) -> None:
    ran = run("test", "--format", form)
    assert ran.code == 1
    assert "no test was run: the policy has none" in ran.out


def test_a_policy_with_an_error_is_not_tested(run: Run) -> None:
    write_tests(file=SOUND)
    spoil("reference: DPA-2024-6", "refrence: DPA-2024-6")
    ran = run("test")
    assert (ran.code, ran.out) == (1, "")
    assert "error[unknown-key]" in ran.err


@pytest.mark.parametrize(
    ("option", "name", "meant"),
    [
        ("--party", "mailng", "mailing"),
        ("--purpose", "remindrs", "reminders"),
        ("--category", "contact.emial", "contact.email"),
    ],
)
def test_a_filter_that_the_policy_does_not_know_is_wrong_use(
    run: Run, option: str, name: str, meant: str
) -> None:
    write_tests(file=SOUND)
    ran = run("test", option, name)
    assert_misuse(ran, f"{option}: the policy declares nothing of that name; did you mean {meant}?")


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (("--party", "mailing"), 2),
        (("--party", "town-library"), 5),
        (("--purpose", "disclosure", "--purpose", "lending"), 3),
        (("--category", "contact.email"), 2),
        (("--name", "ONLY-ON"), 2),
        (("--party", "mailing", "--name", "gets"), 1),
    ],
)
def test_options_narrow_what_is_run(run: Run, options: tuple[str, ...], count: int) -> None:
    write_tests(file=SOUND)
    ran = run("test", *options)
    assert (ran.code, ran.out.splitlines()[0]) == (0, f"policy: the tests pass: {count} passed")


def test_the_moment_of_the_command_changes_no_test(run: Run) -> None:
    write_tests(file=SOUND)
    assert run("test", "--at", "2040-01-01T00:00:00Z") == run("test")


# ── From where ───────────────────────────────────────────────────────────────────────────────────


def test_a_bundle_is_tested_with_the_tests_that_it_holds(run: Run) -> None:
    write_tests(sound=SOUND, wrong=WRONG)
    folder = run("test").out
    run("compile", "--output", "a.bundle")
    shutil.rmtree("policy")
    bundle = run("test", "--policy", "a.bundle")
    assert bundle.code == 1
    assert bundle.out.replace("a.bundle:tests/", "policy/tests/").count("policy/tests/") == (
        folder.count("policy/tests/")
    )
    assert "a.bundle: the tests fail: 3 failed, 5 passed, 1 skipped" in bundle.out


def test_a_revision_is_tested_with_the_tests_of_its_time(run: Run) -> None:
    write_tests(sound=SOUND)
    for command in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "x"),
    ):
        subprocess.run(["git", *command], check=True)
    shutil.rmtree("policy/tests")
    ran = run("test", "--policy", "HEAD:policy")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "HEAD:policy: the tests pass: 5 passed")
    assert run("test").code == 1


def test_tests_are_no_part_of_what_is_validated_or_of_the_digests(run: Run) -> None:
    before = run("validate", "--format", "json").out
    write_tests(broken="label: [\n")
    assert run("validate", "--format", "json").out == before
    assert run("compile", "--output", "a.bundle").code == 0


# ── For pipelines ────────────────────────────────────────────────────────────────────────────────


def test_json_has_every_test_with_what_became_of_it(run: Run) -> None:
    write_tests(sound=SOUND, wrong=WRONG)
    ran = run("test", "--format", "json")
    found = report(ran)
    assert ran.code == 1
    assert list(found) == [
        *("passes", "verdict", "source", "passed", "failed", "unusable", "skipped"),
        *("tests", "policy"),
    ]
    assert [found[key] for key in ("passes", "passed", "failed", "unusable", "skipped")] == [
        *(False, 5, 3, 0, 1),
    ]
    passed = found["tests"][0]
    assert passed == {
        "name": "mailed",
        "label": {"en": "By mail", "nl": "Per mail"},
        "suite": {
            "file": "policy/tests/sound.yaml",
            "label": {"en": "Reminders", "nl": "Herinneringen"},
        },
        "outcome": "passed",
        "place": {
            "file": "policy/tests/sound.yaml",
            "line": 13,
            "column": 3,
            "end-line": 13,
            "end-column": 9,
        },
        "transfer": {
            "sender": "town-library",
            "recipient": "mailing",
            "purpose": "reminders",
            "subject": "member",
            "data": ["contact", "name"],
            "facts": {},
            "reference": None,
            "at": "2026-06-01T12:00:00+02:00",
        },
        "differences": [],
        "decision": None,
        "findings": [],
        "skip": None,
    }
    assert all([*each] == [*passed] for each in found["tests"])


def test_json_of_a_failed_test_has_the_decision_and_what_is_not_as_expected(run: Run) -> None:
    write_tests(wrong=WRONG)
    loans, record, later, less = report(run("test", "--format", "json"))["tests"]
    assert loans["differences"] == [
        {"key": "effect", "expected": ["allow"], "decided": ["deny"]},
    ]
    assert loans["decision"]["effect"] == "deny"
    assert [each["reason"] for each in loans["decision"]["withheld"]] == ["prohibited"]
    assert record["decision"]["effect"] == "log"
    assert (later["outcome"], later["skip"]) == ("skipped", {"en": "Soon", "nl": "Straks"})
    assert less["decision"]["permitted"] == ["name"]
    assert less["findings"][0]["rule"] == "test-failed"


def test_junit_tells_wrong_answers_from_unusable_tests(run: Run) -> None:
    write_tests(a=SOUND, b=WRONG, c=UNUSABLE)
    ran = run("test", "--format", "junit")
    assert (ran.code, ran.err) == (1, "")
    root = ET.fromstring(ran.out)  # noqa: S314 - our own text
    assert root.attrib == {
        "name": "doelbinding test",
        "tests": "12",
        "failures": "3",
        "errors": "2",
        "skipped": "1",
    }
    cases = {each.attrib["name"]: each for each in root.iter("testcase")}
    assert cases["only-on-request: not-asked"].attrib == {
        "classname": "policy/tests/a.yaml",
        "name": "only-on-request: not-asked",
        "file": "policy/tests/a.yaml",
        "line": "21",
    }
    (failure,) = cases["loans-too"]
    assert (failure.tag, failure.attrib["type"]) == ("failure", "test-failed")
    assert failure.attrib["message"] == (
        "`loans-too`: the effect is `deny`, not `allow` (`loans: prohibited`)"
    )
    assert "DENY: 1 of 2 categories may go" in str(failure.text)
    assert "doelbinding check --from town-library --to mailing" in str(failure.text)
    (error,) = cases["one"]
    assert (error.tag, error.attrib["type"]) == ("error", "test-unusable")
    assert error.attrib["message"] == "no party `mailng` is declared"


def test_github_annotates_and_adds_to_the_summary_of_the_step(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(home / "summary.md"))
    write_tests(wrong=WRONG, unusable=UNUSABLE)
    ran = run("test", "--format", "github")
    assert (ran.code, ran.err) == (1, "")
    *annotations, verdict = ran.out.splitlines()
    assert [each.split("::")[1].split(",")[0] for each in annotations] == [
        "error file=policy/tests/unusable.yaml",
        *["error file=policy/tests/wrong.yaml"] * 3,
    ]
    assert "title=test-failed::`loans-too`: the effect is `deny`, not `allow`" in ran.out
    assert verdict == "policy: the tests fail: 3 failed, 2 unusable, 1 passed, 1 skipped"
    assert (home / "summary.md").read_text("utf-8").startswith(f"\n**{verdict}**\n")


def test_the_same_tests_give_the_same_bytes(run: Run) -> None:
    write_tests(a=SOUND, b=WRONG)
    for form in ("text", "json", "junit", "github", "markdown"):
        assert run("test", "--format", form) == run("test", "--format", form)


def test_tests_that_pass_import_nothing_that_they_do_not_need() -> None:
    write_tests(sound=SOUND)
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, "test"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("policy: the tests pass")
    assert HEAVY & {*done.stderr.split()} <= WORK
