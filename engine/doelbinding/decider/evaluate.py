"""What a policy grants and forbids for one transfer, before it is told why."""

from dataclasses import dataclass

from doelbinding.decider.index import FlowEntry, Index, ProhibitionEntry
from doelbinding.decider.requirements import Unmet, unmet_requirements
from doelbinding.model.condition import holds
from doelbinding.model.transfer import Transfer


@dataclass(frozen=True, slots=True)
class Candidate:
    """A flow that is about such transfers: what it lacks, what it would grant, what it grants."""

    flow: FlowEntry
    unmet: list[Unmet]
    would_grant: int
    grants: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Steps 3 to 6 of a decision (policy language, section 4); sets are integers."""

    candidates: list[Candidate]
    prohibitions: list[ProhibitionEntry]
    granted: int
    forbidden: int

    def permits(self, expansion: int) -> bool:
        """Whether a category of that expansion may go whole."""
        return not (expansion & ~self.granted or expansion & self.forbidden)


def evaluate(index: Index, transfer: Transfer) -> Evaluation:
    """Evaluate a transfer between known ids."""
    ceiling = index.purposes[transfer.purpose].ceiling
    flows = index.candidates(transfer.sender, transfer.recipient, transfer.purpose)
    candidates = [_candidate(index, flow, transfer, ceiling) for flow in flows]
    prohibitions = [each for each in index.prohibitions if _stands(each, transfer)]
    granted = forbidden = 0
    for candidate in candidates:
        granted |= candidate.grants
    for prohibition in prohibitions:
        forbidden |= prohibition.data
    return Evaluation(candidates, prohibitions, granted, forbidden)


def _candidate(index: Index, flow: FlowEntry, transfer: Transfer, ceiling: int) -> Candidate:
    unmet = unmet_requirements(index, flow, transfer)
    would_grant = flow.would_grant(ceiling)
    return Candidate(flow, unmet, would_grant, 0 if unmet else would_grant & ceiling)


def _stands(prohibition: ProhibitionEntry, transfer: Transfer) -> bool:
    begin, end = prohibition.span
    return (
        begin <= transfer.at < end
        and prohibition.concerns(
            transfer.sender, transfer.recipient, transfer.purpose, transfer.subject
        )
        and not (prohibition.unless is not None and holds(prohibition.unless, transfer.facts))
    )
