"""`python -m bench [NAME …]` from the root of the repository; ends with 1 when a bar is missed."""

import os
import platform
import sys

from bench import decision, reading, startup

_BENCHMARKS = {"startup": startup.run, "decision": decision.run, "reading": reading.run}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    held = [_BENCHMARKS[name]() for name in names or _BENCHMARKS]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
