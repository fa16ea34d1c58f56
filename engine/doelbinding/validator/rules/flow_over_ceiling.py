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
                over = declared.category_tree.below(category) - excluded - ceiling
                if over:
                    yield _issue(identifier, index, category, min(over), purpose)


def _issue(flow: str, index: int, category: str, over: str, purpose: str) -> Issue:
    what = f"`{category}`" if over == category else f"`{category}`, with `{over}` in it,"
    message = f"{what} is not within the data of the purpose `{purpose}`"
    related = (("the purpose", ("purposes", purpose)),)
    about = (("purposes", purpose),)
    return Issue(("flows", flow, "data", index), message, related=related, about=about)
