"""Policies in folders for the gate, what it is asked of them, and what its log says afterwards."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from doelbinding.audit.log import AuditLog
from doelbinding.audit.reading import note_reading
from doelbinding.gate import handling
from doelbinding.gate.gate import Gate
from doelbinding.policy import Policy
from tests.clock import Clock, clock_at
from tests.policies import BASE, changed, completed

Entry = dict[str, Any]

PERSON = "2000012345678"
ABOUT_ONE: dict[str, Any] = {"subject_id": PERSON}

GUARDED: dict[str, Any] = {
    "purposes": {
        "offers": {"lawful-basis": "consent", "data": ["contact"]},
        "research": {
            "lawful-basis": "public-task",
            "law": "The law on libraries",
            "data": ["contact", "name"],
        },
    },
    "recipients": {
        "branch": {"class": True, "roles": [{"role": "controller"}]},
        "branch.east": {},
        "guarded": {"always-enforced": True, "roles": [{"role": "controller"}]},
        "guarded.inner": {},
    },
    "flows": {
        "print": {
            "from": "library",
            "to": "printer",
            "purpose": "news",
            "effect": "log",
            "reference": "required",
            "when": "asked",
        },
        "branch-mail": {"from": "library", "to": "branch", "purpose": "news", "data": ["contact"]},
        "sealed": {
            "from": "library",
            "to": "mailer",
            "purpose": "news",
            "data": ["name"],
            "duties": ["encrypt"],
        },
        "offers": {"from": "library", "to": "printer", "purpose": "offers", "data": ["contact"]},
        "study": {"from": "library", "to": "printer", "purpose": "research", "data": ["contact"]},
        "back": {"from": "guarded", "to": "printer", "purpose": "news", "data": ["name"]},
    },
}
"""Beside what the base policy allows: on record, to a class, with a duty, and with a consent."""

ALLOWED: dict[str, Any] = {"recipient": "mailer", "purpose": "news", "data": ("contact",)}
LOGGED: dict[str, Any] = {
    "recipient": "printer",
    "purpose": "news",
    "data": ("name",),
    "facts": {"asked": True},
    "reference": "R-1",
}
DENIED: dict[str, Any] = {"recipient": "mailer", "purpose": "news", "data": ("loans",)}
PARTLY: dict[str, Any] = {"recipient": "mailer", "purpose": "news", "data": ("contact", "loans")}
SEALED: dict[str, Any] = {"recipient": "mailer", "purpose": "news", "data": ("name",)}
TO_CLASS: dict[str, Any] = {"recipient": "branch", "purpose": "news", "data": ("contact",)}
OFFERED: dict[str, Any] = {"recipient": "printer", "purpose": "offers", "data": ("contact",)}

OBSERVED = {"observe": {"purpose": "news"}, "until": "2999-12-31", "because": "It is tried out."}
OBSERVING: dict[str, Any] = {"enforcement": [OBSERVED]}


def write(folder: Path, *changes: Mapping[str, Any], **more: Any) -> Path:
    """Write the policy with these changes in place of whatever is in the folder."""
    plain: Mapping[str, Any] = changed(BASE, GUARDED)
    for each in (*changes, more):
        plain = changed(plain, each)
    folder.mkdir(exist_ok=True)
    (folder / "policy.yaml").write_text(json.dumps(completed(plain), indent=1), "utf-8")
    return folder


def load(folder: Path, *changes: Mapping[str, Any], **more: Any) -> Policy:
    """The policy with these changes, from a folder named `policy` in this one."""
    return Policy.load(write(folder / "policy", *changes, **more))


@contextmanager
def log_in(folder: Path, **options: Any) -> Iterator[AuditLog]:
    """A log in a folder, its keys beside it."""
    with AuditLog.sqlite(folder / "audit.db", keys=folder / "keys", **options) as log:
        yield log


@contextmanager
def gate_in(folder: Path, *changes: Mapping[str, Any], **more: Any) -> Iterator[Gate]:
    """A gate of the policy with these changes, with a log of its own."""
    with log_in(folder) as log:
        yield Gate(load(folder, *changes, **more), log)


def log_of(gate: Gate) -> AuditLog:
    """Its log, which it has."""
    assert gate.log is not None
    return gate.log


def entries(of: Gate | AuditLog, kind: str = "decided") -> list[Entry]:
    """What the log says, once all that was accepted is written."""
    log = log_of(of) if isinstance(of, Gate) else of
    note_reading(log, "test", "query", {})
    with log.store.snapshot() as snapshot:
        sql = "SELECT payload FROM entries WHERE kind = ? ORDER BY seq"
        return [json.loads(bytes(said)) for (said,) in snapshot.rows(sql, (kind,))]


def outcomes(of: Gate | AuditLog) -> list[tuple[str, str | None]]:
    """What the log says became of transfers, in order."""
    return [(each["outcome"], each["because"]) for each in entries(of, "outcome")]


@contextmanager
def gate_clock_at(at: str) -> Iterator[Clock]:
    """Let the clocks of policies and of the gate stand at that moment."""
    with clock_at(at) as clock, patch.object(handling, "time_ns", clock.time_ns):
        yield clock


class Register:
    """A register of facts that says what it is told to say, and remembers what it was asked."""

    name = "register"

    def __init__(self, says: Any = None) -> None:
        self.says = {} if says is None else says
        self.asked: list[dict[str, Any]] = []

    def facts(self, **asked: Any) -> Any:
        self.asked.append(asked)
        if isinstance(self.says, BaseException):
            raise self.says
        return self.says


def told(records: list[logging.LogRecord]) -> list[str]:
    """What was told to whoever operates it, in lines."""
    return [each.getMessage() for each in records if each.name.startswith("doelbinding")]
