"""A sub-processor that works for nobody, or for itself in the end."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.recipients import PROCESSORS, Role, RoleKind
from doelbinding.validator.draft import Draft, Path
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.ERROR,
    "Name in `of` the processor that engaged it (GDPR Art. 28(2) and (4)); the chain ends with a "
    "processor of the controller.",
)
def sub_processor_chain(draft: Draft) -> Iterator[Issue]:
    """A sub-processor works for a processor, and never round in a circle."""
    for party, recipient in draft.declarations.recipients.items():
        for index, role in enumerate(recipient.roles or ()):
            path: Path = ("recipients", party, "roles", index)
            if role.kind is RoleKind.SUB_PROCESSOR:
                yield from _link(draft, party, role, path)
            elif role.works_for is not None:
                message = f"`{party}` works for `{role.works_for}` but is no sub-processor"
                yield Issue((*path, "of"), message, "Leave `of` out, or make it a sub-processor.")


def _link(draft: Draft, party: str, role: Role, path: Path) -> Iterator[Issue]:
    declared = draft.declarations
    engaging = role.works_for
    if engaging is None:
        yield Issue(path, f"`{party}` is a sub-processor without `of`")
    elif engaging in declared.recipients:
        kinds = {each.kind for each in declared.recipient(engaging).roles or ()}
        if kinds.isdisjoint(PROCESSORS):
            message = f"`{party}` works for `{engaging}`, which is no processor"
            yield Issue((*path, "of"), message, about=(("recipients", engaging),))
        circle = _circle(draft, party, engaging)
        if circle:
            message = f"`{party}` works for itself: {' → '.join(f'`{each}`' for each in circle)}"
            yield Issue((*path, "of"), message)


def _circle(draft: Draft, party: str, engaging: str) -> list[str]:
    declared = draft.declarations
    paths = [[party, engaging]]
    seen = {engaging}
    while paths:
        way = paths.pop()
        if way[-1] == party:
            return way
        for role in declared.recipient(way[-1]).roles or ():
            following = role.works_for or ""
            if following in declared.recipients and (following not in seen or following == party):
                seen.add(following)
                paths.append([*way, following])
    return []
