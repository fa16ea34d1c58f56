"""A command imports what it needs and no more."""

import subprocess
import sys

import pytest

from tests.cli.conftest import ALLOWED, DENIED

HEAVY = {"jsonschema", "networkx", "referencing", "sqlite3", "yaml", "importlib.metadata"}
WORK = {"yaml", "jsonschema_rs"}
"""What reads a policy and says whether it has the right shape."""

_LOADED = """
import sys
from doelbinding.cli.main import main
main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("command", "allowed"),
    [
        (["--help"], set[str]()),
        (["check", "--help"], WORK),
        (["audit", "--help"], set[str]()),
        (["audit", "query", "--help"], WORK),
        (["audit", "verify", "--help"], WORK),
        (["validate"], WORK),
        ([*ALLOWED], WORK),
        ([*DENIED, "--format", "json"], WORK),
        (["diagram"], WORK),
    ],
)
def test_a_command_on_a_sound_policy_imports_nothing_heavy(
    command: list[str], allowed: set[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *command], capture_output=True, text=True, check=True
    )
    assert done.stdout
    loaded = {*done.stderr.split()}
    assert (HEAVY | WORK) & loaded <= allowed
