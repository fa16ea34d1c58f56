"""What the log keeps is enough to decide every transfer once more, whoever wrote it."""

import json
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest

from doelbinding.audit.export import export
from doelbinding.audit.log import AuditLog
from doelbinding.audit.verify import verify
from doelbinding.audit.verify_export import Checked, Given, check
from doelbinding.gate.again import decide_again
from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import TransferDenied
from doelbinding.model.decision import Effect, Reason
from doelbinding.policy import Policy
from tests.acceptance.test_almelo import CASES, MOMENT, POLICY, Case
from tests.gate.asking import DUTIES, asked_at_random
from tests.gate.policies import (
    ALLOWED,
    DENIED,
    LOGGED,
    OBSERVING,
    PARTLY,
    Register,
    entries,
    gate_clock_at,
    load,
    log_in,
    write,
)

ROOT = Path(__file__).parents[2]

# ── Bundles ──────────────────────────────────────────────────────────────────────────────────────


def test_a_hundred_gates_of_one_policy_keep_one_bundle(tmp_path: Path) -> None:
    policy = load(tmp_path)
    with log_in(tmp_path) as log:
        with ThreadPoolExecutor(8) as pool:
            gates = list(pool.map(lambda _: Gate(policy, log), range(100)))
        gates[0].send(**LOGGED)
        assert len(entries(log, "policy")) == 1
        with log.store.snapshot() as snapshot:
            ((source, content),) = snapshot.rows("SELECT source, bytes FROM bundles")
    assert (source, bytes(content)) == (policy.identity.source, policy.bundle())


def test_what_is_kept_stands_before_what_it_decided(tmp_path: Path) -> None:
    with log_in(tmp_path) as log:
        Gate(load(tmp_path), log).send(**LOGGED)
        with log.store.snapshot() as snapshot:
            kinds = [each for (each,) in snapshot.rows("SELECT kind FROM entries ORDER BY seq")]
    assert kinds == ["opened", "policy", "decided"]


def test_layouts_that_mean_the_same_are_each_kept(tmp_path: Path) -> None:
    with log_in(tmp_path) as log:
        first = load(tmp_path)
        Gate(first, log)
        file = tmp_path / "policy" / "policy.yaml"
        file.write_text(json.dumps(json.loads(file.read_text("utf-8"))), "utf-8")
        second = Policy.load(tmp_path / "policy")
        Gate(second, log)
        assert first.identity.digest == second.identity.digest
        kept = [each["policy"]["source"] for each in entries(log, "policy")]
    assert kept == [first.identity.source, second.identity.source]


@pytest.mark.parametrize("seed", range(3))
def test_every_entry_is_decided_so_again_by_the_bundle_that_is_kept(
    tmp_path: Path, seed: int
) -> None:
    random = Random(f"again {seed}")
    with log_in(tmp_path) as log:
        register = Register({"objection": False, "urgent": True})
        gates = [Gate(load(tmp_path), log), Gate(load(tmp_path, OBSERVING), log)]
        gates.append(Gate(gates[1].policy, log, consents=register))
        for _ in range(150):
            gate, asked = random.choice(gates), asked_at_random(random)
            with suppress(TransferDenied):
                getattr(gate, random.choice(("send", "strip")))(**asked)
        written = entries(log)
        again = decide_again(log.store)
        assert {each["action"] for each in written} >= {"passed", "stopped", "observed"}
        assert len(written) == 150
        assert again.is_same, again
        assert again.count == 150
        exported = b"".join(export(log, reader="test"))
    checked = Checked()
    check(BytesIO(exported), Given([], [], {}), checked)
    assert checked.findings.wrong == []
    assert checked.records.decided_again == 150


# ── Two processes on one file ────────────────────────────────────────────────────────────────────

EACH = 20


def send_all(gate: Gate, name: str) -> None:
    for number in range(EACH):
        gate.send(**LOGGED, decision_id=f"{name}-{number}").carried_out()
        gate.send(**ALLOWED)


def send_as_child(gate: Gate, start: Any, name: str) -> None:
    start.wait()
    send_all(gate, name)
    assert gate.log is not None
    gate.log.close()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_gate_lives_on_after_a_fork_on_both_sides(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    with log_in(tmp_path, timeout=30) as log:
        gate = Gate(load(tmp_path), log)
        gate.send(**ALLOWED)
        start = fork.Barrier(3)
        children = [fork.Process(target=send_as_child, args=(gate, start, each)) for each in "ab"]
        for each in children:
            each.start()
        start.wait()
        send_all(gate, "parent")
        for each in children:
            each.join(120)
        assert [each.exitcode for each in children] == [0, 0]
        decided, outcomes = entries(log), entries(log, "outcome")
        report = verify(log.store, today=date.max.isoformat())
    chosen = [each["id"] for each in decided if "-" in each["id"]]
    expected = {f"{name}-{number}" for name in ("a", "b", "parent") for number in range(EACH)}
    assert (len(chosen), {*chosen}) == (3 * EACH, expected)
    assert len({each["id"] for each in decided}) == len(decided) == 3 * 2 * EACH + 1
    assert {each["id"] for each in outcomes} == expected
    assert len({each["writer"] for each in decided}) == 3
    assert (report.faults, report.gaps) == ((), ())


# ── Beside the check ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditLog]:
    with log_in(tmp_path_factory.mktemp("almelo")) as log:
        yield log


def moment_of(case: Case) -> str:
    return str(case["transfer"].get("at", MOMENT))


def whole(case: Case) -> dict[str, Any]:
    asked = {key: value for key, value in case["transfer"].items() if key != "at"}
    return {**asked, "recipient_id": "NL-0200000002", "fulfils": DUTIES}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_gate_answers_as_the_policy_does_with_and_without_a_log(
    log: AuditLog, case: Case
) -> None:
    expected = POLICY.check(**{"at": MOMENT, **case["transfer"]})
    with gate_clock_at(moment_of(case)):
        for gate in (Gate(POLICY), Gate(POLICY, log)):
            for _ in range(2):  # the second is warm
                try:
                    answer = gate.send(**whole(case)).decision
                except TransferDenied as denied:
                    answer = denied.decision
                if gate.log is None and expected.effect is Effect.LOG:
                    assert answer.effect is Effect.DENY
                    assert [each.reason for each in answer.withheld] == [Reason.LOG_UNAVAILABLE]
                else:
                    assert answer == expected


BOTH = (ALLOWED, LOGGED, DENIED, PARTLY)


@pytest.mark.parametrize("changes", [{}, OBSERVING], ids=["enforced", "observed"])
@pytest.mark.parametrize("verb", ["send", "strip"])
def test_a_gate_with_a_log_and_one_without_differ_in_records_alone(
    tmp_path: Path, changes: dict[str, Any], verb: str
) -> None:
    random = Random(f"both {verb}")
    with log_in(tmp_path) as log:
        policy = Policy.load(write(tmp_path / "policy", changes))
        bare, logged = Gate(policy), Gate(policy, log)
        for asked in [*BOTH, *(asked_at_random(random) for _ in range(150))]:
            answers = [answered(gate, verb, asked) for gate in (bare, logged, bare)]
            assert answers[0] == answers[2]
            needs_record = answers[0][0] == ["log-unavailable"] or (
                answers[0][1] == "observed" and answers[1][1] == "passed"
            )
            assert answers[0] == answers[1] or needs_record


def answered(gate: Gate, verb: str, asked: dict[str, Any]) -> tuple[Any, ...]:
    try:
        passage = getattr(gate, verb)(**asked)
    except TransferDenied as denied:
        return [each.reason.value for each in denied.decision.withheld], "stopped", ()
    return passage.decision, passage.action, passage.data
