"""The policy's own tests: read from its files, run against it."""

from doelbinding.analysis.testing.compare import Difference
from doelbinding.analysis.testing.read import read_suites
from doelbinding.analysis.testing.result import Decided, Outcome, Result
from doelbinding.analysis.testing.run import run_suites
from doelbinding.analysis.testing.selection import EVERYTHING, Selection
from doelbinding.analysis.testing.suite import Suite

__all__ = [
    "EVERYTHING",
    "Decided",
    "Difference",
    "Outcome",
    "Result",
    "Selection",
    "Suite",
    "read_suites",
    "run_suites",
]
