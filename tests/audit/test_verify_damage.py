"""Whatever befalls the files of a log is found, or without effect; and a large log is verified."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from doelbinding.audit import reading
from doelbinding.audit.anchor import anchor
from doelbinding.audit.export import extract
from doelbinding.audit.head import read_heads
from doelbinding.audit.log import AuditLog
from doelbinding.audit.opening import open_log
from doelbinding.audit.reading import Wanted, query
from doelbinding.audit.schema import SCHEMA
from doelbinding.audit.verify import verify
from doelbinding.errors import StoreError
from doelbinding.stores import open_store
from tests.audit.filled import (
    PEOPLE,
    Filled,
    fill,
)
from tests.audit.large import measured
from tests.audit.logs import (
    TODAY,
    Place,
    note,
    rows,
)

WANTED = (
    *(Wanted(person=each) for each in PEOPLE),
    Wanted(since="2026-01-01T00:00:00.000000Z"),
    Wanted(effect="log"),
)


def readings(filled: Filled, ids: Sequence[str]) -> list[object]:
    """All that somebody can read of a log: what it holds, what queries find, and proofs of it."""
    opened = open_log(str(filled.place.database), filled.place.keys, create=False)
    log = AuditLog(opened, timeout=2, queue=1)
    try:
        every = [list(query(log, Wanted(), reader="judge"))]
        every += [list(query(log, Wanted(id=each), reader="judge")) for each in ids]
        every += [list(query(log, each, reader="judge")) for each in WANTED]
        return [rows(log, "*"), every, list(extract(log, every[0]))]
    finally:
        log.close()


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readings are not recorded, so that the log is the same after each."""
    monkeypatch.setattr(reading, "note_reading", lambda *_: None)


class Judge:
    """Tells whether damage is found, or all reads back as it was."""

    def __init__(self, filled: Filled) -> None:
        self._filled = filled
        with filled.place.by_hand() as hand:
            found = hand.execute("SELECT id FROM entries WHERE kind = 'decided' AND id IS NOT NULL")
        self._ids = [each for (each,) in found]
        self._before = readings(filled, self._ids)
        self._size = filled.verify().size

    def finds(self, damaged: bytes) -> bool:
        """Whether anything at all tells that the database is damaged."""
        self._filled.restore()
        self._filled.place.database.write_bytes(damaged)
        try:
            return self._is_told()
        except StoreError:
            return True

    def reads_the_same(self) -> bool:
        """Whether nobody reads anything else than before; opening and reading may tell of it."""
        try:
            return readings(self._filled, self._ids) == self._before
        except StoreError:
            return True

    def _is_told(self) -> bool:
        with closing(open_store(str(self._filled.place.database), SCHEMA, create=False)) as store:
            heads, receipts = self._filled.heads, self._filled.receipts
            report = verify(store, today=TODAY, heads=heads, receipts=receipts)
            if not report.is_whole or report.size != self._size:
                return True
            return store.integrity() is not None


PARTS = 8


@pytest.mark.parametrize(
    "part", [None, *(pytest.param(part, marks=pytest.mark.soak) for part in range(PARTS))]
)
def test_each_flipped_byte_of_the_database_is_found_or_all_reads_back_as_it_was(
    filled: Filled, unread: None, part: int | None
) -> None:
    judge, random, found = Judge(filled), Random(part), 0
    length = len(filled.original)
    places = random.sample(range(length), 60) if part is None else range(part, length, PARTS)
    for place in places:
        damaged = bytearray(filled.original)
        damaged[place] ^= random.choice((1, 2, 4, 8, 16, 32, 64, 128, 255))
        if judge.finds(bytes(damaged)):
            found += 1
        else:
            assert judge.reads_the_same(), f"byte {place}"
    print(  # noqa: T201 - the figures of the long form
        f"{len(places):,} of the {length:,} bytes of a database flipped: {found:,} found,"
        f" the others without effect"
    )


@pytest.mark.parametrize("count", [30, pytest.param(2000, marks=pytest.mark.soak)])
def test_a_database_that_is_cut_off_anywhere_is_found(
    filled: Filled, unread: None, count: int
) -> None:
    judge, length = Judge(filled), len(filled.original)
    for place in range(0, length, max(1, length // count)):
        assert judge.finds(filled.original[:place]), f"cut at {place}"


DAMAGE: dict[str, Callable[[bytes], bytes | None]] = {
    "deleted": lambda wal: None,
    "empty": lambda wal: b"",
    "zeroed": lambda wal: bytes(len(wal)),
    "halved": lambda wal: wal[: len(wal) // 2],
    "with a flipped head": lambda wal: wal[:5] + bytes([wal[5] ^ 1]) + wal[6:],
    "flipped in the middle": lambda wal: (
        wal[: len(wal) // 3] + bytes([wal[len(wal) // 3] ^ 1]) + wal[len(wal) // 3 + 1 :]
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_write_ahead_log_is_found_by_the_anchored_head(
    place: Place, tmp_path: Path, damage: str
) -> None:
    place.log().close()
    with place.log() as log:
        fill(place, log)
        heads = read_heads(anchor(log))
        copy = Place(tmp_path / "copy")
        shutil.copytree(place.keys, copy.keys)
        shutil.copy(place.database, copy.database)
        wal = DAMAGE[damage](place.database.with_name("audit.db-wal").read_bytes())
    if wal is not None:
        copy.database.with_name("audit.db-wal").write_bytes(wal)
    with pytest.raises(StoreError, match=r"anchored|should end|damaged"):
        copy.log(create=False)
    with closing(open_store(str(copy.database), SCHEMA, create=False)) as store:
        assert not verify(store, today=TODAY, heads=heads).is_whole


@pytest.mark.parametrize("size", [5_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_a_large_log_is_verified_in_bounded_memory(place: Place, size: int) -> None:
    figures = measured(place.folder, size)
    assert figures.faults == 0
    assert figures.size > size
    assert figures.peak_megabytes < 200
    print(figures)  # noqa: T201 - the figures of the long form


def test_a_database_that_lost_its_first_entries_is_left_as_it_is(place: Place) -> None:
    with place.log() as log:
        note(log)
        log.store.check()
        early = place.database.read_bytes()
        place.folder.joinpath("copy").mkdir()
        copy = Place(place.folder / "copy")
        shutil.copytree(place.keys, copy.keys)
    copy.database.write_bytes(early)
    with pytest.raises(StoreError, match="should hold a log, and holds none"):
        copy.log()
    assert copy.database.read_bytes() == early
