"""The hooks for pre-commit: what the manifest says, and real commits with the real pre-commit."""

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.adoption.scratch import Ran, Scratch, scratch_in
from tests.docs.pages import ROOT

MANIFEST = ".pre-commit-hooks.yaml"
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / MANIFEST).read_text("utf-8"))
COMMANDS = ("validate", "test", "prove")
_PRE_COMMIT = shutil.which("pre-commit", path=str(Path(sys.executable).parent)) or shutil.which(
    "pre-commit"
)


def test_each_command_has_a_hook_that_installs_and_one_that_does_not() -> None:
    assert [each["id"] for each in HOOKS] == [
        *(f"doelbinding-{command}" for command in COMMANDS),
        *(f"doelbinding-{command}-system" for command in COMMANDS),
    ]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_judges_the_policy_as_a_whole(hook: dict[str, Any]) -> None:
    command = hook["id"].removeprefix("doelbinding-").removesuffix("-system")
    assert hook["language"] == ("system" if hook["id"].endswith("-system") else "python")
    assert (hook["entry"], hook["args"]) == (f"doelbinding {command}", ["--policy", "policy"])
    assert (hook["pass_filenames"], hook["require_serial"]) == (False, True)


@pytest.mark.parametrize(
    ("path", "looked_at"),
    [
        ("policy/flows.yaml", True),
        ("policy/flows.yml", True),
        ("policy/tests/newsletter.yaml", True),
        ("policy/README.md", False),
        ("other/policy/flows.yaml", False),
        ("policy.yaml", False),
    ],
)
def test_a_hook_runs_when_a_file_of_the_policy_changes(path: str, looked_at: bool) -> None:
    for hook in HOOKS:
        assert bool(re.search(hook["files"], path)) is looked_at


# ── With the real pre-commit ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """A repository in which pre-commit is installed, with the hooks that install nothing."""
    if _PRE_COMMIT is None:
        pytest.skip("pre-commit is not here, so no real commit was tried: pip install pre-commit")
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    shutil.copy(ROOT / MANIFEST, hooks / MANIFEST)
    scratch = scratch_in(tmp_path)
    scratch.git("init", "--quiet", where=hooks)
    scratch.git("add", "--all", where=hooks)
    scratch.git("commit", "--quiet", "-m", "Hooks", where=hooks)
    return scratch


def configured(scratch: Scratch, *hooks: dict[str, Any]) -> None:
    hooks_at = scratch.folder / "hooks"
    revision = scratch.git("rev-parse", "HEAD", where=hooks_at)
    repos = [{"repo": str(hooks_at), "rev": revision, "hooks": [*hooks]}]
    scratch.write(".pre-commit-config.yaml", yaml.safe_dump({"repos": repos}))
    scratch.commit("Hooks are used")
    installed = scratch.run(str(_PRE_COMMIT), "install", env=_home(scratch))
    assert installed.code == 0, installed.out


def try_commit(scratch: Scratch) -> Ran:
    scratch.git("add", "--all")
    return scratch.run("git", "commit", "-m", "A change", env=_home(scratch))


def _home(scratch: Scratch) -> dict[str, str]:
    return {"PRE_COMMIT_HOME": str(scratch.temp / "pre-commit")}


def test_a_good_change_is_committed(scratch: Scratch) -> None:
    configured(scratch, {"id": "doelbinding-validate-system"})
    scratch.change("policy/policy.yaml", "revision: 1", "revision: 2")
    ran = try_commit(scratch)
    assert ran.code == 0, ran.out
    assert re.search(r"validate the policy\.+Passed", ran.out)


def test_a_bad_change_is_stopped_and_the_finding_is_shown(scratch: Scratch) -> None:
    configured(scratch, {"id": "doelbinding-validate-system"})
    before = scratch.git("rev-parse", "HEAD")
    scratch.change("policy/flows.yaml", "when: member-request", "when: member-requst")
    ran = try_commit(scratch)
    assert ran.code != 0
    assert "error[undeclared-id]: no fact `member-requst` is declared" in ran.out
    assert "Did you mean `member-request`?" in ran.out
    assert scratch.git("rev-parse", "HEAD") == before


def test_a_change_that_opens_what_the_tests_keep_shut_is_stopped(scratch: Scratch) -> None:
    configured(scratch, {"id": "doelbinding-test-system"})
    scratch.change("policy/flows.yaml", "    when: member-request           #", "    #")
    scratch.change("policy/facts.yaml", "facts:", "facts:\n  spare: {label: Spare}")
    ran = try_commit(scratch)
    assert ran.code != 0
    assert "not-introduced-unasked" in ran.out


def test_a_change_that_breaks_an_invariant_is_stopped(scratch: Scratch) -> None:
    configured(scratch, {"id": "doelbinding-prove-system"})
    scratch.change("policy/purposes.yaml", "lawful-basis: consent ", "lawful-basis: contract ")
    ran = try_commit(scratch)
    assert ran.code != 0
    assert "newsletter-needs-consent" in ran.out


def test_a_change_elsewhere_wakes_no_hook(scratch: Scratch) -> None:
    configured(scratch, *({"id": f"doelbinding-{each}-system"} for each in COMMANDS))
    scratch.write("README.md", "Hello\n")
    ran = try_commit(scratch)
    assert ran.code == 0
    assert ran.out.count("Skipped") == len(COMMANDS)


def test_what_is_judged_is_what_is_committed(scratch: Scratch) -> None:
    configured(scratch, {"id": "doelbinding-validate-system"})
    scratch.change("policy/policy.yaml", "revision: 1", "revision: 2")
    scratch.git("add", "--all")
    scratch.change("policy/policy.yaml", "revision: 2", "revision: two")
    ran = scratch.run("git", "commit", "-m", "A change", env=_home(scratch))
    assert ran.code == 0, ran.out


def test_another_folder_is_named_by_args_and_files(scratch: Scratch) -> None:
    scratch.git("mv", "policy", "data policy")
    other = {"args": ["--policy", "data policy"], "files": "^data policy/"}
    configured(scratch, {"id": "doelbinding-validate-system", **other})
    scratch.change("data policy/policy.yaml", "revision: 1", "revision: one")
    ran = try_commit(scratch)
    assert ran.code != 0
    assert "data policy/policy.yaml:" in ran.out
