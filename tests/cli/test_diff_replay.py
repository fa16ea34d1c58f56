"""`diff --replay` decides a recorded log anew, and repeats nothing of what the transfers said."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.changes import (
    LOANS_TOO,
    NARROWED,
    OLD_NEW,
    ON_RECORD,
    PROHIBITION,
    RENAMED,
    changed,
    report,
)
from tests.cli.conftest import MOMENT, TRANSFER, Run, assert_misuse, batch

POLICE: dict[str, Any] = {
    "recipient": "police",
    "purpose": "disclosure",
    "data": ["name"],
    "reference": "PV-2026-SECRET",
    "at": MOMENT,
}
TRANSFERS = (
    TRANSFER,
    {**TRANSFER, "id": "second", "data": ["contact", "loans"]},
    {**TRANSFER, "data": ["contact", "shoe-size-of-jan"]},
    POLICE,
    {**POLICE, "data": []},
)
REPLAY = (*OLD_NEW, "--replay", "log.jsonl")


def record(run: Run, *lines: Any) -> str:
    """A log of what the policy answers now."""
    log = run("check", "--batch", "-", "--format", "json", stdin=batch(*(lines or TRANSFERS))).out
    Path("log.jsonl").write_text(log, "utf-8")
    return log


def otherwise(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = report(run, *REPLAY)["replayed"]["lines"]
    return found


# ── What comes out ───────────────────────────────────────────────────────────────────────────────


def test_by_the_policy_that_recorded_it_nothing_is_decided_otherwise(run: Run) -> None:
    record(run)
    changed(RENAMED)
    ran = run(*REPLAY)
    assert ran.code == 0
    assert (
        "\nReplayed: of 5 recorded transfers in log.jsonl, 0 would now be decided otherwise\n\n"
    ) in ran.out


def test_what_is_decided_otherwise_is_counted_and_shown_in_short(run: Run) -> None:
    record(run)
    changed((PROHIBITION, ""), LOANS_TOO, ON_RECORD)
    ran = run(*REPLAY)
    assert ran.code == 1
    assert (
        "Replayed: of 5 recorded transfers in log.jsonl, 2 would now be decided otherwise\n"
        "  line 2: DENY: may not go → ALLOW: may go; now also `loans`; duty: encrypt\n"
        "  line 4: duty: encrypt\n"
    ) in ran.out
    assert report(run, *REPLAY)["replayed"] == {
        "source": "log.jsonl",
        "transfers": 5,
        "otherwise": 2,
        "unreadable": 0,
        "lines": [
            {
                "line": 2,
                "before": {"effect": "deny", "permitted": ["contact"], "duties": []},
                "now": {
                    "effect": "allow",
                    "permitted": ["contact", "loans"],
                    "duties": ["encrypt"],
                },
            },
            {
                "line": 4,
                "before": {"effect": "log", "permitted": ["name"], "duties": ["inform-subject"]},
                "now": {"effect": "log", "permitted": ["name"], "duties": ["encrypt"]},
            },
        ],
    }


def test_a_part_that_may_go_no_more_is_otherwise_too(run: Run) -> None:
    record(run)
    changed(NARROWED)
    assert [each["line"] for each in otherwise(run)] == [1, 2, 3]
    assert "  line 3: no longer `contact`\n" in run(*REPLAY).out
    dutch = run(*REPLAY, "--lang", "nl", "--format", "markdown").out
    assert "- regel 3: niet meer “Contactgegevens”\n" in dutch
    assert "Opnieuw beslist: van 5 vastgelegde doorgiften in log.jsonl zouden er nu 3 " in dutch


def test_each_transfer_is_decided_as_of_its_own_moment(run: Run) -> None:
    record(run, TRANSFER, {**TRANSFER, "at": "2027-06-01T12:00:00+02:00"})
    changed(
        ("agreement: {reference: DPA-2024-6}", "agreement: {reference: X, until: 2026-12-31}"),
    )
    assert [each["line"] for each in otherwise(run)] == [2]


@pytest.mark.parametrize("form", ["text", "json", "markdown", "sarif", "github"])
def test_nothing_that_only_the_transfers_say_is_repeated(run: Run, form: str) -> None:
    log = record(run)
    first, *_ = map(json.loads, log.splitlines())
    first["permitted"] = ["shoe-size-of-jan"]
    Path("log.jsonl").write_text(f"{log}{json.dumps(first)}\n", "utf-8")
    changed((PROHIBITION, ""), LOANS_TOO, ON_RECORD)
    out = run(*REPLAY, "--full", "--format", form).out
    assert "shoe-size" not in out
    assert "SECRET" not in out
    assert "second" not in out
    if form == "text":
        assert "  line 6: no longer an unknown category; now also `contact`\n" in out
    if form == "json":
        assert json.loads(out)["replayed"]["lines"][-1]["before"]["permitted"] == [None]


def test_long_lists_are_cut_short_unless_all_is_asked_for(run: Run) -> None:
    record(run, *([TRANSFER] * 1200))
    changed(NARROWED)
    short = run(*REPLAY).out
    assert "of 1,200 recorded transfers in log.jsonl, 1,200 would" in short
    assert short.count("  line ") == 5
    assert "\n  and 1,195 more (--full shows all)\n" in short
    assert run(*REPLAY, "--full").out.count("  line ") == 1200
    assert "1.200 vastgelegde doorgiften" in run(*REPLAY, "--lang", "nl").out


def test_lines_that_were_no_transfer_are_not_counted_and_said(run: Run) -> None:
    record(run, TRANSFER, b"{}", b"no JSON", {**TRANSFER, "data": ["loans"]})
    changed((PROHIBITION, ""), LOANS_TOO)
    found = report(run, *REPLAY)["replayed"]
    assert (found["transfers"], found["otherwise"], found["unreadable"]) == (2, 1, 2)
    assert "\nnot counted are lines that record no transfer: 2\n" in run(*REPLAY).out


def test_a_log_can_come_from_standard_input(run: Run) -> None:
    log = record(run)
    changed(RENAMED)
    ran = run(*OLD_NEW, "--replay", "-", stdin=log.encode())
    assert (ran.code, ran.err) == (0, "")
    assert "of 5 recorded transfers in standard input, 0 would" in ran.out


def test_the_replay_alone_fails_nothing(run: Run) -> None:
    record(run)
    changed(NARROWED)
    assert len(otherwise(run)) == 3
    assert run(*REPLAY).code == 0


# ── What is no log ───────────────────────────────────────────────────────────────────────────────

SOUND = {
    "effect": "allow",
    "transfer": TRANSFER,
    "permitted": ["contact"],
    "withheld": [],
    "rules": [],
    "duties": ["encrypt"],
}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"no JSON", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[]", "no object"),
        (b"1", "no object"),
        (b"{}", "no record of a decision"),
        (TRANSFER, "no record of a decision"),
        ({**SOUND, "effect": "maybe"}, "no record of a decision"),
        ({**SOUND, "effect": ["allow"]}, "no record of a decision"),
        ({**SOUND, "permitted": "contact"}, "no record of a decision"),
        ({**SOUND, "permitted": [1]}, "no record of a decision"),
        ({**SOUND, "duties": None}, "no record of a decision"),
        ({**SOUND, "duties": ["sing"]}, "a duty that there is not"),
        ({**SOUND, "transfer": None}, "a transfer is an object"),
        ({**SOUND, "transfer": {**TRANSFER, "at": None}}, "its transfer has no moment"),
        ({**SOUND, "transfer": {**TRANSFER, "at": "today"}}, "`at`"),
        ({**SOUND, "transfer": {**TRANSFER, "from": "x"}}, "there is no field `from`"),
        ({**SOUND, "transfer": {**TRANSFER, "reference": 1}}, "`reference`"),
        (b'{"x": "' + b"x" * (1 << 20) + b'"}', "it is longer than 1,048,576 bytes"),
    ],
)
def test_a_line_that_is_no_record_is_said_with_its_number(
    run: Run, line: Any, message: str
) -> None:
    Path("log.jsonl").write_bytes(batch(SOUND) + b"\n" + batch(line))
    ran = run("diff", "policy", "policy", "--replay", "log.jsonl")
    assert_misuse(ran, "log.jsonl, line 3: ")
    assert message in ran.err


@pytest.mark.parametrize("log", [b"", b"\n\n", b'{"error": {"line": 1, "message": "x"}}\n'])
def test_a_log_without_a_decision_is_no_log(run: Run, log: bytes) -> None:
    Path("log.jsonl").write_bytes(log)
    ran = run("diff", "policy", "policy", "--replay", "log.jsonl")
    assert_misuse(ran, "log.jsonl records no decision")
    assert_misuse(
        run("diff", "policy", "policy", "--replay", "-", stdin=log),
        "standard input records no decision",
    )


@pytest.mark.parametrize("path", ["nowhere", "policy"])
def test_a_log_that_cannot_be_read_is_said(run: Run, path: str) -> None:
    assert_misuse(run("diff", "policy", "policy", "--replay", path), f"cannot read {path}")
