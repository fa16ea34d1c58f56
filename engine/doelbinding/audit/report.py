"""What a check of the log came to."""

from dataclasses import dataclass, field

from doelbinding.audit.head import SignedHead

MOST_FAULTS = 20
"""So many faults are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written; `seq` is where, if it is at one place."""

    message: str
    seq: int | None = None


@dataclass
class Faults:
    """Collects faults, and counts those that there is no room for."""

    named: list[Fault] = field(default_factory=list[Fault])
    count: int = 0

    def add(self, message: str, seq: int | None = None) -> None:
        """Tell of one."""
        self.count += 1
        if len(self.named) < MOST_FAULTS:
            self.named.append(Fault(message, seq))


@dataclass(frozen=True, slots=True)
class Gap:
    """Running numbers of a writer that are in no entry: what they told was never written.

    `before` is the place of the entry behind the gap.
    """

    writer: str
    first: int
    last: int
    before: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of a log came to.

    `anchored` is the size of the largest head that holds, None without any; `unended` are the
    writers that never said that they ended: each may be writing, or have been killed, and then up
    to a second of *allow* and *deny* may be missing at its end.
    """

    log: str
    size: int
    root: str
    faults: tuple[Fault, ...]
    fault_count: int
    gaps: tuple[Gap, ...]
    unended: tuple[str, ...]
    heads: tuple[SignedHead, ...]
    anchored: int | None
    receipts: int
    erased: int
    overdue: int
    policies: int
    remarks: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong: what was never written is told as a gap, and is no fault."""
        return not self.fault_count

    @property
    def unanchored(self) -> int:
        """How many entries no head vouches for."""
        return self.size - (self.anchored or 0)
