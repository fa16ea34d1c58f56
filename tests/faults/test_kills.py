"""Processes are killed at random moments: what had its answer is stored, and the log is whole."""

import shutil
from dataclasses import dataclass
from random import Random
from time import monotonic, sleep

import pytest

from doelbinding.audit.log import AuditLog
from doelbinding.audit.report import Report
from tests.audit.logs import Place, eventually, faults, verified
from tests.faults.children import NOTHING, Writing, missing, stored_ids
from tests.postgres import Server

RESTART_SECONDS = 10
"""Far more than the second or two that it takes, since other tests run beside."""


@dataclass(frozen=True)
class Round:
    """What one kill left."""

    acknowledged: int
    lost: dict[str, int]
    restart: float
    size: int


def examined(child: Writing, moment: float, where: str, place: Place) -> Round:
    """Open the log again, and hold it to what the child was told."""
    begin = monotonic()
    log = AuditLog.open(where, keys=place.keys)
    restart = monotonic() - begin
    with log:
        report = verified(log)
        assert_whole(report)
        lost = missing(child.told, stored_ids(log), moment - 1)
        return Round(len(child.told) - 1, lost, restart, report.size)


def assert_whole(report: Report) -> None:
    assert faults(report) == []
    assert report.gaps == ()


def kill_once(place: Place, random: Random) -> Round:
    with Writing(place) as child:
        child.await_ready()
        sleep(random.uniform(0.05, 0.6))
        moment = child.kill()
    return examined(child, moment, str(place.database), place)


def tell(rounds: list[Round], what: str) -> None:
    lost = {key: sum(each.lost[key] for each in rounds) for key in ("log", "allow", "deny")}
    answers = sum(each.acknowledged for each in rounds)
    slowest = max(each.restart for each in rounds)
    print(  # noqa: T201 - the figures of the long form
        f"{what}: {len(rounds)} kills, {answers:,} answers; missing of log {lost['log']},"
        f" of allow and deny older than a second {lost['allow'] + lost['deny']};"
        f" slowest restart {slowest:.2f} s, log of {rounds[-1].size:,} entries"
    )


@pytest.mark.parametrize("count", [5, pytest.param(200, marks=pytest.mark.soak)])
def test_what_had_its_answer_survives_a_kill_of_the_process(place: Place, count: int) -> None:
    random, rounds = Random(count), []
    for number in range(count):
        if number and number % 20 == 0:
            for each in (place.database, place.keys):
                shutil.rmtree(each) if each.is_dir() else each.unlink()
        rounds.append(kill_once(place, random))
        assert rounds[-1].lost == NOTHING
        assert rounds[-1].restart < RESTART_SECONDS
    assert sum(each.acknowledged for each in rounds) > 10 * count
    tell(rounds, "SQLite")


# ── The server of a database ─────────────────────────────────────────────────────────────────────


def kill_server(server: Server, child: Writing, random: Random) -> float:
    """Kill the server under the child and start it again; how long until it records again."""
    before = child.count("log")
    eventually(lambda: child.count("log") > before + 20)
    sleep(random.uniform(0.05, 0.5))
    server.kill()
    refused = child.count("refused")
    eventually(lambda: child.count("refused") > refused)
    begin = monotonic()
    server.start()
    answered = child.count("log")
    eventually(lambda: child.count("log") > answered, 60)
    return monotonic() - begin


@pytest.mark.parametrize("count", [2, pytest.param(20, marks=pytest.mark.soak)])
def test_what_had_its_answer_survives_a_kill_of_the_database_server(
    place: Place, server: Server, count: int
) -> None:
    random = Random(count)
    where = server.address("postgres")
    with Writing(place, where) as child:
        child.await_ready()
        restarts = [kill_server(server, child, random) for _ in range(count)]
        code, _ = child.end()
        assert code == 0
        with AuditLog.open(where, keys=place.keys) as log:
            assert missing(child.told, stored_ids(log), float("inf")) == NOTHING
            assert faults(verified(log)) == []
        answers, refused = len(child.told), child.count("refused")
    print(  # noqa: T201 - the figures of the long form
        f"PostgreSQL: {count} kills of the whole server, {answers - refused:,} answers, none"
        f" missing; {refused:,} denied meanwhile; recording again after {max(restarts):.2f} s"
        f" at most"
    )
