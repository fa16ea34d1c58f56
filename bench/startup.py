"""Whole commands against a Python that only imports what they cannot do without."""

import subprocess
import sys

from bench.measure import Work, in_turns, show

_CHECK = (
    *("--to", "kb", "--purpose", "services.online-library"),
    *("--data", "membership.number,membership.card-number"),
)


def run() -> bool:
    """`check` at most 4 times, `validate` at most 6 times."""
    works: dict[str, Work] = {
        "python -c 'import yaml, click'": _process("-c", "import yaml, click"),
        "doelbinding check": _process("-m", "doelbinding", "check", *_CHECK),
        "doelbinding validate": _process("-m", "doelbinding", "validate"),
    }
    bars = {"doelbinding check": 4.0, "doelbinding validate": 6.0}
    return show("Whole processes, on the Almelo policy", in_turns(works, 15), bars)


def _process(*arguments: str) -> Work:
    command = [sys.executable, *arguments]

    def work() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    return work
