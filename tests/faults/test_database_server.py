"""A log in PostgreSQL, under the faults of a server."""

from collections.abc import Iterator
from time import monotonic

import psycopg
import pytest

from doelbinding.audit.anchor import anchor
from doelbinding.audit.erasure import erase
from doelbinding.audit.log import AuditLog
from doelbinding.audit.reading import Wanted, query
from doelbinding.errors import StoreError
from tests.audit.logs import ALLOWED, RECORDED, Place, clock_at, eventually, faults, rows, verified
from tests.audit.test_export import judged_whole
from tests.faults.asking import is_denied, recorded
from tests.faults.children import NOTHING, Writing, missing, stored_ids
from tests.postgres import Server


@pytest.fixture
def pg(place: Place, database: str) -> Iterator[AuditLog]:
    """A log in an empty database."""
    with AuditLog.postgresql(database, keys=place.keys) as log:
        yield log


def test_a_log_in_postgresql_is_read_erased_exported_and_verified(
    place: Place, pg: AuditLog
) -> None:
    with clock_at("2020-01-01T10:00:00Z"):
        place.gate(pg).send(**RECORDED, subject_id="Anna")
    gate = place.gate(pg)
    gate.send(**RECORDED, subject_id="Bram", decision_id="A-1")
    gate.send(**RECORDED, subject_id="Bram", decision_id="A-1")
    assert erase(pg)[0] == 1
    found = list(query(pg, Wanted(person="Bram"), reader="auditor"))
    assert [each.entry["id"] for each in found] == ["A-1"]
    assert judged_whole(pg, anchor(pg))
    assert faults(verified(pg)) == []


@pytest.mark.parametrize(
    "change", ["payload = 'x'", "at = NULL", "leaf = 'x'", "number = 90", "subject = 'x'"]
)
def test_a_row_that_somebody_changes_is_found(
    place: Place, pg: AuditLog, database: str, change: str
) -> None:
    place.gate(pg).send(**RECORDED, subject_id="Anna")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"UPDATE entries SET {change} WHERE seq = 2".encode())  # noqa: S608
    assert 2 in {each.seq for each in verified(pg).faults}


def test_a_database_that_was_put_back_is_refused_and_a_writer_on_it_stops(
    place: Place, pg: AuditLog, database: str
) -> None:
    gate = place.gate(pg)
    gate.send(**RECORDED)
    with psycopg.connect(database, autocommit=True) as connection:
        early = connection.execute(b"SELECT size, chain, frontier FROM state").fetchall()[0]
        gate.send(**RECORDED)
        anchor(pg)
        connection.execute(b"DELETE FROM entries WHERE seq > 2")
        connection.execute(b"UPDATE state SET size = %s, chain = %s, frontier = %s", early)
    assert is_denied(gate)
    assert not pg.status.ready
    with pytest.raises(StoreError, match="holds 3 entries; 4 were anchored"):
        AuditLog.postgresql(database, keys=place.keys)


def test_processes_that_share_a_database_write_one_chain_and_lose_nothing(
    place: Place, database: str
) -> None:
    place.policy()
    children = [Writing(place, database, threads=3, count=10) for _ in range(3)]
    try:
        codes = [each.wait(120) for each in children]
    finally:
        for each in children:
            each.kill()
    assert codes == [0] * 3, [each.errors for each in children]
    told = [each for child in children for each in child.told]
    with AuditLog.postgresql(database, keys=place.keys) as log:
        report = verified(log)
        assert (faults(report), report.gaps, report.unended) == ([], (), ())
        assert missing(told, stored_ids(log), float("inf")) == NOTHING
        assert recorded(log) == sum(each.effect in NOTHING for each in told)


def test_while_the_server_is_frozen_the_gate_denies_and_then_goes_on(
    place: Place, server: Server
) -> None:
    where = server.address("postgres")
    with AuditLog.postgresql(where, keys=place.keys, timeout=0.3) as log:
        gate = place.gate(log)
        assert not is_denied(gate)
        server.freeze()
        try:
            for _ in range(3):
                begin = monotonic()
                assert is_denied(gate)
                assert monotonic() - begin < 10
        finally:
            server.thaw()
        eventually(lambda: log.status.ready and not log.status.queued, 60)
        gate.send(**ALLOWED)
        assert not is_denied(gate)
        eventually(lambda: not log.status.queued)
        assert faults(verified(log)) == []
        ids = [identifier for kind, identifier in rows(log, "kind, id") if kind == "decided"]
        assert len(ids) == len(set(ids))


def test_without_a_server_no_log_is_opened(place: Place) -> None:
    begin = monotonic()
    with pytest.raises(StoreError):
        AuditLog.postgresql("postgresql://nobody@127.0.0.1:1/nothing", keys=place.keys)
    assert monotonic() - begin < 20
