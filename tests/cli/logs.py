"""A log in the current folder, and commands on it."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from doelbinding.audit.schema import SCHEMA
from doelbinding.stores import open_store
from doelbinding.stores.store import Snapshot
from tests.cli.conftest import Ran, Run

LOG = ("--log", "audit.db", "--keys", "keys")
RECORD = ("--record", *LOG)
TO_MAILER = ("check", "--to", "mailing", "--purpose", "reminders", *RECORD)
TO_PARTNER = ("check", "--to", "partner", "--purpose", "lending", *RECORD)
TO_POLICE = ("check", "--to", "police", "--purpose", "disclosure", *RECORD)
ALLOWED = (*TO_MAILER, "--data", "contact", "--fulfils", "encrypt")
DENIED = (*TO_MAILER, "--data", "loans")
LOGGED = (*TO_POLICE, "--data", "name", "--reference", "PV-1", "--fulfils", "inform-subject")
OBSERVED = """
enforcement:
  - observe: {purpose: [reminders, lending]}
    until: 2099-12-31
    because: The programs are being adapted.
"""

Entry = dict[str, Any]


def observe() -> None:
    """Let the policy merely observe what goes for reminders and for lending."""
    file = Path("policy/policy.yaml")
    text = file.read_text("utf-8")
    file.write_text(text.replace("default-subject:", f"{OBSERVED}default-subject:"), "utf-8")


def audit(run: Run, command: str, *arguments: str) -> Ran:
    """What a command on the log wrote."""
    return run("audit", command, *LOG, *arguments)


def recorded(run: Run, *arguments: str) -> Entry:
    """The answer of a check that recorded."""
    (answer,) = run(*arguments, "--format", "json").json
    return dict(answer)


def found(run: Run, *arguments: str) -> list[Entry]:
    """The entries that a query finds."""
    ran = audit(run, "query", "--format", "json", *arguments)
    assert (ran.code, ran.err) == (0, "")
    return [each["entry"] for each in ran.json]


def snapshot(where: str = "audit.db") -> AbstractContextManager[Snapshot]:
    """What is in the tables."""
    return open_store(where, SCHEMA, create=False).snapshot()


def rows(sql: str) -> list[tuple[Any, ...]]:
    with snapshot() as taken:
        return list(taken.rows(sql))


def change(sql: str, *parameters: object) -> None:
    """Change the log behind its back."""
    store = open_store("audit.db", SCHEMA, create=False)
    store.exclusive(lambda transaction: transaction.run(sql, parameters))
    store.close()
