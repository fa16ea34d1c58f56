"""Findings: what is wrong with a policy, as values.

Message, place and help are three fields. The message names ids in back-ticks and gives no
advice; the help does. Rendering is left to `views.findings`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from doelbinding.errors import DoelbindingError
from doelbinding.source import Place


class Severity(StrEnum):
    """An error keeps a policy from compiling; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Accepted:
    """That a warning is accepted: to the end of which day, why, and by what in the policy."""

    until: date
    because: str
    path: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where."""

    rule: str
    severity: Severity
    message: str
    help: str
    place: Place | None
    expected: str = ""
    path: str = ""
    related: tuple[tuple[str, Place], ...] = ()
    accepted: Accepted | None = None

    @property
    def page(self) -> str:
        """The page of the documentation that explains the rule."""
        return f"docs/rules/{self.rule}.md"

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.severity}[{self.rule}]: {self.message}"


def by_place(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, each once, in the order in which a reader meets them."""
    return tuple(sorted(dict.fromkeys(findings), key=_reading_order))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that keep a policy from compiling."""
    return tuple(f for f in findings if f.severity is Severity.ERROR)


def _reading_order(finding: Finding) -> tuple[str, int, int, str, str]:
    place = finding.place
    if place is None:
        return ("", 0, 0, finding.rule, finding.message)
    return (place.path, place.line, place.column, finding.rule, finding.message)


class PolicyError(DoelbindingError):
    """A policy that cannot be used; `findings` holds all that was found, with places."""

    def __init__(self, findings: tuple[Finding, ...], source: str = "") -> None:
        self.findings = findings
        self.source = source
        super().__init__(self._summary())

    def _summary(self) -> str:
        faults = errors(self.findings)
        first = "\n".join(str(fault) for fault in faults[:10])
        more = f"\n… and {len(faults) - 10} more" if len(faults) > 10 else ""
        return f"the policy has {len(faults)} error{'s' * (len(faults) != 1)}\n{first}{more}"
