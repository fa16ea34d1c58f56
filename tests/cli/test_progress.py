"""A batch that lasts shows how far it is, to whoever watches standard error, and to nobody else."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import TRANSFER, batch

JSON = ("check", "--format", "json", "--batch")
MANY = 3_000
_COMMAND = """
import signal, sys
from doelbinding.cli import progress
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets its background ignore it
from doelbinding.cli.main import main
progress._AFTER, progress._PAUSE = float(sys.argv[1]), 0
sys.exit(main(sys.argv[2:]))
"""


class Watched:
    """A command of which standard error, and if asked standard output, are a terminal."""

    def __init__(self, arguments: Sequence[str], after: float = 0, *, both: bool = False) -> None:
        self._screen, terminal = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, str(after), *arguments],
            stdin=subprocess.PIPE,
            stdout=terminal if both else subprocess.PIPE,
            stderr=terminal,
            env={**os.environ, "TERM": os.environ.get("TERM", "xterm")},
        )
        os.close(terminal)

    def ask(self, lines: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(lines)
        self.process.stdin.flush()

    def end(self, lines: bytes = b"") -> tuple[int, bytes, str]:
        """The exit code, what was written, and what the screen was told."""
        out, _ = self.process.communicate(lines)
        seen = b""
        while chunk := self._read():
            seen += chunk
        os.close(self._screen)
        return self.process.returncode, out or b"", seen.decode()

    def _read(self) -> bytes:
        try:
            return os.read(self._screen, 1 << 16)
        except OSError:  # all that was written has been read
            return b""


def test_a_file_is_measured_in_bytes_and_ends_at_its_end() -> None:
    Path("many.jsonl").write_bytes(batch(TRANSFER) * MANY)
    code, out, seen = Watched([*JSON, "many.jsonl"]).end()
    assert (code, out.count(b"\n")) == (0, MANY)
    assert "deciding  [#" in seen
    assert "100%" in seen
    assert seen.endswith("\n")


def test_a_pipe_is_measured_in_lines() -> None:
    watched = Watched([*JSON, "-"])
    code, out, seen = watched.end(batch(TRANSFER) * MANY)
    assert (code, out.count(b"\n")) == (0, MANY)
    assert f"]  {MANY}" in seen
    assert "%" not in seen
    assert seen.endswith("\n")


def test_a_file_as_standard_input_is_measured_in_bytes_too() -> None:
    Path("many.jsonl").write_bytes(batch(TRANSFER) * MANY)
    script = f'exec "$0" -c "$1" 0 {" ".join(JSON)} - < many.jsonl'
    screen, terminal = pty.openpty()
    done = subprocess.run(
        ["bash", "-c", script, sys.executable, _COMMAND],
        stdout=subprocess.PIPE,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm"},
        check=True,
    )
    assert done.stdout.count(b"\n") == MANY
    assert b"100%" in os.read(screen, 1 << 20)


def test_the_answers_are_the_same_as_when_nobody_watches() -> None:
    lines = batch(TRANSFER, b"{", {**TRANSFER, "id": "é"}) * 100
    _, watched, _ = Watched([*JSON, "-"]).end(lines)
    alone = [sys.executable, "-m", "doelbinding", *JSON, "-"]
    done = subprocess.run(alone, input=lines, capture_output=True, check=False)
    assert (watched, done.stderr) == (done.stdout, b"")


def test_who_gets_the_answers_within_half_a_second_sees_no_bar() -> None:
    assert Watched([*JSON, "-"], after=0.5).end(batch(TRANSFER))[2] == ""


def test_a_bar_appears_once_the_work_has_lasted() -> None:
    watched = Watched([*JSON, "-"], after=0.5)
    assert watched.process.stdout is not None
    watched.ask(batch(TRANSFER))
    assert json.loads(watched.process.stdout.readline())["effect"] == "allow"
    time.sleep(0.6)
    _, _, seen = watched.end(batch(TRANSFER))
    assert "deciding" in seen
    assert "]  2" in seen


def test_a_table_comes_below_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, seen = Watched(["check", "--batch", "-"], both=True).end(batch(TRANSFER) * 3)
    bar, _, table = seen.partition("\n")
    assert "deciding" in bar
    assert "3 transfers" in table
    assert "deciding" not in table


@pytest.mark.parametrize("options", [(), ("--color", "never"), ("--color", "always")])
@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}])
def test_a_bar_has_no_colour(
    monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    _, _, seen = Watched([*JSON, "-", *options]).end(batch(TRANSFER))
    assert "deciding" in seen
    assert "m" not in seen.replace("\x1b[?25l", "").replace("\x1b[?25h", "")


def test_a_terminal_that_cannot_go_back_in_a_line_shows_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert Watched([*JSON, "-"]).end(batch(TRANSFER))[2] == ""


def test_answers_on_the_same_terminal_are_not_mixed_with_a_bar() -> None:
    _, _, seen = Watched([*JSON, "-"], both=True).end(batch(TRANSFER) * 3)
    assert "deciding" not in seen
    assert len(seen.splitlines()) == 3


def test_an_error_comes_below_the_bar() -> None:
    Path("answers").touch()
    code, out, seen = Watched([*JSON, "-", "--output", "nowhere/answers"]).end(batch(TRANSFER))
    assert (code, out) == (2, b"")
    assert seen.splitlines()[-2].startswith("error: nowhere/answers cannot be written")


def test_an_interruption_ends_the_bar_and_says_so_in_a_line_of_its_own() -> None:
    watched = Watched([*JSON, "-"])
    assert watched.process.stdout is not None
    watched.ask(batch(TRANSFER))
    watched.process.stdout.readline()
    time.sleep(0.2)
    watched.process.send_signal(signal.SIGINT)
    code, _, seen = watched.end()
    assert code == 2
    assert seen.splitlines()[-1] == "interrupted"
    assert "Traceback" not in seen
