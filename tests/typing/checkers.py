"""mypy and pyright, run as a user runs them: strictly, on a program of a user's own."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import doelbinding

SOURCE = Path(str(doelbinding.__file__)).parents[1]
_BIN = str(Path(sys.executable).parent)


@dataclass(frozen=True)
class Fault:
    """What a checker complains of: in which line, and by its own code for it."""

    line: int
    code: str


def tool(name: str) -> str:
    """Where a tool is; without it, the test is skipped, and says what was not tried."""
    found = shutil.which(name, path=_BIN) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not here, so what it says was not seen: pip install {name}")
    return found


def mypy(program: Path) -> list[Fault]:
    """What mypy says, with --strict."""
    command = [tool("mypy"), "--strict", "--output=json", "--no-incremental", "--config-file="]
    done = _run([*command, program.name], program.parent)
    assert done.returncode in (0, 1), done.stderr
    said: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines() if line]
    return [Fault(each["line"], each["code"]) for each in said if each["severity"] == "error"]


def pyright(program: Path) -> list[Fault]:
    """What pyright says, in its strict mode."""
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(SOURCE)]}
    (program.parent / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    command = [tool("pyright"), "--outputjson", "--pythonpath", sys.executable]
    done = _run([*command, program.name, "ids.py"], program.parent)
    said: list[dict[str, Any]] = json.loads(done.stdout)["generalDiagnostics"]
    return [Fault(each["range"]["start"]["line"] + 1, each["rule"]) for each in said]


def _run(command: list[str], where: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=where,
        env={"MYPYPATH": str(SOURCE), "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1", "PATH": _BIN},
        capture_output=True,
        text=True,
        check=False,
    )
