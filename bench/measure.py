"""Taking times fairly, and showing them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """Seconds for one piece of work, over all rounds."""

    name: str
    seconds: tuple[float, ...]

    @property
    def typical(self) -> float:
        """The median."""
        return median(self.seconds)


def in_turns(works: Mapping[str, Work], rounds: int, repeats: int = 1) -> list[Figure]:
    """Time each work once a round, so that a noisy minute hits them all.

    `repeats` is how often a work is done within one measurement; the figure is for one.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(rounds):
        for name, work in works.items():
            begin = time.perf_counter()
            for _ in range(repeats):
                work()
            taken[name].append((time.perf_counter() - begin) / repeats)
    return [Figure(name, tuple(seconds)) for name, seconds in taken.items()]


def show(title: str, figures: list[Figure], bars: Mapping[str, float] | None = None) -> bool:
    """Print the figures as ratios to the first; whether each is within its bar."""
    floor = figures[0]
    print(f"\n{title}")
    print(f"  {'':44} {'median':>10} {'least':>10} {'most':>10} {'ratio':>7}  bar")
    held = True
    for figure in figures:
        ratio = figure.typical / floor.typical
        bar = (bars or {}).get(figure.name)
        held = held and (bar is None or ratio <= bar)
        times = (figure.typical, min(figure.seconds), max(figure.seconds))
        shown = " ".join(f"{_readable(each):>10}" for each in times)
        said = "" if bar is None else f"{'within' if ratio <= bar else 'OVER'} {bar:g}"
        print(f"  {figure.name:44} {shown} {ratio:7.2f}  {said}".rstrip())
    return held


def _readable(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.1f} ms"
    return f"{seconds * 1e6:.2f} us" if seconds >= 1e-6 else f"{seconds * 1e9:.0f} ns"
