"""Every place at which a declaration names another by its id."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from doelbinding.model.condition import All, Any, Condition, Fact, Not
from doelbinding.model.flows import Flow, Prohibition
from doelbinding.model.invariants import Always, Invariant, Match, Only, Selection
from doelbinding.validator.conditions import conditions
from doelbinding.validator.draft import MANIFEST, Draft, Path
from doelbinding.validator.schemas import SECTIONS

Named = Iterable[str] | None


class Reference(NamedTuple):
    """An id of some kind that is named somewhere."""

    kind: str
    id: str
    path: Path


def references(draft: Draft) -> Iterator[Reference]:
    """All of them, section by section."""
    yield from _from_manifest(draft)
    yield from _from_purposes(draft)
    yield from _from_recipients(draft)
    for flow in draft.declarations.flows.values():
        yield from _from_flow(flow)
    for prohibition in draft.declarations.prohibitions.values():
        yield from _from_prohibition(prohibition)
    for path, condition in conditions(draft):
        yield from _from_condition(condition, path)
    for invariant in draft.declarations.invariants.values():
        yield from _from_invariant(invariant)
    yield from _from_statement(draft)


def used(draft: Draft, kind: str) -> frozenset[str]:
    """The ids of a kind that something names; `party` includes recipients."""
    kinds = {kind, "recipient"} if kind == "party" else {kind}
    return frozenset(each.id for each in references(draft) if each.kind in kinds)


def _listed(kind: str, named: Named, path: Path) -> Iterator[Reference]:
    for index, identifier in enumerate(named or ()):
        yield Reference(kind, identifier, (*path, index))


def _from_manifest(draft: Draft) -> Iterator[Reference]:
    manifest = draft.declarations.manifest
    yield Reference("subject", manifest.default_subject, (MANIFEST, "default-subject"))
    for index, observation in enumerate(manifest.enforcement):
        path: Path = (MANIFEST, "enforcement", index, "observe")
        yield from _listed("purpose", observation.purposes, (*path, "purpose"))
        yield from _listed("party", observation.senders, (*path, "from"))
        yield from _listed("party", observation.recipients, (*path, "to"))


def _from_purposes(draft: Draft) -> Iterator[Reference]:
    for identifier, purpose in draft.declarations.purposes.items():
        yield from _listed("category", purpose.data, ("purposes", identifier, "data"))
        yield from _listed("subject", purpose.subjects, ("purposes", identifier, "subjects"))


def _from_recipients(draft: Draft) -> Iterator[Reference]:
    for identifier, recipient in draft.declarations.recipients.items():
        for index, role in enumerate(recipient.roles or ()):
            path: Path = ("recipients", identifier, "roles", index)
            yield from _listed("purpose", role.purposes, (*path, "purposes"))
            if role.works_for is not None:
                yield Reference("recipient", role.works_for, (*path, "of"))


def _from_flow(flow: Flow) -> Iterator[Reference]:
    path: Path = ("flows", flow.id)
    yield from _listed("party", flow.senders, (*path, "from"))
    yield from _listed("party", flow.recipients, (*path, "to"))
    yield from _listed("purpose", flow.purposes, (*path, "purpose"))
    yield from _listed("subject", flow.subjects, (*path, "subjects"))
    yield from _listed("category", flow.data, (*path, "data"))
    yield from _listed("category", flow.excluded, (*path, "except"))


def _from_prohibition(prohibition: Prohibition) -> Iterator[Reference]:
    path: Path = ("prohibitions", prohibition.id)
    yield from _listed("party", prohibition.senders, (*path, "from"))
    yield from _listed("party", prohibition.recipients, (*path, "to"))
    yield from _listed("purpose", prohibition.purposes, (*path, "purpose"))
    yield from _listed("subject", prohibition.subjects, (*path, "subjects"))
    yield from _listed("category", prohibition.data, (*path, "data"))


def _from_condition(condition: Condition, path: Path) -> Iterator[Reference]:
    match condition:
        case Fact(identifier):
            yield Reference("fact", identifier, path)
        case Not(inner):
            yield from _from_condition(inner, (*path, "not"))
        case All(parts) | Any(parts):
            key = "all" if isinstance(condition, All) else "any"
            for index, part in enumerate(parts):
                yield from _from_condition(part, (*path, key, index))


def _from_invariant(invariant: Invariant) -> Iterator[Reference]:
    claim = invariant.claim
    path: Path = ("invariants", invariant.id, _KEYS[type(claim).__name__])
    if isinstance(claim, Always | Only):
        yield from _from_match(claim.match, (*path, "match"))
    else:
        yield from _from_match(claim.match, path)
    if isinstance(claim, Always):
        yield from _facts(claim.facts, (*path, "facts"))
    if isinstance(claim, Only):
        yield from _listed("party", claim.senders, (*path, "from"))
        yield from _listed("party", claim.recipients, (*path, "to"))
        yield from _listed("purpose", claim.purposes, (*path, "purpose"))


def _from_match(match: Match, path: Path) -> Iterator[Reference]:
    yield from _selected("party", match.senders, (*path, "from"))
    yield from _selected("party", match.recipients, (*path, "to"))
    yield from _selected("purpose", match.purposes, (*path, "purpose"))
    yield from _selected("subject", match.subjects, (*path, "subjects"))
    yield from _selected("category", match.data, (*path, "data"))
    yield from _facts(match.given, (*path, "given"))


def _selected(kind: str, selection: Selection | None, path: Path) -> Iterator[Reference]:
    if selection is not None:
        yield from _listed(kind, selection.ids, (*path, "not") if selection.negated else path)


def _facts(facts: Mapping[str, bool], path: Path) -> Iterator[Reference]:
    for fact in facts:
        yield Reference("fact", fact, (*path, fact))


def _from_statement(draft: Draft) -> Iterator[Reference]:
    for owner, clauses in draft.clauses_named(SECTIONS):
        yield from _listed("clause", clauses, (*owner, "clauses"))
    for identifier, clause in draft.declarations.clauses.items():
        yield from _listed("holder", clause.held_by, ("clauses", identifier, "held-by"))


_KEYS = {"Never": "never", "Always": "always", "Only": "only", "NoPath": "no-path"}
