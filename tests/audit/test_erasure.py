"""What was kept long enough is gone for good, and nothing that was proven is unproven by it."""

import io
import json
from hashlib import sha256

import pytest

from doelbinding.audit import erasure
from doelbinding.audit.anchor import anchor
from doelbinding.audit.erasure import erase
from doelbinding.audit.export import export
from doelbinding.audit.head import read_heads
from doelbinding.audit.log import AuditLog
from doelbinding.audit.reading import Wanted, query
from doelbinding.audit.verify_export import Checked, Given, check
from doelbinding.errors import StoreError
from tests.audit.logs import (
    ALLOWED,
    RECORDED,
    Place,
    body_of,
    clock_at,
    eventually,
    faults,
    note,
    now,
    payloads,
    rows,
    verified,
)
from tests.audit.test_export import heads_of

THEN = "2024-02-10T10:00:00Z"
LATER = "2026-02-11T10:00:00Z"
"""A day after the end of what is kept for two years."""


def sent(place: Place, log: AuditLog, person: str = "Anna", count: int = 1) -> None:
    gate = place.gate(log)
    for _ in range(count):
        with gate.send(**RECORDED, subject_id=person):
            pass
    eventually(lambda: log.status.queued == 0)


@pytest.fixture
def old(place: Place, log: AuditLog) -> AuditLog:
    """A log with transfers of long ago."""
    with clock_at(THEN):
        sent(place, log, count=3)
    return log


def test_on_its_last_day_an_entry_is_kept_and_on_the_next_it_is_erased(old: AuditLog) -> None:
    with clock_at("2026-02-10T23:59:59Z"):
        assert erase(old)[0] == 0
        assert all(payloads(old))
    with clock_at("2026-02-11T00:00:00Z"):
        assert erase(old)[0] == 6
    assert sum(each is None for each in payloads(old)) == 6


def test_erasing_leaves_seq_kind_writer_number_and_hashes_and_nothing_else(old: AuditLog) -> None:
    kept = "seq, kind, writer, number, leaf, chain"
    before = rows(old, kept)
    with clock_at(LATER):
        erase(old)
    assert rows(old, kept)[: len(before)] == before
    for content, *others in rows(old, "payload, id, at, subject, keep_until, salt"):
        assert content is not None or others == [None] * 5


def test_after_an_erasure_the_log_the_old_head_and_a_new_one_still_verify(old: AuditLog) -> None:
    with clock_at(THEN):
        heads = read_heads(anchor(old))
    with clock_at(LATER):
        erase(old)
        heads += read_heads(anchor(old))
        report = verified(old, heads=heads, key=old.keys.head_public_key())
    assert faults(report) == []
    assert len(report.heads) == 2
    assert report.erased == 6


def test_after_an_erasure_an_export_still_verifies_by_itself(old: AuditLog) -> None:
    with clock_at(THEN):
        first = anchor(old)
    with clock_at(LATER):
        erase(old)
        lines = b"".join(export(old, reader="auditor"))
        given = Given([*heads_of(old, first), *heads_of(old, anchor(old))])
    checked = Checked()
    check(io.BytesIO(lines), given, checked)
    assert checked.findings.wrong == []
    assert checked.records.erased == 6
    assert checked.anchored is not None


def test_the_log_tells_what_was_erased(old: AuditLog) -> None:
    with clock_at(LATER):
        erase(old)
    (told,) = [content for content, kind in rows(old, "payload, kind") if kind == "erased"]
    empty = [seq for seq, content in rows(old, "seq, payload") if content is None]
    ranges = json.loads(told)["ranges"]
    assert [seq for first, last in ranges for seq in range(first, last + 1)] == empty


def test_nothing_overdue_leaves_no_word_in_the_log(log: AuditLog) -> None:
    note(log)
    assert erase(log) == (0, ())
    assert [kind for (kind,) in rows(log, "kind")] == ["opened", "note"]


def test_more_than_fits_in_one_stretch_is_erased_in_several(
    old: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "_AT_ONCE", 4)
    with clock_at(LATER):
        assert erase(old)[0] == 6
    assert [kind for (kind,) in rows(old, "kind")].count("erased") == 2
    assert verified(old).is_whole


def test_what_stands_beside_overdue_entries_is_left(place: Place, old: AuditLog) -> None:
    with clock_at("2026-02-01T10:00:00Z"):
        sent(place, old, "Bram")
    with clock_at(LATER):
        assert erase(old)[0] == 6
        (found,) = query(old, Wanted(person="Bram"), reader="auditor")
    assert found.outcome is not None
    assert verified(old).is_whole


def test_the_content_is_in_the_database_no_more(place: Place) -> None:
    with clock_at(THEN), place.log() as log:
        sent(place, log, "Anna", 40)
        entries = rows(log, "payload, salt, id, subject, kind")
        gone = [row[:4] for row in entries if row[4] in ("decided", "outcome")]
        secrets = [octets_of(each)[:100] for row in gone for each in row if each]
    assert all(each in place.contents() for each in secrets)
    with clock_at(LATER), place.log() as log:
        sent(place, log, "Bram", 5)
        assert erase(log)[0] == 80
    contents = place.contents()
    assert [each for each in secrets if each in contents] == []


def octets_of(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def test_the_right_guess_of_a_person_confirms_nothing_once_the_key_is_gone(
    place: Place, old: AuditLog
) -> None:
    with clock_at(THEN):
        pseudonym = old.pseudonym("Anna", now())
        assert list(query(old, Wanted(person="Anna"), reader="auditor"))
    leaves = [leaf for (leaf,) in rows(old, "leaf")]
    contents = [content for content in payloads(old) if content]
    with clock_at(LATER):
        count, destroyed = erase(old)
        assert (count, destroyed) == (7, (pseudonym.rpartition(":")[0],))  # the reading as well
        assert pseudonym not in old.keys.pseudonyms("subject", "Anna")
        assert not list(query(old, Wanted(person="Anna"), reader="auditor"))
    names = [each.name for each in (place.keys / "pseudonyms").iterdir()]
    assert not [each for each in names if each.startswith("2024-Q1")]
    for content in contents:  # whoever guesses the content has no salt
        assert sha256(b"\0" + content).digest() not in leaves


def test_a_key_that_an_entry_may_need_is_kept(place: Place, old: AuditLog) -> None:
    with clock_at("2024-03-20T10:00:00Z"):
        sent(place, old, "Bram")
    with clock_at(LATER):
        assert erase(old) == (6, ())
        assert list(query(old, Wanted(person="Bram"), reader="auditor"))
    with clock_at("2026-03-21T10:00:00Z"):
        assert len(erase(old)[1]) == 1


def test_an_erasure_that_fails_erases_nothing(
    old: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(old, "*")

    def fail(_: object) -> bytes:
        raise ValueError("defect")

    monkeypatch.setattr(erasure, "encoded", fail)
    with clock_at(LATER), pytest.raises(StoreError, match="ValueError"):
        erase(old)
    assert rows(old, "*") == before


def test_a_log_that_cannot_be_written_erases_nothing(place: Place, old: AuditLog) -> None:
    before = rows(old, "*")
    with place.by_hand() as hand:
        hand.execute("BEGIN EXCLUSIVE")
        with clock_at(LATER), pytest.raises(StoreError):
            erase(old)
        hand.execute("ROLLBACK")
    eventually(lambda: old.status.ready and old.status.queued == 0)
    told = rows(old, "*")[: len(before)]
    assert told == before or verified(old).is_whole


def test_an_erased_id_may_be_given_again(place: Place, log: AuditLog) -> None:
    with clock_at(THEN):
        place.gate(log).send(**ALLOWED, decision_id="loan-1")
    with clock_at(LATER):
        erase(log)
        assert place.gate(log).send(**RECORDED, decision_id="loan-1").receipt
        assert verified(log).is_whole


def test_what_is_kept_for_good_is_never_erased(log: AuditLog) -> None:
    with clock_at(THEN):
        log.record("note", body_of("for good"), now(), waits=True).wait(10)
    with clock_at("2126-01-01T00:00:00Z"):
        assert erase(log)[0] == 0
