"""Who reads the log finds what is there, and is in it."""

import json
from dataclasses import fields
from typing import Any

import pytest

from doelbinding.audit.log import AuditLog
from doelbinding.audit.reading import Wanted, note_reading, query
from doelbinding.errors import StoreError
from doelbinding.gate.passage import TransferDenied
from tests.audit.logs import (
    ALLOWED,
    DENIED,
    RECORDED,
    Place,
    clock_at,
    eventually,
    payloads,
    rows,
    verified,
)

JUNE, JULY = "2026-06-01T10:00:00.000000Z", "2026-07-01T10:00:00.000000Z"


@pytest.fixture
def filled(place: Place, log: AuditLog) -> AuditLog:
    """A log with one transfer of each effect, about two people, in two months."""
    gate = place.gate(log)
    with clock_at(JUNE):
        with gate.send(**RECORDED, subject_id="Anna", decision_id="recorded"):
            pass
        gate.send(**ALLOWED, subject_id="Anna", decision_id="allowed")
    with clock_at(JULY):
        with pytest.raises(TransferDenied):
            gate.send(**DENIED, subject_id="Bram", decision_id="denied")
        gate.strip(**DENIED, subject_id="Bram", decision_id="stripped").failed(OSError("disk"))
    eventually(lambda: log.status.queued == 0)
    return log


def found(log: AuditLog, **wanted: str) -> list[str]:
    return [each.entry["id"] for each in query(log, Wanted(**wanted), reader="auditor")]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["recorded", "allowed", "denied", "stripped"]),
        ({"id": "allowed"}, ["allowed"]),
        ({"id": "nothing"}, []),
        ({"sender": "library"}, ["recorded", "allowed", "denied", "stripped"]),
        ({"recipient": "mailer"}, ["allowed", "denied", "stripped"]),
        ({"recipient": "mail"}, []),
        ({"purpose": "news"}, ["recorded", "allowed", "denied", "stripped"]),
        ({"category": "contact"}, ["allowed", "denied", "stripped"]),
        ({"category": "contact.email"}, ["denied", "stripped"]),
        ({"category": "contact.phone"}, []),
        ({"subject": "member"}, ["recorded", "allowed", "denied", "stripped"]),
        ({"subject": "visitor"}, []),
        ({"effect": "log"}, ["recorded"]),
        ({"effect": "deny"}, ["denied", "stripped"]),
        ({"action": "stripped"}, ["stripped"]),
        ({"action": "stopped"}, ["denied"]),
        ({"reference": "A-1"}, ["recorded"]),
        ({"person": "Anna"}, ["recorded", "allowed"]),
        ({"person": " Anna "}, ["recorded", "allowed"]),
        ({"person": "anna"}, []),
        ({"since": JULY}, ["denied", "stripped"]),
        ({"until": JULY}, ["recorded", "allowed"]),
        ({"since": JUNE, "until": JULY}, ["recorded", "allowed"]),
        ({"person": "Anna", "effect": "allow"}, ["allowed"]),
        ({"person": "Anna", "recipient": "printer", "effect": "deny"}, []),
    ],
)
def test_each_filter_finds_what_it_says(
    filled: AuditLog, wanted: dict[str, str], expected: list[str]
) -> None:
    assert found(filled, **wanted) == expected


def test_a_transfer_is_found_with_what_became_of_it(filled: AuditLog) -> None:
    outcomes = {
        each.entry["id"]: each.outcome and (each.outcome["outcome"], each.outcome["because"])
        for each in query(filled, Wanted(), reader="auditor")
    }
    assert outcomes == {
        "recorded": ("carried-out", None),
        "allowed": None,
        "denied": None,
        "stripped": ("failed", "OSError"),
    }


def test_what_is_found_carries_its_place_and_hash(filled: AuditLog) -> None:
    by_seq = {row[0]: row for row in rows(filled, "seq, leaf, salt, payload")}
    for each in query(filled, Wanted(), reader="auditor"):
        assert (each.seq, each.leaf, each.salt, each.content) == by_seq[each.seq]


# ── The reader is in the log ─────────────────────────────────────────────────────────────────────


def last(log: AuditLog) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(payloads(log)[-1] or b"")
    return said


def test_the_reading_is_in_the_log_and_is_kept_for_two_years(filled: AuditLog) -> None:
    with clock_at("2026-08-01T10:00:00Z"):
        found(filled, effect="log", since=JUNE)
    entry = last(filled)
    assert (entry["kind"], entry["reader"], entry["what"]) == ("read", "auditor", "query")
    assert entry["filter"] == {"effect": "log", "since": JUNE}
    assert entry["keep-until"] == "2028-08-01"


@pytest.mark.parametrize("name", [each.name for each in fields(Wanted)])
def test_whatever_is_looked_for_nothing_personal_stands_in_the_entry(
    filled: AuditLog, name: str
) -> None:
    for canary in ("Zoë van Dam", "2000012345678", "zoe@example.org", "ZvD-1970"):
        found(filled, **{name: canary})
        entry = last(filled)
        assert canary not in json.dumps(entry, ensure_ascii=False)
        assert list(entry["filter"]) == [name]


def test_the_same_search_stands_alike_so_that_who_has_the_key_can_tell(filled: AuditLog) -> None:
    found(filled, person="Anna")
    first = last(filled)["filter"]
    found(filled, person="Anna")
    assert last(filled)["filter"] == first
    assert first["person"] in filled.keys.pseudonyms("subject", "Anna")


def test_nobody_reads_when_it_cannot_be_recorded(place: Place, filled: AuditLog) -> None:
    with place.by_hand() as hand:
        hand.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError):
            next(iter(query(filled, Wanted(), reader="auditor")))
        with pytest.raises(StoreError):
            note_reading(filled, "auditor", "export", {})
        hand.execute("ROLLBACK")


def test_nothing_is_given_before_the_reading_is_recorded(filled: AuditLog) -> None:
    before = len(payloads(filled))
    next(iter(query(filled, Wanted(), reader="auditor")))
    assert len(payloads(filled)) == before + 1


def test_a_person_whose_keys_are_all_gone_is_not_found(filled: AuditLog, place: Place) -> None:
    for each in (place.keys / "pseudonyms").iterdir():
        each.unlink()
    filled.close()
    with place.log() as log:
        assert found(log, person="Anna") == []


@pytest.mark.parametrize(
    "change", ["payload = 'text'", "payload = x'7b'", "leaf = 7", "payload = x'7b7d'"]
)
def test_a_damaged_entry_ends_the_reading_with_one_clear_line(
    place: Place, filled: AuditLog, change: str
) -> None:
    with place.by_hand() as hand:
        hand.change(change, "kind = 'decided'")
    with pytest.raises(StoreError, match="is damaged"):
        found(filled)
    assert not verified(filled).is_whole
