"""What a policy grants and forbids for one transfer, before it is told why."""

from collections.abc import Sequence

from doelbinding.decider.cell import Candidate, Cell
from doelbinding.decider.index import Demand


def evaluate(cell: Cell, known: Demand, has_reference: bool) -> tuple[list[Candidate], int, int]:
    """Steps 4 to 6 of a decision (policy language, section 4), for a transfer of that cell.

    The candidates whose requirements are all met, the categories that they grant, and those that
    prohibitions forbid. `known` are the facts known true and those known false.
    """
    granted = 0
    met: list[Candidate] = []
    unknown_true, unknown_false = ~known[0], ~known[1]
    for candidate in cell.sound:
        if has_reference or not candidate.needs_reference:
            for true, false in candidate.demands:  # as `hold` does; a call would be felt
                if not (true & unknown_true or false & unknown_false):
                    granted |= candidate.grants
                    met.append(candidate)
                    break
    forbidden = cell.forbidden
    for prohibition in cell.conditional:
        if not hold(prohibition.unless or (), known):
            forbidden |= prohibition.data
    return met, granted, forbidden


def hold(demands: Sequence[Demand], known: Demand) -> bool:
    """Whether one of these terms holds when that is known."""
    true, false = known
    for needs_true, needs_false in demands:
        if not (needs_true & ~true or needs_false & ~false):
            return True
    return False
