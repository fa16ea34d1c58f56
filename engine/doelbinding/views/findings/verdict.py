"""What all formats say of a policy as a whole."""

from dataclasses import dataclass

from doelbinding.diagnostics import Finding, errors
from doelbinding.model.decision import PolicyIdentity
from doelbinding.model.declarations import Declarations

_COUNTED = {
    "purposes": ("purpose", "purposes"),
    "categories": ("category", "categories"),
    "recipients": ("recipient", "recipients"),
    "flows": ("flow", "flows"),
    "prohibitions": ("prohibition", "prohibitions"),
    "clauses": ("clause", "clauses"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one policy, accepted ones too; its identity and declarations if valid."""

    source: str
    findings: tuple[Finding, ...]
    identity: PolicyIdentity | None = None
    declarations: Declarations | None = None

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """Those that the policy does not accept."""
        return tuple(finding for finding in self.findings if finding.accepted is None)

    @property
    def accepted(self) -> tuple[Finding, ...]:
        """The warnings that it accepts, which count as none."""
        return tuple(finding for finding in self.findings if finding.accepted is not None)

    @property
    def error_count(self) -> int:
        """How many findings keep the policy from compiling."""
        return len(errors(self.findings))

    @property
    def warning_count(self) -> int:
        """How many findings do not, and are not accepted."""
        return len(self.open_findings) - self.error_count

    @property
    def verdict(self) -> str:
        """One line: `valid` or `not valid`, with counts."""
        word = "not valid" if self.error_count else "valid"
        counts = [
            _counted(self.error_count, "error", "errors"),
            _counted(self.warning_count, "warning", "warnings"),
            _counted(len(self.accepted), "accepted warning", "accepted warnings"),
        ]
        found = ", ".join(count for count in counts if count)
        return f"{self.source}: {word}{': ' if found else ''}{found}"

    @property
    def contents(self) -> str:
        """What a valid policy declares, in numbers."""
        if self.declarations is None:
            return ""
        counts = (
            _counted(len(getattr(self.declarations, section)), *words)
            for section, words in _COUNTED.items()
        )
        return ", ".join(count for count in counts if count)


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}" if count else ""
