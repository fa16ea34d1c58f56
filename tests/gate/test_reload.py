"""A new policy is taken whole or not at all, and the old one decides until then."""

import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from doelbinding.audit.log import AuditLog
from doelbinding.compiler.bundle import bundle_of
from doelbinding.diagnostics import PolicyError
from doelbinding.errors import DoelbindingError, SourceError, StoreError
from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import TransferDenied
from doelbinding.loader import DEFAULT_LIMITS, read_tests
from doelbinding.model.decision import Reason, Withheld
from doelbinding.policy import Policy
from doelbinding.signing import read_private_key
from tests.bundles import KeyPair, key_pair
from tests.gate.policies import ALLOWED, LOGGED, entries, gate_in, load, log_in, log_of, told, write

FAILING_TEST = """\
label: Nobody
cases:
  nobody-gets-anything:
    label: Nobody gets anything
    to: mailer
    purpose: news
    data: [contact]
    effect: deny
"""


def bundle(folder: Path, file: Path, key: Path | None = None) -> Path:
    """The policy in a folder as one file."""
    compiled, source = Policy.load(folder).compiled, str(folder)
    private = None if key is None else read_private_key(key)
    tests = read_tests(source, DEFAULT_LIMITS)
    file.write_bytes(bundle_of(compiled, source, DEFAULT_LIMITS, tests, private))
    return file


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    with gate_in(tmp_path) as gate:
        yield gate


# ── Taken ────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_policy_decides_from_then_on_and_is_kept_first(gate: Gate, tmp_path: Path) -> None:
    before = gate.policy.identity
    gate.send(**ALLOWED)
    new = write(tmp_path / "new", revision=2, flows={"news-mail": {"effect": "log"}})
    after = gate.reload(new)
    assert (after, after.revision) == (gate.policy.identity, 2)
    assert gate.send(**ALLOWED).receipt is not None
    assert [each["policy"]["source"] for each in entries(gate)] == [before.source, after.source]
    kept = [each["policy"]["source"] for each in entries(gate, "policy")]
    assert kept == [before.source, after.source]


def test_a_transfer_that_was_decided_before_stays_decided_so(gate: Gate, tmp_path: Path) -> None:
    passage = gate.send(**LOGGED)
    gate.reload(write(tmp_path / "new", revision=2, flows={"print": None}))
    with pytest.raises(TransferDenied):
        gate.send(**LOGGED)
    passage.carried_out()
    assert passage.decision.policy.revision == 1
    assert [each["id"] for each in entries(gate, "outcome")] == [passage.id]


def test_a_policy_that_comes_back_is_not_kept_twice(gate: Gate, tmp_path: Path) -> None:
    new = write(tmp_path / "new", revision=2)
    for source in (new, tmp_path / "policy", new, tmp_path / "policy"):
        gate.reload(source)
    assert len(entries(gate, "policy")) == 2


def test_without_a_log_a_policy_is_replaced_too(tmp_path: Path) -> None:
    gate = Gate(load(tmp_path))
    assert gate.reload(write(tmp_path / "new", revision=2)).revision == 2


# ── Refused ──────────────────────────────────────────────────────────────────────────────────────


def bad_yaml(folder: Path) -> None:
    (folder / "policy.yaml").write_text("flows: [", "utf-8")


def failing_tests(folder: Path) -> None:
    (folder / "tests").mkdir()
    (folder / "tests" / "some.yaml").write_text(FAILING_TEST, "utf-8")


def another_policy(folder: Path) -> None:
    write(folder, policy="museum")


def half_copied(folder: Path) -> None:
    file = folder / "policy.yaml"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def not_there(folder: Path) -> None:
    shutil.rmtree(folder)


def empty(folder: Path) -> None:
    (folder / "policy.yaml").unlink()


def wrong_meaning(folder: Path) -> None:
    write(folder, flows={"news-mail": {"to": "nobody"}})


BAD: dict[str, Callable[[Path], None]] = {
    each.__name__.replace("_", " "): each
    for each in (
        *(bad_yaml, failing_tests, another_policy, half_copied, not_there, empty),
        wrong_meaning,
    )
}


@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD)
def test_whatever_is_wrong_with_it_the_old_policy_stays(
    gate: Gate, tmp_path: Path, spoil: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    before = gate.policy
    new = write(tmp_path / "new", revision=2, flows={"news-mail": None})
    spoil(new)
    with pytest.raises(DoelbindingError):
        gate.reload(new)
    assert gate.policy is before
    assert gate.send(**ALLOWED).action == "passed"
    assert len(entries(gate, "policy")) == 1
    assert any("not replaced" in each for each in told(caplog.records))


def test_a_failing_test_is_named(gate: Gate, tmp_path: Path) -> None:
    new = write(tmp_path / "new", revision=2)
    failing_tests(new)
    with pytest.raises(SourceError, match="nobody-gets-anything"):
        gate.reload(new)


def test_another_policy_is_named(gate: Gate, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is the policy museum; the gate has library"):
        gate.reload(write(tmp_path / "new", policy="museum"))


def test_findings_come_along_when_something_in_it_is_wrong(gate: Gate, tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as wrong:
        gate.reload(write(tmp_path / "new", flows={"news-mail": {"to": "nobody"}}))
    assert wrong.value.findings


def test_a_policy_that_changes_while_it_is_read_is_not_taken(gate: Gate, tmp_path: Path) -> None:
    new, before = write(tmp_path / "new", revision=2), gate.policy
    from_loader = Policy.load

    def load_then_change(*args: Any, **options: Any) -> Policy:
        policy = from_loader(*args, **options)
        write(new, revision=3, flows={"news-mail": None})
        return policy

    with patch.object(Policy, "load", load_then_change), pytest.raises(SourceError):
        gate.reload(new)
    assert gate.policy is before


@pytest.mark.parametrize("error", [StoreError("the disk is full"), StoreError("x", is_final=True)])
def test_a_policy_whose_bundle_cannot_be_kept_is_not_taken(
    gate: Gate, tmp_path: Path, error: StoreError
) -> None:
    before = gate.policy
    with patch.object(log_of(gate).store, "exclusive", side_effect=error):
        with pytest.raises(StoreError):
            gate.reload(write(tmp_path / "new", revision=2))
        assert gate.policy is before


def test_a_policy_whose_bundle_comes_too_late_is_not_taken(tmp_path: Path) -> None:
    with log_in(tmp_path, timeout=0.2) as log:
        gate, over, exclusive = Gate(load(tmp_path), log), threading.Event(), log.store.exclusive

        def slow(work: Any) -> Any:
            assert over.wait(60)
            return exclusive(work)

        with patch.object(log.store, "exclusive", slow):
            with pytest.raises(StoreError):
                gate.reload(write(tmp_path / "new", revision=2))
            over.set()
        assert gate.policy.identity.revision == 1


def test_a_gate_is_not_made_when_the_bundle_cannot_be_kept(tmp_path: Path) -> None:
    with log_in(tmp_path) as log:
        policy = load(tmp_path)
        log.close()
        with pytest.raises(StoreError):
            Gate(policy, log)


# ── Signed ───────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Signed:
    """A gate that takes signed policies alone, and where the next ones are written."""

    gate: Gate
    folder: Path
    keys: KeyPair
    other: KeyPair

    def made(self, revision: int, key: Path | None) -> Path:
        source = write(self.folder / f"source-{revision}", revision=revision)
        return bundle(source, self.folder / f"{revision}.bundle", key)


@pytest.fixture
def signed(tmp_path: Path) -> Signed:
    keys, other = key_pair(tmp_path), key_pair(tmp_path, "other")
    first = bundle(write(tmp_path / "first", revision=3), tmp_path / "first.bundle", keys.private)
    policy = Policy.load(first, verify=keys.public)
    return Signed(Gate(policy, verify=keys.public), tmp_path, keys, other)


def test_a_signed_policy_of_this_or_a_later_revision_is_taken(signed: Signed) -> None:
    for revision in (3, 4, 9):
        source = signed.made(revision, signed.keys.private)
        assert signed.gate.reload(source).revision == revision


def test_an_unsigned_a_wrongly_signed_and_an_older_policy_are_refused(signed: Signed) -> None:
    before = signed.gate.policy
    for source in (
        signed.made(4, None),
        signed.made(5, signed.other.private),
        signed.made(2, signed.keys.private),
        signed.folder / "first",
    ):
        with pytest.raises(SourceError):
            signed.gate.reload(source)
    assert signed.gate.policy is before


def test_an_older_policy_is_taken_when_it_is_asked_for(signed: Signed) -> None:
    source = signed.made(2, signed.keys.private)
    assert signed.gate.reload(source, at_least=2).revision == 2


def test_of_two_reloads_at_once_the_older_never_wins(signed: Signed) -> None:
    newer, older = (signed.made(each, signed.keys.private) for each in (9, 4))
    from_loader, held, done = Policy.load, threading.Event(), threading.Event()

    def load_slowly(source: Any, **options: Any) -> Policy:
        policy = from_loader(source, **options)
        if source == older:
            held.set()
            done.wait(0.5)
        return policy

    def take(source: Path) -> None:
        try:
            signed.gate.reload(source)
        except SourceError:
            pass
        finally:
            done.set()

    with patch.object(Policy, "load", load_slowly):
        first = threading.Thread(target=take, args=(older,))
        first.start()
        assert held.wait(30)
        take(newer)
        first.join()
    assert signed.gate.policy.identity.revision == 9


# ── Under load ───────────────────────────────────────────────────────────────────────────────────

ASKED: tuple[dict[str, Any], ...] = (
    ALLOWED,
    LOGGED,
    {**ALLOWED, "data": ("name",)},
    {**ALLOWED, "data": ("contact.email", "contact.phone")},
    {**ALLOWED, "recipient": "printer"},
)


def variant(number: int) -> dict[str, Any]:
    """What differs between the policies that are taken in turn: who gets what."""
    flows: dict[str, Any] = {"news-mail": {"data": [("contact", "name")[number % 2]]}}
    if number % 3 == 0:
        flows["print"] = None
    if number % 5 == 0:
        flows["news-mail"] = {"data": ["contact.email"], "effect": "log"}
    return {"revision": number, "flows": flows}


@dataclass
class Askers:
    """Threads that ask a gate without end, and note what each policy answered."""

    gate: Gate
    heard: list[dict[tuple[str, int], set[str]]] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def run(self, count: int) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._ask) for _ in range(count)]
        for each in threads:
            each.start()
        return threads

    def _ask(self) -> None:
        heard: dict[tuple[str, int], set[str]] = {}
        self.heard.append(heard)
        try:
            while not self.over.is_set():
                for number, asked in enumerate(ASKED):
                    decision = self._decision(asked)
                    if Reason.LOG_UNAVAILABLE not in map(reason_of, decision.withheld):
                        place = decision.policy.source, number
                        heard.setdefault(place, set()).add(said(decision))
                self.over.wait(0.002)
        except BaseException as error:
            self.errors.append(error)
            raise

    def _decision(self, asked: dict[str, Any]) -> Any:
        try:
            return self.gate.send(**asked, fulfils={"encrypt"}).decision
        except TransferDenied as denied:
            return denied.decision


def reason_of(withheld: Withheld) -> Reason:
    return withheld.reason


def said(decision: Any) -> str:
    """The whole of a decision."""
    return f"{decision.effect} {decision.withheld} {decision.rules} {decision.policy}"


@pytest.mark.parametrize("has_log", [True, False])
@pytest.mark.parametrize("count", [12, pytest.param(200, marks=pytest.mark.soak)])
def test_under_eight_asking_threads_every_answer_is_that_of_the_policy_it_names(
    tmp_path: Path, has_log: bool, count: int
) -> None:
    random, keys, other = Random(f"reload {count}"), key_pair(tmp_path), key_pair(tmp_path, "other")
    first = bundle(write(tmp_path / "1", variant(1)), tmp_path / "1.bundle", keys.private)
    taken: dict[str, Policy] = {}
    with log_in(tmp_path, timeout=60, queue=100_000) as log:
        policy = Policy.load(first, verify=keys.public)
        gate = Gate(policy, log if has_log else None, verify=keys.public)
        taken[policy.identity.source] = policy
        askers = Askers(gate)
        threads = askers.run(8)
        for number in range(2, count + 2):
            kind = random.choice(("good", "good", "unsigned", "wrongly signed", "half-copied"))
            folder = write(tmp_path / "next", variant(number))
            key = {"unsigned": None, "wrongly signed": other.private}.get(kind, keys.private)
            file = bundle(folder, tmp_path / "next.bundle", key)
            if kind == "half-copied":
                os.truncate(file, random.randrange(file.stat().st_size))
            before = gate.policy
            try:
                gate.reload(random.choice((file, folder)) if kind == "unsigned" else file)
            except StoreError:  # the log is too busy to keep it
                assert gate.policy is before
            except SourceError:
                assert (kind == "good", gate.policy) == (False, before)
            else:
                assert kind == "good"
                taken[gate.policy.identity.source] = gate.policy
        askers.over.set()
        for each in threads:
            each.join(120)
        assert askers.errors == []
        check_answers(askers, taken)
        if has_log:
            check_records(log, taken)


def check_answers(askers: Askers, taken: dict[str, Policy]) -> None:
    count = 0
    for heard in askers.heard:
        for (source, number), answers in heard.items():
            assert answers == {said(taken[source].check(**ASKED[number]))}
            count += 1
    assert count >= len(ASKED)


def check_records(log: AuditLog, taken: dict[str, Policy]) -> None:
    recorded = entries(log)
    assert {each["policy"]["source"] for each in recorded} <= taken.keys()
    kept = [each["policy"]["source"] for each in entries(log, "policy")]
    assert len(kept) == len({*kept})
    assert taken.keys() <= {*kept}


def test_folders_that_are_copied_over_are_taken_whole_or_not_at_all(
    gate: Gate, tmp_path: Path
) -> None:
    random, taken = Random("folders"), {gate.policy.identity.source: gate.policy}
    askers = Askers(gate)
    threads = askers.run(4)
    for number in range(2, 12):
        new = write(tmp_path / "new", variant(number))
        if spoil := random.choice((None, None, bad_yaml, half_copied)):
            spoil(new)
        try:
            gate.reload(new)
        except DoelbindingError:
            assert spoil is not None
        taken[gate.policy.identity.source] = gate.policy
    askers.over.set()
    for each in threads:
        each.join(120)
    assert askers.errors == []
    check_answers(askers, taken)


def test_what_was_taken_is_told(
    gate: Gate, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        gate.reload(write(tmp_path / "new", revision=2))
    assert any("revision 2 decides" in each for each in told(caplog.records))
