"""A small policy, its bundle, and a small log in which every kind of record stands."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from doelbinding.compiler.bundle import write_bundle
from doelbinding.compiler.stored import encode_index
from doelbinding.policy import Policy
from tests.audit.ledger import Ledger, decided, stripped_of
from tests.policies import BASE, changed, completed
from tests.properties.answers import engine_policy, texts_of

MAIL = {"recipient": "mailer", "purpose": "news", "data": ["contact"]}
NUMBERED = {
    "recipient": "printer",
    "purpose": "news",
    "data": ["name"],
    "facts": {"asked": True, "urgent": False},
    "reference": "A-1",
}
TOO_MUCH = {**MAIL, "data": ["contact.email", "loans"]}
STRANGE = {**MAIL, "data": ["contact", f"unknown:2026-Q2-01234567:{'0' * 32}"]}
WITH_RECORD: dict[str, Any] = {
    "flows": {
        "print": {
            "from": "library",
            "to": "printer",
            "purpose": "news",
            "effect": "log",
            "reference": "required",
            "when": {"all": ["asked", {"not": "urgent"}]},
            "duties": ["encrypt"],
        }
    }
}


def bundle_of(files: Mapping[str, Mapping[str, object]], policy: Policy) -> bytes:
    """The bundle of a policy that was written as plain data."""
    texts = [(name, text.encode()) for name, text in texts_of(files)]
    index = encode_index(policy.compiled.index, files)
    return write_bundle(policy.identity, index=index, texts=texts)


@cache
def small_policy(revision: int = 1) -> tuple[Policy, bytes]:
    """A policy that allows, logs and denies, and its bundle."""
    written = changed(BASE, {**WITH_RECORD, "revision": revision})
    files = {"policy.yaml": completed(written)}
    policy = engine_policy(files)
    return policy, bundle_of(files, policy)


def small_ledger() -> Ledger:
    """Two writers, of which one was killed; a policy; decisions of each kind; an erasure."""
    policy, bundle = small_policy()
    ledger = Ledger()
    ledger.open()
    ledger.keep(policy, bundle)
    for number in range(2):
        ledger.add("decided", **decided(policy, f"old-{number}", MAIL))
    ledger.add("outcome", id="old-1", outcome="carried-out", because=None)
    ledger.add("decided", **decided(policy, "mail", MAIL))
    ledger.add("outcome", id="mail", outcome="failed", because="TimeoutError")
    ledger.open("ffeeddccbbaa0099")
    ledger.add("decided", "ffeeddccbbaa0099", **decided(policy, "numbered", NUMBERED))
    stripped = stripped_of(policy, TOO_MUCH)
    body = decided(policy, "too-much", TOO_MUCH, action="stripped", stripped=stripped)
    ledger.add("decided", **body)
    ledger.erase(2, 4)
    ledger.add("read", reader="auditor", what="query", filter={})
    ledger.add("clock", before="2026-06-01T10:00:09.000000Z")
    ledger.add("decided", **decided(policy, "strange", STRANGE))
    ledger.close()
    return ledger
