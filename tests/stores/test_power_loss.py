"""What was acknowledged is there after a power loss; with less care it would not be.

A child writes groups on a disk that forgets what was not synced, and acknowledges each on a pipe.
At some act of the disk the power goes. What had been synced is then opened as ever.

As a program: `python -m tests.stores.test_power_loss FOLDER SEED POWER LEVEL`.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from doelbinding.stores import sqlitefiles
from doelbinding.stores.sqlite import open_sqlite
from doelbinding.stores.sqlitedrivers import ApswDriver
from doelbinding.stores.store import Transaction
from tests.stores.layers import ForgetfulDisk
from tests.stores.places import INSERT, ROOT, SCHEMA, numbers

LEVELS = {"FULL": 2, "NORMAL": 1}
MOST_POWER = 8000
"""Acts of the disk: enough for some hundreds of groups, and several moves of the log."""


@dataclass(frozen=True)
class Round:
    """What one power loss left."""

    acknowledged: int
    found: int
    lost: int


def power_loss(folder: Path, seed: str, level: str) -> Round:
    """Let a child write until its power is gone; what it had acknowledged, and what is there."""
    work, kept = folder / "work", folder / "kept"
    work.mkdir()
    open_sqlite(work / "log.db", SCHEMA, create=True).close()
    shutil.copytree(work, kept)
    power = Random(seed).randint(20, MOST_POWER)
    child = subprocess.run(
        [sys.executable, "-m", "tests.stores.test_power_loss", folder, seed, str(power), level],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert child.returncode == -9, child.stderr
    acknowledged = [int(line) for line in child.stdout.splitlines()]
    store = open_sqlite(kept / "log.db", SCHEMA, create=False)
    try:
        found = numbers(store)
        assert found == list(range(len(found))), "a hole"
        assert store.integrity() is None
    finally:
        store.close()
    expected = acknowledged[-1] + 1 if acknowledged else 0
    return Round(len(acknowledged), len(found), max(0, expected - len(found)))


def rounds(folder: Path, count: int, level: str) -> Iterator[Round]:
    for number in range(count):
        each = folder / str(number)
        each.mkdir()
        yield power_loss(each, f"{level} {count} {number}", level)
        shutil.rmtree(each)


@pytest.mark.parametrize("count", [3, pytest.param(100, marks=pytest.mark.soak)])
def test_every_acknowledged_group_survives_a_power_loss(tmp_path: Path, count: int) -> None:
    seen = list(rounds(tmp_path, count, "FULL"))
    assert [each.lost for each in seen] == [0] * count
    assert sum(each.acknowledged for each in seen) > 10 * count
    tell("FULL", seen)


@pytest.mark.parametrize("count", [3, pytest.param(100, marks=pytest.mark.soak)])
def test_with_less_care_groups_would_be_lost(tmp_path: Path, count: int) -> None:
    seen = list(rounds(tmp_path, count, "NORMAL"))
    assert sum(each.lost > 0 for each in seen) > count / 4
    tell("NORMAL", seen)


def tell(level: str, seen: list[Round]) -> None:
    groups, found = sum(each.acknowledged for each in seen), sum(each.found for each in seen)
    lost, bad = sum(each.lost for each in seen), sum(each.lost > 0 for each in seen)
    print(  # noqa: T201 - the figures of the long form
        f"synchronous={level}: {len(seen)} power losses, {groups:,} groups acknowledged,"
        f" {found:,} rows found; {lost:,} acknowledged rows lost, in {bad} of the losses"
    )


def write_until_the_power_goes(folder: Path, seed: str, power: int, level: str) -> None:
    sqlitefiles.SYNCHRONOUS = (level, LEVELS[level])
    disk = ForgetfulDisk(folder / "kept", seed, power)
    path = folder / "work" / "log.db"
    store = open_sqlite(path, SCHEMA, create=False, driver=ApswDriver(disk.name))
    random = Random(seed)
    last = -1
    while True:
        size = random.randint(1, 20)
        group = [
            (last + n, "me", random.randbytes(random.randint(0, 4000))) for n in range(1, size)
        ]

        def work(transaction: Transaction, group: list[tuple[int, str, bytes]] = group) -> None:
            transaction.run_many(INSERT, group)

        store.exclusive(work)
        last += len(group)
        sys.stdout.write(f"{last}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    write_until_the_power_goes(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
