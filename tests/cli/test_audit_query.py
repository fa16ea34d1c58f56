"""`audit query` finds what was decided, and what enforcement would stop; who looked is recorded."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from doelbinding.audit.log import AuditLog
from doelbinding.gate.gate import Gate
from doelbinding.policy import Policy
from tests.cli.conftest import Run, assert_misuse, assert_screen
from tests.cli.logs import (
    ALLOWED,
    DENIED,
    LOG,
    LOGGED,
    TO_MAILER,
    TO_PARTNER,
    audit,
    change,
    found,
    observe,
    recorded,
    rows,
)

MAIL = {
    "recipient": "mailing",
    "purpose": "reminders",
    "data": ("contact",),
    "fulfils": {"encrypt"},
}


def fixed(seen: str) -> str:
    """A screen without what differs each time."""
    seen = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "<at, to the second>", seen)
    return re.sub(r"[0-9a-f]{32}", "<id>", seen)


def carried_out() -> None:
    """One transfer that went, and one that failed."""
    with AuditLog.sqlite("audit.db", keys="keys") as log:
        gate = Gate(Policy.load("policy"), log)
        with gate.send(**MAIL, decision_id="went"):  # type: ignore[arg-type]
            pass
        gate.send(**MAIL, decision_id="failed").failed(TimeoutError("told nowhere"))  # type: ignore[arg-type]


def readings() -> list[dict[str, object]]:
    """What is recorded of who read."""
    payloads = rows("SELECT payload FROM entries WHERE kind = 'read' ORDER BY seq")
    return [json.loads(bytes(payload)) for (payload,) in payloads]


# ── What is found ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_screen_is_exactly_this(run: Run, lang: str) -> None:
    carried_out()
    recorded(run, *DENIED)
    recorded(run, *TO_MAILER, "--data", "contact,name")
    recorded(run, *LOGGED, "--recipient-id", "NL-0800070000")
    observe()
    recorded(run, *TO_PARTNER, "--data", "name")
    seen = audit(run, "query", "--lang", lang).out
    assert_screen(f"audit-query.{lang}", fixed(seen))
    first, *_, last = seen.splitlines()
    assert first == last
    assert max(map(len, seen.splitlines())) <= 100


def test_an_empty_log_says_so_in_one_line(run: Run) -> None:
    recorded(run, *ALLOWED)
    ran = audit(run, "query", "--purpose", "nothing-of-that-name")
    assert (ran.code, ran.out) == (0, "no transfer was found\n")


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ((), 4),
        (("--from", "town-library"), 4),
        (("--from", "town"), 0),
        (("--to", "police"), 1),
        (("--purpose", "reminders"), 3),
        (("--data", "contact"), 2),
        (("--data", "contact.email"), 0),
        (("--subject", "member"), 4),
        (("--reference", "PV-1"), 1),
        (("--effect", "log"), 1),
        (("--effect", "deny"), 1),
        (("--action", "stopped"), 2),
        (("--action", "passed", "--effect", "allow"), 1),
        (("--subject-id", "4711"), 1),
        (("--subject-id", "4712"), 0),
        (("--id", "mine"), 1),
        (("--since", "2020-01-01", "--until", "2099-01-01"), 4),
        (("--since", "2099-01-01"), 0),
        (("--until", "2020-01-01T00:00:00+01:00"), 0),
        (("--last", "3"), 3),
        (("--last", "9"), 4),
    ],
)
def test_filters_leave_what_was_asked_for(run: Run, filters: tuple[str, ...], count: int) -> None:
    recorded(run, *ALLOWED, "--subject-id", "4711", "--id", "mine")
    recorded(run, *DENIED)
    recorded(run, *LOGGED)
    recorded(run, *TO_MAILER, "--data", "contact")
    assert len(found(run, *filters)) == count


def test_the_last_ones_are_the_last_ones(run: Run) -> None:
    for name in ("first", "second", "third"):
        recorded(run, *ALLOWED, "--id", name)
    assert [each["id"] for each in found(run, "--last", "2")] == ["second", "third"]


def test_a_day_counts_from_its_beginning_to_its_end_in_utc(run: Run) -> None:
    recorded(run, *ALLOWED)
    (entry,) = found(run)
    day = entry["at"][:10]
    assert len(found(run, "--since", day, "--until", day)) == 1


def test_json_is_the_entry_as_it_was_written_with_its_outcome(run: Run) -> None:
    carried_out()
    went, failed = audit(run, "query", "--format", "json").json
    assert [*went] == ["seq", "leaf", "entry", "outcome"]
    assert went["outcome"]["outcome"] == "carried-out"
    assert (failed["outcome"]["outcome"], failed["outcome"]["because"]) == (
        "failed",
        "TimeoutError",
    )
    payloads = dict(rows("SELECT seq, payload FROM entries"))
    assert json.loads(bytes(payloads[went["seq"]])) == went["entry"]


def test_machine_formats_are_the_same_in_any_language(run: Run) -> None:
    carried_out()
    for form in ("json", "csv"):
        seen = [audit(run, "query", "--format", form, "--lang", lang).out for lang in ("en", "nl")]
        assert seen[0] == seen[1]


def test_in_csv_every_cell_is_quoted_and_none_is_a_formula(run: Run) -> None:
    recorded(run, *ALLOWED, "--id", "-2")
    seen = audit(run, "query", "--format", "csv").out
    assert re.fullmatch(r'("[^"]*"(,"[^"]*")*\n)+', seen.replace("\r\n", "\n"))
    (row,) = csv.DictReader(io.StringIO(seen))
    assert (row["id"], row["purpose"], row["data"]) == ("'-2", "reminders", "contact")


def test_html_is_one_page_without_scripts_in_which_nothing_marks_up(run: Run) -> None:
    recorded(run, *ALLOWED, "--id", "a/b")
    seen = audit(run, "query", "--format", "html", "--lang", "nl").out
    assert seen.startswith("<!doctype html>\n")
    assert '<html lang="nl">' in seen
    assert "default-src 'none'" in seen
    assert not re.search(r"<script|<img|<link|<a |https?://", seen)
    assert "<td>a/b</td>" in seen


def test_proofs_make_an_extract_of_the_log(run: Run) -> None:
    recorded(run, *ALLOWED)
    recorded(run, *DENIED)
    head, line = audit(run, "query", "--proofs", "--format", "json", "--last", "1").json
    assert head["doelbinding-log-extract"] == 1
    assert [*line] == ["seq", "leaf", "salt", "proof", "entry"]


# ── What enforcement would stop ──────────────────────────────────────────────────────────────────


def observed(run: Run) -> None:
    observe()
    recorded(run, *TO_PARTNER, "--data", "name")
    recorded(run, *TO_PARTNER, "--data", "name,contact")
    recorded(run, *TO_MAILER, "--data", "contact")
    recorded(run, *ALLOWED)
    recorded(run, *TO_PARTNER, "--data", "name", "--fact", "asked=true")


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_what_enforcement_would_stop_is_told_by_reason_and_remedy(run: Run, lang: str) -> None:
    observed(run)
    seen = audit(run, "query", "--would-deny", "--lang", lang).out
    assert_screen(f"audit-would-deny.{lang}", fixed(seen))
    first, *_, last = seen.splitlines()
    assert first == last


def test_what_enforcement_would_stop_is_told_to_programs_by_group(run: Run) -> None:
    observed(run)
    missing, *others = audit(run, "query", "--would-deny", "--format", "json").json
    assert (missing["reason"], missing["count"]) == ("fact-missing", 2)
    assert missing["remedy"] == {"facts": {"asked": True}, "reference": True}
    assert missing["data"] == {"name": 2, "contact": 1}
    assert missing["transfers"] == [
        {"sender": "town-library", "recipient": "partner", "purpose": "lending", "count": 2}
    ]
    assert {each["reason"] for each in others} == {"duty-unfulfilled", "reference-missing"}


def test_where_nothing_was_observed_enforcement_would_stop_nothing(run: Run) -> None:
    recorded(run, *DENIED)
    seen = audit(run, "query", "--would-deny").out
    assert seen == "enforcement would stop none of what was merely observed\n"
    assert audit(run, "query", "--would-deny", "--format", "json").out == ""


def test_as_a_table_the_observed_transfers_are_listed(run: Run) -> None:
    observed(run)
    table = audit(run, "query", "--would-deny", "--format", "csv").out
    assert {row["action"] for row in csv.DictReader(io.StringIO(table))} == {"observed"}


# ── Who looked ───────────────────────────────────────────────────────────────────────────────────


def test_who_looks_is_recorded_with_what_they_looked_for(run: Run) -> None:
    recorded(run, *ALLOWED, "--subject-id", "B2019-004711")
    found(run, "--subject-id", "B2019-004711", "--purpose", "reminders", "--reader", "J. Jansen")
    (reading,) = readings()
    assert (reading["reader"], reading["what"]) == ("J. Jansen", "query")
    assert dict(reading["filter"])["purpose"] == "reminders"  # type: ignore[call-overload]
    assert "B2019" not in json.dumps(reading)


def test_who_gives_no_name_is_recorded_by_the_login_name(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(run, *ALLOWED)
    monkeypatch.setenv("LOGNAME", "jansen")
    found(run)
    assert [each["reader"] for each in readings()] == ["jansen"]


# ── Wrong use, and what cannot be read ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--proofs",), "--proofs is for --format json"),
        (("--proofs", "--format", "json", "--would-deny"), "--proofs is for --format json"),
        (("--would-deny", "--action", "passed"), "leave out --action"),
        (("--since", "yesterday"), "give a day"),
        (("--since", "2026-11-24T10:00:00"), "give a day"),
        (("--until", "9999-12-31"), "give a day"),
        (("--last", "0"), "--last"),
        (("--reader", ""), "give a name on one line"),
        (("--reader", "a\nb"), "give a name on one line"),
        (("--effect", "maybe"), "maybe"),
    ],
)
def test_wrong_use_is_refused_and_no_reading_is_recorded(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    recorded(run, *ALLOWED)
    assert_misuse(audit(run, "query", *arguments), message)
    assert readings() == []


@pytest.mark.parametrize("command", ["query", "verify", "export", "anchor", "erase"])
def test_a_command_without_a_log_or_its_keys_is_refused(run: Run, command: str) -> None:
    assert_misuse(run("audit", command, "--keys", "keys"), "--log")
    assert_misuse(run("audit", command, "--log", "audit.db"), "--keys")
    assert_misuse(run("audit", command, "--log", "", "--keys", "keys"), "--log and --keys")


@pytest.mark.parametrize("command", ["query", "verify", "export", "anchor", "erase"])
@pytest.mark.parametrize("case", ["missing", "no-database", "other-database", "no-keys", "others"])
def test_a_log_that_cannot_be_opened_is_one_clear_line(run: Run, command: str, case: str) -> None:
    recorded(run, *ALLOWED)
    where, keys = "audit.db", "keys"
    if case == "missing":
        where = "no/such/audit.db"
    elif case == "no-database":
        where = "policy/policy.yaml"
    elif case == "other-database":
        where = other_database()
    elif case == "no-keys":
        keys = "no-keys"
    else:
        run(*ALLOWED[:5], "--record", "--log", "other.db", "--keys", "other", "--data", "name")
        keys = "other"
    arguments = ("--to", "heads") if command == "anchor" else ()
    ran = run("audit", command, "--log", where, "--keys", keys, *arguments)
    assert_misuse(ran)
    assert not Path("heads").exists()


def other_database() -> str:
    from doelbinding.stores import open_store
    from doelbinding.stores.store import Schema

    schema = Schema("other", 1, ("CREATE TABLE other (id INTEGER PRIMARY KEY)",), 7)
    open_store("else.db", schema, create=True).close()
    return "else.db"


@pytest.mark.parametrize(
    ("command", "form"),
    [
        ("query", "text"),
        ("query", "json"),
        ("query", "csv"),
        ("query", "html"),
        ("export", "csv"),
        ("export", "html"),
    ],
)
@pytest.mark.parametrize("content", [b"{no json", b"[]", b"{}", b"\xff", b'{"id":"a"}'])
def test_an_entry_that_cannot_be_read_is_one_clear_line(
    run: Run, command: str, form: str, content: bytes
) -> None:
    recorded(run, *ALLOWED)
    change("UPDATE entries SET payload = ? WHERE kind = 'decided'", content)
    ran = audit(run, command, "--format", form, "--output", "found")
    assert_misuse(ran, "audit.db is damaged")
    assert not Path("found").exists()


@pytest.mark.parametrize("key", ["withheld", "gate", "effect", "question", "policy"])
@pytest.mark.parametrize("form", ["text", "csv", "html"])
def test_an_entry_that_lacks_something_is_one_clear_line(run: Run, key: str, form: str) -> None:
    recorded(run, *DENIED)
    ((payload,),) = rows("SELECT payload FROM entries WHERE kind = 'decided'")
    said = json.loads(bytes(payload))
    del said[key]
    change("UPDATE entries SET payload = ? WHERE kind = 'decided'", json.dumps(said).encode())
    ran = audit(run, "query", "--format", form, "--output", "found")
    assert ran.code == (0 if (key, form) in {("policy", "text"), ("policy", "html")} else 2)


def test_an_output_that_exists_is_refused_before_the_log_is_read(run: Run) -> None:
    recorded(run, *ALLOWED)
    Path("found").touch()
    assert_misuse(audit(run, "query", "--output", "found"), "found exists already")
    assert readings() == []


def test_the_group_names_its_commands(run: Run) -> None:
    ran = run("audit", "--help")
    assert ran.code == 0
    for name in ("query", "verify", "export", "anchor", "erase"):
        assert re.search(rf"^  {name} ", ran.out, re.MULTILINE)
    assert_misuse(run("audit", "burn", *LOG), "burn")
