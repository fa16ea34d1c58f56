"""Transfers as JSON Lines: what is no transfer is told in its place, and the rest goes on."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import TRANSFER, Ran, Run, apart, assert_misuse, batch

BATCH = ("check", "--format", "json", "--batch")
CANARY = "canary-7f3a"
DEEP = b'{"recipient": "mailing", "purpose": "reminders", "data": '


def answered(run: Run, *transfers: Any) -> Ran:
    ran = run(*BATCH, "-", stdin=batch(*transfers))
    assert not ran.err
    return ran


def error(ran: Ran) -> dict[str, Any]:
    """The one error between two transfers that are allowed."""
    before, fault, after = ran.json
    assert (before["effect"], after["effect"]) == ("allow", "allow")
    assert list(fault) == ["error"]
    assert list(fault["error"]) == ["line", "message"]
    found: dict[str, Any] = fault["error"]
    return found


def test_each_line_is_answered_in_its_order_with_its_id_first(run: Run) -> None:
    ran = answered(run, {**TRANSFER, "id": "a"}, {"id": 7, **TRANSFER}, TRANSFER)
    assert ran.code == 0
    assert [next(iter(answer)) for answer in ran.json] == ["id", "id", "effect"]
    assert [answer.get("id") for answer in ran.json] == ["a", 7, None]


@pytest.mark.parametrize("identifier", ["", "a\nb", "é😀", 0, -1, 10**30])
def test_an_id_comes_back_as_it_was_given(run: Run, identifier: object) -> None:
    (answer,) = answered(run, {**TRANSFER, "id": identifier}).json
    assert answer["id"] == identifier


@pytest.mark.parametrize("blank", [b"", b"  \t", b"\r", b" " * 1_000_000])
def test_blank_lines_are_skipped_and_counted(run: Run, blank: bytes) -> None:
    ran = answered(run, blank, TRANSFER, blank, b"{", blank)
    assert [answer.get("error", {}).get("line") for answer in ran.json] == [None, 4]


def test_what_the_gate_alone_reads_is_accepted_and_not_decided_on(run: Run) -> None:
    ran = answered(run, {**TRANSFER, "subject-id": CANARY, "recipient-id": "NL-0000000000"})
    assert ran.code == 0
    assert CANARY not in ran.out


@pytest.mark.parametrize("field", ["sender", "subject", "facts", "reference"])
def test_null_is_as_good_as_left_out(run: Run, field: str) -> None:
    assert answered(run, {**TRANSFER, field: None}).out == answered(run, TRANSFER).out


def test_a_field_of_every_kind_comes_back_with_the_answer(run: Run) -> None:
    given = {
        "sender": "town-library",
        "recipient": "partner",
        "purpose": "lending",
        "subject": "member",
        "data": ["name"],
        "facts": {"asked": True, "x": None},
        "reference": "ILL-1",
        "at": TRANSFER["at"],
    }
    (answer,) = answered(run, given).json
    assert answer["transfer"] == given
    assert list(answer["transfer"]) == list(given)
    assert answer["effect"] == "allow"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"[]", "a transfer is an object with `recipient`, `purpose` and `data`"),
        (b'"text"', "a transfer is an object with `recipient`, `purpose` and `data`"),
        (b"null", "a transfer is an object with `recipient`, `purpose` and `data`"),
        (b"{", "not JSON, at column "),
        (b'{"a": 1} {"b": 2}', "not JSON, at column 10"),
        (b'{"recipient": "a\x1bb"}', "not JSON, at column 17"),
        (b"\x00", "not JSON, at column 1"),
        (b"\xff{}", "byte 1 is not UTF-8"),
        (b'{"recipient": "caf\xe9"}', "byte 19 is not UTF-8"),
        (b"\xed\xa0\x80", "byte 1 is not UTF-8"),
        (b"[" * 100_000, "brackets nest too deep"),
        (b'{"a":' * 100_000, "brackets nest too deep"),
        (b'{"recipient": NaN}', "NaN and Infinity are no JSON"),
        (b'{"recipient": -Infinity}', "NaN and Infinity are no JSON"),
        (b'{"recipient": "mailing", "recipient": "mailing"}', "a name stands twice in one object"),
        (b'{"facts": {"asked": true, "asked": false}}', "a name stands twice in one object"),
        (b"1" * 5_000, "a number has too many digits"),
        ({**TRANSFER, CANARY: 1}, "a field that a transfer does not have"),
        ({**TRANSFER, "to": CANARY}, "there is no field `to`; it is `recipient` here"),
        ({**TRANSFER, "from": CANARY}, "there is no field `from`; it is `sender` here"),
        ({"purpose": CANARY, "data": []}, "the field `recipient` is missing"),
        ({"recipient": CANARY, "data": []}, "the field `purpose` is missing"),
        ({"recipient": CANARY, "purpose": CANARY}, "the field `data` is missing"),
        ({**TRANSFER, "id": [CANARY]}, "`id` is a text or a whole number"),
        ({**TRANSFER, "id": True}, "`id` is a text or a whole number"),
        ({**TRANSFER, "id": 1.5}, "`id` is a text or a whole number"),
        ({**TRANSFER, "id": None}, "`id` is a text or a whole number"),
        ({**TRANSFER, "recipient": [CANARY]}, "`recipient` is a text, not list"),
        ({**TRANSFER, "recipient": None}, "`recipient` is a text, not NoneType"),
        ({**TRANSFER, "purpose": 1}, "`purpose` is a text, not int"),
        ({**TRANSFER, "sender": 1}, "`sender` is a text, not int"),
        ({**TRANSFER, "subject": False}, "`subject` is a text, not bool"),
        ({**TRANSFER, "data": CANARY}, "`data` is a list of category ids, not str"),
        ({**TRANSFER, "data": {CANARY: 1}}, "`data` is a list of category ids, not dict"),
        ({**TRANSFER, "data": None}, "`data` is a list of category ids, not NoneType"),
        ({**TRANSFER, "data": [[CANARY]]}, "`data` is a text, not list"),
        ({**TRANSFER, "facts": [CANARY]}, "`facts` are ids with true, false or null"),
        ({**TRANSFER, "facts": []}, "`facts` are ids with true, false or null"),
        ({**TRANSFER, "facts": ""}, "`facts` are ids with true, false or null"),
        ({**TRANSFER, "facts": False}, "`facts` are ids with true, false or null"),
        (
            {**TRANSFER, "facts": {CANARY: "true"}},
            "a state in `facts` is True, False or None, not str",
        ),
        ({**TRANSFER, "facts": {CANARY: 1}}, "a state in `facts` is True, False or None, not int"),
        ({**TRANSFER, "reference": 42}, "`reference` is a text, not int"),
        ({**TRANSFER, "at": CANARY}, "`at` is a moment with its offset"),
        ({**TRANSFER, "at": 20261124}, "`at` is a moment with its offset"),
        ({**TRANSFER, "at": "2026-11-24T12:00:00"}, "`at` is a moment with its offset"),
        ({**TRANSFER, "subject-id": 1}, "`subject-id` is a text"),
        ({**TRANSFER, "recipient-id": None}, "`recipient-id` is a text"),
        ({**TRANSFER, "id": CANARY * (1 << 17)}, "the line is longer than 1,048,576 bytes"),
        (b" " * (1 << 21), "the line is longer than 1,048,576 bytes"),
    ],
)
def test_a_line_that_is_no_transfer_is_told_in_its_place(
    run: Run, line: object, message: str
) -> None:
    ran = answered(run, TRANSFER, line, TRANSFER)
    fault = error(ran)
    assert (ran.code, fault["line"]) == (2, 2)
    assert fault["message"].startswith(message)
    assert CANARY not in ran.out


@pytest.mark.parametrize("half", ["\\ud800", "\\uDFFF", "\\ud800\\ud800", "x\\ude00\\ud83d"])
@pytest.mark.parametrize(
    "change",
    [
        '"id": "H"',
        '"recipient": "H"',
        '"purpose": "H"',
        '"sender": "H"',
        '"subject": "H"',
        '"data": ["H"]',
        '"facts": {"H": true}',
        '"reference": "H"',
        '"at": "H"',
        '"subject-id": "H"',
        '"H": 1',
    ],
)
def test_half_a_character_is_no_text_wherever_it_stands(run: Run, change: str, half: str) -> None:
    written = {key: it for key, it in TRANSFER.items() if f'"{key}"' not in change}
    line = f"{json.dumps(written)[:-1]}, {change.replace('H', half)}}}"
    fault = error(answered(run, TRANSFER, line.encode(), TRANSFER))
    assert fault["message"] == "a text holds half of a surrogate pair, which is no character"


def test_a_whole_pair_is_a_character(run: Run) -> None:
    line = json.dumps({**TRANSFER, "id": "😀"}).encode()
    assert b"\\ud83d\\ude00" in line
    assert answered(run, line).json[0]["id"] == "😀"


def test_brackets_of_any_depth_are_answered_and_the_rest_goes_on(run: Run) -> None:
    depths = range(1, 1_200)
    lines = [DEEP + b'["\\u0041",' + b"[" * deep + b"]" * deep + b"]}" for deep in depths]
    ran = answered(run, *lines, TRANSFER)
    assert ran.code == 2
    assert [answer["error"]["line"] for answer in ran.json[:-1]] == [*depths]
    assert {answer["error"]["message"] for answer in ran.json[:-1]} == {
        "`data` is a text, not list",
        "brackets nest too deep",
    }
    assert ran.json[-1]["effect"] == "allow"


def test_of_several_faults_the_same_one_is_told_each_time() -> None:
    line = batch({**TRANSFER, "to": 1, "from": 1, "x": 1, "id": 1, "facts": 1})
    seen = {
        apart(*BATCH, "-", stdin=line, env={"PYTHONHASHSEED": str(seed)}).out for seed in range(3)
    }
    assert len(seen) == 1


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + batch(TRANSFER, TRANSFER),
        batch(TRANSFER, TRANSFER).replace(b"\n", b"\r\n"),
        batch(TRANSFER, TRANSFER).rstrip(b"\n"),
        b"\xef\xbb\xbf" + batch(TRANSFER, TRANSFER).replace(b"\n", b"\r\n").rstrip(),
    ],
    ids=["byte order mark", "CRLF", "no newline at the end", "all of them"],
)
def test_marks_and_line_ends_of_another_system_are_no_matter(run: Run, text: bytes) -> None:
    ran = run(*BATCH, "-", stdin=text)
    assert (ran.code, [answer["effect"] for answer in ran.json]) == (0, ["allow", "allow"])


def test_the_longest_line_is_answered_and_the_next_one_too(run: Run) -> None:
    line = json.dumps(TRANSFER).encode()
    ran = answered(run, line + b" " * ((1 << 20) - 1 - len(line)), TRANSFER)
    assert [answer["effect"] for answer in ran.json] == ["allow", "allow"]


@pytest.mark.parametrize(
    "hostile",
    ["a\nb", "\u2028", "\x85", "\x1b[2J", "\x9b2J", "\u202e", "##[set-env name=A]b", "::error::x"],
)
def test_an_answer_is_one_line_that_gives_back_any_text(run: Run, hostile: str) -> None:
    fields = ("id", "sender", "recipient", "purpose", "subject", "reference")
    given = {**TRANSFER, **dict.fromkeys(fields, hostile), "data": [hostile]}
    ran = answered(run, {**given, "facts": {hostile: True}})
    assert len(ran.out.splitlines()) == 1
    assert hostile not in ran.out
    (answer,) = ran.json
    assert [answer["transfer"][field] for field in fields[1:]] == [hostile] * 5
    assert (answer["id"], answer["unknown-facts"]) == (hostile, [hostile])


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_the_calendar_are_moments_too(run: Run, at: str) -> None:
    (answer,) = answered(run, {**TRANSFER, "at": at}).json
    assert answer["transfer"]["at"] == at


def test_the_table_clips_long_names_so_that_no_row_is_as_long(run: Run) -> None:
    lines = batch({**TRANSFER, "recipient": "x" * 100_000}, *[TRANSFER] * 100)
    ran = run("check", "--batch", "-", stdin=lines)
    assert max(map(len, ran.out.splitlines())) < 400
    assert f"{'x' * 59}…" in ran.out


def test_a_file_is_read_as_standard_input_would_be(run: Run) -> None:
    Path("transfers.jsonl").write_bytes(batch(TRANSFER, b"{"))
    from_file = run(*BATCH, "transfers.jsonl")
    assert from_file == run(*BATCH, "-", stdin=batch(TRANSFER, b"{"))


def test_a_batch_that_cannot_be_opened_is_told_before_anything_is_written(run: Run) -> None:
    assert_misuse(run(*BATCH, "nowhere.jsonl"), "cannot read nowhere.jsonl: no such file")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_batch_that_fails_while_it_is_read_is_a_fault_of_the_batch(run: Run, form: str) -> None:
    ran = run("check", "--format", form, "--batch", "/proc/self/mem")
    assert_misuse(ran, "cannot read /proc/self/mem: input/output error")


@pytest.mark.parametrize(
    ("redirect", "message"),
    [
        ("<&-", "standard input is closed"),
        ("0>writable-only", "cannot read standard input: bad file descriptor"),
    ],
)
def test_standard_input_that_cannot_be_read_is_told(redirect: str, message: str) -> None:
    assert_misuse(apart(*BATCH, "-", redirect=redirect), message)


def test_answers_come_while_questions_are_still_being_asked() -> None:
    command = [sys.executable, "-m", "doelbinding", *BATCH, "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(batch({**TRANSFER, "id": 1}))
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.stdin.write(batch({**TRANSFER, "id": 2}))
        process.stdin.close()
        assert json.loads(process.stdout.readline())["id"] == 2
    assert process.returncode == 0


_PEAK = """
import resource, sys
from doelbinding.cli.main import main
assert main(["check", "--format", "json", "--batch", sys.argv[1]]) == 0
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


@pytest.mark.parametrize("lines", [10_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_many_lines_take_no_more_memory_than_a_thousand(lines: int) -> None:
    def peak(count: int) -> int:
        Path("many.jsonl").write_bytes(batch(TRANSFER) * count)
        done = subprocess.run(
            [sys.executable, "-c", _PEAK, "many.jsonl"], capture_output=True, check=True
        )
        assert done.stdout.count(b"\n") == count
        return int(done.stderr)

    assert peak(lines) - peak(1_000) < 2_000  # kilobytes
