"""`diff` between git revisions: which folder is meant, and which commit a change comes from."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.changes import (
    BROKEN,
    FROM_NOW,
    LOANS_TOO,
    NARROWED,
    ON_RECORD,
    PROHIBITION,
    RENAMED,
    WIDENED,
    change,
    counts,
    report,
)
from tests.cli.conftest import Run, assert_misuse, assert_screen
from tests.loader.repositories import commit, git, without_settings

LAST_TWO = ("diff", "HEAD~1", "HEAD", *FROM_NOW)
AGAINST_MAIN = ("diff", "--against", "main", *FROM_NOW)
_HASH = re.compile(r"\b[0-9a-f]{9}\b(?= 2026-)")


@pytest.fixture
def repository(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of which the first commit holds the policy, as the current folder."""
    without_settings(monkeypatch)
    git("init", "--quiet")
    commit("The policy", day=1)
    return home


def two_commits() -> None:
    """More to the partner, then less to the mailer."""
    change(WIDENED)
    commit("The partner need not be asked for", day=2)
    change(NARROWED)
    commit("The mailer gets names", day=3)


def causes(found: dict[str, Any]) -> dict[str, str | None]:
    """The titles of the commits by the ids of the declarations; `?` where none is known."""
    told = [cause for each in found["changes"] for cause in each["causes"]]
    return {each["id"]: each["commit"]["title"] if each["commit"] else "?" for each in told}


# ── Which policies ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("repository")
def test_a_bare_revision_means_the_folder_of_the_policy_in_it(run: Run) -> None:
    two_commits()
    found = report(run, *LAST_TWO)
    assert (found["old"]["name"], found["new"]["name"]) == ("HEAD~1:policy", "HEAD:policy")
    assert (found["verdict"], counts(found)) == ("narrowed", (0, 3, 0, 0))
    assert report(run, "diff", "HEAD~1:policy", "HEAD:policy", *FROM_NOW) == found


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize("new", [(), ("policy",), ("HEAD",)])
def test_left_out_the_new_policy_is_that_of_the_option(run: Run, new: tuple[str, ...]) -> None:
    two_commits()
    found = report(run, "diff", "HEAD~2:policy", *new, *FROM_NOW)
    assert (found["verdict"], counts(found)) == ("both", (0, 3, 4, 0))


@pytest.mark.usefixtures("repository")
def test_what_is_not_committed_is_compared_too(run: Run) -> None:
    change(WIDENED)
    ran = run("diff", "HEAD", *FROM_NOW)
    assert ran.code == 1
    assert ran.out.startswith("HEAD:policy → policy: widened: ")
    assert "                 policy/policy.yaml:71:3, not committed yet\n" in ran.out
    assert run("diff", "HEAD", "HEAD", *FROM_NOW).code == 0


@pytest.mark.usefixtures("repository")
def test_against_compares_with_a_branch_tag_or_commit(run: Run) -> None:
    git("tag", "v1")
    git("checkout", "--quiet", "-b", "feature/more")
    two_commits()
    found = report(run, *AGAINST_MAIN)
    assert (found["old"]["name"], found["verdict"]) == ("main:policy", "both")
    for name in ("v1", "HEAD~2", git("rev-parse", "main"), "main~0", "feature/more~2"):
        assert report(run, "diff", "--against", name, *FROM_NOW)["counts"] == found["counts"]
    assert report(run, *AGAINST_MAIN, "--policy", "HEAD~1:policy")["verdict"] == "widened"


@pytest.mark.usefixtures("repository")
def test_a_whole_hash_is_shortened_for_people(run: Run) -> None:
    whole = git("rev-parse", "HEAD")
    two_commits()
    head = git("rev-parse", "HEAD")
    ran = run("diff", whole, head, *FROM_NOW)
    assert ran.out.startswith(f"{whole[:9]}:policy → {head[:9]}:policy: widened and narrowed: ")
    assert f"                 {head[:9]}:policy/policy.yaml:71:3, " in ran.out
    found = report(run, "diff", whole, head, *FROM_NOW)
    assert found["old"]["name"] == f"{whole}:policy"


@pytest.mark.parametrize("folder", ["deep/down/policy", "a b/é 図", "[x]*", "."])
def test_the_policy_may_be_anywhere_and_called_anything(
    run: Run, repository: Path, folder: str
) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    (repository / "policy/policy.yaml").rename(Path(folder, "policy.yaml"))
    commit("Moved", day=2)
    change(WIDENED, folder=folder)
    commit("The partner need not be asked for", day=3)
    there = "" if folder == "." else folder
    for asked in (
        ("HEAD~1", "--policy", folder),
        ("--against", "HEAD~1", "--policy", folder),
        (f"HEAD~1:{there}", f"HEAD:{there}"),
        (f"HEAD~1:{there}", folder),
    ):
        found = report(run, "diff", *asked, *FROM_NOW)
        assert counts(found) == (0, 0, 4, 0)
        assert causes(found) == {"on-request": "The partner need not be asked for"}


def test_it_can_be_run_from_a_folder_below(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_commits()
    here = report(run, *LAST_TWO)
    (repository / "below").mkdir()
    monkeypatch.chdir(repository / "below")
    assert report(run, *LAST_TWO, "--policy", "../policy") == here
    assert report(run, "diff", "HEAD~1:policy", "HEAD:policy", *FROM_NOW) == here
    monkeypatch.chdir(repository / "policy")
    assert report(run, *LAST_TWO, "--policy", ".") == here
    for asked in (("HEAD~1:.", "HEAD:."), ("--against", "HEAD~1", "--policy", "HEAD:.")):
        assert report(run, "diff", *asked, *FROM_NOW) == here


def test_revisions_are_compared_when_the_folder_is_not_there(run: Run, repository: Path) -> None:
    two_commits()
    before = report(run, *LAST_TWO)
    (repository / "policy/policy.yaml").unlink()
    (repository / "policy").rmdir()
    assert report(run, *LAST_TWO) == before


# ── The commits that changes come from ───────────────────────────────────────────────────────────


@pytest.mark.usefixtures("repository")
def test_each_change_names_the_commit_of_its_declaration(run: Run) -> None:
    first = two_commits_and_more()
    found = report(run, "diff", "HEAD~3", "HEAD", *FROM_NOW)
    assert causes(found) == {
        "on-request": "The partner need not be asked for",
        "on-demand": "What goes to the police is encrypted",
        "no-loans-for-the-mailer": "The mailer may know of loans",
        "reminder-mail": "The mailer may know of loans",
    }
    (widened,) = [each for each in found["changes"] if each["kind"] == "conditions-changed"]
    assert widened["causes"][0]["commit"] == {
        "id": first,
        "day": "2026-05-02",
        "title": "The partner need not be asked for",
    }


def two_commits_and_more() -> str:
    change(WIDENED)
    first = commit("The partner need not be asked for", day=2)
    change((PROHIBITION, ""), LOANS_TOO)
    commit("The mailer may know of loans", day=3)
    change(ON_RECORD, RENAMED)
    commit("What goes to the police is encrypted", day=4)
    return first


@pytest.mark.usefixtures("repository")
def test_the_screen_of_a_change_in_git_is_exactly_this(run: Run) -> None:
    two_commits_and_more()
    ran = run("diff", "HEAD~3", "HEAD", *FROM_NOW)
    assert_screen("diff.git", _HASH.sub("123456789", ran.out))


@pytest.mark.usefixtures("repository")
def test_a_line_that_was_removed_and_no_other_commit_is_told(run: Run) -> None:
    change(("    reference: required\n    assumption", "    assumption"))
    commit("The partner wants no number", day=2)
    change(
        (
            "    effect: log\n    reference: required\n",
            "    effect: log\n    reference: required\n\n",
        )
    )
    change(RENAMED)
    commit("Names", day=3)
    found = report(run, "diff", "HEAD~2", "HEAD", *FROM_NOW)
    assert causes(found) == {"on-request": "The partner wants no number"}


@pytest.mark.usefixtures("repository")
def test_after_a_merge_the_commits_of_the_branches_are_told(run: Run) -> None:
    git("checkout", "--quiet", "-b", "side")
    change((PROHIBITION, ""), LOANS_TOO)
    commit("The mailer may know of loans", day=2)
    git("checkout", "--quiet", "main")
    change(WIDENED)
    commit("The partner need not be asked for", day=3)
    git("merge", "--quiet", "--no-ff", "--message", "Merge side", "side", day=4)
    assert causes(report(run, "diff", "HEAD~2", "HEAD", *FROM_NOW)) == {
        "on-request": "The partner need not be asked for",
        "no-loans-for-the-mailer": "The mailer may know of loans",
        "reminder-mail": "The mailer may know of loans",
    }


@pytest.mark.usefixtures("repository")
def test_a_bundle_has_no_commits(run: Run) -> None:
    change(WIDENED)
    run("compile", "--output", "new.bundle")
    ran = run("diff", "HEAD:policy", "new.bundle", *FROM_NOW)
    assert ran.code == 1
    assert "                 new.bundle:policy.yaml:71:3\n" in ran.out


def test_two_folders_are_compared_without_git(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    ran = run("diff", "policy", "policy", *FROM_NOW)
    assert (ran.code, ran.err) == (0, "")


# ── What is refused ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "there is no folder or bundle nowhere, and git knows no such revision"),
        (("nowhere:policy",), "git knows no revision nowhere"),
        (("HEAD:nowhere",), "there is no folder nowhere in HEAD"),
        (("HEAD", "--policy", "nowhere"), "there is no folder nowhere in HEAD"),
        (("--against", "nowhere"), "git knows no revision nowhere"),
        (("--against", "HEAD~9"), "git knows no revision HEAD~9"),
        (("--against=-x",), "git knows no revision -x"),
        (("--against=--output=trace",), "git knows no revision --output=trace"),
        (("--", "--output=trace"), "there is no folder or bundle --output=trace"),
        (("--", "--output=trace:policy"), "there is no folder or bundle --output=trace:policy"),
        (("HEAD", "--", "--output=trace:policy"), "there is no folder or bundle --output=trace:"),
    ],
)
def test_a_revision_that_is_not_there_is_said_in_one_line_and_never_an_option(
    run: Run, repository: Path, arguments: tuple[str, ...], message: str
) -> None:
    assert_misuse(run("diff", *arguments), message)
    assert sorted(each.name for each in repository.iterdir()) == [".git", "policy"]


def test_without_a_repository_there_is_no_revision(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_settings(monkeypatch)
    assert_misuse(run("diff", "HEAD~1", "HEAD"), "no git repository here")
    assert_misuse(run("diff", "HEAD~1:policy", "policy"), "no git repository here")
    assert_misuse(run("diff", "--against", "main"), "git knows no revision main: there is no git")


def test_a_policy_in_another_repository_is_not_looked_up_here(run: Run, repository: Path) -> None:
    git("init", "--quiet", "other")
    (repository / "policy").rename("other/policy")
    ran = run("diff", "--against", "main", "--policy", "other/policy")
    assert_misuse(ran, "other/policy is in another git repository")


@pytest.mark.usefixtures("repository")
def test_without_git_a_revision_cannot_be_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert_misuse(run("diff", "--against", "main"), "git cannot be run")


def test_a_shallow_clone_says_that_the_base_must_be_fetched(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_commits()
    git("clone", "--quiet", "--depth=1", f"file://{repository}", "shallow")
    monkeypatch.chdir(repository / "shallow")
    ran = run("diff", "--against", "HEAD~1")
    assert_misuse(ran, "git knows no revision HEAD~1")
    assert "help: This clone is shallow: fetch the rest first (git fetch --unshallow;" in ran.err
    git("fetch", "--quiet", "--depth=2", "origin", "main")
    found = report(run, "diff", "--against", "HEAD~1", *FROM_NOW)
    assert counts(found) == (0, 3, 0, 0)
    assert causes(found) == {"reminder-mail": "The mailer gets names"}


def test_the_base_alone_is_enough_and_no_commit_is_made_up(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_commits()
    base = git("rev-parse", "HEAD~2")
    git("config", "uploadpack.allowAnySHA1InWant", "true")
    git("clone", "--quiet", "--depth=1", f"file://{repository}", "shallow")
    monkeypatch.chdir(repository / "shallow")
    git("fetch", "--quiet", "--depth=1", "origin", base)
    found = report(run, "diff", "--against", base, *FROM_NOW)
    assert counts(found) == (0, 3, 4, 0)
    assert causes(found) == {"on-request": "?", "reminder-mail": "?"}


@pytest.mark.usefixtures("repository")
def test_a_revision_with_an_error_is_shown_and_called_by_its_side(run: Run) -> None:
    change(BROKEN)
    commit("A slip", day=2)
    change((BROKEN[1], BROKEN[0]))
    ran = run("diff", "HEAD", *FROM_NOW)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("old policy, HEAD:policy: not valid: 1 error\n")
    assert " --> HEAD:policy/policy.yaml:" in ran.err


@pytest.mark.usefixtures("repository")
def test_a_revision_is_no_signed_bundle(run: Run, home: Path) -> None:
    (home / "key.pem").write_text("x", "utf-8")
    assert_misuse(run("diff", "HEAD", "--verify", "key.pem"))
