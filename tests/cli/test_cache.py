"""Commands keep what they read of large files, save with --no-cache; it changes nothing else."""

from pathlib import Path

import pytest

from tests.cli.conftest import ALLOWED, AT, Ran, Run

COMMANDS = [
    ("validate", *AT),
    ALLOWED,
    ("diagram",),
    ("compile", "--output", "policy.bundle", "--force"),
]
FACT = """\
  fact-{number}:
    label: A made-up fact of which nothing is said
    assumption: made up
"""
LARGE = "facts:\n" + "".join(FACT.format(number=number) for number in range(500))


@pytest.fixture
def kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where commands keep what they read; and the policy has a large file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    (home / "policy" / "large.yaml").write_text(LARGE, "utf-8")
    return home / "cache"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_large_file_is_kept_and_found_and_every_answer_stays_the_same(
    run: Run, kept: Path, command: tuple[str, ...]
) -> None:
    without = told(run, *command, "--no-cache")
    assert not kept.exists()
    assert told(run, *command) == without
    assert len(list((kept / "doelbinding" / "contents").iterdir())) == 2  # and the key
    assert told(run, *command) == without


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_cache_reads_none_either(run: Run, kept: Path, command: tuple[str, ...]) -> None:
    told(run, *command)
    folder = kept / "doelbinding" / "contents"
    before = {each: each.stat().st_mtime_ns for each in folder.iterdir()}
    told(run, *command, "--no-cache")
    assert {each: each.stat().st_mtime_ns for each in folder.iterdir()} == before


def told(run: Run, *command: str) -> Ran:
    ran = run(*command)
    assert ran.code in (0, 1)
    return ran
