"""A flow sends more than a purpose that it names may use."""

from collections.abc import Iterator, Mapping
from functools import cache, partial

from doelbinding.diagnostics import Severity
from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(Severity.ERROR, "Leave it out of the flow, or add it to the purpose's `data`.")
def flow_over_ceiling(draft: Draft) -> Iterator[Issue]:
    """The data of a flow lie within the ceiling of each purpose that it names."""
    declared = draft.declarations
    ceiling_of = cache(partial(_ceiling, declared))
    for flow in declared.flows.values():
        data = flow.data or ()
        for purpose in flow.purposes:
            ceiling = ceiling_of(purpose)
            if ceiling is not None and not ceiling.issuperset(data):
                limits = {each: ceiling_of(each) for each in flow.purposes}
                yield from _over(declared, flow, limits)
                break


def _ceiling(declared: Declarations, purpose: str) -> frozenset[str] | None:
    known = declared.effective_purposes.get(purpose)
    return None if known is None or known.data is None else declared.expanded(known.data)


def _over(
    declared: Declarations, flow: Flow, limits: Mapping[str, frozenset[str] | None]
) -> Iterator[Issue]:
    ceilings = {each: limit for each, limit in limits.items() if limit is not None}
    excluded = declared.expanded(flow.excluded)
    for index, category in enumerate(flow.data or ()):
        parts = declared.category_tree.below(category) - excluded
        over = [each for each, ceiling in ceilings.items() if not parts <= ceiling]
        if over:
            what = _named(category, parts, ceilings[over[0]])
            yield _issue((flow.id, index), what, over)


def _named(category: str, parts: frozenset[str], ceiling: frozenset[str]) -> str:
    over = parts - ceiling - {category}
    is_partly_within = not parts.isdisjoint(ceiling)
    return (
        f"`{category}`, with `{min(over)}` in it," if over and is_partly_within else f"`{category}`"
    )


def _issue(item: tuple[str, int], what: str, purposes: list[str]) -> Issue:
    flow, index = item
    more = f", nor of {len(purposes) - 1} more" if len(purposes) > 1 else ""
    message = f"{what} is not within the data of the purpose `{purposes[0]}`{more}"
    related = (("the purpose", ("purposes", purposes[0])),)
    about = (("purposes", purposes[0]),)
    return Issue(("flows", flow, "data", index), message, related=related, about=about)
