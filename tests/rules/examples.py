"""The examples of the rules: a folder per rule id, and what the user sees of each.

`bad/` and `good/` hold only the files that differ from the small valid policy in `base/`: they
replace its files or stand beside them. `screen.txt` is what the user sees of the bad policy.
"""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from doelbinding.diagnostics import Finding, PolicyError
from doelbinding.loader import PolicySource, load_texts
from doelbinding.loader.faults import FAULTS
from doelbinding.policy import Policy
from doelbinding.validator import RULES
from doelbinding.views.findings import Report, render_text
from doelbinding.views.terminal import Painter

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BASE = HERE / "base"
MOMENT = "2026-11-24T12:00:00+01:00"

FROM_FILES = ("changed-while-read", "limit-exceeded", "not-a-policy-file", "not-utf-8")
"""Rules about files that no text can show; `test_files.py` makes the files."""

OF_COMMANDS = (
    *("conditions-changed", "gate-open", "handling-changed", "newly-denied", "newly-permitted"),
    *("invariant-broken", "invariant-vacuous", "test-failed", "test-unusable"),
)
"""Rules of what commands other than `validate` find; their pages are tried with the commands."""

_MAKES_FINDINGS = frozenset(("Fault", "Finding", "Flaw"))
_STAGES = [ROOT / "engine/doelbinding" / each for each in ("loader", "validator")]


@cache
def rule_ids() -> tuple[str, ...]:
    """Every id that a finding can carry, as the code names them."""
    ids = {rule.id for rule in RULES} | {fault.rule for fault in FAULTS}
    for stage in _STAGES:
        for module in stage.rglob("*.py"):
            ids.update(_named_in(module))
    return tuple(sorted(ids))


def _named_in(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            first = node.args[0]
            if node.func.id in _MAKES_FINDINGS and isinstance(first, ast.Constant):
                yield str(first.value)


def yaml_files(folder: Path) -> dict[str, str]:
    """The policy files in a folder, by name, as they stand there."""
    files = sorted(folder.glob("*.yaml"))
    return {file.name: file.read_bytes().decode("utf-8") for file in files}


def example(rule: str, kind: str) -> PolicySource:
    """The bad or the good policy of a rule."""
    texts = yaml_files(BASE) | yaml_files(HERE / rule / kind)
    return load_texts("policy", texts.items())


def findings_of(source: PolicySource) -> tuple[Finding, ...]:
    """What is found in a policy at the fixed moment."""
    try:
        return Policy.from_source(source, at=MOMENT).findings
    except PolicyError as error:
        return error.findings


def screen(findings: tuple[Finding, ...]) -> str:
    """What the user sees, without the policy's identity: its digest is no matter of a rule."""
    return render_text(Report("policy", findings), Painter())


def assert_screen(rule: str, seen: str) -> None:
    """What is seen stands in the rule's `screen.txt`; DOELBINDING_WRITE_SCREENS=1 puts it there."""
    file = HERE / rule / "screen.txt"
    if os.environ.get("DOELBINDING_WRITE_SCREENS") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(seen, encoding="utf-8")
    assert seen == file.read_text(encoding="utf-8")


def write_base(folder: Path) -> Path:
    """The base policy's files in a new folder."""
    folder.mkdir()
    for name, text in yaml_files(BASE).items():
        (folder / name).write_bytes(text.encode())
    return folder
