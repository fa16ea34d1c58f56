"""A warning is accepted that is not there."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft, path_text
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.WARNING,
    "Remove the acceptance: left there, it would accept a warning that nobody has seen yet.",
    needs_sound_policy=True,
    looks_back=True,
)
def acceptance_idle(draft: Draft) -> Iterator[Issue]:
    """Each acceptance accepts a warning.

    Nothing is said without a moment, since some rules say nothing then.
    """
    from doelbinding.validator.rules import WARNINGS  # this rule's are among them

    if draft.at is None:
        return
    used = {finding.accepted.path for finding in draft.found if finding.accepted}
    for path, acceptance in draft.acceptances:
        is_in_force = acceptance.rule in WARNINGS and not draft.has_ended(acceptance)
        if is_in_force and path_text(path) not in used:
            message = f"the acceptance of `{acceptance.rule}` accepts nothing"
            yield Issue((*path, "rule"), message)
