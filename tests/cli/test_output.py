"""Output is written whole or not at all, in UTF-8, and whatever stops it is told in one line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from doelbinding.cli.output import OutputError, write
from tests.cli.conftest import (
    ALLOWED,
    AT,
    DENIED,
    TRANSFER,
    Run,
    apart,
    assert_misuse,
    assert_one_clear_line,
    batch,
    spoil,
)

DIAGRAM = ("diagram", *AT)
VALIDATE = ("validate", *AT)
MANY = 200
LONG = ("check", "--format", "json", "--batch", "-")
"""With `MANY` transfers, more than the small disk holds."""
STEERING = (
    "\x1b]0;title\x07\x9b2J\r\n::set-output name=x::y\u202e##[set-env name=A]b##vso[task]\u2028"
)


def left(folder: str = ".") -> list[str]:
    """The files in a folder, but for the policy."""
    return sorted({file.name for file in Path(folder).iterdir()} - {"policy"})


# ── To a file ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("arguments", [DIAGRAM, VALIDATE, ALLOWED, (*ALLOWED, "--lang", "nl")])
def test_a_file_is_written_as_standard_output_would_be(
    run: Run, arguments: tuple[str, ...]
) -> None:
    shown = run(*arguments)
    written = run(*arguments, "--output", "answer")
    assert written == (shown.code, "", "")
    assert Path("answer").read_text("utf-8") == shown.out
    assert left() == ["answer"]


def test_a_batch_with_faults_is_written_whole_and_ends_with_2(run: Run) -> None:
    lines = batch(TRANSFER, b"{", TRANSFER)
    shown = run(*LONG, stdin=lines)
    assert run(*LONG, "--output", "answers", stdin=lines) == (2, "", "")
    assert Path("answers").read_text("utf-8") == shown.out


def test_a_dash_is_standard_output(run: Run) -> None:
    assert run(*DIAGRAM, "--output", "-") == run(*DIAGRAM)
    assert left() == []


def test_a_new_file_is_for_whom_the_umask_says(run: Run) -> None:
    before = os.umask(0o027)
    try:
        run(*DIAGRAM, "--output", "flows.mmd")
    finally:
        os.umask(before)
    assert Path("flows.mmd").stat().st_mode & 0o777 == 0o640


def test_a_file_that_exists_is_replaced_only_when_asked(run: Run) -> None:
    target = Path("answer")
    target.write_text("precious")
    target.chmod(0o600)
    assert_misuse(run(*DENIED, "--output", "answer"), "answer exists already")
    assert target.read_text() == "precious"
    assert run(*DENIED, "--output", "answer", "--force").code == 1
    assert target.read_text().startswith("DENY")
    assert target.stat().st_mode & 0o777 == 0o600
    assert left() == ["answer"]


@pytest.mark.parametrize("options", [(), ("--force",)])
@pytest.mark.parametrize("kind", ["link", "dangling", "folder", "pipe", "/dev/full", "no/folder"])
def test_what_is_no_regular_file_is_refused_even_with_force(
    run: Run, kind: str, options: tuple[str, ...]
) -> None:
    Path("precious").write_text("precious")
    Path("link").symlink_to("precious")
    Path("dangling").symlink_to("elsewhere")
    Path("folder").mkdir()
    os.mkfifo("pipe")
    before = left()
    assert_misuse(run(*DIAGRAM, "--output", kind, *options), kind)
    assert left() == before
    assert Path("precious").read_text() == "precious"


def test_a_file_is_refused_before_any_work_is_done(run: Run) -> None:
    ran = run("validate", "--policy", "nowhere", "--output", "policy")
    assert_misuse(ran, "policy is not a regular file")


@pytest.mark.parametrize("name", ["x" * 255, " ", "é😀", "-x", "a\nb"])
def test_a_file_may_have_any_name(run: Run, name: str) -> None:
    assert run(*DIAGRAM, f"--output={name}").code == 0
    assert left() == [name]


def test_a_name_that_is_too_long_is_told(run: Run) -> None:
    assert_misuse(run(*DIAGRAM, "--output", "x" * 256), "file name too long")
    assert left() == []


def test_a_text_that_fails_while_it_is_made_leaves_nothing_behind() -> None:
    def text() -> Iterator[str]:
        yield "the first line\n"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(text(), "report.txt")
    assert left() == []


def test_a_name_that_is_not_utf_8_is_written_as_numbers() -> None:
    ran = apart(
        "check",
        "--to",
        os.fsdecode(b"\xff"),
        "--purpose",
        "x",
        "--output",
        "answer",
        "--format",
        "json",
    )
    assert (ran.code, ran.out, ran.err) == (1, "", "")
    assert '"recipient": "\\udcff"' in Path("answer").read_text("utf-8")


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """A disk of four kilobytes."""
    disk = home / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(disk)]
    try:
        subprocess.run(mounting, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("options", [(), ("--force",)])
def test_a_full_disk_leaves_nothing_behind(
    run: Run, small_disk: Path, options: tuple[str, ...]
) -> None:
    if options:
        (small_disk / "answers").write_text("precious")
    before = left(str(small_disk))
    ran = run(*LONG, "--output", "disk/answers", *options, stdin=batch(TRANSFER) * MANY)
    assert_misuse(ran, "disk/answers cannot be written: no space left on device")
    assert left(str(small_disk)) == before
    assert not before or (small_disk / "answers").read_text() == "precious"


def test_a_file_that_may_not_grow_so_large_leaves_nothing_behind() -> None:
    ran = apart(*(*LONG, "--output", "answers"), first="ulimit -f 4", stdin=batch(TRANSFER) * MANY)
    assert_misuse(ran, "answers cannot be written: file too large")
    assert left() == []


# ── To standard output ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "arguments",
    [ALLOWED, LONG, ("--help",), ("check", "--help")],
)
@pytest.mark.parametrize(
    ("redirect", "reason"),
    [(">&-", "is closed"), (">/dev/full", "cannot be written: no space left on device")],
)
def test_standard_output_that_takes_nothing_ends_with_2(
    arguments: tuple[str, ...], redirect: str, reason: str
) -> None:
    ran = apart(*arguments, redirect=redirect, stdin=batch(TRANSFER) * MANY)
    assert_misuse(ran, f"standard output {reason}")


@pytest.mark.parametrize("arguments", [LONG, DIAGRAM, ("--help",)])
def test_a_reader_that_goes_away_ends_with_2(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "doelbinding", *arguments],
            input=batch(TRANSFER),
            stdout=gone,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert_one_clear_line(done.stderr.decode(), "standard output cannot be written: broken pipe")


def test_a_reader_of_the_first_line_alone_gets_it() -> None:
    ran = apart(
        *LONG,
        redirect='| head -1 > first; echo "${PIPESTATUS[0]}"',
        stdin=batch(TRANSFER) * 10 * MANY,
    )
    assert ran.out == "2\n"
    assert_one_clear_line(ran.err, "standard output cannot be written: broken pipe")
    assert len(Path("first").read_text().splitlines()) == 1


def test_a_batch_that_breaks_off_on_a_full_disk_ends_with_2_too() -> None:
    ran = apart("check", "--format", "json", "--batch", "/proc/self/mem", redirect=">/dev/full")
    assert_misuse(ran, "cannot read /proc/self/mem")


@pytest.mark.parametrize("redirect", ["2>&-", "2>/dev/full", "2>&- >&-"])
@pytest.mark.parametrize(("arguments", "code"), [(DENIED, 1), (("check",), 2)])
def test_remarks_that_nobody_can_read_change_no_exit_code(
    arguments: tuple[str, ...], code: int, redirect: str
) -> None:
    expected = 2 if ">&- >&-" in redirect else code
    assert apart(*arguments, redirect=redirect).code == expected


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "nl_NL.UTF-8", "LC_NUMERIC": "nl_NL.UTF-8"},
    ],
    ids=str,
)
def test_output_is_utf_8_and_the_same_whatever_the_locale(run: Run, env: dict[str, str]) -> None:
    arguments = (*DENIED, "--lang", "nl")
    assert apart(*arguments, env=env)[:2] == run(*arguments)[:2]


def test_an_error_is_utf_8_whatever_the_locale() -> None:
    ran = apart("validate", "--policy", "café", env={"LC_ALL": "C"})
    assert_misuse(ran, "there is no folder or bundle café")


# ── Colour ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("arguments", [VALIDATE, ALLOWED, (*ALLOWED, "--lang", "nl")])
def test_colour_adds_nothing_but_colour(run: Run, arguments: tuple[str, ...]) -> None:
    plain, coloured = run(*arguments).out, run(*arguments, "--color", "always").out
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    for code in ("0", "1", "2", "1;31", "1;32", "1;33", "1;34"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


@pytest.mark.parametrize(
    ("choice", "variables", "terminal", "coloured"),
    [
        ("auto", {}, True, True),
        ("auto", {"TERM": "xterm"}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
        ("never", {}, True, False),
    ],
)
def test_colour_comes_as_chosen_else_on_a_terminal_that_has_not_declined(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    choice: str,
    variables: dict[str, str],
    terminal: bool,
    coloured: bool,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    assert ("\x1b[" in run(*VALIDATE, "--color", choice).out) is coloured
    spoil("timezone:", "timezonne:")
    assert ("\x1b[" in run(*ALLOWED, "--color", choice).err) is coloured


def test_a_file_is_not_coloured_by_itself(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    run(*VALIDATE, "--output", "plain")
    run(*VALIDATE, "--output", "coloured", "--color", "always")
    assert "\x1b[" not in Path("plain").read_text()
    assert "\x1b[" in Path("coloured").read_text()


# ── What steers a terminal or a build ────────────────────────────────────────────────────────────


def assert_harmless(text: str) -> None:
    """Nothing in it moves a cursor, turns a line around or tells a pipeline what to do."""
    assert text.replace("\n", "").isprintable()
    assert "::set" not in text
    assert "##[" not in text
    assert "##vso[" not in text


@pytest.mark.parametrize(
    "field", ["--from", "--to", "--purpose", "--data", "--subject", "--reference", "--fact"]
)
def test_what_a_transfer_says_cannot_steer_a_terminal_or_a_build(run: Run, field: str) -> None:
    value = f"{STEERING.replace('=', '')}=true" if field == "--fact" else STEERING
    ran = run(*ALLOWED, field, value)
    assert_harmless(ran.out + ran.err)
    assert "\\u001b]0;title\\u0007" in ran.out


def test_the_moment_of_a_transfer_cannot_steer_a_terminal(run: Run) -> None:
    ran = run(*ALLOWED, "--at", "2026-11-24\x1b12:00:00+01:00")
    assert_harmless(ran.out)
    assert "2026-11-24\\u001b12:00:00+01:00" in ran.out


def test_a_batch_cannot_steer_a_terminal_or_a_build(run: Run) -> None:
    fields = ("id", "sender", "recipient", "purpose", "subject", "reference")
    hostile = {**TRANSFER, **dict.fromkeys(fields, STEERING), "data": [STEERING]}
    lines = batch(hostile, {STEERING: 1}, STEERING.encode())
    for options in ((), ("--format", "json")):
        ran = run("check", "--batch", "-", *options, stdin=lines)
        assert_harmless(ran.out + ran.err)


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "--policy", STEERING),
        ("check", "--batch", STEERING),
        ("validate", "--output", f"nowhere/{STEERING}"),
        ("validate", "--format", STEERING),
        ("validate", STEERING),
        (STEERING,),
        (f"--{STEERING}",),
    ],
)
def test_a_message_cannot_steer_a_terminal_or_a_build(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert_misuse(ran)
    assert_harmless(ran.err)


def test_a_label_in_a_policy_cannot_steer_a_build(run: Run) -> None:
    spoil("{en: Mailing provider,", "{en: '::set-output name=a::b ##[set-env name=A]b',")
    for arguments in (ALLOWED, VALIDATE, (*DIAGRAM, "--by", "purpose")):
        assert_harmless(run(*arguments).out)


def test_a_policy_in_which_a_label_steers_a_terminal_is_refused_without_showing_it(
    run: Run,
) -> None:
    spoil("{en: Mailing provider,", '{en: "Mailing \\e]0;title\\a ::set-output name=a::b",')
    for form in ("text", "concise", "json"):
        ran = run(*VALIDATE, "--format", form)
        assert ran.code == 1
        assert_harmless(ran.out)
    assert_harmless(run(*ALLOWED).err)


def test_a_policy_whose_file_has_a_hostile_name_is_told_harmlessly(run: Run) -> None:
    Path(f"policy/::set-output{STEERING}.yaml").write_text("facts: {}\n", "utf-8")
    for form in ("text", "concise", "json"):
        assert_harmless(run(*VALIDATE, "--format", form).out)


def test_an_output_error_carries_its_advice() -> None:
    error = OutputError("it cannot be written", "Make room.")
    assert (str(error), error.message, error.help) == (error.message, str(error), "Make room.")
