"""A policy can be read from a git revision, as `REVISION:FOLDER`."""

import os
import subprocess
from pathlib import Path

import pytest

from doelbinding.diagnostics import PolicyError
from doelbinding.errors import SourceError
from doelbinding.loader import Limits, load_source
from doelbinding.policy import Policy
from tests.loader.folders import add, change, load
from tests.rules.examples import MOMENT


def git(*arguments: str) -> None:
    author = ["-c", "user.name=Tester", "-c", "user.email=tester@library.example"]
    settings = ["-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"]
    subprocess.run(["git", *author, *settings, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose one commit holds the base policy, as the working directory."""
    for name in [each for each in os.environ if each.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(folder.parent)
    git("init", "--quiet")
    commit()
    return folder.parent


def commit() -> None:
    git("add", "--all")
    git("commit", "--quiet", "--message", "A revision")


def revision(name: str = "HEAD:policy") -> Policy:
    return Policy.load(name, at=MOMENT)


def rules_in(name: str, limits: Limits | None = None) -> list[str]:
    source = load_source(name, limits) if limits else load_source(name)
    with pytest.raises(PolicyError) as refusal:
        Policy.from_source(source, at=MOMENT)
    return [each.rule for each in refusal.value.findings]


def test_a_revision_is_the_same_policy_as_its_folder(repository: Path) -> None:
    assert revision().identity == load(repository / "policy").identity


def test_a_revision_does_not_see_what_was_changed_since(repository: Path) -> None:
    before = revision().identity
    change(repository / "policy", "policy.yaml", "revision: 1", "revision: 2")
    assert revision().identity == before
    commit()
    assert revision().identity.revision == 2
    assert revision("HEAD~1:policy").identity == before


@pytest.mark.parametrize("name", ["HEAD:policy/", "HEAD:./policy", "HEAD:policy//"])
def test_the_folder_may_be_written_as_a_path_is(repository: Path, name: str) -> None:
    assert revision(name).identity == revision().identity


def test_the_folder_is_named_from_the_root_wherever_the_user_stands(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = revision().identity
    monkeypatch.chdir(repository / "policy")
    assert revision().identity == before


def test_findings_name_revision_and_file(repository: Path) -> None:
    change(repository / "policy", "flows.yaml", "purpose: reminders", "purpose: reminder")
    commit()
    with pytest.raises(PolicyError) as refusal:
        revision()
    assert [str(each.place) for each in refusal.value.findings] == ["HEAD:policy/flows.yaml:6:14"]


def test_a_link_or_a_folder_in_a_revision_is_refused(repository: Path) -> None:
    (repository / "policy/link.yaml").symlink_to("flows.yaml")
    (repository / "policy/below.yaml").mkdir()
    add(repository / "policy/below.yaml", "facts: {}\n")
    commit()
    assert rules_in("HEAD:policy") == ["not-a-policy-file"] * 2


def test_a_revision_is_held_to_the_same_limits(repository: Path) -> None:
    assert rules_in("HEAD:policy", Limits(files=3)) == ["limit-exceeded"]
    assert "limit-exceeded" in rules_in("HEAD:policy", Limits(file_bytes=100))


@pytest.mark.parametrize("name", ["nowhere:policy", "HEAD:elsewhere", "HEAD:policy/flows.yaml"])
def test_a_revision_that_is_not_there_cannot_be_read(repository: Path, name: str) -> None:
    with pytest.raises(SourceError, match="git cannot read the revision") as refusal:
        revision(name)
    assert refusal.value.help


@pytest.mark.parametrize("name", ["--help:policy", "--output=trace:policy", ":policy"])
def test_a_revision_is_never_an_option_of_git(repository: Path, name: str) -> None:
    with pytest.raises(SourceError, match="there is no folder or bundle"):
        revision(name)
    assert not (repository / "trace").exists()


def test_without_git_the_reason_is_said(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SourceError, match="git cannot be run"):
        revision()


def test_a_missing_folder_is_empty_and_no_policy(repository: Path) -> None:
    (repository / "empty").mkdir()
    add(repository / "empty", "nothing", "notes.txt")
    commit()
    assert "no-declarations" in rules_in("HEAD:empty")
