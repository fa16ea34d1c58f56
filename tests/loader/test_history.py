"""A bare revision means the policy's folder in it; what is not there is said in one line."""

from pathlib import Path

import pytest

from doelbinding.errors import SourceError
from doelbinding.loader.history import in_revision, resolved
from tests.loader.repositories import commit, git, without_settings


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a policy, as the current folder."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    without_settings(monkeypatch)
    git("init", "--quiet")
    write("policy")
    commit("A policy")
    return folder


def write(folder: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    Path(folder, "policy.yaml").write_text("policy: x\n", "utf-8")


def refused(name: str, folder: str = "policy") -> tuple[str, str]:
    with pytest.raises(SourceError) as refusal:
        resolved(name, folder)
    return refusal.value.message, refusal.value.help


# ── What a name means ────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("repository")
def test_a_bare_revision_means_the_folder_in_it() -> None:
    git("tag", "v1")
    git("branch", "a/branch")
    for name in ("HEAD", "main", "v1", "a/branch", git("rev-parse", "HEAD"), "HEAD^0", "@"):
        assert resolved(name, "policy") == f"{name}:policy"


@pytest.mark.usefixtures("repository")
def test_a_folder_in_a_revision_stands_for_itself() -> None:
    assert resolved("HEAD:policy", "elsewhere") == "HEAD:policy"


def test_a_folder_or_bundle_stands_for_itself(repository: Path) -> None:
    (repository / "town.bundle").write_bytes(b"x")
    for name in ("policy", "./policy/", str(repository / "policy"), "town.bundle"):
        assert resolved(name, "policy") == name


@pytest.mark.usefixtures("repository")
def test_what_is_on_disk_goes_before_a_revision_of_that_name() -> None:
    git("branch", "policy")
    assert resolved("policy", "policy") == "policy"


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    "folder", ["policy/", "./policy", "policy/../policy", "deep/down/policy", "a b/é 図 [x]*"]
)
def test_a_folder_is_named_from_the_root_of_its_repository(folder: str) -> None:
    write(folder)
    commit("More")
    there = {"deep/down/policy": "deep/down/policy", "a b/é 図 [x]*": "a b/é 図 [x]*"}
    assert in_revision("HEAD", folder) == f"HEAD:{there.get(folder, 'policy')}"


def test_a_policy_at_the_root_has_no_folder(repository: Path) -> None:
    write(".")
    commit("At the root")
    assert in_revision("HEAD", ".") == in_revision("HEAD", str(repository)) == "HEAD:"


@pytest.mark.parametrize("there", ["policy", "policy-that-was"])
def test_from_a_folder_below_it_is_found_whether_it_is_still_there_or_not(
    repository: Path, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    write("policy-that-was")
    commit("Another")
    (repository / "policy-that-was/policy.yaml").unlink()
    (repository / "policy-that-was").rmdir()
    (repository / "below").mkdir()
    monkeypatch.chdir(repository / "below")
    assert in_revision("HEAD", f"../{there}") == f"HEAD:{there}"
    assert in_revision("HEAD", str(repository / there)) == f"HEAD:{there}"


def test_in_a_revision_a_dot_means_the_current_folder(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert resolved("HEAD:./policy", "x") == "HEAD:policy"
    monkeypatch.chdir(repository / "policy")
    assert resolved("HEAD:.", "x") == resolved("HEAD:../policy", "x") == "HEAD:policy"
    assert resolved("HEAD:..", "x") == "HEAD:"
    assert resolved("HEAD:policy", "x") == "HEAD:policy"


@pytest.mark.usefixtures("repository")
def test_a_revision_of_a_folder_in_a_revision_is_that_folder_in_another() -> None:
    git("tag", "v1")
    assert in_revision("v1", "HEAD:policy") == "v1:policy"


# ── What is not there ────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    "name", ["nowhere", "-x", "--output=trace", "--upload-pack=touch trace", "HEAD^{tree}", "a..b"]
)
def test_a_revision_that_git_does_not_know_is_named_and_never_an_option(name: str) -> None:
    message, help_text = refused(name)
    assert message == f"there is no folder or bundle {name}, and git knows no such revision"
    assert help_text.startswith("Name a branch, tag or commit that git knows")
    with pytest.raises(SourceError, match="git knows no revision") as refusal:
        in_revision(name, "policy")
    assert refusal.value.message == f"git knows no revision {name}"
    assert not Path("trace").exists()


@pytest.mark.usefixtures("repository")
def test_a_folder_that_a_revision_does_not_have_is_named() -> None:
    expected = "there is no folder elsewhere in HEAD"
    assert refused("HEAD:elsewhere")[0] == refused("HEAD", "elsewhere")[0] == expected
    assert refused("HEAD:policy/policy.yaml")[0].startswith("there is no folder policy/policy.yaml")


@pytest.mark.usefixtures("repository")
def test_a_bundle_is_looked_up_in_no_revision() -> None:
    Path("town.bundle").write_bytes(b"x")
    message, help_text = refused("HEAD", "town.bundle")
    assert message == "town.bundle is a bundle, so that no folder can be looked up in HEAD"
    assert "REVISION:FOLDER" in help_text


def test_outside_a_repository_there_is_no_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    without_settings(monkeypatch)
    write("policy")
    unknown = "git knows no revision HEAD: there is no git repository here"
    assert refused("HEAD:policy")[0] == unknown
    assert refused("HEAD")[0] == (
        "there is no folder or bundle HEAD, and git knows no such revision: "
        "there is no git repository here"
    )
    with pytest.raises(SourceError) as refusal:
        in_revision("HEAD", "policy")
    assert refusal.value.message == unknown


def test_a_folder_in_another_repository_is_refused(repository: Path, tmp_path: Path) -> None:
    git("init", "--quiet", str(tmp_path / "other"))
    write(str(tmp_path / "other/policy"))
    with pytest.raises(SourceError, match="is in another git repository") as refusal:
        in_revision("HEAD", "../other/policy")
    assert refusal.value.help == "Run the command there."
    assert repository.exists()


def test_a_shallow_clone_without_the_base_says_what_to_fetch(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("policy/more")
    commit("Another")
    git("clone", "--quiet", "--depth", "1", f"file://{repository}", str(tmp_path / "shallow"))
    monkeypatch.chdir(tmp_path / "shallow")
    assert resolved("HEAD", "policy") == "HEAD:policy"
    assert refused("HEAD~1")[1].startswith("This clone is shallow: fetch the rest first")
    with pytest.raises(SourceError, match="git knows no revision HEAD~1") as refusal:
        in_revision("HEAD~1", "policy")
    assert "git fetch --unshallow" in refusal.value.help


@pytest.mark.usefixtures("repository")
def test_without_git_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert refused("HEAD") == ("git cannot be run", "Install git, or name folders or bundles.")
    assert resolved("policy", "policy") == "policy"


def test_a_repository_that_git_will_not_read_is_not_called_none(repository: Path) -> None:
    (repository / ".git/config").write_text("[broken\n", "utf-8")
    message, _ = refused("HEAD")
    assert message.startswith("git cannot read the repository: bad config line 1")


def test_a_folder_outside_the_repository_is_in_none(repository: Path, tmp_path: Path) -> None:
    write(str(tmp_path / "outside"))
    with pytest.raises(SourceError) as refusal:
        in_revision("HEAD", "../outside")
    assert refusal.value.message == "../outside is in no git repository"
    assert repository.exists()


def test_a_bare_repository_has_revisions_too(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("clone", "--quiet", "--bare", str(repository), str(tmp_path / "bare.git"))
    monkeypatch.chdir(tmp_path / "bare.git")
    assert resolved("main", "policy") == resolved("main:policy", "x") == "main:policy"
    assert refused("main~1:policy")[0] == "git knows no revision main~1"
