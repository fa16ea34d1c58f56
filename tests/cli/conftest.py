"""What the tests of the command line share: a small policy, and ways to run a command on it."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import doelbinding
from doelbinding.cli.main import main
from tests.postgres import database, postgres_server

__all__ = ["database", "home", "postgres_server", "run"]

HERE = Path(__file__).parent
DOELBINDING = (sys.executable, "-m", "doelbinding")
MOMENT = "2026-06-01T12:00:00+02:00"
AT = ("--at", MOMENT)
TO_MAILER = ("check", "--to", "mailing", "--purpose", "reminders", *AT)
"""What may go: contact details and names; loans are forbidden."""
TO_PARTNER = ("check", "--to", "partner", "--purpose", "lending", *AT)
"""What may go once the member asked, with a reference."""
TO_POLICE = ("check", "--to", "police", "--purpose", "disclosure", *AT)
"""What may go on record only: names, with a reference."""
ALLOWED = (*TO_MAILER, "--data", "contact")
DENIED = (*TO_MAILER, "--data", "loans")
LOGGED = (*TO_POLICE, "--data", "name", "--reference", "PV-1")

TRANSFER: dict[str, Any] = {
    "recipient": "mailing",
    "purpose": "reminders",
    "data": ["contact"],
    "at": MOMENT,
}
"""The same as `ALLOWED`, as a line of a batch."""

_DIGEST = re.compile(r"sha256:[0-9a-f]+…?")


class Ran(NamedTuple):
    """What a command ended with and wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        """The lines of JSON that it wrote."""
        return [json.loads(line) for line in self.out.split("\n")[:-1]]


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, in which `policy` holds a small policy that a test may spoil."""
    for variable in ("NO_COLOR", "TERM", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(variable, raising=False)
    shutil.copytree(HERE / "library", tmp_path / "policy")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process."""

    def ran(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(arguments)
        written = capsys.readouterr()
        return Ran(code, written.out, written.err)

    return ran


def apart(
    *arguments: str,
    first: str = ":",
    redirect: str = "",
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
) -> Ran:
    """Runs a command in a process of its own, from a shell that prepares it and its streams."""
    source = str(Path(str(doelbinding.__file__)).parents[1])
    done = subprocess.run(
        ["bash", "-c", f'{first}; "$@" {redirect}', "bash", *DOELBINDING, *arguments],
        input=stdin,
        env={**os.environ, "PYTHONPATH": source, **(env or {})},
        capture_output=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def batch(*transfers: Any) -> bytes:
    """The transfers as JSON Lines; bytes are a line as it is."""
    return b"".join(
        (each if isinstance(each, bytes) else json.dumps(each).encode()) + b"\n"
        for each in transfers
    )


def spoil(old: str, new: str, folder: str = "policy") -> None:
    """Write something else in the policy's file, at the one place that reads `old`."""
    file = Path(folder) / "policy.yaml"
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


def assert_misuse(ran: Ran, message: str = "") -> None:
    """It ended with 2: nothing written but one clear line, and one with what to do."""
    assert (ran.code, ran.out) == (2, "")
    assert_one_clear_line(ran.err, message)


def assert_one_clear_line(text: str, message: str = "") -> None:
    """It is an error that says so, with at most one line of help, and nothing that steers."""
    first, *rest = text.splitlines()
    assert first.startswith("error: ")
    assert message in first
    assert [line[:6] for line in rest] in ([], ["help: "])
    assert text.replace("\n", "").isprintable()


def assert_screen(name: str, seen: str) -> None:
    """What is seen stands in `screens/`, without digests; DOELBINDING_WRITE_SCREENS=1 writes it."""
    file = HERE / "screens" / f"{name}.txt"
    seen = _DIGEST.sub("sha256:…", seen)
    if os.environ.get("DOELBINDING_WRITE_SCREENS") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(seen, "utf-8")
    assert seen == file.read_text("utf-8")
