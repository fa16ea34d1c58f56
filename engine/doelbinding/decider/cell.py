"""What is settled of a transfer by its parties, purpose, subject and epoch alone.

All that asks for no fact, no reference and no category is answered here once, and serves every
transfer of the same cell until the epoch ends. Named tuples, because they are made often.
"""

from typing import NamedTuple

from doelbinding.decider.index import Demand, Demands, FlowEntry, Index, ProhibitionEntry
from doelbinding.decider.requirements import faults_of_flow, shared_faults
from doelbinding.model.decision import Reason
from doelbinding.model.period import Span


class Candidate(NamedTuple):
    """A flow that is about such transfers.

    `faults` are its unmet requirements that no caller can mend; `demands` are the terms of its
    condition, each with what the purpose demands of the person; `grants` is what it grants once
    its requirements are met; `duties` come with it, those towards the recipient included.
    """

    flow: FlowEntry
    faults: tuple[Reason, ...]
    needs_reference: bool
    demands: Demands
    would_grant: int
    grants: int
    duties: tuple[str, ...]


class Cell(NamedTuple):
    """Sender, recipient, purpose and subject within one epoch.

    `stranger` is the reason when one of them is unknown; then there is nothing else. `sound` are
    the candidates without fault; `forbidden` is what is forbidden whatever the facts, and
    `conditional` are the prohibitions from which facts can release.
    """

    sender: str
    recipient: str
    purpose: str
    subject: str
    stranger: Reason | None
    candidates: tuple[Candidate, ...] = ()
    sound: tuple[Candidate, ...] = ()
    prohibitions: tuple[ProhibitionEntry, ...] = ()
    conditional: tuple[ProhibitionEntry, ...] = ()
    forbidden: int = 0


def settle(
    index: Index, sender: str, recipient: str, purpose: str, subject: str, epoch: Span
) -> Cell:
    """The cell of these ids in that epoch of the policy."""
    stranger = _stranger(index, sender, recipient, purpose, subject)
    if stranger is not None:
        return Cell(sender, recipient, purpose, subject, stranger)
    candidates = _candidates(index, sender, recipient, purpose, subject, epoch[0])
    standing = index.prohibitions.between(sender, recipient, purpose, subject, epoch[0])
    forbidden = 0
    for prohibition in standing:
        if prohibition.unless is None:
            forbidden |= prohibition.data
    return Cell(
        sender,
        recipient,
        purpose,
        subject,
        None,
        candidates,
        tuple([each for each in candidates if not each.faults]),
        tuple(standing),
        tuple([each for each in standing if each.unless is not None]),
        forbidden,
    )


def _stranger(
    index: Index, sender: str, recipient: str, purpose: str, subject: str
) -> Reason | None:
    if sender not in index.parties:
        return Reason.UNKNOWN_SENDER
    if recipient not in index.parties:
        return Reason.UNKNOWN_RECIPIENT
    if purpose not in index.purposes:
        return Reason.UNKNOWN_PURPOSE
    return None if subject in index.subjects else Reason.UNKNOWN_SUBJECT


def _candidates(
    index: Index, sender: str, recipient: str, purpose: str, subject: str, at: int
) -> tuple[Candidate, ...]:
    flows = index.candidates(sender, recipient, purpose)
    if not flows:
        return ()
    what_for, to = index.purposes[purpose], index.parties[recipient]
    shared = shared_faults(index, index.parties[sender], to, what_for, at)
    candidates: list[Candidate] = []
    for flow in flows:
        would_grant = flow.would_grant(what_for.ceiling)
        candidates.append(
            Candidate(
                flow,
                faults_of_flow(flow, what_for, index.subjects[subject], shared, at),
                flow.needs_reference,
                _together(flow.demands, what_for.demand),
                would_grant,
                would_grant & what_for.ceiling,
                tuple(sorted(flow.duties | to.duties)) if flow.duties or to.duties else (),
            )
        )
    return tuple(candidates)


def _together(demands: Demands, personal: Demand) -> Demands:
    """Each term with what the purpose demands of the person."""
    true, false = personal
    if not true and not false:
        return demands
    return tuple([(more_true | true, more_false | false) for more_true, more_false in demands])
