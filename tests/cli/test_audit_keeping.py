"""`audit export`, `anchor` and `erase` keep a log in order, and outside of itself."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from doelbinding.audit import erasure, keys
from doelbinding.audit.head import read_heads
from tests.cli.conftest import Run, assert_misuse
from tests.cli.logs import ALLOWED, DENIED, LOGGED, audit, found, recorded, rows


@pytest.fixture(autouse=True)
def log(run: Run) -> None:
    """A log with three transfers."""
    recorded(run, *ALLOWED, "--subject-id", "4711")
    recorded(run, *DENIED)
    recorded(run, *LOGGED)


# ── Export ───────────────────────────────────────────────────────────────────────────────────────


def test_the_export_is_checked_by_the_program_that_comes_with_it(run: Run) -> None:
    audit(run, "anchor", "--to", "heads")
    ran = audit(run, "export", "--output", "log.jsonl", "--verifier", "checker.py")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "checker.py: checks an export with Python alone\n"
    checker = (sys.executable, "-I", "checker.py", "log.jsonl")
    done = subprocess.run(
        [*checker, "--head", "heads", "--key", "keys/head.pub.pem"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert "3 decisions, 3 decided again" in done.stdout
    assert "VERDICT: whole and unchanged" in done.stdout


def test_without_a_file_the_export_goes_to_standard_output(run: Run) -> None:
    head, *lines = audit(run, "export").json
    assert head["doelbinding-log-export"] == 1
    assert [each["seq"] for each in lines if "seq" in each] == [*range(head["size"])]


@pytest.mark.parametrize(("form", "beginning"), [("csv", '"seq",'), ("html", "<!doctype html>")])
def test_the_transfers_can_be_exported_as_a_table(run: Run, form: str, beginning: str) -> None:
    ran = audit(run, "export", "--format", form, "--output", "table")
    text = Path("table").read_text("utf-8")
    assert (ran.code, ran.out) == (0, "")
    assert text.startswith(beginning)
    assert text.count("reminders") == 2


def test_who_exports_is_recorded_and_is_in_the_export(run: Run) -> None:
    lines = audit(run, "export", "--reader", "J. Jansen").json
    (reading,) = (each["entry"] for each in lines if each.get("entry", {}).get("kind") == "read")
    assert (reading["reader"], reading["what"]) == ("J. Jansen", "export")


@pytest.mark.parametrize("option", ["--output", "--verifier"])
def test_an_export_replaces_no_file_unless_told_to(run: Run, option: str) -> None:
    Path("there").write_text("mine", "utf-8")
    assert_misuse(audit(run, "export", option, "there"), "there exists already")
    assert Path("there").read_text("utf-8") == "mine"
    assert audit(run, "export", option, "there", "--force").code == 0
    assert Path("there").read_text("utf-8") != "mine"


def test_an_export_into_a_folder_that_is_not_there_is_refused(run: Run) -> None:
    ran = audit(run, "export", "--output", "no/such/log.jsonl")
    assert_misuse(ran, "no/such/log.jsonl cannot be written: no such file or directory")


# ── Anchor ───────────────────────────────────────────────────────────────────────────────────────


def test_heads_are_added_one_after_another_and_each_is_told(run: Run) -> None:
    size = rows("SELECT size FROM state")[0][0]
    first = audit(run, "anchor", "--to", "heads").out
    recorded(run, *ALLOWED)
    second = audit(run, "anchor", "--to", "heads").out
    assert first.startswith(f"anchored {size} entries, {size} of them new, at ")
    assert second.startswith(f"anchored {size + 3} entries, 3 of them new, at ")
    heads = read_heads(Path("heads").read_text("utf-8"))
    assert [each.head.size for each in heads] == [size, size + 3]


def test_a_command_gets_the_head_and_what_it_says_is_told(run: Run) -> None:
    ran = audit(run, "anchor", "--command", "cat > taken; printf 'taken\\033[31m\\n'")
    assert ran.code == 0
    assert ran.err == "taken\\u001b[31m\n"
    assert len(read_heads(Path("taken").read_text("utf-8"))) == 1


def test_a_command_that_fails_fails_loudly_and_nothing_counts_as_anchored(run: Run) -> None:
    assert_misuse(audit(run, "anchor", "--command", "exit 7"), "the command ended with 7: exit 7")
    assert not Path("keys/head").exists()
    assert "no head" in audit(run, "verify").out


def test_a_file_that_cannot_be_written_is_one_clear_line(run: Run) -> None:
    assert_misuse(audit(run, "anchor", "--to", "no/heads"), "no/heads cannot be written")
    assert_misuse(audit(run, "anchor", "--to", "policy"), "policy cannot be written")
    assert not Path("keys/head").exists()


def test_a_last_line_without_its_end_is_ended_first(run: Run) -> None:
    audit(run, "anchor", "--to", "heads")
    whole = Path("heads").read_text("utf-8")
    Path("heads").write_text(whole.rstrip("\n"), "utf-8")
    audit(run, "anchor", "--to", "heads")
    assert len(read_heads(Path("heads").read_text("utf-8"))) == 2


def test_a_head_must_go_somewhere(run: Run) -> None:
    assert_misuse(audit(run, "anchor"), "give --to, --command, or both")
    assert not Path("keys/head.pem").exists()


def test_a_log_that_lost_what_was_anchored_is_not_anchored_again(run: Run) -> None:
    copies = {file: file.read_bytes() for file in Path().glob("audit.db*")}
    recorded(run, *ALLOWED)
    audit(run, "anchor", "--to", "heads")
    for file in Path().glob("audit.db*"):
        file.unlink()
    for file, content in copies.items():
        file.write_bytes(content)
    assert_misuse(audit(run, "anchor", "--to", "heads"), "were anchored")
    assert len(read_heads(Path("heads").read_text("utf-8"))) == 1


# ── Erase ────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_not_over_is_not_erased(run: Run) -> None:
    assert audit(run, "erase").out == "erased 0 entries\n"
    assert len(found(run)) == 3


def test_what_was_kept_long_enough_is_erased_and_the_proofs_hold(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit(run, "anchor", "--to", "heads")
    later = datetime.now(UTC) + timedelta(days=3 * 366)
    with monkeypatch.context() as clocks:
        for module in (erasure, keys):
            clocks.setattr(module, "time_ns", lambda: int(later.timestamp()) * 10**9)
        ran = audit(run, "erase")
    assert ran.code == 0
    assert re.fullmatch(r"erased 3 entries\ndestroyed the key \S+\n", ran.out)
    kept = "SELECT count(*) FROM entries WHERE kind = 'decided' AND payload IS NOT NULL"
    assert rows(kept) == [(0,)]
    (report,) = audit(run, "verify", "--head", "heads", "--format", "json").json
    assert (report["verdict"], report["erased"]) == ("whole", 3)


def test_an_old_copy_with_its_keys_is_not_anchored_beside_the_heads_of_the_log(run: Run) -> None:
    """It would vouch for a second past, under the same key."""
    audit(run, "anchor", "--to", "heads")
    shutil.copytree("keys", "old-keys")
    shutil.copy("audit.db", "old.db")
    recorded(run, *ALLOWED)
    audit(run, "anchor", "--to", "heads")
    for _ in range(3):
        run("audit", "query", "--log", "old.db", "--keys", "old-keys")
    ran = run("audit", "anchor", "--log", "old.db", "--keys", "old-keys", "--to", "heads")
    assert_misuse(ran, "entries are not those that were anchored")
    assert len(read_heads(Path("heads").read_text("utf-8"))) == 2


def test_heads_of_two_keys_do_not_come_into_one_file(run: Run) -> None:
    audit(run, "anchor", "--to", "heads")
    for name in ("head", "head.pem", "head.pub.pem"):
        Path("keys", name).unlink()
    assert_misuse(audit(run, "anchor", "--to", "heads"), "another key signed")
