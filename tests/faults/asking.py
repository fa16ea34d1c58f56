"""What tests of faults ask of a gate and of its log."""

from doelbinding.audit.log import AuditLog
from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import TransferDenied
from doelbinding.model.decision import Reason
from tests.audit.logs import (
    RECORDED,
    rows,
)


def is_denied(gate: Gate) -> bool:
    """Whether the gate lets nothing go for want of a record."""
    try:
        gate.send(**RECORDED)
    except TransferDenied as denial:
        (withheld,) = denial.decision.withheld
        assert withheld.reason is Reason.LOG_UNAVAILABLE
        return True
    return False


def recorded(log: AuditLog) -> int:
    return [kind for (kind,) in rows(log, "kind")].count("decided")


def outcomes(log: AuditLog) -> dict[str, int]:
    """How often each reason stands in an outcome."""
    with log.store.snapshot() as snapshot:
        found = snapshot.rows("SELECT payload FROM entries WHERE kind = 'outcome'")
        texts = [bytes(each).decode() for (each,) in found]
    reasons = (each.rpartition('"because":')[2].strip('"}') for each in texts)
    counted: dict[str, int] = {}
    for each in reasons:
        counted[each] = counted.get(each, 0) + 1
    return counted
