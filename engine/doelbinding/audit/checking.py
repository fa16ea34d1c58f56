"""One pass over the entries of a log, in which everything that can be wrong is looked for."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import accumulate, islice

from doelbinding.audit.damage import octets
from doelbinding.audit.erased import Erasures
from doelbinding.audit.head import SignedHead
from doelbinding.audit.pending import Receipt
from doelbinding.audit.report import Faults, Gap, Report
from doelbinding.audit.said import Familiar, Said, said
from doelbinding.audit.schema import EMPTY_CHAIN
from doelbinding.audit.tree import Frontier
from doelbinding.signing import PublicKey
from doelbinding.stores.store import Row

_AT_ONCE = 500

_ODD = (TypeError, ValueError, AttributeError, ArithmeticError)
"""What comes of a damaged page, which gives what it likes."""


class Check:
    """Looks at a log once, from its first entry to its last."""

    def __init__(
        self,
        heads: Sequence[SignedHead],
        receipts: Iterable[Receipt],
        today: str,
        advance: Callable[[int], None],
    ) -> None:
        self._heads = sorted(heads, key=lambda each: each.head.size)
        self._receipts = list(receipts)
        self._witnessed: dict[int, set[str]] = {}
        self._today = today
        self._advance = advance
        self._faults = Faults()
        self._familiar = Familiar()
        self._frontier = Frontier()
        self._chain = EMPTY_CHAIN
        self._numbers: dict[str, int] = {}
        self._gaps: list[Gap] = []
        self._policies: dict[str, str | None] = {}
        self._unkept: dict[str, int] = {}
        self._erasures = Erasures()
        self._ended: set[str] = set()
        self._holding: list[SignedHead] = []
        self._overdue = self._erased = self._seen = 0

    def begin(self, log: str, size: int, chain: bytes, frontier: bytes) -> None:
        """What the log says of itself."""
        self._log, self._end = log, (size, octets(chain), octets(frontier))
        for each in self._receipts:
            if each.log == log:
                self._witnessed.setdefault(each.seq, set()).add(each.leaf)
            else:
                self._faults.add("a receipt is of another log", each.seq)

    def signatures(self, key: PublicKey | None) -> None:
        """Set aside the heads that are not this log's, or that nobody vouches for."""
        good: list[SignedHead] = []
        for each in self._heads:
            if each.head.log != self._log:
                self._faults.add(f"the head of {each.head.size:,} entries is of another log")
            elif key is not None and not each.is_signed_by(key):
                self._faults.add(f"the head of {each.head.size:,} entries is not signed by the key")
            else:
                good.append(each)
        self._heads = good

    # ── Entries ──────────────────────────────────────────────────────────────────────────────────

    def entries(self, rows: Iterable[Row]) -> None:
        """Every entry, in order: by groups, and one by one where a group is not as it should be."""
        self._at_head()
        rows = iter(rows)
        while group := list(islice(rows, _AT_ONCE)):
            look = self._content if self._takes(group) else self._entry
            for row in group:
                try:
                    look(row)
                except _ODD:
                    self._faults.add("the entry cannot be read", row[0])
            self._advance(len(group))

    def _takes(self, group: list[Row]) -> bool:
        """Take in a group whose hashes are all right, if no head or receipt lies within it."""
        first, end = self._seen, self._seen + len(group)
        sizes = (each.head.size for each in self._heads)
        if any(first < each <= end for each in sizes) or not self._witnessed.keys().isdisjoint(
            range(first, end)
        ):
            return False
        try:
            leaves = [sha256(b"\0" + row[8] + row[11]).digest() for row in group]
        except TypeError:
            return False
        _, *links = accumulate(leaves, _link, initial=self._chain)
        found = [(row[0], row[9], row[10]) for row in group]
        if found != list(zip(range(first, end), leaves, links, strict=True)):
            return False
        for leaf in leaves:
            self._frontier.append(leaf)
        self._seen, self._chain = end, links[-1]
        return True

    def _entry(self, row: Row) -> None:
        """Take in an entry, and tell what is wrong with it."""
        seq, salt, content = row[0], row[8], row[11]
        if seq != self._seen:
            self._faults.add(f"entry {seq} stands where {self._seen} belongs", self._seen)
        self._seen = seq + 1
        leaf = self._grown(row)
        if self._witnessed.pop(seq, {leaf.hex()}) != {leaf.hex()}:
            self._faults.add("the entry is not the one that a receipt is for", seq)
        if content is None:
            self._note_empty(row)
        elif sha256(b"\0" + octets(salt) + octets(content)).digest() == leaf:
            self._content(row)
        else:
            self._faults.add("the entry does not say what was written", seq)
            self._follow(row)
        self._at_head()

    def _grown(self, row: Row) -> bytes:
        """The leaf, with which chain and tree grow; a broken chain is gone on with."""
        before, self._chain = self._chain, octets(row[10])
        leaf = octets(row[9])
        self._frontier.append(leaf)
        if _link(before, leaf) != self._chain:
            self._faults.add("the chain is broken", row[0])
        return leaf

    def _content(self, row: Row) -> None:
        """What an entry says, against its columns and the other entries."""
        self._follow(row)
        until = row[7]
        if until is not None and until < self._today:
            self._overdue += 1
        if not self._familiar.knows(row):
            entry = said(row[11])
            if entry.columns != row[1:8]:
                self._faults.add("the columns do not say what the entry says", row[0])
            self._note_policy(entry, row)
            if entry.kind == "erased":
                self._erasures.note(row[0], entry)

    def _follow(self, row: Row) -> None:
        """The running numbers of each writer: one that is missing was never written."""
        writer, number = row[4], row[5]
        due = self._numbers.get(writer, 0)
        if number != due:
            self._note_number(writer, number, due, row[0])
        self._numbers[writer] = number + 1
        if row[1] == "closed":
            self._ended.add(writer)

    def _note_number(self, writer: object, number: object, due: int, seq: int) -> None:
        if not isinstance(writer, str) or not isinstance(number, int):
            raise TypeError
        if number > due:
            self._gaps.append(Gap(writer, due, number - 1, seq))
        else:
            self._faults.add(f"the running number {number} of its writer stands twice", seq)

    def _note_policy(self, entry: Said, row: Row) -> None:
        if entry.policy is None:
            return
        source = entry.policy.source
        if entry.kind == "policy":
            self._policies[source] = entry.bundle
        elif source in self._policies:
            self._familiar.learn(row[11])
        else:
            self._unkept.setdefault(source, row[0])

    def _note_empty(self, row: Row) -> None:
        seq, _, identifier, at, _, _, subject, until, salt, *_ = row
        self._erased += 1
        self._follow(row)
        if any(each is not None for each in (identifier, at, subject, until, salt)):
            self._faults.add("the entry is empty, and yet its columns say something", seq)
        self._erasures.note_empty(seq)

    def _at_head(self) -> None:
        for each in self._heads:
            if each.head.size != self._seen:
                continue
            if (each.head.root, each.head.chain) == (self._frontier.root(), self._chain):
                self._holding.append(each)
            else:
                message = f"the first {self._seen:,} entries are not those that were anchored"
                self._faults.add(message)

    # ── The end ──────────────────────────────────────────────────────────────────────────────────

    def end(self, left: Callable[[int, int], Iterable[Row]]) -> None:
        """That the end is where it should be, and what is empty was erased in order.

        `left` gives what is left of erased entries, from a place to another.
        """
        self._compare_end()
        for each in self._heads:
            if each.head.size > self._seen:
                message = f"{each.head.size:,} entries were anchored; {self._seen:,} are there"
                self._faults.add(message)
        for seq in self._witnessed:
            self._faults.add("the entry that a receipt is for is gone", seq)
        for first, last in self._erasures.untold():
            message = "the entry is empty, and no erasure tells of it"
            self._faults.add(message if first == last else f"{message}, up to {last}", first)
        for seq in self._erasures.changed(left):
            self._faults.add("of the entries that were erased something else is left", seq)

    def _compare_end(self) -> None:
        """That the log ends with what was written last, as far as it can tell by itself."""
        size, chain, frontier = self._end
        if size != self._seen:
            self._faults.add(f"the log should have {size:,} entries, and has {self._seen:,}")
        elif chain != self._chain:
            self._faults.add("the last entry is not the one that was written last", size - 1)
        elif frontier != self._frontier.as_bytes():
            self._faults.add("the hashes kept of the tree are not those of its entries")

    def bundles(self, rows: Iterable[Row]) -> None:
        """That the bundle of every policy that decided is there, to the byte."""
        kept: dict[str, str] = {}
        for source, stated, content in rows:
            kept[source] = digest = f"sha256:{sha256(octets(content)).hexdigest()}"
            if stated != digest:
                self._faults.add(f"the bundle of the policy {source} is not the one that was kept")
        for source, digest_then in self._policies.items():
            if source not in kept:
                self._faults.add(f"the bundle of the policy {source} is missing")
            elif digest_then != kept[source]:
                self._faults.add(f"the bundle of the policy {source} has changed")
        for source, seq in self._unkept.items():
            self._faults.add(f"the policy {source} decided, and was never kept", seq)

    def report(self, remarks: tuple[str, ...]) -> Report:
        """What it came to."""
        unended = tuple(each for each in self._numbers if each not in self._ended)
        sizes = [each.head.size for each in self._holding]
        return Report(
            log=self._log,
            size=self._seen,
            root=self._frontier.root().hex(),
            faults=tuple(self._faults.named),
            fault_count=self._faults.count,
            gaps=tuple(self._gaps),
            unended=unended,
            heads=tuple(self._holding),
            anchored=max(sizes, default=None),
            receipts=len(self._receipts),
            erased=self._erased,
            overdue=self._overdue,
            policies=len(self._policies),
            remarks=remarks,
        )


def _link(chain: bytes, leaf: bytes) -> bytes:
    return sha256(chain + leaf).digest()
