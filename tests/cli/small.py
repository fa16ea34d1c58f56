"""Policies small enough to see through, kept as files for the commands to read."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.policies import BASE, changed, completed

PASSING_ON: dict[str, Any] = {
    "flows": {
        "news-mail": {"duties": ["encrypt"]},
        "on-request": {
            "from": "library",
            "to": "printer",
            "purpose": "news",
            "data": ["name"],
            "when": "asked",
            "effect": "log",
            "reference": "required",
        },
        "passed-on": {
            "from": "mailer",
            "to": "printer",
            "purpose": "news",
            "data": ["contact.email"],
        },
    },
}
"""The mailer may pass addresses on to the printer, who gets names on request and on record."""


def keep(*changes: dict[str, Any], folder: str = "policy", **more: Any) -> None:
    """Write the base policy with these changes in place of whatever is in the folder."""
    plain = BASE
    for each in (*changes, more):
        plain = changed(plain, each)
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).mkdir()
    text = json.dumps(completed(plain), ensure_ascii=False, indent=1)
    Path(folder, "policy.yaml").write_text(text, "utf-8")


def claims(**invariants: Any) -> dict[str, Any]:
    """Invariants by their ids, where `_` stands for a hyphen."""
    return {"invariants": {key.replace("_", "-"): each for key, each in invariants.items()}}


def commit() -> None:
    """Make a git repository of the current folder, with all that is in it."""
    identity = ("-c", "user.name=x", "-c", "user.email=x@y", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "."), (*identity, "commit", "-qm", "x")):
        subprocess.run(["git", *command], check=True)
