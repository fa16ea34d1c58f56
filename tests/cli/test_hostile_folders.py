"""Folders and revisions that hold no policy, or none that can be read: a code and a clear line."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ALLOWED, AT, Ran, Run, assert_misuse

VALIDATE = ("validate", *AT)
COMMANDS = [VALIDATE, ALLOWED, ("diagram", *AT)]


@pytest.fixture
def repository(home: Path) -> Path:
    """The current folder as a git repository with one revision of the policy."""
    for arguments in (
        ["init", "--quiet"],
        ["add", "policy"],
        ["commit", "--quiet", "--message", "first"],
    ):
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *identity, *arguments], check=True)
    return home


def broken(ran: Ran, rule: str) -> None:
    """It is a finding, wherever it is shown."""
    assert ran.code == 1
    assert f"error[{rule}]" in ran.out + ran.err


def empty(folder: Path) -> None:
    (folder / "policy.yaml").unlink()


def without_manifest(folder: Path) -> None:
    (folder / "policy.yaml").write_text("facts: {asked: {label: Asked}}\n")


def a_pipe_amid(folder: Path) -> None:
    os.mkfifo(folder / "more.yaml")


def a_folder_amid(folder: Path) -> None:
    (folder / "more.yaml").mkdir()


def a_link_out(folder: Path) -> None:
    (folder / "more.yaml").symlink_to("/dev/zero")


def not_utf_8(folder: Path) -> None:
    (folder / "more.yaml").write_bytes(b"\xff")


@pytest.mark.parametrize("arguments", COMMANDS)
@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (empty, "no-declarations"),
        (without_manifest, "manifest-missing"),
        (a_pipe_amid, "not-a-policy-file"),
        (a_folder_amid, "not-a-policy-file"),
        (a_link_out, "not-a-policy-file"),
        (not_utf_8, "not-utf-8"),
    ],
)
def test_a_folder_that_is_no_sound_policy_is_a_finding(
    run: Run, home: Path, spoil: Callable[[Path], None], rule: str, arguments: tuple[str, ...]
) -> None:
    spoil(home / "policy")
    broken(run(*arguments), rule)


def missing(path: Path) -> None:
    assert not path.exists()


def a_file(path: Path) -> None:
    path.write_text("doelbinding: 1\n")


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to("nowhere")


def a_link_in_a_circle(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize("arguments", COMMANDS)
@pytest.mark.parametrize("make", [missing, a_file, a_pipe, a_link_to_nothing, a_link_in_a_circle])
def test_a_path_that_is_no_folder_is_wrong_use(
    run: Run, home: Path, make: Callable[[Path], None], arguments: tuple[str, ...]
) -> None:
    make(home / "elsewhere")
    assert_misuse(run(*arguments, "--policy", "elsewhere"), "elsewhere")


@pytest.mark.parametrize(
    "path",
    ["no/such/folder", "policy/policy.yaml", "policy/policy.yaml/x", "/dev/null"],
)
def test_a_path_that_cannot_be_a_folder_is_wrong_use(run: Run, path: str) -> None:
    assert_misuse(run(*VALIDATE, "--policy", path))


@pytest.mark.parametrize("arguments", COMMANDS)
@pytest.mark.parametrize("name", ["policy", "policy/policy.yaml"])
def test_what_may_not_be_read_is_told(run: Run, name: str, arguments: tuple[str, ...]) -> None:
    Path(name).chmod(0)
    try:
        if os.access(name, os.R_OK):
            pytest.skip("whoever runs this test may read every file, whatever its mode")
        assert_misuse(run(*arguments), "permission denied")
    finally:
        Path(name).chmod(0o700)


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_file_that_vanishes_while_it_is_read_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    open_file = os.open

    def opened_too_late(path: str, *rest: int) -> int:
        Path("policy/policy.yaml").unlink(missing_ok=True)
        return open_file(path, *rest)

    monkeypatch.setattr(os, "open", opened_too_late)
    assert_misuse(run(*arguments), "cannot read policy/policy.yaml: no such file")


@pytest.mark.usefixtures("repository")
def test_a_revision_is_read_whatever_became_of_the_folder(run: Run) -> None:
    before = run(*ALLOWED)
    shutil.rmtree("policy")
    assert run(*ALLOWED, "--policy", "HEAD:policy") == before


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    "source",
    [
        "no-such-revision:policy",
        "HEAD~1:policy",
        "HEAD:no-such-folder",
        "HEAD:policy/policy.yaml",
        "--output=evil:policy",
        "-x:policy",
        "--:policy",
        ":policy",
        "HEAD\n:policy",
        "\x1b]0;x\x07:policy",
        "HEAD:../policy",
        "HEAD --output=evil:policy",
    ],
)
def test_a_revision_that_cannot_be_read_is_wrong_use(run: Run, source: str) -> None:
    for arguments in COMMANDS:
        assert_misuse(run(*arguments, f"--policy={source}"))
    assert {file.name for file in Path().iterdir()} == {".git", "policy"}


def test_a_revision_outside_a_repository_is_wrong_use(
    run: Run, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(home.parent))
    assert_misuse(run(*VALIDATE, "--policy", "HEAD:policy"), "git cannot read the revision")


def test_without_git_a_revision_cannot_be_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert_misuse(run(*VALIDATE, "--policy", "HEAD:policy"), "git cannot be run")
