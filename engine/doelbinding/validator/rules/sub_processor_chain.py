"""A sub-processor that works for nobody, or for itself in the end."""

from collections.abc import Iterator, Mapping

from doelbinding.diagnostics import Severity
from doelbinding.model.recipients import PROCESSORS, Role, RoleKind
from doelbinding.validator.draft import Draft, Path
from doelbinding.validator.rule import Issue, rule

_LONGEST_CHAIN = 32
_MOST_SHOWN = 8


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
    yield from _chains(draft)


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


def _chains(draft: Draft) -> Iterator[Issue]:
    """What is wrong with chains as a whole, each told once."""
    engaging = _engaging(draft)
    circles = {way[0]: way for way in _circles(engaging)}
    for party, way in circles.items():
        links = [f"`{each}`" for each in way]
        if len(links) > _MOST_SHOWN:
            links = [*links[: _MOST_SHOWN - 2], "…", links[-1]]
        message = f"`{party}` works for itself: {' → '.join(links)}"
        yield Issue(("recipients", party, "roles", engaging[party][way[1]], "of"), message)
    if not circles:
        yield from _too_long(engaging)


def _engaging(draft: Draft) -> dict[str, dict[str, int]]:
    """For each party those for whom it works, with the position of the role."""
    declared = draft.declarations
    found: dict[str, dict[str, int]] = {party: {} for party in declared.recipients}
    for party, links in found.items():
        for index, role in enumerate(declared.recipient(party).roles or ()):
            if role.works_for in found:
                links.setdefault(str(role.works_for), index)
    return found


def _circles(engaging: Mapping[str, Mapping[str, int]]) -> Iterator[list[str]]:
    """At least one circle among parties that work for each other, if there is one."""
    done: set[str] = set()
    for party in engaging:
        way = {party: iter(engaging[party])} if party not in done else {}
        while way:
            last = next(reversed(way))
            following = next(way[last], None)
            if following is None:
                done.add(last)
                del way[last]
            elif following in way:
                around = list(way)
                yield [*around[around.index(following) :], following]
            elif following not in done:
                way[following] = iter(engaging[following])


def _too_long(engaging: Mapping[str, Mapping[str, int]]) -> Iterator[Issue]:
    """Where chains without circles become longer than any real one."""
    above = {party for party, links in engaging.items() if links}
    for _ in range(_LONGEST_CHAIN):
        above = {party for party in above if not above.isdisjoint(engaging[party])}
    for party in sorted(above):
        if above.isdisjoint(engaging[party]):
            message = (
                f"`{party}` is the end of a chain of more than {_LONGEST_CHAIN} sub-processors"
            )
            yield Issue(("recipients", party, "roles"), message)
