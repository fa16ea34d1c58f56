"""`audit verify` finds every change and every loss, and says how far that is proven."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, Run, assert_misuse
from tests.cli.logs import ALLOWED, DENIED, LOG, LOGGED, audit, change, recorded, rows


@pytest.fixture
def log(run: Run) -> None:
    """A log that was anchored, in a file and beside the keys."""
    recorded(run, *ALLOWED, "--subject-id", "4711")
    recorded(run, *DENIED)
    recorded(run, *LOGGED)
    assert audit(run, "anchor", "--to", "heads").code == 0


def verified(run: Run, *arguments: str) -> dict[str, Any]:
    ran = audit(run, "verify", "--format", "json", *arguments)
    (report,) = ran.json
    assert ran.code == (0 if report["verdict"] == "whole" else 1)
    assert ran.err == ""
    return report


def broken(run: Run, message: str, *arguments: str) -> Ran:
    """It is told that the log is broken, and how."""
    ran = audit(run, "verify", *arguments)
    first, *_, last = ran.out.splitlines()
    assert ran.code == 1
    assert first == last
    assert first.startswith("BROKEN: ")
    assert message in ran.out
    return ran


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_a_log_that_is_whole_says_how_far_that_is_proven(run: Run, lang: str) -> None:
    recorded(run, *ALLOWED)
    ran = audit(run, "verify", "--head", "heads", "--lang", lang)
    size = rows("SELECT size FROM state")[0][0]
    first, *_, last = ran.out.splitlines()
    assert (ran.code, ran.err, first) == (0, "", last)
    word, rest = {"en": ("WHOLE", "behind it"), "nl": ("HEEL", "daarachter")}[lang]
    assert first.startswith(f"{word}: {size} ")
    assert f"; 3 {rest}" in first


@pytest.mark.usefixtures("log")
def test_nothing_is_written_to_the_log_that_is_verified(run: Run) -> None:
    before = rows("SELECT count(*) FROM entries")
    verified(run, "--decide")
    assert rows("SELECT count(*) FROM entries") == before


def test_a_log_without_heads_says_that_nothing_proves_its_end(run: Run) -> None:
    recorded(run, *ALLOWED)
    ran = audit(run, "verify")
    assert ran.code == 0
    assert "nothing proves that the end is there" in ran.out.splitlines()[0]
    assert verified(run)["anchored"] is None


@pytest.mark.usefixtures("log")
def test_a_changed_entry_is_found(run: Run) -> None:
    change("UPDATE entries SET payload = replace(payload, 'police', 'mailer') WHERE seq = 8")
    change("UPDATE entries SET payload = CAST(payload AS BLOB) WHERE seq = 8")
    broken(run, "entry 8: the entry does not say what was written")
    assert verified(run)["faults"][0]["seq"] == 8


@pytest.mark.usefixtures("log")
def test_the_last_entries_cut_off_and_the_state_mended_are_found_by_the_head(run: Run) -> None:
    Path("audit-copy.db").write_bytes(Path("audit.db").read_bytes())
    chain = rows("SELECT chain FROM entries WHERE seq = 2")[0][0]
    change("DELETE FROM entries WHERE seq > 2")
    change("UPDATE state SET size = 3, chain = ?", bytes(chain))
    broken(run, "were anchored; 3 are there")


@pytest.mark.usefixtures("log")
def test_a_record_that_was_never_written_is_a_gap(run: Run) -> None:
    from doelbinding.audit.log import AuditLog
    from doelbinding.gate.gate import Gate
    from doelbinding.policy import Policy

    with AuditLog.sqlite("audit.db", keys="keys") as opened:
        gate = Gate(Policy.load("policy"), opened)
        mail = {"recipient": "mailing", "purpose": "reminders", "fulfils": {"encrypt"}}
        gate.send(**mail, data=("contact",))  # type: ignore[arg-type]
        opened._writer.chronicle.burn_number()
        gate.send(**mail, data=("name",))  # type: ignore[arg-type]
    ran = audit(run, "verify")
    assert ran.code == 1
    assert ran.out.startswith("GAP: 1 record was never written; ")
    assert "is missing before entry" in ran.out
    report = verified(run)
    assert (report["verdict"], report["missing"], len(report["gaps"])) == ("gap", 1, 1)


@pytest.mark.usefixtures("log")
def test_a_writer_that_never_ended_is_told(run: Run) -> None:
    change("DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)")
    assert "1 never said that they ended" in audit(run, "verify").out


@pytest.mark.usefixtures("log")
def test_receipts_that_callers_kept_are_compared(run: Run) -> None:
    receipt = recorded(run, *ALLOWED)["record"]["receipt"]
    Path("receipts").write_text(json.dumps(receipt) + "\n\n", "utf-8")
    assert verified(run, "--receipts", "receipts")["receipts"] == 1
    Path("receipts").write_text(json.dumps({**receipt, "leaf": "0" * 64}) + "\n", "utf-8")
    broken(run, "is not the one that a receipt is for", "--receipts", "receipts")


@pytest.mark.usefixtures("log")
def test_what_enforcement_decided_is_decided_again_and_compared(run: Run) -> None:
    again = verified(run, "--decide")["again"]
    assert (again["count"], again["difference-count"], again["undecided"]) == (3, 0, 0)


@pytest.mark.usefixtures("log")
def test_an_answer_that_the_kept_policy_does_not_give_is_told(run: Run) -> None:
    (payload,) = rows("SELECT payload FROM entries WHERE seq = 2")[0]
    said = bytes(payload).replace(b'"rules":["reminder-mail"]', b'"rules":["other-flow"]')
    assert said != bytes(payload)
    change("UPDATE entries SET payload = ? WHERE seq = 2", said)
    ran = broken(run, "the policy says otherwise in rules", "--decide")
    assert "3 decided again, 1 otherwise, 0 undecided" in ran.out


@pytest.mark.usefixtures("log")
def test_a_policy_that_is_not_kept_any_more_is_told(run: Run) -> None:
    change("DELETE FROM bundles")
    ran = broken(run, "is missing", "--decide")
    assert "is not kept, or cannot be read" in ran.out
    assert verified(run, "--decide")["again"]["undecided"] == 3


@pytest.mark.usefixtures("log")
def test_the_database_is_asked_about_itself_unless_that_is_declined(run: Run) -> None:
    assert verified(run)["integrity"] == {"asked": True, "problem": None}
    assert verified(run, "--no-integrity")["integrity"] == {"asked": False, "problem": None}


@pytest.mark.usefixtures("log")
def test_a_head_that_is_not_signed_by_the_key_is_told(run: Run) -> None:
    other = ("--log", "other.db", "--keys", "other")
    run("check", "--to", "police", "--purpose", "disclosure", "--record", *other)
    run("audit", "anchor", *other, "--to", "other-heads")
    broken(run, "is not signed by the key", "--key", "other/head.pub.pem")
    broken(run, "is of another log", "--head", "other-heads")


@pytest.mark.usefixtures("log")
def test_exit_zero_turns_a_finding_into_0(run: Run) -> None:
    change("DELETE FROM bundles")
    assert audit(run, "verify", "--exit-zero").code == 0


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("option", "content", "message"),
    [
        ("--head", None, "kept cannot be read: no such file or directory"),
        ("--head", b"no head", "kept:1: "),
        ("--head", b"\xff\xfe", "kept is no text in UTF-8"),
        ("--head", b"", "kept:1: "),
        ("--key", None, "kept"),
        ("--key", b"no key", "kept"),
        ("--receipts", None, "kept cannot be read: no such file or directory"),
        ("--receipts", b"[]\n", "kept, line 1: no receipt"),
        ("--receipts", b'{"log": 1, "seq": 1, "leaf": 1}\n', "kept, line 1: no receipt"),
        ("--receipts", b"\xff", "kept is no text in UTF-8"),
    ],
)
def test_what_was_kept_elsewhere_and_cannot_be_read_is_one_clear_line(
    run: Run, option: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        Path("kept").write_bytes(content)
    assert_misuse(audit(run, "verify", option, "kept"), message)


@pytest.mark.usefixtures("log")
def test_heads_without_the_key_that_checks_them_are_refused(run: Run) -> None:
    Path("keys/head.pub.pem").unlink()
    assert_misuse(audit(run, "verify"), "keys/head.pub.pem is missing")


def test_a_file_that_holds_no_log_yet_is_refused(run: Run) -> None:
    recorded(run, *ALLOWED)
    change("DELETE FROM state")
    assert_misuse(audit(run, "verify"), "audit.db says nothing of the log that it holds")


def test_the_keys_of_another_log_are_refused(run: Run) -> None:
    recorded(run, *ALLOWED)
    run("check", *ALLOWED[1:5], "--record", "--log", "other.db", "--keys", "other")
    ran = run("audit", "verify", *LOG[:2], "--keys", "other")
    assert_misuse(ran, "the keys in other do not belong to the log")
