"""`python -m bench [NAME …]` from the root of the repository; ends with 1 when a bar is missed."""

import sys
import traceback
from collections.abc import Callable

from bench import batch, decision, exact, large, reading, recording, startup
from bench.machine import machine
from bench.measure import Bar, Table
from bench.peers import compare
from bench.publish import publish, show

_BENCHMARKS: dict[str, Callable[[], list[Table]]] = {
    "decision": decision.run,
    "peers": compare.run,
    "large": large.run,
    "bundle": large.run_bundle,
    "exact": exact.run,
    "batch": batch.run,
    "startup": startup.run,
    "reading": reading.run,
    "recording": recording.run,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; keep what they found beside what was found before."""
    print(machine())
    bars: list[Bar] = []
    broken: list[str] = []
    for name in names or _BENCHMARKS:
        print(f"\n── {name} ──", flush=True)
        try:
            tables = _BENCHMARKS[name]()
        except Exception:  # noqa: BLE001 - the others run all the same
            traceback.print_exc()
            broken.append(name)
            continue
        show(tables)
        publish(name, tables, _BENCHMARKS)
        bars += [bar for table in tables for bar in table.bars]
    missed = [bar for bar in bars if not bar.is_held]
    print(
        f"\n{len(bars) - len(missed)} of {len(bars)} bars held", *(f"; {it} broke" for it in broken)
    )
    return 1 if missed or broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
