"""What the tests of `diff` share: changes of the small policy, and the reports of them."""

import json
import shutil
from pathlib import Path
from typing import Any

from tests.cli.conftest import MOMENT, Ran, Run

FROM_NOW = ("--at", MOMENT)
OLD_NEW = ("diff", "old", "policy", *FROM_NOW)

WIDENED = (
    "    data: [contact, name]\n    when: asked",
    "    data: [contact, name]\n    # when: asked",
)
"""The partner gets what it does whether the member asked or not."""
NARROWED = ("    data: [contact, name]\n    clauses", "    data: [name]\n    clauses")
"""The mailer gets names only, and so reaches nobody."""
RENAMED = ("{en: Name, nl: Naam}", "{en: Full name, nl: Volledige naam}")
"""A label, and no decision."""
ON_RECORD = ("    duties: [inform-subject]\n", "    duties: [encrypt]\n")
"""Other duties for what goes to the police."""
PROHIBITION = (
    "prohibitions:\n"
    "  no-loans-for-the-mailer:\n"
    "    label: {en: The mailer never learns of loans, nl: De verzender hoort nooit van leningen}\n"
    "    from: town-library\n"
    "    to: mailing\n"
    "    data: [loans]\n"
    "    clauses: [membership]\n"
)
LOANS_TOO = (
    "    data: [contact, name]\n    clauses",
    "    data: [contact, loans, name]\n    clauses",
)
"""Without the prohibition, the mailer gets loans too."""
BROKEN = ("    duties: [encrypt]", "    dutties: [encrypt]")


def change(*pairs: tuple[str, str], folder: str = "policy") -> None:
    """Replace each text, which stands there once, in the policy of a folder."""
    file = Path(folder, "policy.yaml")
    text = file.read_text("utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


def changed(*pairs: tuple[str, str]) -> None:
    """Keep the policy as `old`, and change it."""
    shutil.copytree("policy", "old")
    change(*pairs)


def report(run: Run, *arguments: str) -> dict[str, Any]:
    """The JSON of a comparison, by default of `old` with `policy`."""
    ran = run(*(arguments or OLD_NEW), "--format", "json")
    assert ran.err == ""
    found: dict[str, Any] = json.loads(ran.out)
    return found


def counts(found: dict[str, Any]) -> tuple[int, ...]:
    """How many cells changed, in each of the four ways."""
    return tuple(found["counts"].values())[:4]


def verdict_of(ran: Ran) -> str:
    """The verdict, which stands first and last."""
    first, *_, last = ran.out.splitlines()
    assert first == last
    return first
