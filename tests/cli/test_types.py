"""`types` writes a policy's ids as a Python module, and says when one is out of date."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import invalidate_caches
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest

import doelbinding
from doelbinding import Effect, Facts, Policy
from tests.cli.conftest import MOMENT, Run, apart, assert_misuse, assert_screen, spoil

TYPES = ("types",)


@pytest.fixture
def ids(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module of the small policy, imported."""
    assert run(*TYPES, "--output", "ids.py").code == 0
    monkeypatch.syspath_prepend(str(home))
    invalidate_caches()
    module = __import__("ids")
    yield module
    del sys.modules["ids"]


def test_the_module_is_exactly_this(run: Run) -> None:
    ran = run(*TYPES)
    assert (ran.code, ran.err) == (0, "")
    assert_screen("types", ran.out)


def test_the_same_policy_gives_the_same_bytes(run: Run) -> None:
    here = run(*TYPES).out
    seeds = [apart(*TYPES, env={"PYTHONHASHSEED": seed}).out for seed in ("1", "2")]
    assert [here, *seeds] == [here] * 3


def test_a_bundle_and_its_folder_give_the_same_bytes(run: Run) -> None:
    assert run("compile", "--output", "a.bundle").code == 0
    assert run(*TYPES, "--policy", "a.bundle").out == run(*TYPES).out


def test_labels_and_layout_change_nothing(run: Run) -> None:
    before = run(*TYPES).out
    spoil("label: {en: Name, nl: Naam}", 'label: {en: "\\"\\"\\" \\\\", nl: Naam}')
    spoil("languages: [en, nl]", "languages: [nl, en]")
    assert run(*TYPES).out == before


def test_a_broken_policy_gives_no_module(run: Run) -> None:
    spoil("default-subject: member", "default-subject: membr")
    ran = run(*TYPES, "--output", "ids.py")
    assert (ran.code, ran.out) == (1, "")
    assert "error[undeclared-id]" in ran.err
    assert not Path("ids.py").exists()


# ── What the module does ─────────────────────────────────────────────────────────────────────────


def test_its_types_hold_the_ids_when_it_runs(ids: ModuleType) -> None:
    assert get_args(ids.Purpose) == ("disclosure", "lending", "reminders")
    assert set(get_args(ids.Party)) == {
        *("town-library", "data-subject", "mailing", "partner", "police"),
    }
    assert ids.Sender is ids.Recipient is ids.Party
    assert get_args(ids.Fact) == ("asked", "consent", "objection")


def test_its_facts_are_those_that_are_known(ids: ModuleType) -> None:
    assert ids.facts(asked=True, consent=None) == Facts({"asked": True})
    assert ids.facts() == Facts({})
    with pytest.raises(TypeError, match="aksed"):
        ids.facts(aksed=True)


def test_it_decides_as_the_policy_does(ids: ModuleType) -> None:
    policy = Policy.load("policy")
    asked: dict[str, Any] = {
        "recipient": "partner",
        "purpose": "lending",
        "data": ["name"],
        "at": MOMENT,
    }
    given = {**asked, "sender": "town-library", "subject": "member", "reference": "R-1"}
    for states in (None, True, False):
        facts = ids.facts(asked=states)
        assert ids.check(policy, **asked, facts=facts) == policy.check(**asked, facts=facts)
        assert ids.check(policy, **given, facts=facts) == policy.check(**given, facts=facts)
    assert ids.check(policy, **given, facts=ids.facts(asked=True)).effect is Effect.ALLOW


def test_importing_it_loads_nothing_heavy(run: Run) -> None:
    assert run(*TYPES, "--output", "ids.py").code == 0
    source = str(Path(str(doelbinding.__file__)).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", "import sys, ids; print(*sys.modules)"],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {*done.stdout.split()}
    assert "doelbinding.model.facts" in loaded
    assert loaded.isdisjoint({"yaml", "click", "doelbinding.policy", "doelbinding.loader"})


# ── Where it goes ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("output", [(), ("--output", "-")])
def test_left_out_or_a_dash_it_goes_to_standard_output(run: Run, output: tuple[str, ...]) -> None:
    assert run(*TYPES, *output).out.startswith('"""The ids of the policy `town-library` as types.')


def test_a_file_that_exists_is_replaced_only_when_forced(run: Run) -> None:
    Path("ids.py").write_text("ours")
    assert_misuse(run(*TYPES, "--output", "ids.py"), "ids.py exists already")
    assert Path("ids.py").read_text() == "ours"
    assert run(*TYPES, "--output", "ids.py", "--force").code == 0
    assert Path("ids.py").read_text() == run(*TYPES).out


# ── Is it up to date? ────────────────────────────────────────────────────────────────────────────


def test_a_file_that_says_what_the_policy_says_is_up_to_date(run: Run) -> None:
    run(*TYPES, "--output", "ids.py")
    assert run(*TYPES, "--check", "ids.py") == (0, "", "ids.py: up to date\n")


@pytest.mark.parametrize(
    "stale", ["other", "", "…\n", "\n", None], ids=["other", "empty", "cut", "longer", "changed"]
)
def test_a_file_that_says_anything_else_is_out_of_date(run: Run, stale: str | None) -> None:
    run(*TYPES, "--output", "ids.py")
    file = Path("ids.py")
    if stale is None:
        spoil("revision: 3", "revision: 4")
    else:
        held = {"…\n": file.read_text()[:-1], "\n": file.read_text() + "\n"}
        file.write_text(held.get(stale, stale))
    ran = run(*TYPES, "--check", "ids.py")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "ids.py: out of date",
        "help: Write it anew, with --output and --force.",
    ]


@pytest.mark.parametrize("path", ["no.py", "policy", "policy/policy.yaml/ids.py"])
def test_a_file_that_cannot_be_read_is_wrong_use(run: Run, path: str) -> None:
    assert_misuse(run(*TYPES, "--check", path), f"{path} cannot be read")


def test_a_file_without_end_is_out_of_date_all_the_same(run: Run) -> None:
    assert run(*TYPES, "--check", "/dev/zero").code == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--check", "a.py", "--output", "b.py"), "give --check or --output, not both"),
        (("--check", ""), "name a file"),
        (("--output", ""), "name a file"),
    ],
)
def test_a_misuse_is_said_in_one_line(run: Run, options: tuple[str, ...], message: str) -> None:
    assert_misuse(run(*TYPES, *options), message)
