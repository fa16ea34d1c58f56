"""What a rule is: it looks at a draft and says where the meaning is wrong.

Rules speak of places in meaning, such as `purposes.contact.data[1]`; line and column are added
afterwards. One rule stands in one file of `rules/`, under its id, and has one page.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from doelbinding.diagnostics import Accepted, Finding, Severity
from doelbinding.validator.draft import Draft, Owner, Path, path_text


@dataclass(frozen=True, slots=True)
class Issue:
    """One place at which a rule is broken; `help` and `expected` add to those of the rule.

    `about` are further declarations that the issue depends on: it is left out when one of them
    could not be read whole, since the fault may be in the part that is missing.
    """

    path: Path
    message: str
    help: str = ""
    expected: str = ""
    related: tuple[tuple[str, Path], ...] = ()
    about: tuple[Owner, ...] = ()
    at_key: bool = False

    @property
    def owner(self) -> Owner | None:
        """The declaration in which it is, if it is in one."""
        return (str(self.path[0]), str(self.path[1])) if len(self.path) > 1 else None


Check = Callable[[Draft], Iterable[Issue]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the language (policy language, section 5)."""

    id: str
    severity: Severity
    help: str
    check: Check
    needs_sound_policy: bool = False
    """Whether it says something only of a policy without errors."""
    minds_damage: bool = True
    """Whether it keeps silent about declarations of which a part could not be read."""
    looks_back: bool = False
    """Whether it is asked last, about what the others found."""

    def findings(self, draft: Draft) -> Iterable[Finding]:
        """What the rule finds in a draft; a warning that its declaration accepts says so."""
        for issue in self.check(draft):
            if not self._is_silent_about(draft, issue):
                yield self._finding(draft, issue)

    def _is_silent_about(self, draft: Draft, issue: Issue) -> bool:
        owners = issue.about if issue.owner is None else (*issue.about, issue.owner)
        return self.minds_damage and any(draft.is_damaged(owner) for owner in owners)

    def _finding(self, draft: Draft, issue: Issue) -> Finding:
        return Finding(
            self.id,
            self.severity,
            issue.message,
            issue.help or self.help,
            draft.place(issue.path, at_key=issue.at_key),
            issue.expected,
            path_text(issue.path),
            tuple((text, draft.place(path)) for text, path in issue.related),
            self._acceptance(draft, issue.owner),
        )

    def _acceptance(self, draft: Draft, owner: Owner | None) -> Accepted | None:
        if owner is None or self.severity is not Severity.WARNING:
            return None
        return draft.acceptance(self.id, owner)


def rule(severity: Severity, help: str, **kind: bool) -> Callable[[Check], Rule]:  # noqa: A002 - the field's name everywhere
    """Make a rule of a check; its id is the function's name in kebab case."""

    def make(check: Check) -> Rule:
        return Rule(check.__name__.replace("_", "-"), severity, help, check, **kind)

    return make
