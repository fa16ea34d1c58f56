"""What must hold between the records of an export, and in each of them."""

from collections.abc import Callable
from typing import Any

import pytest

from doelbinding.audit import verify_export
from doelbinding.audit.verify_export import Given
from tests.audit.examining import EXPORT, begun, examined, wrong
from tests.audit.ledger import WRITER, Ledger, decided
from tests.audit.small import MAIL, small_ledger, small_policy


def test_numbers_that_are_not_there_are_named() -> None:
    ledger = small_ledger()
    ledger.skip(1, "another")
    ledger.add("read", "another", reader="auditor", what="query", filter={})
    ledger.skip(3, "another")
    ledger.add("closed", "another", unrecorded=4)
    assert wrong(ledger) == [
        "writer `another` has no record 0 before record 15",
        "writer `another` has no record 2-4 before record 16",
    ]


def test_a_number_that_comes_twice_and_a_record_after_the_end_are_found() -> None:
    ledger = small_ledger()
    ledger.records[5].entry["number"] = 4
    assert "record 5 has the number of an earlier one, or stands too late" in wrong(ledger)
    ledger = small_ledger()
    ledger.add("read", reader="auditor", what="query", filter={})
    assert wrong(ledger) == ["record 15 was written after its writer had closed"]


def test_a_writer_that_did_not_close_is_named_as_open_or_killed() -> None:
    checked = examined(EXPORT)
    (remark,) = checked.findings.remarks
    assert remark.startswith("writer `ffeeddccbbaa0099` did not close")
    assert WRITER not in remark


def test_what_a_writer_could_not_record_is_told() -> None:
    ledger, _ = begun()
    ledger.add("closed", unrecorded=3)
    remarks = examined(ledger.export(), Given()).findings.remarks
    assert remarks == [f"writer `{WRITER}` says that it could not record `3`"]


def test_an_erasure_that_no_record_tells_of_is_found() -> None:
    ledger = small_ledger()
    ledger.records[5].is_erased = True
    assert wrong(ledger) == ["record 5 was erased, and no record says so"]


@pytest.mark.parametrize("ranges", [[[5, 5]], [[2, 5]], [[-1, 2]], [[3, 2]], [[2, 99]]])
def test_an_erasure_that_did_not_take_place_is_found(ranges: list[list[int]]) -> None:
    ledger = small_ledger()
    ledger.add("erased", "another", ranges=ranges)
    assert wrong(ledger) == ["record 15 tells of an erasure that did not take place"]


def test_a_record_that_is_kept_for_good_is_never_taken_for_erased() -> None:
    for place in (0, 1, 10):
        ledger = small_ledger()
        ledger.records[place].is_erased = True
        (found,) = wrong(ledger)
        assert found.endswith("or is cut short; nothing after it was checked")


def test_an_id_that_was_decided_twice_is_found() -> None:
    ledger, policy = begun()
    for _ in range(2):
        ledger.add("decided", **decided(policy, "same", MAIL))
    assert wrong(ledger) == ["record 3 decides `same` once more"]


def test_an_outcome_without_its_decision_is_found_unless_that_was_erased() -> None:
    ledger = small_ledger()
    ledger.add("outcome", "another", id="old-0", outcome="carried-out", because=None)
    ledger.add("outcome", "another", id="old-1", outcome="carried-out", because=None)
    assert wrong(ledger) == []
    ledger.add("outcome", "another", id="nobody", outcome="carried-out", because=None)
    assert wrong(ledger) == ["no decision is there for 1 outcome"]


def test_a_policy_that_is_named_too_late_is_found() -> None:
    policy, bundle = small_policy()
    ledger = Ledger()
    ledger.open()
    ledger.add("decided", **decided(policy, "early", MAIL))
    ledger.keep(policy, bundle)
    ledger.add("decided", **decided(policy, "late", MAIL))
    assert wrong(ledger) == ["record 1 was decided by a policy that no record before names"]


def test_a_missing_bundle_is_named_unless_it_is_given() -> None:
    policy, bundle = small_policy()
    ledger = Ledger()
    ledger.open()
    ledger.keep(policy, bundle, with_bytes=False)
    ledger.add("decided", **decided(policy, "one", MAIL))
    assert wrong(ledger) == [
        "the bundle of policy `library`, revision 1, is not at hand: 1 decision could not be"
        " decided again"
    ]
    digest = verify_export.digest_of(bundle)
    given = Given(bundles={digest: verify_export.read_bundle(bundle)})
    checked = examined(ledger.export(), given)
    assert checked.findings.wrong == []
    assert checked.records.decided_again == 1


def test_a_bundle_of_another_policy_is_not_believed() -> None:
    policy, _ = small_policy()
    _, other = small_policy(revision=2)
    ledger = Ledger()
    ledger.keep(policy, other)
    first, _ = wrong(ledger)
    assert first == (
        "the bundle in line 3 cannot be read: it is of another policy than its record says"
    )


def test_a_bundle_that_is_none_is_found() -> None:
    policy, bundle = small_policy()
    for content in (
        b"x",
        bundle[:-1],
        bundle + b"x",
        b"",
        bundle.replace(b"bundle 1", b"bundle 2"),
    ):
        ledger = Ledger()
        ledger.keep(policy, content)
        assert wrong(ledger)


@pytest.mark.parametrize("text", ["A", "AAAAA", "AB==", "AA=", "A==="])
def test_a_bundle_that_is_no_base64_is_found(text: str) -> None:
    start, name, rest = EXPORT.partition(b'"bytes":"')
    _, quote, end = rest.partition(b'"')
    found = examined(start + name + text.encode() + quote + end).findings.wrong
    assert found[-1].startswith("line 4 ")


def test_nothing_that_a_record_holds_makes_the_verifier_fail() -> None:
    deep: Any = []
    for _ in range(900):
        deep = [deep]
    for body in ({"unrecorded": deep}, {"ranges": deep}, {"id": "lone"}, {"id": deep}, {}):
        for kind in ("closed", "erased", "outcome", "policy", "decided", deep):
            ledger = Ledger()
            ledger.add("opened", engine="0.1", store="SQLite")
            ledger.records[0].entry.update({"kind": kind, **body})
            export = ledger.export().replace(b"lone", rb"\ud800")
            assert examined(export, Given()).count == 1


def test_withheld_categories_may_stand_in_any_order() -> None:
    ledger = small_ledger()
    body = decided(small_policy()[0], "both", {**MAIL, "data": ["loans", "name", "zz"]})
    body["withheld"].reverse()
    ledger.add("decided", "another", **body)
    assert len(body["withheld"]) > 1
    assert wrong(ledger) == []


QUESTION = small_ledger().records[9].entry["question"]
Spoiler = Callable[[dict[str, Any]], object]
SPOILERS: dict[str, Spoiler] = {
    "effect": lambda body: body.update(effect="allow"),
    "permitted": lambda body: body["permitted"].append("loans"),
    "withheld": lambda body: body["withheld"][0].update(reason="over-ceiling"),
    "withheld entries": lambda body: body["withheld"].clear(),
    "rules": lambda body: body["rules"].clear(),
    "duties": lambda body: body["duties"].append("encrypt"),
    "question": lambda body: body["question"].update(data=["contact"]),
    "stripped effect": lambda body: body["stripped"].update(effect="log"),
    "stripped rules": lambda body: body["stripped"].update(rules=[]),
    "stripped data": lambda body: body["stripped"].update(data=["loans"]),
    "unknown facts": lambda body: body.update({"unknown-facts": ["asked"]}),
}


@pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS.keys())
def test_a_record_that_tells_another_answer_is_found(spoil: Spoiler) -> None:
    ledger = small_ledger()
    spoil(ledger.records[9].entry)
    found = wrong(ledger)
    assert found
    assert all(each.startswith("record 9 is decided otherwise by its policy: ") for each in found)


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "passed"},
        {"action": "observed", "stripped": None},
        {"stripped": None},
        {"gate": {"reason": "duty-unfulfilled", "duties": ["encrypt"]}},
    ],
)
def test_a_record_that_contradicts_itself_is_found(changes: dict[str, Any]) -> None:
    ledger = small_ledger()
    ledger.records[9].entry.update(changes)
    assert wrong(ledger)[0].startswith("record 9 contradicts itself: ")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("question", None),
        ("question", {}),
        ("question", {**QUESTION, "facts": {"asked": {"state": 1, "source": "caller"}}}),
        ("policy", []),
        ("id", {}),
        ("at", "2026-13-01T00:00:00.000000Z"),
        ("at", "2026-06-01T10:00:00Z"),
        ("number", "1"),
        ("number", True),
        ("writer", 1),
        ("withheld", [7]),
        ("stripped", {"data": 7}),
        ("kind", "forgotten"),
        ("permitted", "contact"),
    ],
)
def test_a_record_in_another_form_is_found_and_the_rest_is_checked(key: str, value: object) -> None:
    ledger = small_ledger()
    ledger.records[9].entry[key] = value
    ledger.records[13].entry["effect"] = "allow"
    found = wrong(ledger)
    assert any(each.startswith("record 9 ") for each in found)
    assert any(each.startswith("record 13 is decided otherwise") for each in found)


def test_a_record_with_a_key_that_stands_twice_is_found() -> None:
    export = EXPORT.replace(b'"effect":"allow"', b'"effect":"deny","effect":"allow"', 1)
    assert export != EXPORT
    assert "record 5 is not in the form of a record: a key stands twice" in (
        examined(export).findings.wrong
    )
