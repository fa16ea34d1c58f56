"""What was kept long enough is erased: what entries say goes, their hashes stay, so proofs hold."""

from time import time_ns

from doelbinding.audit.damage import only_row, told_as_damage
from doelbinding.audit.entries import Erased, encoded
from doelbinding.audit.erased import LEFT, digest_of
from doelbinding.audit.log import AuditLog
from doelbinding.audit.moments import instant_of, moment_text
from doelbinding.audit.pseudonyms import period_at, period_of
from doelbinding.stores.store import Transaction

_AT_ONCE = 5000
_OVERDUE = (
    "SELECT seq FROM entries WHERE keep_until < ? AND payload IS NOT NULL ORDER BY seq LIMIT ?"
)
_ERASE = (
    "UPDATE entries SET id = NULL, at = NULL, subject = NULL, keep_until = NULL, salt = NULL,"
    " payload = NULL WHERE seq >= ? AND seq <= ?"
)
_OLDEST = "SELECT min(at) FROM entries WHERE keep_until IS NOT NULL"


def erase(log: AuditLog) -> tuple[int, tuple[str, ...]]:
    """Erase every entry whose time was over yesterday, and destroy the keys that none needs.

    Gives how many entries were erased, and the ids of the keys. The log tells of it. Raises
    `SourceError`.
    """
    count = 0
    while True:
        erased = _Erasure(moment_text(time_ns() // 1000)[:10])
        at = time_ns() // 1000
        log.wait(log.record(Erased.kind, b"", at, prepare=erased.work, waits=True))
        if not erased.count:
            log.store.forget()
            return count, _destroyed_keys(log)
        count += erased.count


class _Erasure:
    """One stretch of work, in the transaction in which the log tells of it."""

    def __init__(self, today: str) -> None:
        self.count = 0
        self._today = today

    def work(self, transaction: Transaction) -> bytes | None:
        overdue = [seq for (seq,) in transaction.rows(_OVERDUE, (self._today, _AT_ONCE))]
        self.count = len(overdue)
        if not overdue:
            return None
        ranges = _ranges(overdue)
        transaction.run_many(_ERASE, ranges)
        left = (row for each in ranges for row in transaction.rows(LEFT, each))
        return encoded(Erased(ranges, digest_of(left)))


def _ranges(places: list[int]) -> list[tuple[int, int]]:
    """Sorted places as stretches, both ends included."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place - 1:
            found[-1] = found[-1][0], place
        else:
            found.append((place, place))
    return found


def _destroyed_keys(log: AuditLog) -> tuple[str, ...]:
    """Destroy the keys of quarters that ended before the oldest entry that may need them."""
    with told_as_damage(log.store), log.store.snapshot() as snapshot:
        (oldest,) = only_row(snapshot.rows(_OLDEST))
    now = period_at(time_ns() // 1000).name
    first = now if oldest is None else period_at(instant_of(oldest)).name
    periods = sorted({period_of(each) or now for each in log.keys.key_ids})
    return tuple(
        key for each in periods if each < min(first, now) for key in log.keys.destroy(each)
    )
