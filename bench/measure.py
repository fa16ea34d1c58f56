"""Taking times fairly, and what comes of it."""

import gc
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from timeit import Timer

Work = Callable[[], object]

_LEAST_SECONDS = 0.02
"""A measurement lasts at least this long; shorter work is repeated within it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What something took: a value for each round, in seconds unless `unit` says otherwise.

    `remark` says on what it was taken, where that differs from the other figures beside it.
    """

    name: str
    values: tuple[float, ...]
    unit: str = "s"
    remark: str = ""

    @property
    def typical(self) -> float:
        """The median."""
        return median(self.values)


@dataclass(frozen=True, slots=True)
class Bar:
    """What was promised: a figure against another, or against a plain limit."""

    what: str
    value: float
    limit: float
    at_least: bool = False
    unit: str = "x"

    @property
    def is_held(self) -> bool:
        """Whether the promise is kept."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass(frozen=True, slots=True)
class Table:
    """Figures that belong together; the first of them is what the others are compared with."""

    title: str
    figures: Sequence[Figure]
    bars: Sequence[Bar] = ()
    remarks: Sequence[str] = ()


def at_most(table: Mapping[str, Figure], what: str, floor: str, limit: float) -> Bar:
    """The promise that one figure is at most so many times another."""
    return Bar(f"{what} / {floor}", table[what].typical / table[floor].typical, limit)


def by_name(figures: Sequence[Figure]) -> dict[str, Figure]:
    """The figures by their names."""
    return {figure.name: figure for figure in figures}


def in_turns(works: Mapping[str, Work], rounds: int, *, warm: bool = True) -> list[Figure]:
    """Time each work once a round, so that a noisy minute hits them all.

    `warm`: do each once before, untimed.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values() if warm else ():
        work()
    for _ in range(rounds):
        for name, work in works.items():
            begin = time.perf_counter()
            work()
            taken[name].append(time.perf_counter() - begin)
    return [Figure(name, tuple(seconds)) for name, seconds in taken.items()]


def statements(texts: Mapping[str, str], names: Mapping[str, object], rounds: int) -> list[Figure]:
    """Time statements as they would be written at a call, in turns, garbage collection on."""
    timers = {name: Timer(text, gc.enable, globals=dict(names)) for name, text in texts.items()}
    repeats = {name: _repeats(timer) for name, timer in timers.items()}
    taken: dict[str, list[float]] = {name: [] for name in timers}
    for _ in range(rounds):
        for name, timer in timers.items():
            taken[name].append(timer.timeit(repeats[name]) / repeats[name])
    return [Figure(name, tuple(seconds)) for name, seconds in taken.items()]


def each_once(asks: Mapping[str, Callable[[int], int]], rounds: int) -> list[Figure]:
    """Time ways of asking, in turns: each asks the questions of a round and says how many."""
    taken: dict[str, list[float]] = {name: [] for name in asks}
    for number in range(rounds):
        for name, ask in asks.items():
            begin = time.perf_counter()
            count = ask(number)
            taken[name].append((time.perf_counter() - begin) / count)
    return [Figure(name, tuple(seconds)) for name, seconds in taken.items()]


def process(*command: str) -> Work:
    """A whole process, its output thrown away."""

    def work() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    return work


def readable(value: float, unit: str = "s") -> str:
    """A value with a unit that suits its size."""
    if unit != "s":
        return f"{value:,.0f} {unit}"
    for least, factor, name in ((1.0, 1.0, "s"), (1e-3, 1e3, "ms"), (1e-6, 1e6, "µs")):
        if value >= least:
            return f"{value * factor:,.3g} {name}" if value < 1e3 else f"{value:,.0f} s"
    return f"{value * 1e9:.0f} ns"


def _repeats(timer: Timer) -> int:
    repeats = 1
    while timer.timeit(repeats) < _LEAST_SECONDS:
        repeats *= 2
    return repeats
