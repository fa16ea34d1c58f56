"""What is asked of a peer, and what comes of asking it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from bench.comparison import Question
from bench.peers.casbin import Casbin
from bench.peers.cedar import Cedar
from bench.peers.oso import Oso
from bench.peers.rego import Rego
from bench.peers.rules import Rules
from bench.peers.vakt import Vakt

_ROUNDS = 9
_SECONDS_TO_AGREE = 30.0
_SECONDS_A_ROUND = 1.0
_FEWEST = 3


class Peer(Protocol):
    """An engine behind the same two calls as every other."""

    name: str
    package: str

    def load(self, rules: Rules) -> None:
        """Make ready to decide."""

    def decide(self, question: Question) -> str:
        """*Allow*, *log* or *deny*."""
        ...


PEERS: tuple[Callable[[], Peer], ...] = (Cedar, Rego, Casbin, Vakt, Oso)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a peer did: `seconds` are for one question, one value a round."""

    name: str
    version: str
    agreed: int
    asked: int
    timed: int
    seconds: tuple[float, ...]
    loading: float
    megabytes: float

    @property
    def agrees(self) -> bool:
        """Whether every answer was ours."""
        return self.agreed == self.asked

    @property
    def remark(self) -> str:
        """What stands beside its figure."""
        return (
            f"agrees on {self.agreed:,} of {self.asked:,}; timed on {self.timed:,}; "
            f"loads in {self.loading:.1f} s; {self.megabytes:,.0f} MB"
        )


def measured(
    which: int, rules: Rules, questions: Sequence[Question], expected: Sequence[str]
) -> Outcome:
    """Count agreement first, then time. Runs in a process of its own."""
    peer = PEERS[which]()
    release = version(peer.package)
    begin = time.perf_counter()
    peer.load(rules)
    loading = time.perf_counter() - begin
    answers, begin = list[str](), time.perf_counter()
    for question in questions:
        answers.append(peer.decide(question))
        if time.perf_counter() - begin > _SECONDS_TO_AGREE:
            break
    each = (time.perf_counter() - begin) / len(answers)
    count = min(len(answers), max(_FEWEST, int(_SECONDS_A_ROUND / each)))
    agreed = sum(one == other for one, other in zip(answers, expected, strict=False))
    seconds = tuple(_round(peer, questions[:count]) for _ in range(_ROUNDS))
    used = _most_megabytes()
    return Outcome(peer.name, release, agreed, len(answers), count, seconds, loading, used)


def _round(peer: Peer, questions: Sequence[Question]) -> float:
    begin = time.perf_counter()
    for question in questions:
        peer.decide(question)
    return (time.perf_counter() - begin) / len(questions)


def _most_megabytes() -> float:
    """The most memory that this process ever held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
