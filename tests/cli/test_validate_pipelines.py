"""`validate` in the formats of pipelines: what each shows, and what becomes of a failure."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import AT, Ran, Run, spoil
from tests.views.test_github import command
from tests.views.test_junit import counts, read
from tests.views.test_sarif import schema

VALIDATE = ("validate", *AT, "--format")
FORMATS = ("sarif", "github", "junit", "markdown")


@pytest.fixture(autouse=True)
def summary(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page of the step, in a pipeline that has one."""
    file = home / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    return file


@pytest.fixture
def spoilt() -> None:
    """The policy gets an error and a warning."""
    spoil("    duties: [encrypt]", "    dutties: [encrypt]")
    spoil("languages: [en, nl]", "languages: [en, nl]\nreview-by: 2020-01-01")


def sarif_results(ran: Ran) -> list[dict[str, Any]]:
    document = json.loads(ran.out)
    assert [str(error) for error in schema().iter_errors(document)] == []
    found: list[dict[str, Any]] = document["runs"][0]["results"]
    return found


@pytest.mark.usefixtures("spoilt")
def test_sarif_is_valid_and_has_every_finding(run: Run) -> None:
    ran = run(*VALIDATE, "sarif")
    assert (ran.code, ran.err) == (1, "")
    late, unknown = sarif_results(ran)
    assert (late["ruleId"], late["level"]) == ("review-overdue", "warning")
    assert (unknown["ruleId"], unknown["level"]) == ("unknown-key", "error")
    (location,) = unknown["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "policy/policy.yaml"},
        "region": {"startLine": 50, "startColumn": 5, "endLine": 50, "endColumn": 12},
    }


@pytest.mark.usefixtures("spoilt")
def test_github_annotates_and_adds_to_the_summary_of_the_step(run: Run, summary: Path) -> None:
    ran = run(*VALIDATE, "github")
    assert (ran.code, ran.err) == (1, "")
    error, warning, verdict = ran.out.splitlines()
    assert [each and each.name for each in map(command, (error, warning))] == ["error", "warning"]
    assert verdict == "policy: not valid: 1 error, 1 warning"
    assert summary.read_text("utf-8") == "\n" + run(*VALIDATE, "markdown").out


@pytest.mark.parametrize("form", ["text", "concise", "json", "sarif", "junit", "markdown"])
def test_no_other_format_adds_to_the_summary(run: Run, summary: Path, form: str) -> None:
    run(*VALIDATE, form)
    assert not summary.exists()


def test_a_summary_that_cannot_be_written_changes_no_verdict(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", ".")
    ran = run(*VALIDATE, "github")
    assert (ran.code, ran.out) == (0, "policy: valid\n")
    assert ran.err.startswith("the step summary cannot be written: ")


@pytest.mark.usefixtures("spoilt")
def test_junit_tells_failures_from_what_is_skipped(run: Run) -> None:
    ran = run(*VALIDATE, "junit")
    assert (ran.code, ran.err) == (1, "")
    assert counts(read(ran.out)) == {"tests": 2, "failures": 1, "errors": 0, "skipped": 1}


def test_junit_of_a_valid_policy_has_one_case_that_passed(run: Run) -> None:
    ran = run(*VALIDATE, "junit")
    assert ran.code == 0
    assert counts(read(ran.out)) == {"tests": 1, "failures": 0, "errors": 0, "skipped": 0}


def test_junit_fails_where_the_command_does(run: Run) -> None:
    spoil("languages: [en, nl]", "languages: [en, nl]\nreview-by: 2020-01-01")
    ran = run(*VALIDATE, "junit", "--fail-on-warnings")
    assert ran.code == 1
    assert counts(read(ran.out))["failures"] == 1


def test_a_file_that_is_not_utf_8_is_an_error_and_no_failure(run: Run) -> None:
    Path("policy/policy.yaml").write_bytes(b"doelbinding: 1\npolicy: caf\xe9\n")
    ran = run(*VALIDATE, "junit")
    assert ran.code == 1
    assert counts(read(ran.out))["errors"] == 1


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_can_go_to_a_file(run: Run, form: str) -> None:
    assert run(*VALIDATE, form, "--output", "findings").out == ""
    assert Path("findings").read_text("utf-8") == run(*VALIDATE, form).out


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_policy_gives_the_same_bytes(run: Run, form: str) -> None:
    assert run(*VALIDATE, form).out == run(*VALIDATE, form).out


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.usefixtures("spoilt")
def test_no_format_is_coloured_or_translated(run: Run, form: str) -> None:
    assert run(*VALIDATE, form, "--color", "always", "--lang", "nl").out == (
        run(*VALIDATE, form).out
    )


# ── What cannot be opened ────────────────────────────────────────────────────────────────────────


def test_junit_says_that_there_is_no_policy(run: Run) -> None:
    ran = run(*VALIDATE, "junit", "--policy", "nowhere")
    assert ran.code == 2
    assert ran.err.startswith("error: there is no folder or bundle nowhere\n")
    (error,) = read(ran.out).iter("error")
    assert error.get("message") == "there is no folder or bundle nowhere"


def test_github_says_that_there_is_no_policy(run: Run) -> None:
    ran = run(*VALIDATE, "github", "--policy", "nowhere")
    assert ran.code == 2
    assert ran.out.startswith("::error title=doelbinding::there is no folder or bundle nowhere%0A")


@pytest.mark.parametrize("form", ["text", "concise", "json", "sarif", "markdown"])
def test_the_others_say_it_on_standard_error_alone(run: Run, form: str) -> None:
    ran = run(*VALIDATE, form, "--policy", "nowhere")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: there is no folder or bundle nowhere\n")


# ── Where the policy is ──────────────────────────────────────────────────────────────────────────


def git(*arguments: str) -> None:
    named = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
    named |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
    subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, **named},
    )


@pytest.mark.usefixtures("spoilt")
@pytest.mark.parametrize("folder", ["policy", "a folder, with: all/of %1/it (é) 図"])
def test_a_revision_is_shown_at_the_file_of_its_repository(run: Run, folder: str) -> None:
    if folder != "policy":
        Path(folder).parent.mkdir(parents=True)
        Path("policy").rename(folder)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "x")
    on_disk = run(*VALIDATE, "sarif", "--policy", folder)
    of_revision = run(*VALIDATE, "sarif", "--policy", f"HEAD:{folder}")
    assert sarif_results(of_revision) == sarif_results(on_disk)
    assert (
        run(*VALIDATE, "github", "--policy", f"HEAD:{folder}").out.splitlines()[:-1]
        == (run(*VALIDATE, "github", "--policy", folder).out.splitlines()[:-1])
    )


def test_a_warning_in_a_bundle_is_shown_at_the_bundle(run: Run) -> None:
    spoil("languages: [en, nl]", "languages: [en, nl]\nreview-by: 2020-01-01")
    run("compile", "--output", "town.bundle")
    (result,) = sarif_results(run(*VALIDATE, "sarif", "--policy", "town.bundle"))
    (location,) = result["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": "town.bundle"}}
    assert result["message"]["text"].startswith("town.bundle:policy.yaml:7:12: the policy was to")


def test_in_a_folder_below_files_are_named_from_the_repository(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil("    duties: [encrypt]", "    dutties: [encrypt]")
    git("init", "-q")
    (home / "below").mkdir()
    monkeypatch.chdir(home / "below")
    ran = run(*VALIDATE, "github", "--policy", "../policy")
    assert ran.out.startswith("::error file=policy/policy.yaml,line=49,")


# ── Hostile policies ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "key", ["'::error::x'", "']]>'", "'<script>'", "'a|b'", "'@everyone'", '"a\\u001bb"', "😀"]
)
def test_a_hostile_key_does_no_harm(run: Run, form: str, key: str) -> None:
    spoil("    duties: [encrypt]", f"    {key}: [encrypt]")
    ran = run(*VALIDATE, form)
    assert ran.code == 1
    commands = [each.name for each in map(command, ran.out.splitlines()) if each]
    assert commands == (["error"] if form == "github" else [])
    assert ran.out.replace("\n", "").isprintable() or form == "markdown"
    if form == "sarif":
        assert sarif_results(ran)
    if form == "junit":
        assert counts(read(ran.out))["failures"] == 1


def test_only_pipelines_wait_for_their_formats() -> None:
    call = "from doelbinding.cli.main import main; main(['validate'])"
    shown = "import sys; print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{call}; {shown}"], capture_output=True, text=True, check=True
    )
    loaded = done.stderr.split()
    assert "doelbinding.views.findings.text" in loaded
    assert "doelbinding.views.findings.sarif" not in loaded
