"""Whole commands against a Python that only imports what they cannot do without."""

import sys

from bench.measure import Table, at_most, by_name, in_turns, process

_FLOOR = "python -c 'import yaml, click'"
_CHECK = (
    *("--to", "kb", "--purpose", "services.online-library"),
    *("--data", "membership.number,membership.card-number"),
)


def run() -> list[Table]:
    """`check` at most 4 times, `validate` at most 6 times."""
    command = (sys.executable, "-m", "doelbinding")
    works = {
        _FLOOR: process(sys.executable, "-c", "import yaml, click"),
        "doelbinding check": process(*command, "check", *_CHECK),
        "doelbinding validate": process(*command, "validate"),
    }
    figures = in_turns(works, 15)
    found = by_name(figures)
    bars = [
        at_most(found, "doelbinding check", _FLOOR, 4.0),
        at_most(found, "doelbinding validate", _FLOOR, 6.0),
    ]
    return [Table("Whole processes, on the Almelo policy", figures, bars)]
