"""The file at which a pipeline shows a finding: as its repository knows it."""

from pathlib import Path

import pytest

from doelbinding.views.findings.artifacts import Artifact, artifact_of, has_region
from tests.views.hostile import place, whole_file


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a repository, with a policy in a folder of it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "library" / "policy").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(path: str) -> str:
    return artifact_of(place(path)).path


@pytest.mark.parametrize(
    "path",
    [
        "library/policy/flows.yaml",
        "./library//policy/flows.yaml",
        "library/../library/policy/./flows.yaml",
    ],
)
def test_a_path_is_tidied(path: str) -> None:
    assert shown(path) == "library/policy/flows.yaml"


def test_a_path_is_told_from_the_root_of_the_repository(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home / "library")
    assert shown("policy/flows.yaml") == "library/policy/flows.yaml"
    assert shown("../flows.yaml") == "flows.yaml"
    assert shown(str(home / "library" / "policy" / "flows.yaml")) == "library/policy/flows.yaml"


def test_the_nearest_repository_counts(home: Path) -> None:
    (home / "library" / ".git").write_text("gitdir: elsewhere\n")
    assert shown("library/policy/flows.yaml") == "policy/flows.yaml"


def test_without_a_repository_it_is_told_from_the_current_folder(home: Path) -> None:
    (home / ".git").rmdir()
    assert shown("library/policy/flows.yaml") == "library/policy/flows.yaml"
    assert shown(str(home / "library" / "flows.yaml")) == "library/flows.yaml"


def test_what_lies_outside_has_its_whole_path(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".git").rmdir()
    monkeypatch.chdir(home / "library")
    assert shown("../flows.yaml") == f"{home}/flows.yaml"


@pytest.mark.parametrize(
    "revision", ["HEAD", "origin/main", "HEAD~1", "v1.0^{}", "main@{yesterday}"]
)
def test_of_a_revision_it_is_the_file_alone(revision: str) -> None:
    found = place(f"{revision}:library/policy/flows.yaml")
    assert artifact_of(found) == Artifact("library/policy/flows.yaml")
    assert has_region(found)


def test_of_a_revision_in_the_current_folder_it_is_told_from_the_root_too(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home / "library")
    assert shown("HEAD:./policy/flows.yaml") == "library/policy/flows.yaml"


def test_of_a_revision_without_a_folder_it_is_the_file_at_the_root() -> None:
    assert shown("HEAD:/flows.yaml") == "flows.yaml"


def test_of_a_bundle_it_is_the_bundle_and_lines_are_not_its_own(home: Path) -> None:
    (home / "library" / "town.bundle").write_bytes(b"")
    found = place("library/town.bundle:flows.yaml")
    assert artifact_of(found) == Artifact("library/town.bundle", is_bundle=True)
    assert not has_region(found)


def test_a_name_with_a_colon_that_is_on_disk_is_that_file(home: Path) -> None:
    folder = home / "C:"
    folder.mkdir()
    (folder / "flows.yaml").write_text("")
    assert shown("C:/flows.yaml") == "C:/flows.yaml"


@pytest.mark.parametrize("path", [":flows.yaml", "flows.yaml:", ":"])
def test_a_colon_at_an_end_names_no_revision(path: str) -> None:
    assert shown(path) == path


def test_a_folder_whose_name_begins_with_dots_lies_inside() -> None:
    assert shown("..policy/flows.yaml") == "..policy/flows.yaml"


def test_a_whole_file_has_no_region() -> None:
    assert not has_region(whole_file())
    assert has_region(place())


def test_in_a_folder_that_is_gone_the_path_stays_as_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = home / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert shown("policy/flows.yaml") == "policy/flows.yaml"
