"""Heads, receipts and extracts, as the verifier holds them to a log."""

from doelbinding.audit import verify_export
from doelbinding.audit.verify_export import Findings, Given
from tests.audit.examining import ANCHORED, EXPORT, examined, heads_of, is_found
from tests.audit.ledger import KEY, LOG, OTHER_KEY, sealed
from tests.audit.small import small_ledger, small_policy


def test_each_of_several_heads_must_hold() -> None:
    ledger = small_ledger()
    text = "\n".join(ledger.head(size) for size in (0, 1, 7, 12))
    checked = examined(EXPORT, Given(heads_of(text)))
    assert checked.findings.wrong == []
    assert checked.anchored is not None
    assert checked.anchored.size == 12
    ledger.records[3].entry["at"] = "2026-06-01T10:00:01.000000Z"
    found = examined(ledger.export(), Given(heads_of(text))).findings.wrong
    assert found == [
        "the first 7 records are not those of the head of 2026-06-02T00:00:00Z",
        "the first 12 records are not those of the head of 2026-06-02T00:00:00Z",
    ]


def test_every_flipped_character_of_a_head_is_found() -> None:
    text = small_ledger().head()
    unseen: list[int] = []
    for place, character in enumerate(text):
        findings = Findings()
        flipped = text[:place] + chr(ord(character) ^ 1) + text[place + 1 :]
        try:
            given = Given(heads_of(flipped, findings))
        except verify_export.Unusable:
            continue
        if not findings.count and not is_found(EXPORT, given):
            unseen.append(place)
    assert unseen == []


def test_a_head_that_is_signed_with_another_key_counts_for_nothing() -> None:
    findings = Findings()
    assert heads_of(small_ledger().head(key=OTHER_KEY), findings) == []
    assert findings.wrong == ["the head of 15 records is not signed with the key"]


def test_signatures_of_witnesses_are_passed_over() -> None:
    note = small_ledger().note()
    witness = sealed(note, OTHER_KEY, "witness.example/log")
    assert len(heads_of(f"{note}\n{witness}{sealed(note)}{witness}")) == 1
    findings = Findings()
    assert heads_of(f"{note}\n{witness}", findings) == []
    assert findings.count == 1


def test_a_head_of_another_log_is_found() -> None:
    other = "ab" * 16
    note = small_ledger().note(log=other)
    heads = heads_of(f"{note}\n{sealed(note, KEY, f'doelbinding-log/{other}')}")
    assert examined(EXPORT, Given(heads)).findings.wrong == [f"a head is of another log: {other}"]


def test_receipts_are_held_to_the_records() -> None:
    ledger = small_ledger()
    lines = [ledger.receipt(5), ledger.receipt(14), ledger.receipt(8).replace(b":8", b":9")]
    lines += [ledger.receipt(8).replace(b":8", b":99"), b"{}\n"]
    lines += [ledger.receipt(8).replace(LOG.encode(), b"ab" * 16)]
    findings = Findings()
    receipts = verify_export.read_receipts(lines, findings)
    assert findings.wrong == ["line 5 of the receipts is no receipt"]
    assert examined(EXPORT, Given(receipts=receipts)).findings.wrong == [
        f"a receipt is of another log: {'ab' * 16}",
        "record 9 is not the one of which there is a receipt",
        "record 99, of which there is a receipt, is not there",
    ]


# ── Extracts ─────────────────────────────────────────────────────────────────────────────────────


def test_an_extract_is_checked_record_by_record() -> None:
    ledger = small_ledger()
    _, bundle = small_policy()
    bundles = {verify_export.digest_of(bundle): verify_export.read_bundle(bundle)}
    receipts = verify_export.read_receipts([ledger.receipt(8)], Findings())
    given = Given(ANCHORED.heads, receipts, bundles)
    checked = examined(ledger.extract(5, 8, 13), given)
    assert checked.findings.wrong == []
    assert (checked.count, checked.records.decided_again) == (3, 3)


def test_an_extract_without_a_bundle_tells_that_nothing_was_decided_again() -> None:
    findings = examined(small_ledger().extract(5, 6)).findings
    assert findings.wrong == []
    assert findings.remarks == ["no bundle at hand decides 1 decision again"]


def test_every_flipped_byte_of_an_extract_is_found() -> None:
    extract = small_ledger().extract(6, 14)
    unseen = [
        place
        for place in range(len(extract))
        for mask in (1, 0x20)
        if not is_found(extract[:place] + bytes([extract[place] ^ mask]) + extract[place + 1 :])
    ]
    assert unseen == []


def test_an_extract_out_of_order_or_of_another_root_is_found() -> None:
    ledger = small_ledger()
    assert is_found(ledger.extract(8, 5))
    assert is_found(ledger.extract(5, 5))
    older = Given(heads_of(ledger.head(12)))
    assert examined(ledger.extract(5), older).findings.wrong == [
        "none of the heads is of the size and root in its first line"
    ]
