"""The commands on the log work on either database, and show how far a long work is."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, assert_misuse, batch
from tests.cli.logs import LOG, RECORD, audit
from tests.cli.test_progress import Watched

DEMAND = {
    "recipient": "police",
    "purpose": "disclosure",
    "data": ["name"],
    "reference": "PV-1",
    "fulfils": ["inform-subject"],
}


def test_a_log_in_postgresql_is_recorded_in_found_verified_and_exported(
    run: Run, database: str
) -> None:
    log = ("--log", database, "--keys", "keys")
    ran = run("check", "--batch", "-", "--record", *log, stdin=batch(DEMAND, DEMAND))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("2 transfers: 0 allow, 2 log, 0 deny, 2 recorded\n")
    assert run("audit", "anchor", *log, "--to", "heads").code == 0
    assert run("audit", "query", *log).out.startswith("2 transfers: 0 allow, 2 log, 0 deny\n")
    verified = run("audit", "verify", *log, "--head", "heads", "--decide")
    assert verified.code == 0
    assert "2 decided again, 0 otherwise, 0 undecided" in verified.out
    assert "(PostgreSQL " in verified.out
    assert run("audit", "export", *log, "--output", "log.jsonl").code == 0
    assert run("audit", "erase", *log).out == "erased 0 entries\n"


def test_no_password_is_in_what_is_said_of_a_server_that_is_not_there(run: Run) -> None:
    address = "postgresql://gate:secret-word@127.0.0.1:1/none"
    for command in ("query", "verify", "export", "erase"):
        Path("keys").mkdir(mode=0o700, exist_ok=True)
        ran = run("audit", command, "--log", address, "--keys", "keys")
        assert_misuse(ran, "127.0.0.1")
        assert "secret-word" not in ran.err


@pytest.mark.parametrize(
    ("command", "doing"),
    [
        (("verify", "--decide"), ("verifying", "deciding")),
        (("export", "--output", "log.jsonl"), ("exporting",)),
    ],
)
def test_whoever_watches_sees_how_far_it_is(
    run: Run, command: tuple[str, ...], doing: tuple[str, ...]
) -> None:
    lines = batch(*[DEMAND] * 2500)
    assert run("check", "--batch", "-", *RECORD, "--format", "json", stdin=lines).code == 0
    code, _, seen = Watched(["audit", command[0], *LOG, *command[1:]]).end()
    assert code == 0
    for each in doing:
        assert f"{each}  [#" in seen


def test_who_sees_the_export_itself_sees_no_bar(run: Run) -> None:
    run("check", "--batch", "-", *RECORD, stdin=batch(*[DEMAND] * 2500))
    code, out, seen = Watched(["audit", "export", *LOG]).end()
    assert (code, seen) == (0, "")
    assert out.count(b"\n") > 2500


def test_nobody_is_told_of_progress_where_nobody_watches(run: Run) -> None:
    run("check", "--batch", "-", *RECORD, stdin=batch(*[DEMAND] * 2500))
    assert audit(run, "verify").err == ""
