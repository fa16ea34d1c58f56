"""One pass over the entries of a log, in which everything that can be wrong is looked for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from doelbinding.audit.head import SignedHead
from doelbinding.audit.pending import Receipt
from doelbinding.audit.report import Fault, Gap, Report
from doelbinding.audit.schema import EMPTY_CHAIN
from doelbinding.audit.tree import Frontier
from doelbinding.signing import PublicKey
from doelbinding.stores.store import Row

MOST_FAULTS = 20
"""So many faults are named; the others are counted."""

_EVERY = 2000
"""Entries between two words to whoever follows the progress."""


class _Source(msgspec.Struct):
    source: str


class _Person(msgspec.Struct, rename="kebab"):
    subject_id: str | None = None


class _Said(msgspec.Struct, rename="kebab"):
    """What of an entry is repeated in columns, or bears on the others."""

    kind: str
    at: str
    writer: str
    number: int
    keep_until: str | None
    id: str | None = None
    question: _Person | None = None
    policy: _Source | None = None
    bundle: str | None = None
    ranges: Sequence[tuple[int, int]] = ()


_said = msgspec.json.Decoder(_Said)


@dataclass
class _Faults:
    """Collects faults, and counts those that there is no room for."""

    named: list[Fault] = field(default_factory=list[Fault])
    count: int = 0

    def add(self, message: str, seq: int | None = None) -> None:
        self.count += 1
        if len(self.named) < MOST_FAULTS:
            self.named.append(Fault(message, seq))


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
        self._receipts = {each.seq: each for each in receipts}
        self._today = today
        self._advance = advance
        self._faults = _Faults()
        self._frontier = Frontier()
        self._chain = EMPTY_CHAIN
        self._numbers: dict[str, int] = {}
        self._gaps: list[Gap] = []
        self._policies: dict[str, str | None] = {}
        self._unkept: dict[str, int] = {}
        self._empty: list[list[int]] = []
        self._accounted: list[tuple[int, int]] = []
        self._ended: set[str] = set()
        self._holding: list[SignedHead] = []
        self._overdue = self._erased = self._seen = 0

    def begin(self, log: str, size: int, chain: bytes) -> None:
        """What the log says of itself."""
        self._log, self._size, self._end_chain = log, size, bytes(chain)
        for receipt in self._receipts.values():
            if receipt.log != log:
                self._faults.add("a receipt is of another log", receipt.seq)

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

    def entries(self, rows: Iterable[Row]) -> None:
        """Every entry, in order."""
        heads = {each.head.size for each in self._heads}
        self._at_head() if 0 in heads else None
        for row in rows:
            try:
                self._entry(row)
            except (TypeError, ValueError, AttributeError):  # a damaged page gives what it likes
                self._faults.add("the entry cannot be read", self._seen)
            self._seen += 1
            if self._seen in heads:
                self._at_head()
            if self._seen % _EVERY == 0:
                self._advance(_EVERY)
        self._advance(self._seen % _EVERY)

    def _entry(self, row: Row) -> None:
        seq, kind, _, _, writer, number, _, _, salt, leaf, chain, content = row
        leaf = bytes(leaf)
        if seq != self._seen:
            self._faults.add(f"entry {seq} stands where {self._seen} belongs", self._seen)
            self._seen = seq
        self._chain = sha256(self._chain + leaf).digest()
        self._frontier.append(leaf)
        if self._chain != chain:
            self._faults.add("the chain is broken", seq)
            self._chain = bytes(chain)
        self._follow(writer, number, seq)
        if self._receipts and seq in self._receipts and self._receipts[seq].leaf != leaf.hex():
            self._faults.add("the entry is not the one that a receipt is for", seq)
        if content is None:
            self._note_empty(seq)
        elif sha256(b"\0" + bytes(salt) + bytes(content)).digest() != leaf:
            self._faults.add("the entry does not say what was written", seq)
        else:
            self._said(row, _said.decode(bytes(content)), seq)
        if kind == "closed":
            self._ended.add(writer)

    def _said(self, row: Row, said: _Said, seq: int) -> None:
        """What the entry says, against its columns and the other entries."""
        policy = said.policy
        identifier = policy.source if said.kind == "policy" and policy else said.id
        person = None if said.question is None else said.question.subject_id
        told = (said.kind, identifier, said.at, said.writer, said.number, person, said.keep_until)
        if told != row[1:8]:
            self._faults.add("the columns do not say what the entry says", seq)
        if said.keep_until is not None and said.keep_until < self._today:
            self._overdue += 1
        if said.kind == "policy" and policy is not None:
            self._policies[policy.source] = said.bundle
        elif policy is not None and policy.source not in self._policies:
            self._unkept.setdefault(policy.source, seq)
        self._accounted.extend(said.ranges)

    def _follow(self, writer: str, number: int, seq: int) -> None:
        """The running numbers of each writer: one that is missing was never written."""
        due = self._numbers.get(writer, 0)
        if number > due:
            self._gaps.append(Gap(writer, due, number - 1, seq))
        elif number < due:
            self._faults.add(f"the running number {number} of its writer stands twice", seq)
        self._numbers[writer] = number + 1

    def _note_empty(self, seq: int) -> None:
        self._erased += 1
        if self._empty and self._empty[-1][1] == seq - 1:
            self._empty[-1][1] = seq
        else:
            self._empty.append([seq, seq])

    def _at_head(self) -> None:
        for each in self._heads:
            if each.head.size != self._seen:
                continue
            if (each.head.root, each.head.chain) == (self._frontier.root(), self._chain):
                self._holding.append(each)
            else:
                message = f"the first {self._seen:,} entries are not those that were anchored"
                self._faults.add(message)

    def end(self) -> None:
        """That the end is where it should be, and what is empty was erased in order."""
        if (self._seen, self._chain) != (self._size, self._end_chain):
            self._faults.add(f"the log should have {self._size:,} entries, and has {self._seen:,}")
        for each in self._heads:
            if each.head.size > self._seen:
                message = f"{each.head.size:,} entries were anchored; {self._seen:,} are there"
                self._faults.add(message)
        for seq in self._receipts:
            if seq >= self._seen:
                self._faults.add("the entry that a receipt is for is gone", seq)
        for first, last in self._empty:
            if not _is_covered(first, last, self._accounted):
                message = "the entry is empty, and no erasure tells of it"
                self._faults.add(message if first == last else f"{message}, up to {last}", first)

    def bundles(self, rows: Iterable[Row]) -> None:
        """That the bundle of every policy that decided is there, to the byte."""
        kept: dict[str, str] = {}
        for source, stated, content in rows:
            kept[source] = digest = f"sha256:{sha256(bytes(content)).hexdigest()}"
            if digest not in (stated, self._policies.get(source)) or stated != digest:
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


def _is_covered(first: int, last: int, ranges: Sequence[tuple[int, int]]) -> bool:
    """Whether every place of a stretch is in one of the ranges."""
    place = first
    for begin, end in sorted(ranges):
        if begin <= place <= end:
            place = end + 1
    return place > last
