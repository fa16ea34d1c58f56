"""The log is checked: that every entry is what was written, in its place, and none is gone.

What was anchored is proven whole. Behind the last anchored head nothing can show that the end is
still there: how much that is, the report says.
"""

from collections.abc import Callable, Iterable, Sequence

from doelbinding.audit.checking import Check
from doelbinding.audit.damage import only_row, told_as_damage
from doelbinding.audit.erased import LEFT
from doelbinding.audit.head import SignedHead
from doelbinding.audit.pending import Receipt
from doelbinding.audit.report import Report
from doelbinding.signing import PublicKey
from doelbinding.stores.store import Store

_STATE = "SELECT log, size, chain, frontier, last_at, key_id FROM state"
_ENTRIES = (
    "SELECT seq, kind, id, at, writer, number, subject, keep_until, salt, leaf, chain, payload"
    " FROM entries ORDER BY seq"
)


def verify(
    store: Store,
    *,
    today: str,
    heads: Sequence[SignedHead] = (),
    key: PublicKey | None = None,
    receipts: Iterable[Receipt] = (),
    advance: Callable[[int], None] = lambda _: None,
) -> Report:
    """Check every entry of a log. Raises `StoreError` when it cannot be read at all.

    Args:
        store: where the log is.
        today: the day, in ISO 8601, from which entries are overdue to be erased.
        heads: anchored heads, kept elsewhere than the log.
        key: whose signature on them counts; None: any head counts as it stands.
        receipts: what callers were given.
        advance: told how many more entries were checked.
    """
    check = Check([*dict.fromkeys(heads)], receipts, today, advance)
    with told_as_damage(store), store.snapshot() as snapshot:
        log, size, chain, frontier, *_ = only_row(snapshot.rows(_STATE))
        check.begin(log, size, chain, frontier)
        check.signatures(key)
        check.entries(snapshot.rows(_ENTRIES))
        check.end(lambda first, last: snapshot.rows(LEFT, (first, last)))
        check.bundles(snapshot.rows("SELECT source, sha256, bytes FROM bundles"))
    return check.report(store.remarks)
