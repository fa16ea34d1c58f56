"""Whatever fails in the gate, nothing goes that should not: a table of faults.

Under enforcement a fault denies. Under observation what it concerns goes; it is counted and told.
"""

import shutil
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple
from unittest.mock import MagicMock, patch

import pytest

from doelbinding.audit.log import AuditLog
from doelbinding.audit.pending import Pending, Receipt
from doelbinding.audit.reading import note_reading
from doelbinding.decider.index import Index
from doelbinding.errors import StoreError
from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import Passage, TransferDenied
from doelbinding.gate.records import Recorded, Recorder
from doelbinding.policy import Policy
from tests.gate.policies import (
    ABOUT_ONE,
    ALLOWED,
    DENIED,
    LOGGED,
    OBSERVING,
    Register,
    entries,
    load,
    log_of,
    outcomes,
    told,
)

ASKED = {"allow": ALLOWED, "log": LOGGED, "deny": DENIED}

Break = Callable[[Gate], Any]


class Fault(NamedTuple):
    """Something that fails: how it is brought about, and what goes all the same."""

    brought_about: Break
    goes: frozenset[str] = frozenset()
    reason: str = "log-unavailable"


@contextmanager
def nothing_decided(gate: Gate, error: Exception) -> Iterator[None]:
    with patch.object(Policy, "check", side_effect=error):
        yield


@contextmanager
def damaged_index(gate: Gate) -> Iterator[None]:
    with patch.object(Index, "epoch", side_effect=IndexError):
        yield


@contextmanager
def unwritable(gate: Gate) -> Iterator[None]:
    with patch.object(Recorder, "decided", side_effect=UnicodeError("no such letter")):
        yield


@contextmanager
def no_keys(gate: Gate) -> Iterator[None]:
    shutil.rmtree(log_of(gate).keys.name)
    yield


@contextmanager
def closed(gate: Gate) -> Iterator[None]:
    log_of(gate).close()
    yield


@contextmanager
def clock_before_head(gate: Gate) -> Iterator[None]:
    with patch.object(log_of(gate), "_not_before", "2999-01-01T00:00:00.000000Z"):
        yield


@contextmanager
def slow(gate: Gate) -> Iterator[None]:
    """The store answers when the test is over, and not before."""
    store, over = log_of(gate).store, Event()
    exclusive = store.exclusive

    def wait(work: Any) -> Any:
        assert over.wait(60)
        return exclusive(work)

    with patch.object(store, "exclusive", wait):
        yield
        over.set()


@contextmanager
def full(gate: Gate) -> Iterator[None]:
    with slow(gate):
        log, most = log_of(gate), 0
        with suppress(StoreError):
            while True:
                log.record("read", b"{}", 0)
                most += 1
        assert most > 5
        yield


@contextmanager
def failing(gate: Gate, error: Exception) -> Iterator[None]:
    log = log_of(gate)
    with patch.object(log.store, "exclusive", side_effect=error):
        with suppress(StoreError):
            note_reading(log, "test", "query", {})
        yield


@contextmanager
def deaf_register(gate: Gate, says: Any, name: Any = "register") -> Iterator[None]:
    register = Register(says)
    register.name = name
    with patch.object(gate._handling, "_register", register):
        yield


def undecided(error: Exception) -> Fault:
    return Fault(lambda gate: nothing_decided(gate, error), reason="gate-failed")


def unheard(says: Any, name: Any = "register") -> Fault:
    return Fault(lambda gate: deaf_register(gate, says, name), reason="facts-unavailable")


FAULTS = {
    "the policy is damaged": undecided(LookupError("loans")),
    "the policy confuses types": undecided(TypeError("loans")),
    "the policy is too deep": undecided(RecursionError()),
    "no memory": undecided(MemoryError()),
    "the index is damaged": Fault(damaged_index, reason="gate-failed"),
    "the record cannot be made": Fault(unwritable, reason="gate-failed"),
    "the keys are gone": Fault(no_keys),
    "the log is closed": Fault(closed),
    "the queue is full": Fault(full),
    "the store is slow": Fault(slow, frozenset({"allow"})),
    "the store is broken for good": Fault(
        lambda gate: failing(gate, StoreError("disk I/O error", is_final=True))
    ),
    "the store is busy": Fault(lambda gate: failing(gate, StoreError("busy"))),
    "the store has a defect": Fault(lambda gate: failing(gate, KeyError("state"))),
    "the clock stands before the head": Fault(clock_before_head),
    "the register raises": unheard(ConnectionError("refused")),
    "the register confuses types": unheard(TypeError("none")),
    "the register says a text": unheard("consent"),
    "the register says a list": unheard(["consent"]),
    "the register says yes in words": unheard({"consent": "yes"}),
    "the register says yes in numbers": unheard({"consent": 1}),
    "the register numbers its facts": unheard({1: True}),
    "the register passes for a truth": unheard({"consent": MagicMock(spec=bool)}),
    "the register has no name": unheard({"consent": True}, name=None),
}
CELLS = [
    pytest.param(fault, asked, id=f"{name}, {asked}")
    for name, fault in FAULTS.items()
    for asked in ASKED
]


@contextmanager
def gate_with(folder: Path, fault: Fault, *changes: dict[str, Any]) -> Iterator[Gate]:
    """A gate in which that fails."""
    options: dict[str, Any] = {"keys": folder / "keys", "timeout": 0.3, "queue": 10}
    with ExitStack() as stack:
        log = stack.enter_context(AuditLog.sqlite(folder / "audit.db", **options))
        gate = Gate(load(folder, *changes), log)
        stack.enter_context(fault.brought_about(gate))
        yield gate


@pytest.mark.parametrize(("fault", "name"), CELLS)
def test_under_enforcement_a_fault_denies(tmp_path: Path, fault: Fault, name: str) -> None:
    with gate_with(tmp_path, fault) as gate:
        if name in fault.goes:
            assert gate.send(**ASKED[name], **ABOUT_ONE).action == "passed"
            return
        with pytest.raises(TransferDenied) as denied:
            gate.send(**ASKED[name], **ABOUT_ONE)
        reason = denied.value.decision.withheld[0].reason
        is_policys = name == "deny" and fault.reason != "gate-failed"
        assert reason == ("category-not-declared" if is_policys else fault.reason)
        assert (denied.value.__cause__, gate.failures) == (None, 0)


@pytest.mark.parametrize(("fault", "name"), CELLS)
def test_under_observation_a_fault_is_counted_and_told(
    tmp_path: Path, fault: Fault, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with gate_with(tmp_path, fault, OBSERVING) as gate:
        passage = gate.send(**ASKED[name], **ABOUT_ONE)
        assert passage.data == ASKED[name]["data"]
        if name in fault.goes or (fault.brought_about is slow and name == "deny"):
            return
        assert (passage.action, gate.failures) == ("observed", 1)
        assert any("ERROR" in each.levelname for each in caplog.records)
        assert told(caplog.records)


GUARDED_TITLES = {
    "prohibitions": {
        "titles": {"to": "mailer", "data": ["loans"], "always-enforced": True, "unless": "asked"}
    }
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("verb", ["send", "strip"])
def test_no_fault_lets_go_what_is_always_forbidden(tmp_path: Path, fault: Fault, verb: str) -> None:
    with gate_with(tmp_path, fault, OBSERVING, GUARDED_TITLES) as gate:
        with pytest.raises(TransferDenied):
            getattr(gate, verb)(**DENIED, **ABOUT_ONE)
        try:
            passage: Passage = getattr(gate, verb)(**{**DENIED, "data": ("contact", "loans")})
        except TransferDenied:
            return
        assert passage.data == ("contact",)


def test_a_denied_record_that_comes_late_is_followed_by_its_failure(tmp_path: Path) -> None:
    with gate_with(tmp_path, Fault(lambda _: ExitStack())) as gate:
        with slow(gate), pytest.raises(TransferDenied) as denied:
            gate.send(**LOGGED)
        (entry,) = entries(gate)
        assert (entry["id"], entry["action"]) == (denied.value.id, "passed")
        assert outcomes(gate) == [("failed", "log-unavailable")]


def settled(receipt: Receipt | None, error: StoreError | None, *, waits: bool) -> Any:
    """What the log gives for a decision: settled already."""
    pending = Pending("decided", "", None, b"", waits=waits)
    pending.settle(receipt, error)
    return patch.object(Recorder, "decided", return_value=Recorded("A-1", "", pending))


def test_what_is_known_not_to_be_recorded_when_it_would_go_does_not_go(tmp_path: Path) -> None:
    with gate_with(tmp_path, Fault(lambda _: ExitStack())) as gate:
        with settled(None, StoreError("gone"), waits=False), pytest.raises(TransferDenied) as no:
            gate.send(**ALLOWED)
        assert no.value.decision.withheld[0].reason == "log-unavailable"


def test_what_was_recorded_at_the_last_moment_goes(tmp_path: Path) -> None:
    with (
        gate_with(tmp_path, Fault(lambda _: ExitStack())) as gate,
        settled(Receipt(log_of(gate).id, 7, "00" * 32), None, waits=True),
        patch.object(Pending, "wait", side_effect=StoreError("too slow")),
    ):
        receipt = gate.send(**LOGGED).receipt
    assert receipt is not None
    assert receipt.seq == 7


def test_a_retry_of_what_came_too_late_has_its_own_outcome(tmp_path: Path) -> None:
    with gate_with(tmp_path, Fault(lambda _: ExitStack())) as gate:
        with slow(gate), pytest.raises(TransferDenied):
            gate.send(**LOGGED, decision_id="A-1")
        with gate.send(**LOGGED, decision_id="A-1") as passage:
            assert passage.receipt is not None
        assert len(entries(gate)) == 1
        assert outcomes(gate) == [("carried-out", None)]


def test_what_fails_is_told_by_kind_and_place_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        gate_with(tmp_path, undecided(LookupError("Jan Jansen"))) as gate,
        pytest.raises(TransferDenied),
    ):
        gate.send(**ALLOWED)
    (line,) = told(caplog.records)
    assert line.startswith("the gate could not decide a transfer: LookupError in ")
    assert "Jansen" not in caplog.text


def test_a_gate_without_a_log_fails_closed_too(tmp_path: Path) -> None:
    for changes, expected in (({}, None), (OBSERVING, "observed")):
        gate = Gate(load(tmp_path, changes))
        gate.send(**ALLOWED)
        with nothing_decided(gate, LookupError("loans")):
            if expected is None:
                with pytest.raises(TransferDenied) as denied:
                    gate.send(**ALLOWED)
                assert denied.value.decision.withheld[0].reason == "gate-failed"
            else:
                assert (gate.send(**ALLOWED).action, gate.failures) == (expected, 1)


def test_a_log_that_recovers_lets_go_again(tmp_path: Path) -> None:
    with gate_with(tmp_path, Fault(lambda _: ExitStack())) as gate:
        with failing(gate, StoreError("the disk is full")), pytest.raises(TransferDenied):
            gate.send(**LOGGED)
        note_when_written(gate)
        assert gate.send(**LOGGED).receipt is not None


@pytest.mark.parametrize("has_log", [True, False])
def test_strange_questions_take_no_memory(tmp_path: Path, has_log: bool) -> None:
    with gate_with(tmp_path, Fault(lambda _: ExitStack())) as logged:
        gate = logged if has_log else Gate(logged.policy)
        tracemalloc.start()
        for number in range(200):
            name = f"{number}{'x' * 100_000}"
            for strange in ({"data": (name,)}, {"facts": {name: True}}, {"sender": name}):
                with suppress(TransferDenied):
                    gate.send(**{**ALLOWED, **strange})
            with suppress(TransferDenied):
                gate.send(**{**ALLOWED, "data": ("contact",) * (20_000 + number)})
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert taken < 12_000_000


def note_when_written(gate: Gate) -> None:
    """Wait until the log is written again."""
    for _ in range(200):
        with suppress(StoreError):
            note_reading(log_of(gate), "test", "query", {})
            return
        Event().wait(0.05)
    raise AssertionError("the log does not recover")
