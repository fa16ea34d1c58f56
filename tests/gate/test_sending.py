"""What may go goes, what may not raises, and what became of it is recorded."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from doelbinding.audit.pending import Pending
from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import Passage, TransferDenied
from doelbinding.model.decision import Effect, Reason
from tests.gate.policies import (
    ALLOWED,
    DENIED,
    LOGGED,
    PARTLY,
    SEALED,
    TO_CLASS,
    entries,
    gate_in,
    load,
    outcomes,
)

Send = Callable[..., Passage]


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    with gate_in(tmp_path) as gate:
        yield gate


def ways(gate: Gate, verb: str) -> Send:
    """The gate's way to ask; the asynchronous one is awaited in a loop of its own."""
    if not verb.endswith("_async"):
        send: Send = getattr(gate, verb)
        return send

    async def awaited(**asked: Any) -> Passage:
        passage: Passage = await getattr(gate, verb)(**asked)
        return passage

    return lambda **asked: asyncio.run(awaited(**asked))


SEND = pytest.mark.parametrize("verb", ["send", "send_async"])
STRIP = pytest.mark.parametrize("verb", ["strip", "strip_async"])
ALL = pytest.mark.parametrize("verb", ["send", "send_async", "strip", "strip_async"])


def reasons(denied: TransferDenied) -> list[str]:
    return [each.reason.value for each in denied.decision.withheld]


# ── Allow, log, deny ─────────────────────────────────────────────────────────────────────────────


@ALL
def test_what_is_allowed_goes_and_is_recorded_as_passed(gate: Gate, verb: str) -> None:
    passage = ways(gate, verb)(**ALLOWED)
    assert (passage.action, passage.data) == ("passed", ("contact",))
    (entry,) = entries(gate)
    assert (entry["id"], entry["effect"], entry["action"]) == (passage.id, "allow", "passed")


@ALL
def test_what_must_be_recorded_goes_with_its_receipt(gate: Gate, verb: str) -> None:
    passage = ways(gate, verb)(**LOGGED)
    receipt = passage.receipt
    assert receipt is not None
    (entry,) = entries(gate)
    assert (entry["effect"], entry["action"], entry["id"]) == ("log", "passed", passage.id)
    assert entry["question"]["reference"] == "R-1"
    assert entry["question"]["facts"] == {"asked": {"state": True, "source": "caller"}}


@ALL
def test_what_is_denied_raises_the_policys_decision_and_is_recorded(gate: Gate, verb: str) -> None:
    with pytest.raises(TransferDenied) as denied:
        ways(gate, verb)(**DENIED)
    decision = denied.value.decision
    assert decision == gate.policy.check(**DENIED)
    (entry,) = entries(gate)
    assert (entry["effect"], entry["action"], entry["id"]) == ("deny", "stopped", denied.value.id)
    assert [each["category"] for each in entry["withheld"]] == ["loans"]


@SEND
def test_what_may_go_in_part_alone_does_not_go(gate: Gate, verb: str) -> None:
    with pytest.raises(TransferDenied):
        ways(gate, verb)(**PARTLY)
    assert [each["action"] for each in entries(gate)] == ["stopped"]


@STRIP
def test_stripping_hands_back_what_may_go(gate: Gate, verb: str) -> None:
    passage = ways(gate, verb)(**PARTLY)
    assert (passage.action, passage.data) == ("stripped", ("contact",))
    assert passage.decision.effect is Effect.DENY
    (entry,) = entries(gate)
    assert (entry["effect"], entry["action"]) == ("deny", "stripped")
    assert entry["stripped"]["data"] == ["contact"]
    assert entry["stripped"]["effect"] == "allow"


@STRIP
def test_what_goes_after_stripping_waits_for_its_record_if_the_policy_says_so(
    gate: Gate, verb: str
) -> None:
    passage = ways(gate, verb)(**{**LOGGED, "data": ("name", "loans")})
    assert passage.data == ("name",)
    assert passage.receipt is not None


# ── Without a log ────────────────────────────────────────────────────────────────────────────────


@SEND
def test_without_a_log_what_must_be_recorded_is_denied(tmp_path: Path, verb: str) -> None:
    send = ways(Gate(load(tmp_path)), verb)
    with pytest.raises(TransferDenied) as denied:
        send(**LOGGED)
    assert reasons(denied.value) == ["log-unavailable"]
    assert denied.value.decision.effect is Effect.DENY


@STRIP
def test_without_a_log_what_must_be_recorded_is_denied_after_stripping_too(
    tmp_path: Path, verb: str
) -> None:
    strip = ways(Gate(load(tmp_path)), verb)
    with pytest.raises(TransferDenied) as denied:
        strip(**{**LOGGED, "data": ("name", "loans")})
    assert reasons(denied.value) == ["log-unavailable"]


@ALL
def test_without_a_log_what_is_allowed_goes_without_a_receipt(tmp_path: Path, verb: str) -> None:
    passage = ways(Gate(load(tmp_path)), verb)(**ALLOWED)
    assert (passage.data, passage.action, passage.receipt) == (("contact",), "passed", None)


# ── Duties and classes ───────────────────────────────────────────────────────────────────────────


@ALL
@pytest.mark.parametrize("fulfils", [(), {"pseudonymise"}, frozenset({"encrypted"})])
def test_a_duty_that_nobody_fulfils_denies(gate: Gate, verb: str, fulfils: Any) -> None:
    with pytest.raises(TransferDenied) as denied:
        ways(gate, verb)(**SEALED, fulfils=fulfils)
    (withheld,) = denied.value.decision.withheld
    assert (withheld.reason, withheld.parts) == (Reason.DUTY_UNFULFILLED, ("encrypt",))
    (entry,) = entries(gate)
    assert (entry["effect"], entry["action"]) == ("allow", "stopped")
    assert entry["gate"] == {"reason": "duty-unfulfilled", "duties": ["encrypt"]}


@ALL
@pytest.mark.parametrize(
    "make", [list, tuple, set, frozenset, iter], ids=lambda each: each.__name__
)
def test_a_duty_that_the_caller_sees_to_is_fulfilled(
    gate: Gate, verb: str, make: Callable[[list[str]], Any]
) -> None:
    assert ways(gate, verb)(**SEALED, fulfils=make(["encrypt", "inform-subject"])).data == ("name",)
    assert [each["fulfilled"] for each in entries(gate)] == [["encrypt", "inform-subject"]]


@pytest.mark.parametrize("has_log", [True, False])
@pytest.mark.parametrize("fulfils", ["encrypt", "encrypted", b"encrypt", 1, None])
def test_a_text_is_no_collection_of_duties_with_or_without_a_log(
    gate: Gate, has_log: bool, fulfils: Any
) -> None:
    asked = gate if has_log else Gate(gate.policy)
    with pytest.raises(TypeError):
        asked.send(**SEALED, fulfils=fulfils)


@ALL
@pytest.mark.parametrize("recipient_id", [None, ""])
def test_a_class_as_recipient_wants_the_one_named(
    gate: Gate, verb: str, recipient_id: str | None
) -> None:
    for asked in (gate, Gate(gate.policy)):
        with pytest.raises(TransferDenied) as denied:
            ways(asked, verb)(**TO_CLASS, recipient_id=recipient_id)
        assert reasons(denied.value) == ["recipient-not-named"]
    assert ways(gate, verb)(**TO_CLASS, recipient_id="NL-0200000002").action == "passed"
    assert [each["question"]["recipient-id"] for each in entries(gate)][1] == "NL-0200000002"


# ── Outcomes ─────────────────────────────────────────────────────────────────────────────────────


class OwnError(Exception):
    pass


def test_a_block_that_ends_was_carried_out(gate: Gate) -> None:
    with gate.send(**ALLOWED):
        assert outcomes(gate) == []
    assert outcomes(gate) == [("carried-out", None)]


@pytest.mark.parametrize("error", [OwnError, KeyboardInterrupt, GeneratorExit, SystemExit])
def test_a_block_that_raises_failed_and_its_error_goes_on(
    gate: Gate, error: type[BaseException]
) -> None:
    with pytest.raises(error), gate.send(**LOGGED):
        raise error("Jan Jansen")
    assert outcomes(gate) == [("failed", error.__name__)]


def test_an_asynchronous_block_records_what_became_of_it(gate: Gate) -> None:
    async def send(error: Exception | None) -> None:
        async with gate.send_async(**ALLOWED) as passage:
            assert passage.action == "passed"
            if error is not None:
                raise error

    asyncio.run(send(None))
    with pytest.raises(OwnError):
        asyncio.run(send(OwnError()))
    assert outcomes(gate) == [("carried-out", None), ("failed", "OwnError")]


@pytest.mark.parametrize("asked", [ALLOWED, LOGGED], ids=["allow", "log"])
def test_a_passage_that_was_awaited_records_it_too(gate: Gate, asked: dict[str, Any]) -> None:
    async def send() -> None:
        async with await gate.send_async(**asked):
            pass

    asyncio.run(send())
    assert outcomes(gate) == [("carried-out", None)]


def test_a_task_that_is_cancelled_failed(gate: Gate) -> None:
    async def send(entered: asyncio.Event) -> None:
        async with gate.send_async(**LOGGED):
            entered.set()
            await asyncio.Event().wait()

    async def cancelled() -> None:
        entered = asyncio.Event()
        task = asyncio.create_task(send(entered))
        await entered.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert outcomes(gate) == [("failed", "CancelledError")]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_whoever_is_interrupted_while_waiting_for_the_record_sent_nothing(
    gate: Gate, error: type[BaseException]
) -> None:
    with patch.object(Pending, "wait", side_effect=error), pytest.raises(error):
        gate.send(**LOGGED)
    assert [each["action"] for each in entries(gate)] == ["passed"]
    assert outcomes(gate) == [("failed", error.__name__)]


def test_a_task_that_is_cancelled_while_it_waits_for_the_record_sent_nothing(gate: Gate) -> None:
    async def cancelled() -> None:
        task = asyncio.create_task(gate.send_async(**LOGGED)._asked())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with patch.object(Pending, "when_settled"):  # nobody wakes it
        asyncio.run(cancelled())
    assert outcomes(gate) == [("failed", "CancelledError")]


def test_only_the_first_word_about_a_passage_counts(gate: Gate) -> None:
    with gate.send(**ALLOWED) as passage:
        passage.failed(OwnError("Jan Jansen"))
        passage.carried_out()
    assert outcomes(gate) == [("failed", "OwnError")]


def test_of_a_passage_that_nobody_tells_of_the_outcome_is_unknown(gate: Gate) -> None:
    gate.send(**ALLOWED)
    gate.send(**LOGGED)
    assert len(entries(gate)) == 2
    assert outcomes(gate) == []


def test_a_denial_has_no_outcome(gate: Gate) -> None:
    with pytest.raises(TransferDenied), gate.send(**DENIED):
        raise AssertionError("nothing is let in")
    assert outcomes(gate) == []


# ── The decorator ────────────────────────────────────────────────────────────────────────────────


def test_a_guarded_function_is_called_when_its_transfer_may_go(gate: Gate) -> None:
    @gate.guard(
        recipient="printer",
        purpose="news",
        data=lambda order, *, number: order["data"],
        facts={"asked": True},
        reference=lambda order, *, number: number,
        subject_id=lambda order, *, number: order["member"],
    )
    def printed(order: dict[str, Any], *, number: str) -> str:
        """Have it printed."""
        return f"{number} is printed"

    assert printed({"data": ["name"], "member": "1-2-3"}, number="R-77") == "R-77 is printed"
    with pytest.raises(TransferDenied):
        printed({"data": ["loans"], "member": "1-2-3"}, number="R-78")
    assert (printed.__name__, printed.__doc__) == ("printed", "Have it printed.")
    assert [each["question"]["reference"] for each in entries(gate)] == ["R-77", "R-78"]
    assert outcomes(gate) == [("carried-out", None)]


def test_a_guarded_function_that_raises_failed(gate: Gate) -> None:
    @gate.guard(**ALLOWED)
    def mailed() -> None:
        raise OwnError

    with pytest.raises(OwnError):
        mailed()
    assert outcomes(gate) == [("failed", "OwnError")]


def test_an_asynchronous_function_is_guarded_as_one(gate: Gate) -> None:
    calls: list[str] = []

    @gate.guard(recipient="mailer", purpose="news", data=lambda data: data)
    async def mailed(data: str) -> str:
        """Mail it."""
        calls.append(*data)
        return "mailed"

    assert asyncio.iscoroutinefunction(mailed)
    assert (mailed.__name__, mailed.__doc__) == ("mailed", "Mail it.")
    assert asyncio.run(mailed(["contact"])) == "mailed"  # type: ignore[arg-type]
    with pytest.raises(TransferDenied):
        asyncio.run(mailed(["loans"]))  # type: ignore[arg-type]
    assert calls == ["contact"]
    assert outcomes(gate) == [("carried-out", None)]


def test_nothing_is_called_when_a_value_cannot_be_made(gate: Gate) -> None:
    calls: list[int] = []

    def broken(number: int) -> str:
        raise OwnError

    @gate.guard(recipient="mailer", purpose="news", data=["contact"], reference=broken)
    def mailed(number: int) -> None:
        calls.append(number)

    with pytest.raises(OwnError):
        mailed(1)
    assert calls == []


def test_a_function_that_gives_its_values_later_cannot_be_guarded(gate: Gate) -> None:
    def each() -> Iterator[int]:
        yield 1

    async def each_later() -> AsyncIterator[int]:
        yield 1

    for function in (each, each_later):
        with pytest.raises(TypeError, match="generator"):
            gate.guard(**ALLOWED)(function)


# ── Defects of the caller ────────────────────────────────────────────────────────────────────────

WRONG: dict[str, Any] = {
    "recipient": [None, 1, ["mailer"]],
    "purpose": [None, b"news"],
    "data": [None, "contact", b"contact", 5, {"contact": 1}, ["contact", 1]],
    "sender": [1],
    "subject": [[]],
    "facts": ["asked", {"asked": 1}, {1: True}, ["asked"]],
    "reference": [1],
    "subject_id": [2000012345678],
    "recipient_id": [1],
    "decision_id": [1],
    "traceparent": [b"00"],
}


@ALL
@pytest.mark.parametrize("has_log", [True, False])
@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in WRONG.items() for value in values]
)
def test_a_value_of_the_wrong_type_is_the_callers_defect(
    tmp_path: Path, verb: str, has_log: bool, field: str, value: object
) -> None:
    with gate_in(tmp_path) as gate:
        asked = gate if has_log else Gate(gate.policy)
        with pytest.raises(TypeError):
            ways(asked, verb)(**{**ALLOWED, field: value})
        assert entries(gate) == []


class Liar(str):
    """A text that passes for another one, and shows itself as a third."""

    def __eq__(self, other: object) -> bool:
        return other == "mailer"

    def __hash__(self) -> int:
        return hash("mailer")

    def __str__(self) -> str:
        return 'x","effect":"allow'

    def __format__(self, spec: str) -> str:
        return str(self)


@ALL
@pytest.mark.parametrize("has_log", [True, False])
def test_no_text_of_a_kind_of_its_own_passes_for_another(
    tmp_path: Path, verb: str, has_log: bool
) -> None:
    with gate_in(tmp_path) as gate:
        asked = gate if has_log else Gate(gate.policy)
        ways(asked, verb)(**ALLOWED)
        with pytest.raises(TransferDenied):
            ways(asked, verb)(**{**ALLOWED, "recipient": Liar("thief")})
        ids = {"reference": Liar("R-1"), "recipient_id": Liar("NL-1"), "decision_id": Liar("D-1")}
        assert ways(asked, verb)(**ALLOWED, **ids).id == "D-1"
        if has_log:
            question = entries(gate)[-1]["question"]
            assert (question["reference"], question["recipient-id"]) == ("R-1", "NL-1")


def test_categories_that_can_be_read_once_are_read_once(gate: Gate) -> None:
    for verb in ("send", "strip", "send_async", "strip_async"):
        assert ways(gate, verb)(**{**ALLOWED, "data": iter(["contact"])}).data == ("contact",)
    assert Gate(gate.policy).send(**{**ALLOWED, "data": iter(["contact"])}).data == ("contact",)


def test_what_is_decided_is_what_is_recorded_whatever_becomes_of_the_callers_facts(
    gate: Gate,
) -> None:
    states = [True, False, False, False]

    class Fickle(dict[str, bool]):
        """Facts that are other ones each time they are read."""

        def items(self) -> Any:
            return {"asked": states.pop(0)}.items()

    gate.send(**{**LOGGED, "facts": Fickle(asked=True)})
    assert entries(gate)[0]["question"]["facts"]["asked"]["state"] is True
