"""What a policy grants and forbids for one transfer, before it is told why."""

from doelbinding.decider.cell import Candidate, Cell
from doelbinding.decider.index import Demand, Demands


def evaluate(cell: Cell, known: Demand, has_reference: bool) -> tuple[list[Candidate], int, int]:
    """Steps 4 to 6 of a decision (policy language, section 4), for a transfer of that cell.

    The candidates whose requirements are all met, the categories that they grant, and those that
    prohibitions forbid. `known` are the facts known true and those known false.
    """
    granted = 0
    met: list[Candidate] = []
    for candidate in cell.sound:
        if candidate.needs_reference and not has_reference:
            continue
        if hold(candidate.demands, known):
            granted |= candidate.grants
            met.append(candidate)
    forbidden = cell.forbidden
    for prohibition in cell.conditional:
        if not hold(prohibition.unless or (), known):
            forbidden |= prohibition.data
    return met, granted, forbidden


def hold(demands: Demands, known: Demand) -> bool:
    """Whether one of these terms holds when that is known."""
    true, false = known
    for needs_true, needs_false in demands:
        if not (needs_true & ~true or needs_false & ~false):
            return True
    return False
