"""The log as JSON Lines that can be checked without the product (docs/reference/audit-log.md)."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator

import msgspec

from doelbinding.audit.damage import octets, only_row, told_as_damage
from doelbinding.audit.log import AuditLog
from doelbinding.audit.reading import Found, note_reading
from doelbinding.audit.tree import Leaves, Tree, root_of
from doelbinding.stores.store import Row, Snapshot

_STATE = "SELECT log, size, chain FROM state"
_ENTRIES = "SELECT seq, kind, writer, number, salt, leaf, payload FROM entries ORDER BY seq"
_LEAVES = "SELECT leaf FROM entries WHERE seq < ? ORDER BY seq"
_BUNDLE = "SELECT sha256, bytes FROM bundles WHERE source = ?"
_EVERY = 2000


class _Source(msgspec.Struct):
    source: str


class _Kept(msgspec.Struct):
    policy: _Source


_kept = msgspec.json.Decoder(_Kept)


def export(
    log: AuditLog, *, reader: str, advance: Callable[[int], None] = lambda _: None
) -> Iterator[bytes]:
    """Every entry, as lines; the bundles that decided stand behind the entries that name them.

    That `reader` took it is recorded first. Raises `StoreError`.
    """
    note_reading(log, reader, "export", {})
    with told_as_damage(log.store), log.store.snapshot() as snapshot:
        name, size, chain = only_row(snapshot.rows(_STATE))
        root = root_of(octets(leaf) for (leaf,) in snapshot.rows(_LEAVES, (size,)))
        yield _line(
            f'{{"doelbinding-log-export":1,"log":"{name}","size":{size},"root":"{root.hex()}",'
            f'"chain":"{octets(chain).hex()}"}}'
        )
        for count, row in enumerate(snapshot.rows(_ENTRIES), 1):
            yield _entry(row)
            if row[1] == "policy" and row[6] is not None:
                yield from _bundle(snapshot, octets(row[6]))
            if count % _EVERY == 0:
                advance(_EVERY)
        advance(size % _EVERY)


def extract(log: AuditLog, found: Iterable[Found]) -> Iterator[bytes]:
    """Some entries, each with the proof that it is in the log. Raises `StoreError`.

    They are proven against the last anchored head, which vouches for them; where one lies behind
    it, against the log as it is. `found` comes from `query`, which has recorded who reads.
    """
    entries, head = list(found), log.keys.head
    with told_as_damage(log.store), log.store.snapshot() as snapshot:
        (size,) = only_row(snapshot.rows("SELECT size FROM state"))
        if head is not None and all(each.seq < head.size for each in entries):
            size = head.size
        tree = Tree(leaves_of(snapshot, size))
    root = tree.root().hex()
    yield _line(f'{{"doelbinding-log-extract":1,"log":"{log.id}","size":{size},"root":"{root}"}}')
    for each in entries:
        proof = ",".join(f'"{one.hex()}"' for one in tree.inclusion_proof(each.seq))
        start = (
            f'{{"seq":{each.seq},"leaf":"{each.leaf.hex()}","salt":"{each.salt.hex()}",'
            f'"proof":[{proof}],"entry":'
        )
        yield start.encode() + each.content + b"}\n"


def leaves_of(snapshot: Snapshot, size: int) -> Leaves:
    """The hashes of so many entries, in order."""
    leaves = Leaves()
    for (leaf,) in snapshot.rows(_LEAVES, (size,)):
        leaves.append(octets(leaf))
    return leaves


def _entry(row: Row) -> bytes:
    seq, kind, writer, number, salt, leaf, content = row
    start = f'{{"seq":{seq},"leaf":"{octets(leaf).hex()}",'
    if content is None:
        rest = f'"kind":"{kind}","writer":"{writer}","number":{number},"erased":true}}'
        return _line(start + rest)
    return f'{start}"salt":"{octets(salt).hex()}","entry":'.encode() + octets(content) + b"}\n"


def _bundle(snapshot: Snapshot, content: bytes) -> Iterator[bytes]:
    source = _kept.decode(content).policy.source
    for digest, kept in snapshot.rows(_BUNDLE, (source,)):
        text = b64encode(octets(kept)).decode("ascii")
        yield _line(f'{{"bundle":"{digest}","bytes":"{text}"}}')


def _line(text: str) -> bytes:
    return text.encode("ascii") + b"\n"
