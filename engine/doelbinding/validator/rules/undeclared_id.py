"""A name that nothing declares."""

from collections.abc import Collection, Iterator
from functools import cache

from doelbinding.diagnostics import Severity
from doelbinding.model.statement import HELD_BY_ENGINE
from doelbinding.suggest import nearest
from doelbinding.validator.draft import Draft
from doelbinding.validator.references import Reference, references
from doelbinding.validator.rule import Issue, rule

_HELD = ", ".join(f"`{each}`" for each in sorted(HELD_BY_ENGINE))
_MOST_SOUGHT = 100
"""So many different names are compared with all that are declared; it takes its time."""

_SECTIONS = {
    "category": ("categories",),
    "subject": ("subjects",),
    "purpose": ("purposes",),
    "party": ("recipients",),
    "recipient": ("recipients",),
    "fact": ("facts",),
    "clause": ("clauses",),
    "holder": ("invariants",),
}
"""Where each kind is declared."""


@rule(Severity.ERROR, "Declare it, or name one that is declared.", minds_damage=False)
def undeclared_id(draft: Draft) -> Iterator[Issue]:
    """Whatever is named is declared."""
    known = _known(draft)
    if all(names <= {*known[kind]} for kind, names in draft.named.items()):
        return

    @cache
    def near(kind: str, identifier: str) -> str | None:
        return nearest(identifier, known[kind])

    for reference in references(draft):
        is_declared = reference.id in known[reference.kind]
        if not is_declared and draft.cut.isdisjoint(_SECTIONS[reference.kind]):
            is_sought = near.cache_info().currsize < _MOST_SOUGHT
            close = near(reference.kind, reference.id) if is_sought else None
            yield _issue(reference, known[reference.kind], close)


def _issue(reference: Reference, known: Collection[str], close: str | None) -> Issue:
    kind = "invariant" if reference.kind == "holder" else reference.kind
    message = f"no {kind} `{reference.id}` is declared"
    is_key = reference.path[-1] == reference.id
    return Issue(reference.path, message, _help(reference, known, close), at_key=is_key)


def _help(reference: Reference, known: Collection[str], close: str | None) -> str:
    if reference.kind == "holder":
        return f"Declare it, or name what the engine holds: {_HELD}."
    if close:
        return f"Did you mean `{close}`?"
    if not known:
        return f"Declare it: the policy declares no {reference.kind} at all so far."
    return ""


def _known(draft: Draft) -> dict[str, Collection[str]]:
    declared = draft.declarations
    return {
        "category": declared.categories,
        "subject": declared.subjects,
        "purpose": declared.purposes,
        "party": frozenset(declared.parties),
        "recipient": declared.recipients,
        "fact": declared.fact_ids,
        "clause": declared.clauses,
        "holder": HELD_BY_ENGINE | declared.invariants.keys(),
    }
