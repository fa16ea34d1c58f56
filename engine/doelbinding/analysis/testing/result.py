"""What came of a test."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from doelbinding.analysis.testing.compare import Difference
from doelbinding.analysis.testing.suite import Asked, Suite
from doelbinding.diagnostics import Finding
from doelbinding.model.decision import Decision
from doelbinding.model.text import Text
from doelbinding.model.transfer import Transfer
from doelbinding.source import Place


class Outcome(StrEnum):
    """What a test came to: the answer was right, or wrong, or there was none to look at."""

    PASSED = "passed"
    FAILED = "failed"
    UNUSABLE = "unusable"
    SKIPPED = "skipped"


class Decided(NamedTuple):
    """A transfer with its answer."""

    transfer: Transfer
    decision: Decision


@dataclass(frozen=True, slots=True)
class Result:
    """One test and what it came to.

    `transfer` is what was decided: None for what is unusable or skipped. A test of all that may
    go asks for every category at once; `shown` is what tells why a test failed, which of such a
    test are only the categories that are not as expected.
    """

    suite: Suite
    name: str
    place: Place
    outcome: Outcome
    label: Text | None = None
    asked: Asked | None = None
    transfer: Transfer | None = None
    shown: Decided | None = None
    differences: tuple[Difference, ...] = ()
    findings: tuple[Finding, ...] = ()
    skip: Text | None = None
