"""Files of tests are read as a policy's are: the same limits, the same findings, all at once."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from doelbinding.analysis.testing import Outcome, Result, read_suites, run_suites
from doelbinding.cli.main import main
from doelbinding.errors import SourceError
from doelbinding.loader import DEFAULT_LIMITS
from tests.analysis.testing.suites import (
    HEAD,
    NEWS,
    POLICY,
    assert_passed,
    outcomes,
    ran,
    the_one,
    told,
    written,
)
from tests.bundles import key_pair

SOUND = f"{HEAD}cases:\n  a: {{transfer: {NEWS}, effect: allow}}\n"


def run_from(source: str, **options: object) -> tuple[Result, ...]:
    return run_suites(POLICY.compiled, read_suites(source, **options))  # type: ignore[arg-type]  # as given


# ── Which files ──────────────────────────────────────────────────────────────────────────────────


def test_files_are_read_by_name_at_any_depth_and_others_are_left_alone() -> None:
    folder = Path(written(Path(), SOUND)) / "tests"
    (folder / "deeper/still").mkdir(parents=True)
    (folder / "deeper/still/b.yaml").write_text(SOUND.replace("a:", "b:"))
    for name in ("notes.md", ".hidden.yaml", "data.json", "deeper/.b.yaml"):
        (folder / name).write_text("{not: read")
    (folder.parent / "c.yaml").write_text("not: read")
    paths = [result.suite.path for result in run_from("policy")]
    assert paths == ["policy/tests/0.yaml", "policy/tests/deeper/still/b.yaml"]


def test_a_policy_without_tests_has_no_suites() -> None:
    Path("policy").mkdir()
    assert read_suites("policy") == ()
    Path("policy/tests").mkdir()
    assert read_suites("policy") == ()


def test_a_policy_that_is_nowhere_is_refused() -> None:
    with pytest.raises(SourceError, match="there is no folder or bundle elsewhere"):
        read_suites("elsewhere")


def test_a_file_that_ends_in_yml_is_told_and_not_passed_over() -> None:
    Path(written(Path()), "tests/late.yml").write_text(SOUND)
    result = the_one(run_from("policy"))
    assert told([result]) == ["not-a-policy-file 1:1 `tests/late.yml` is not read"]
    assert result.outcome is Outcome.UNUSABLE


def test_a_file_without_a_test_is_told() -> None:
    results = ran(f"{HEAD}fixtures: {{data: {{both: [name]}}}}\n")
    assert told(results) == ["test-unusable 1:1 there is no test in this file"]


def test_a_git_revision_has_the_tests_of_its_time() -> None:
    written(Path(), SOUND)
    for command in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "x"),
    ):
        subprocess.run(["git", *command], check=True)
    shutil.rmtree("policy/tests")
    results = run_from("HEAD:policy")
    assert_passed(results)
    assert results[0].suite.path == "HEAD:policy/tests/0.yaml"


@pytest.fixture
def bundle(here: Path) -> str:
    """A signed bundle of a policy with tests; beside it the keys."""
    shutil.copytree(Path(__file__).parents[2] / "cli/library", "policy")
    written(Path(), SOUND.replace(NEWS, "{to: mailing, purpose: reminders, data: contact}"))
    keys = key_pair(here)
    assert main(["compile", "--sign", str(keys.private), "--output", "a.bundle"]) == 0
    shutil.rmtree("policy")
    return "a.bundle"


def test_a_bundle_has_its_tests_with_it(bundle: str) -> None:
    (suite,) = read_suites(bundle)
    assert suite.path == "a.bundle:tests/0.yaml"
    assert [test.name for test in suite.tests] == ["a"]


def test_a_bundle_that_is_to_be_verified_is(bundle: str, here: Path) -> None:
    assert read_suites(bundle, verify="key.public.pem")
    with pytest.raises(SourceError, match="signed"):
        read_suites(bundle, verify=key_pair(here, "other").public)
    with pytest.raises(SourceError, match="at least 4 is asked for"):
        read_suites(bundle, at_least=4)


# ── What YAML may not hold ───────────────────────────────────────────────────────────────────────

REFUSED = (
    ("label: &a News\ncases: {a: {label: *a, effect: deny}}\n", "yaml-anchor 1:8"),
    ("label: News\n<<: {at: x}\n", "yaml-merge-key 2:1"),
    ("label: !x News\n", "yaml-tag 1:8"),
    ("label: News\nlabel: News\n", "duplicate-key 2:1"),
    ("label: News\ncases:\n  a: {effect: deny}\n  a: {effect: deny}\n", "duplicate-key 4:3"),
    ("label: News\nat:\n", "null-value 2:1"),
    ("label: News\nclauses: []\n", "empty-list 2:10"),
    ("label: News\n---\nlabel: News\n", "yaml-documents 2:1"),
    ("label: [News\n", "yaml-syntax"),
    ("- label\n", "no-declarations 1:1"),
    ("", "no-declarations 1:1"),
    ("%YAML 1.2\n---\nlabel: News\n", "end-marker-missing"),
    ("label: " + "[" * 40 + "]" * 40 + "\n", "limit-exceeded 1:39"),
    (b"label: N\xe9ws\n", "not-utf-8 1:9"),
    ("label: N\u202eews\n", "hidden-character 1:9"),
)


@pytest.mark.parametrize(("text", "found"), REFUSED)
def test_what_no_policy_may_hold_no_file_of_tests_may(text: str | bytes, found: str) -> None:
    results = ran(text)
    assert {result.outcome for result in results} == {Outcome.UNUSABLE}
    assert told(results)[0].startswith(found)


def test_help_speaks_of_tests_where_it_would_speak_of_sections() -> None:
    (finding,) = the_one(ran("- label\n")).findings
    assert finding.help.startswith("A file of tests holds a `label`")


def test_a_file_that_cannot_be_read_leaves_the_others_to_be_run() -> None:
    results = ran("label: [\n", SOUND)
    assert [result.outcome for result in results] == [Outcome.UNUSABLE, Outcome.PASSED]


# ── Limits ───────────────────────────────────────────────────────────────────────────────────────


def test_a_file_of_ten_thousand_cases_holds_more_values_than_are_read() -> None:
    lines = (f"  c{number}: {{transfer: {NEWS}, effect: allow}}\n" for number in range(10_000))
    results = ran(f"{HEAD}cases:\n{''.join(lines)}")
    assert told(results)[0].startswith("limit-exceeded 8")
    assert "the file holds more than 100,000 values" in told(results)[0]


def test_five_thousand_cases_are_run() -> None:
    lines = (f"  c{number}: {{transfer: {NEWS}, effect: allow}}\n" for number in range(5_000))
    results = ran(f"{HEAD}cases:\n{''.join(lines)}")
    assert len(results) == 5_000
    assert_passed(results)


def test_a_large_file_is_refused_and_read_when_more_is_allowed() -> None:
    written(Path(), f"{SOUND}#{'x' * 2_000}\n")
    small = replace(DEFAULT_LIMITS, file_bytes=1_000)
    results = run_from("policy", limits=small)
    assert told(results) == ["limit-exceeded 1:1 the file is larger than 1,000 bytes"]
    assert_passed(run_from("policy", limits=small.with_bytes(3_000)))


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"files": 2}, "the policy has more than 2 files"),
        ({"total_bytes": 200}, "the policy has more than 200 bytes"),
    ],
)
def test_too_much_in_all_is_one_finding(limits: dict[str, int], message: str) -> None:
    written(Path(), SOUND, SOUND, SOUND)
    results = run_from("policy", limits=replace(DEFAULT_LIMITS, **limits))
    assert told(results) == [f"limit-exceeded 1:1 {message}"]
    assert results[0].suite.path == "policy"


def test_a_link_that_leads_out_of_the_policy_is_not_followed() -> None:
    folder = Path(written(Path(), SOUND)) / "tests"
    Path("secret.yaml").write_text(SOUND)
    (folder / "link.yaml").symlink_to(Path("secret.yaml").resolve())
    results = run_from("policy")
    message = "`tests/link.yaml` is a link that leads out of the folder"
    assert told(results) == [f"not-a-policy-file 1:1 {message}"]
    assert [*outcomes(results).values()] == ["passed", "unusable"]


def test_a_pipe_is_no_file_of_tests(here: Path) -> None:
    import os

    os.mkfifo(here / written(here) / "tests/pipe.yaml")
    assert told(run_from("policy")) == [
        "not-a-policy-file 1:1 `tests/pipe.yaml` is a pipe, not a regular file"
    ]


# ── Shape ────────────────────────────────────────────────────────────────────────────────────────

MISSHAPEN = (
    ("case: {}", "unknown-key 3:1 there is no key `case` here"),
    ("cases: {a: {effct: deny, effect: deny}}", "unknown-key 3:13 there is no key `effct` here"),
    ("cases: {a: {to: mailer}}", "missing-key 3:9 the key `effect` is missing"),
    ("cases: {a: {effect: denied}}", "wrong-value 3:21 `denied` is not one of the values"),
    ("cases: {a: {effect: deny, data: 7}}", "wrong-type 3:33 `data` holds a number: `7`"),
    (
        "cases: {a: {effect: deny, facts: {asked: 'yes'}}}",
        "wrong-value 3:42 `yes` is not true, false or unknown",
    ),
    ("cases: {A b: {effect: deny}}", "wrong-value 3:9 `A b` is not an id"),
    ("cases: {a: {effect: deny, withheld: no-flwo}}", "wrong-value 3:37 `no-flwo` is not one"),
    ("cases: {a: {effect: deny, withheld: {name: no-flwo}}}", "wrong-value 3:44 `no-flwo` is"),
    ("cases: {a: {effect: deny, duties: [encrpt]}}", "wrong-value 3:36 `encrpt` is not one of"),
    ("cases: [a]", "wrong-type 3:8 `cases` holds a list"),
    ("matrix: {m: {expect: {effect: deny}}}", "wrong-type 3:22 `expect` holds keys with values"),
    ("permits: {p: {to: mailer}}", "missing-key 3:11 the key `exactly` is missing"),
    ("permits: {p: {exactly: [name], data: name}}", "unknown-key 3:32 there is no key `data` here"),
)


@pytest.mark.parametrize(("line", "found"), MISSHAPEN)
def test_what_has_the_wrong_shape_is_told_where_it_stands(line: str, found: str) -> None:
    results = ran(f"{HEAD}{line}\n")
    assert outcomes(results)
    assert [each for each in told(results) if each.startswith(found)], told(results)
    assert {result.outcome for result in results} == {Outcome.UNUSABLE}


@pytest.mark.parametrize("at", ["2026-06-01T12:00:00", "2026-06-01", "12:00+02:00", "now"])
def test_a_moment_without_its_offset_is_none(at: str) -> None:
    results = ran(f"label: News\nat: {at}\ncases: {{a: {{transfer: {NEWS}, effect: allow}}}}\n")
    assert told(results) == [f"wrong-value 2:5 `{at}` is not a moment with its offset"]


def test_an_unknown_reason_or_key_gets_the_nearest_known() -> None:
    (reason,) = the_one(ran(f"{HEAD}cases: {{a: {{effect: deny, withheld: no-flw}}}}\n")).findings
    (key,) = the_one(ran(f"{HEAD}case: {{}}\n")).findings
    assert [reason.help, key.help] == ["Did you mean `no-flow`?", "Did you mean `cases`?"]


def test_the_label_is_missed_at_the_head_of_the_file() -> None:
    results = ran("\n\nat: 2026-06-01T12:00:00Z\ncases: {a: {effect: deny}}\n")
    assert told(results) == ["missing-key 3:1 the key `label` is missing"]


def test_all_flaws_of_a_file_are_told_at_once_with_what_yaml_refuses() -> None:
    results = ran(f"{HEAD}cases:\n  a: {{effct: deny, at: }}\n  b: {{effect: 3, to: Mailer}}\n")
    assert [" ".join(each.split()[:2]) for each in told(results)] == [
        "missing-key 4:3",
        "unknown-key 4:7",
        "null-value 4:20",
        "wrong-value 5:15",
        "wrong-value 5:22",
    ]


def test_a_merge_key_does_not_make_others_seem_to_be_missing() -> None:
    results = ran(f"{HEAD}cases:\n  a:\n    <<: {{effect: deny}}\n    to: mailer\n")
    assert [each.split()[0] for each in told(results)] == ["yaml-merge-key"]
