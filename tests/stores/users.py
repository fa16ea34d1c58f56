"""Acts in a child process: without the rights of root, or with a limit."""

import os
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


def in_child(act: Callable[[], str], first: Callable[[], None] = lambda: None) -> str:
    """What an act gives in a forked child, in which something else was done first."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            first()
            os.write(writing, act().encode())
        except BaseException:  # noqa: BLE001 - the parent reads what it was
            os.write(writing, traceback.format_exc().encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as said:
        answer = said.read()
    os.waitpid(child, 0)
    return answer


def without_rights() -> None:
    """Be nobody, if this is root: root may write anywhere."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that belongs to whoever `without_rights` makes of us, as do its parents."""
    folder = Path(tempfile.mkdtemp(prefix="doelbinding-"))
    try:
        give_away(folder)
        yield folder
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def give_away(*paths: Path) -> None:
    if os.geteuid() == 0:
        for path in paths:
            os.chown(path, NOBODY, NOBODY)
