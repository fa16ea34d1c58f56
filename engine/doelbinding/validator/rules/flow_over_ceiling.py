"""A flow sends more than a purpose that it names may use."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(Severity.ERROR, "Leave it out of the flow, or add it to the purpose's `data`.")
def flow_over_ceiling(draft: Draft) -> Iterator[Issue]:
    """The data of a flow lie within the ceiling of each purpose that it names."""
    declared = draft.declarations
    for identifier, flow in declared.flows.items():
        excluded = declared.expanded(flow.excluded)
        for purpose in flow.purposes:
            if purpose not in declared.purposes or declared.purpose(purpose).data is None:
                continue
            ceiling = declared.ceiling(purpose)
            for index, category in enumerate(flow.data or ()):
                parts = declared.category_tree.below(category) - excluded
                if not parts <= ceiling:
                    what = _named(category, parts, ceiling)
                    yield _issue(identifier, index, what, purpose)


def _named(category: str, parts: frozenset[str], ceiling: frozenset[str]) -> str:
    over = parts - ceiling - {category}
    is_partly_within = not parts.isdisjoint(ceiling)
    return (
        f"`{category}`, with `{min(over)}` in it," if over and is_partly_within else f"`{category}`"
    )


def _issue(flow: str, index: int, what: str, purpose: str) -> Issue:
    message = f"{what} is not within the data of the purpose `{purpose}`"
    related = (("the purpose", ("purposes", purpose)),)
    about = (("purposes", purpose),)
    return Issue(("flows", flow, "data", index), message, related=related, about=about)
