"""What the log says was decided is decided so once more by the policies that it keeps."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from doelbinding.audit.log import AuditLog
from doelbinding.gate.again import MOST_NAMED, Again, decide_again
from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import TransferDenied
from doelbinding.model.flows import DUTIES
from doelbinding.policy import Policy
from tests.acceptance import test_almelo
from tests.gate.policies import ALLOWED, LOGGED, PARTLY, entries, load, log_in

HERE = Path(test_almelo.__file__).parent


def questions() -> Iterator[dict[str, Any]]:
    """The transfers of the acceptance cases, as they are asked of a policy."""
    for file in ("almelo.jsonl", "almelo-more.jsonl"):
        for line in (HERE / file).read_text("utf-8").splitlines():
            case = json.loads(line)
            asked = case.get("transfer", case)
            names = ("sender", "recipient", "purpose", "subject", "data", "facts", "reference")
            yield {name: asked[name] for name in names if asked.get(name) is not None}


@pytest.fixture(scope="module")
def almelo() -> Policy:
    return Policy.load("policy")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[AuditLog]:
    with log_in(tmp_path) as opened:
        yield opened


def again(log: AuditLog) -> Again:
    entries(log)  # waits until all is written
    return decide_again(log.store)


def spoil(log: AuditLog, sql: str, *values: object) -> None:
    """Change the log behind its back."""
    entries(log)
    log.store.exclusive(lambda transaction: transaction.run(sql, values))


def change(log: AuditLog, key: str, value: object) -> None:
    """Let the only entry say another thing."""
    (said,) = entries(log)
    payload = json.dumps({**said, key: value}).encode()
    spoil(log, "UPDATE entries SET payload = ? WHERE kind = 'decided'", payload)


def test_every_answer_is_the_same_again(almelo: Policy, log: AuditLog) -> None:
    gate = Gate(almelo, log)
    asked = [*questions()]
    for each in asked:
        for way in (gate.send, gate.strip):
            with suppress(TransferDenied):
                way(**each, fulfils=DUTIES, recipient_id="NL-0200000002", subject_id="4711")
    found = again(log)
    assert len(asked) > 50
    assert (found.count, found.differences, found.undecided) == (2 * len(asked), [], 0)
    assert found.is_same


def test_names_that_the_policy_does_not_know_are_unknown_again(
    log: AuditLog, tmp_path: Path
) -> None:
    gate = Gate(load(tmp_path), log)
    unknown: tuple[dict[str, Any], ...] = (
        {"recipient": "nobody"},
        {"sender": "Jan Jansen"},
        {"purpose": "x\ny"},
        {"subject": "neighbour"},
        {"data": ("zzz", "contact", "loans", "aaa", "B2019\x00")},
        {"facts": {"no-such-fact": True, "asked": False}},
        {"reference": "a b\nc"},
        {**LOGGED, "reference": "PV-4711", "subject_id": "4711"},
    )
    for changes in unknown:
        for way in (gate.send, gate.strip):
            with suppress(TransferDenied):
                way(**{**ALLOWED, **changes})
    found = again(log)
    assert (found.count, found.differences, found.undecided) == (2 * len(unknown), [], 0)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("effect", "allow"),
        ("permitted", ["contact", "loans"]),
        ("withheld", []),
        ("rules", []),
        ("duties", ["encrypt"]),
        ("stripped", {"data": ["loans"], "effect": "allow", "rules": [], "duties": []}),
    ],
)
def test_what_was_changed_is_named(log: AuditLog, tmp_path: Path, key: str, value: object) -> None:
    gate = Gate(load(tmp_path), log)
    gate.strip(**PARTLY)
    assert again(log).is_same
    change(log, key, value)
    found = again(log)
    assert [each.parts for each in found.differences] == [(key,)]
    assert (found.difference_count, found.count, found.is_same) == (1, 1, False)


def test_a_policy_that_is_said_to_be_another_is_named(log: AuditLog, tmp_path: Path) -> None:
    Gate(load(tmp_path), log).send(**ALLOWED)
    (said,) = entries(log)
    change(log, "policy", {**said["policy"], "revision": 99})
    assert [each.parts for each in again(log).differences] == [("policy",)]


def test_each_entry_is_decided_by_the_policy_that_it_names(log: AuditLog, tmp_path: Path) -> None:
    forbidding = {"none": {"from": "library", "to": "mailer", "data": ["contact"]}}
    for changes in ({}, {"prohibitions": forbidding}, {}):
        with suppress(TransferDenied):
            Gate(load(tmp_path, changes), log).send(**ALLOWED)
    found = again(log)
    assert [each["effect"] for each in entries(log)] == ["allow", "deny", "allow"]
    assert (found.count, found.differences, found.undecided) == (3, [], 0)


@pytest.mark.parametrize(
    "sql", ["DELETE FROM bundles", "UPDATE bundles SET bytes = CAST('no bundle' AS BLOB)"]
)
def test_what_no_kept_policy_decided_is_counted_and_the_policy_named(
    log: AuditLog, tmp_path: Path, sql: str
) -> None:
    held = load(tmp_path)
    Gate(held, log).send(**ALLOWED)
    spoil(log, sql)
    found = again(log)
    assert (found.count, found.undecided, found.policies) == (0, 1, [held.identity.source])
    assert not found.is_same


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"{}", b'{"policy": 1}', b"\xff"])
def test_an_entry_that_says_nonsense_is_counted(
    log: AuditLog, tmp_path: Path, payload: bytes
) -> None:
    Gate(load(tmp_path), log).send(**ALLOWED)
    spoil(log, "UPDATE entries SET payload = ? WHERE kind = 'decided'", payload)
    found = decide_again(log.store)
    assert (found.count, found.undecided, found.policies) == (0, 1, [])


def test_no_more_differences_are_named_than_a_screen_holds(log: AuditLog, tmp_path: Path) -> None:
    gate = Gate(load(tmp_path), log)
    for _ in range(MOST_NAMED + 5):
        gate.send(**ALLOWED)
    spoil(
        log,
        "UPDATE entries SET payload = CAST(replace(CAST(payload AS TEXT), ?, ?) AS BLOB)",
        '"rules":["news-mail"]',
        '"rules":["other"]',
    )
    found = decide_again(log.store)
    assert len(found.differences) == MOST_NAMED
    assert found.difference_count == MOST_NAMED + 5
