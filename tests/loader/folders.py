"""Policy folders that are made to be refused, and what is said of them."""

from pathlib import Path

import pytest

from doelbinding.diagnostics import Finding, PolicyError
from doelbinding.policy import Policy
from tests.rules.examples import MOMENT


def load(folder: Path) -> Policy:
    """The policy in a folder, at the fixed moment."""
    return Policy.load(folder, at=MOMENT)


def add(folder: Path, text: str | bytes, name: str = "added.yaml") -> Path:
    """One more policy file in the folder."""
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def change(folder: Path, name: str, old: str, new: str) -> Path:
    """The file with the one place that reads `old` changed."""
    file = folder / name
    text = file.read_bytes().decode()
    assert text.count(old) == 1
    file.write_bytes(text.replace(old, new).encode())
    return file


def findings(folder: Path) -> tuple[Finding, ...]:
    """All that is said of a policy that is refused; each finding has its place and its help."""
    with pytest.raises(PolicyError) as refusal:
        load(folder)
    found = refusal.value.findings
    assert [each for each in found if each.place is None or not each.help] == []
    return found


def finding(folder: Path, rule: str) -> Finding:
    """The one finding of that rule; the policy is refused."""
    found = [each for each in findings(folder) if each.rule == rule]
    assert len(found) == 1
    return found[0]


def line_of(each: Finding) -> int:
    """The line of a finding, which has a place."""
    assert each.place is not None
    return each.place.line


def file_of(each: Finding) -> str:
    """The name of the file in which a finding is."""
    assert each.place is not None
    return Path(each.place.path).name
