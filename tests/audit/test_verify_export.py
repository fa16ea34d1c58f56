"""Nothing that was done to an export stays unseen by the verifier of one file; and its command."""

import ast
import json
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from doelbinding.audit import verify_export
from tests.audit.examining import ANCHORED, EXPORT, begun, examined, is_found, wrong
from tests.audit.ledger import decided, public_pem
from tests.audit.small import MAIL, NUMBERED, TOO_MUCH, small_ledger

LINES = small_ledger().lines()
PARTS = 8


def test_a_whole_export_is_found_whole_and_its_decisions_are_decided_again() -> None:
    checked = examined(EXPORT)
    assert checked.findings.wrong == []
    assert checked.anchored == ANCHORED.heads[0]
    assert (checked.count, checked.records.erased) == (len(LINES) - 2, 3)
    assert checked.records.decided == checked.records.decided_again == 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_flipped_byte_is_found(part: int) -> None:
    unseen: list[int] = []
    for place in range(part, len(EXPORT), PARTS):
        byte = EXPORT[place]
        masks = {1 << place % 8, 1, 0x20} if chr(byte).isalpha() else {1 << place % 8, 1}
        for mask in masks:
            flipped = EXPORT[:place] + bytes([byte ^ mask]) + EXPORT[place + 1 :]
            if not is_found(flipped):
                unseen.append(place)
    assert unseen == []


@pytest.mark.parametrize("part", range(PARTS))
def test_every_cut_is_found(part: int) -> None:
    lengths = range(part, len(EXPORT), PARTS)
    assert [length for length in lengths if not is_found(EXPORT[:length])] == []


def test_every_line_that_was_removed_doubled_or_swapped_is_found() -> None:
    numbers = range(len(LINES))
    removed = [LINES[:each] + LINES[each + 1 :] for each in numbers]
    doubled = [LINES[: each + 1] + LINES[each:] for each in numbers]
    swapped = [
        [*LINES[:one], LINES[other], *LINES[one + 1 : other], LINES[one], *LINES[other + 1 :]]
        for one in numbers
        for other in numbers[one + 1 :]
    ]
    for changed in (removed, doubled, swapped):
        assert [place for place, lines in enumerate(changed) if not is_found(b"".join(lines))] == []


def test_what_is_appended_to_a_line_or_to_the_end_is_found() -> None:
    for more in (b"\n", b" ", b"{}", b"{}\n", LINES[-1], b"\0"):
        assert is_found(EXPORT + more)
        assert is_found(EXPORT.replace(b"}\n", b"}" + more.strip(b"\n") + b" \n", 1))
        assert is_found(more + EXPORT)


def test_a_log_that_was_written_anew_is_found_by_the_head_alone() -> None:
    ledger = small_ledger()
    ledger.records[8].entry["at"] = "2026-06-01T10:00:01.000000Z"
    assert wrong(ledger) == []  # consistent in itself
    assert is_found(ledger.export())


def test_records_that_were_cut_off_are_counted() -> None:
    ledger = small_ledger()
    del ledger.records[-2:]
    found = examined(ledger.export()).findings.wrong
    assert found == ["the end is gone, 2 records: 15 were there at 2026-06-02T00:00:00Z"]


# ── The command ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def files(tmp_path: Path) -> Path:
    ledger = small_ledger()
    (tmp_path / "log.jsonl").write_bytes(EXPORT)
    (tmp_path / "heads.txt").write_text(f"{ledger.head(3)}\n{ledger.head(12)}")
    (tmp_path / "key.pem").write_text(public_pem())
    (tmp_path / "receipts.jsonl").write_bytes(ledger.receipt(0) + ledger.receipt(8))
    shutil.copy(verify_export.__file__, tmp_path / "anything.py")
    return tmp_path


def run(folder: Path, *arguments: str, python: str = sys.executable) -> tuple[int, str, str]:
    """The copied file alone: no environment, no site packages, another folder."""
    command = [python, "-I", "-S", "anything.py", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


FULL = ("log.jsonl", "--head", "heads.txt", "--key", "key.pem", "--receipt", "receipts.jsonl")


def test_the_file_needs_nothing_but_itself(files: Path) -> None:
    code, said, errors = run(files, *FULL)
    assert (code, errors) == (0, "")
    assert said.splitlines()[-1] == (
        "VERDICT: whole and unchanged up to the head of 12 records at 2026-06-02T00:00:00Z;"
        " 3 records after it not anchored"
    )


def test_a_broken_export_is_told_and_ends_in_one(files: Path) -> None:
    (files / "log.jsonl").write_bytes(EXPORT.replace(b'"carried-out"', b'"carried-off"'))
    (files / "log.jsonl").write_bytes(EXPORT.replace(b'"TimeoutError"', b'"TimeoutFault"'))
    code, said, errors = run(files, *FULL)
    assert (code, errors) == (1, "")
    assert "  record 6 does not say what its leaf stands for\n" in said
    assert said.splitlines()[-1] == "VERDICT: BROKEN: 1 thing is wrong"


def test_without_a_head_it_says_that_nothing_proves_the_end(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_export.main([str(files / "log.jsonl")]) == 0
    said = capsys.readouterr().out
    assert "nothing proves that the end is whole" in said
    assert said.splitlines()[-1].endswith("nothing proves that there is none: no head was given")


def test_programs_get_the_same_as_json(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [str(files / each) if "." in each else each for each in FULL]
    assert verify_export.main([*arguments, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["verdict"] == "well"
    assert (said["size"], said["anchored"], said["unanchored"]) == (15, 12, 3)
    assert verify_export.main([str(files / "none.jsonl"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["verdict"] == "unreadable"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("none.jsonl",),
        (".",),
        ("key.pem",),
        ("log.jsonl", "--head", "heads.txt"),
        ("log.jsonl", "--key", "key.pem"),
        ("log.jsonl", "--head", "key.pem", "--key", "key.pem"),
        ("log.jsonl", "--head", "empty", "--key", "key.pem"),
        ("log.jsonl", "--head", "binary", "--key", "key.pem"),
        ("log.jsonl", "--head", "heads.txt", "--key", "heads.txt"),
        ("log.jsonl", "--head", "none.txt", "--key", "key.pem"),
        ("log.jsonl", "--bundle", "key.pem"),
        ("log.jsonl", "--receipt", "none"),
    ],
)
def test_what_cannot_be_read_ends_in_two_and_one_line(
    files: Path, arguments: tuple[str, ...]
) -> None:
    (files / "empty").touch()
    (files / "binary").write_bytes(b"\xff\xfe")
    code, said, errors = run(files, *arguments)
    assert (code, said) == (2, "")
    assert "Traceback" not in errors
    assert errors.splitlines()[-1].startswith(("VERDICT: not checked: ", "anything.py: error: "))


def test_no_value_of_an_export_steers_a_terminal(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steering = "\x1b]0;owned\x07\x9b2J\u202e\u2028\r\n\x7f"
    ledger, policy = begun()
    for _ in range(2):
        ledger.add("decided", **decided(policy, steering, NUMBERED))
    ledger.add("read", steering, reader=steering, what=steering, filter={})
    ledger.add(steering)
    ledger.add("decided", **decided(policy, "x", TOO_MUCH, effect=steering, rules=[steering]))
    (files / "log.jsonl").write_bytes(ledger.export())
    for form in ((), ("--json",)):
        assert verify_export.main([str(files / "log.jsonl"), *form]) == 1
        said = capsys.readouterr().out
        assert "owned" in said
        assert all(each.isprintable() for each in said.replace("\n", ""))


def test_of_many_findings_the_first_are_shown_and_all_are_counted(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger, policy = begun()
    for _ in range(150):
        ledger.add("decided", **decided(policy, "same", MAIL))
    (files / "log.jsonl").write_bytes(ledger.export())
    assert verify_export.main([str(files / "log.jsonl")]) == 1
    said = capsys.readouterr().out.splitlines()
    assert len([line for line in said if line.endswith("decides `same` once more")]) == 100
    assert "  and 49 more that are wrong" in said
    assert said[-1] == "VERDICT: BROKEN: 149 things are wrong"


def test_an_extract_is_told_as_one(files: Path) -> None:
    ledger = small_ledger()
    (files / "log.jsonl").write_bytes(ledger.extract(5, 8))
    (files / "heads.txt").write_text(ledger.head())
    code, said, _ = run(files, *FULL[:5])
    assert code == 0
    assert said.splitlines()[0] == f"log.jsonl: an extract of 15, log {'0f' * 16}"
    assert said.splitlines()[-1] == (
        "VERDICT: all 2 records stand in the log as it was at 2026-06-02T00:00:00Z"
    )


def test_older_pythons_read_the_file_too() -> None:
    """Nothing in it is newer than Python 3.9, as far as its grammar tells."""
    text = Path(verify_export.__file__).read_text("utf-8")
    assert ast.parse(text, feature_version=(3, 9)).body


def test_the_ledger_of_these_tests_holds_every_kind_of_line() -> None:
    kinds = {record.entry["kind"] for record in small_ledger().records}
    assert kinds == {
        *("opened", "closed", "policy", "decided", "outcome", "read", "erased", "clock")
    }
    assert any(b'"erased":true' in line for line in LINES)
    assert any(line.startswith(b'{"bundle":') for line in LINES)
    assert all(one != other for one, other in pairwise(LINES))
