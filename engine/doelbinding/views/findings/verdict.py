"""What all formats say of a policy as a whole."""

from dataclasses import dataclass

from doelbinding.diagnostics import Finding, errors
from doelbinding.model.decision import PolicyIdentity
from doelbinding.model.declarations import Declarations

_COUNTED = ("purposes", "categories", "recipients", "flows", "prohibitions", "clauses")


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one policy; identity and declarations when it is valid."""

    source: str
    findings: tuple[Finding, ...]
    identity: PolicyIdentity | None = None
    declarations: Declarations | None = None

    @property
    def error_count(self) -> int:
        """How many findings keep the policy from compiling."""
        return len(errors(self.findings))

    @property
    def warning_count(self) -> int:
        """How many findings do not."""
        return len(self.findings) - self.error_count

    @property
    def verdict(self) -> str:
        """One line: `valid` or `not valid`, with counts."""
        word = "not valid" if self.error_count else "valid"
        counts = [
            _counted(self.error_count, "error"),
            _counted(self.warning_count, "warning"),
        ]
        found = ", ".join(count for count in counts if count)
        return f"{self.source}: {word}{': ' if found else ''}{found}"

    @property
    def contents(self) -> str:
        """What a valid policy declares, in numbers."""
        if self.declarations is None:
            return ""
        counts = ((len(getattr(self.declarations, each)), each) for each in _COUNTED)
        return ", ".join(f"{count} {name}" for count, name in counts if count)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}" if count else ""
