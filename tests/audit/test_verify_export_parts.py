"""The verifier's own hashes, signatures and decisions, against published vectors and the engine."""

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from doelbinding.audit.verify_export import (
    Decider,
    Packed,
    Question,
    Tree,
    Unusable,
    is_included,
    is_signed,
    leaf_hash,
    question_of,
    read_bundle,
    read_key,
)
from doelbinding.policy import Policy
from tests.audit.ledger import decided, inclusion_proof, public_pem, tree_root
from tests.audit.small import bundle_of
from tests.properties.answers import engine_policy, transfers_of
from tests.properties.generators import generate_policy
from tests.properties.seeds import blocks, name

# ── The tree: vectors published with Certificate Transparency's reference implementation ─────────

INPUTS = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243")]
INPUTS += [bytes.fromhex("5051525354555657"), bytes.fromhex("606162636465666768696a6b6c6d6e6f")]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Of the first 0 to 8 of these."""

PROOFS: tuple[tuple[int, int, str], ...] = (
    (0, 1, ""),
    (
        0,
        8,
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
        " 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
        " 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (
        5,
        8,
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
        " ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
        " d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    (
        1,
        5,
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        " 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
        " bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
)
"""Leaf, size of the tree, and the proof."""


@pytest.mark.parametrize("size", range(9))
def test_the_root_is_the_published_one(size: int) -> None:
    tree = Tree()
    for content in INPUTS[:size]:
        tree.add(leaf_hash(content))
    assert tree.root().hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "size", "hashes"), PROOFS)
def test_published_proofs_are_taken(place: int, size: int, hashes: str) -> None:
    proof = [bytes.fromhex(each) for each in hashes.split()]
    root = bytes.fromhex(ROOTS[size])
    assert is_included(place, leaf_hash(INPUTS[place]), size, proof, root)


def test_a_proof_shows_one_leaf_at_one_place_of_one_tree() -> None:
    leaves = [leaf_hash(b"%d" % each) for each in range(33)]
    for size in (1, 2, 3, 7, 8, 9, 20, 33):
        root = tree_root(leaves[:size])
        for place in range(size):
            proof = inclusion_proof(place, leaves[:size])
            assert is_included(place, leaves[place], size, proof, root)
            assert not is_included(place, leaf_hash(b"x"), size, proof, root)
            assert not is_included(place, leaves[place], size, [*proof, root], root)
            assert not is_included(place, leaves[place], size, proof[:-1], root) or not proof
            assert not is_included(size, leaves[place], size, proof, root)
            for other in {*range(size)} - {place}:
                assert not is_included(other, leaves[place], size, proof, root)


# ── Signatures: the vectors of RFC 8032, section 7.1 ─────────────────────────────────────────────

VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
        "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
)
"""Public key, message and signature."""
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_published_signatures_hold_and_no_others(key: str, message: str, signature: str) -> None:
    public, text, sealed = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert is_signed(public, text, sealed)
    assert not is_signed(public, text + b"x", sealed)
    for place in (0, 31, 32, 63):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert not is_signed(public, text, bytes(changed))
    assert not is_signed(public, text, sealed[:-1])
    assert not is_signed(public, text, sealed + b"\0")
    s = int.from_bytes(sealed[32:], "little") + ORDER
    assert not is_signed(public, text, sealed[:32] + s.to_bytes(32, "little"))  # the same, plus one


def library_says(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_signatures_hold_for_both_or_for_none() -> None:
    random = Random(8032)
    held = 0
    for _ in range(60):
        key = Ed25519PrivateKey.from_private_bytes(random.randbytes(32))
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        message = random.randbytes(random.randrange(200))
        signature = bytearray(key.sign(message))
        if random.randrange(3):
            signature[random.randrange(64)] ^= 1 << random.randrange(8)
        if not random.randrange(3):
            public = random.randbytes(32)
        expected = library_says(public, message, bytes(signature))
        assert is_signed(public, message, bytes(signature)) == expected
        held += expected
    assert 5 < held < 40


def test_a_point_in_another_than_its_own_form_is_no_key() -> None:
    prime = 2**255 - 19
    for encoded in (prime, prime + 1, 1 | 1 << 255, 2):
        assert not is_signed(encoded.to_bytes(32, "little"), b"", bytes(64))


def test_a_key_is_read_from_its_pem_alone() -> None:
    pem = public_pem()
    assert len(read_key(f"any text\n{pem}")) == 32
    body = pem.splitlines()[1]
    for other in ("", body, pem.replace(body, body[:-4]), pem.replace(body, f"A{body[1:]}")):
        with pytest.raises(Unusable):
            read_key(other)


# ── MessagePack ──────────────────────────────────────────────────────────────────────────────────

INTEGERS = st.integers(-(2**63), 2**64 - 1)
LEAVES = st.none() | st.booleans() | INTEGERS | st.text(max_size=300)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(), inner, max_size=20),
    max_leaves=30,
)


@given(VALUES)
def test_what_was_packed_is_read_again(value: object) -> None:
    assert Packed(msgspec.msgpack.encode(value)).value() == value


@pytest.mark.parametrize("bit", [0, 5, 6, 7, 8, 15, 16, 31, 32, 63, 64])
def test_every_size_of_integer_is_read(bit: int) -> None:
    for value in (2**bit - 1, 2**bit, -(2**bit), -(2**bit) - 1, 1 - 2**bit):
        if -(2**63) <= value < 2**64:
            assert Packed(msgspec.msgpack.encode(value)).value() == value


@pytest.mark.parametrize("length", [0, 1, 31, 32, 255, 256, 65_535, 65_536])
def test_every_length_of_text_list_map_and_set_is_read(length: int) -> None:
    listed, mapped = [*range(length)], dict.fromkeys(range(length))
    for value in ("x" * length, listed, mapped):
        assert Packed(msgspec.msgpack.encode(value)).value() == value
    content = b"\1" * length
    found = Packed(msgspec.msgpack.encode(content)).value()
    assert found == int.from_bytes(content, "little")


def test_what_is_cut_short_or_of_another_kind_is_refused() -> None:
    packed = msgspec.msgpack.encode({"a": [1, 2**40, "text", b"set", None]})
    for length in range(len(packed)):
        with pytest.raises(ValueError, match="index"):
            Packed(packed[:length]).value()
    for code in (0xC1, 0xC7, 0xCA, 0xCB, 0xD4):
        with pytest.raises(ValueError, match="no index"):
            Packed(bytes([code]) + bytes(20)).value()


# ── Decisions: the engine and the verifier give the same answers ─────────────────────────────────


def compared(policy: Policy, decider: Decider, transfer: dict[str, Any], case: str) -> str:
    """The effect on which both agree."""
    recorded = decided(policy, "one", transfer, moment=transfer["at"])
    question: Question = question_of(recorded["question"])
    answer = decider.answer(question, policy.instant(transfer["at"]))
    assert {key: recorded[key] for key in answer} == answer, f"{case}: {transfer}"
    return str(answer["effect"])


def test_the_index_may_grow_at_its_end() -> None:
    files = generate_policy(Random(1))
    policy = engine_policy(files)
    decider = read_bundle(bundle_of(files, policy))
    packed = bundle_of(files, policy)
    head, rest = packed.split(b"\n")[1], packed.split(b"\n", 4)[4]
    length = msgspec.json.decode(head)["sections"][0]["length"]
    index = [*Packed(rest[:length]).value(), "something new"]
    grown = Decider(decider.identity, index)
    for transfer in transfers_of(Random(2), files, 20):
        compared(policy, grown, transfer, "grown")


@pytest.mark.parametrize("seeds", blocks(80, 10), ids=name)
def test_they_decide_alike_by_policies_of_any_kind(seeds: range) -> None:
    seen: Counter[str] = Counter()
    for seed in seeds:
        random = Random(seed)
        files = generate_policy(random, size=2 if seed % 10 == 9 else 1)
        policy = engine_policy(files)
        decider = read_bundle(bundle_of(files, policy))
        for transfer in transfers_of(random, files, 50):
            seen.update([compared(policy, decider, transfer, f"seed {seed}")])
    assert min(seen["allow"], seen["log"], seen["deny"]) > 0  # or the comparison says little


@pytest.fixture(scope="module")
def almelo() -> tuple[Policy, Decider]:
    policy = Policy.load(Path(__file__).parents[2] / "policy")
    return policy, read_bundle(policy.bundle())


def some_transfer(random: Random, policy: Policy) -> dict[str, Any]:
    """A transfer in words that the policy knows, about a flow that nearly lets it through."""
    index = policy.compiled.index
    ways = {way: [flow for flow in index.flows[way] if flow.logs] for way in index.flows}
    logged = [way for way, flows in ways.items() if flows]
    recipient, purpose = random.choice(logged if random.randrange(2) else [*index.flows])
    flow = random.choice(ways[recipient, purpose] or index.flows[recipient, purpose])
    entry = index.purposes[purpose]
    granted = index.named(flow.would_grant(entry.ceiling))
    data: list[str] = random.sample(granted, min(len(granted), random.randrange(1, 4)))
    if not random.randrange(4):
        data.append(random.choice(index.categories))
    facts = {fact: random.choice([True, False, None]) for fact in index.facts}
    if random.randrange(4):
        facts |= index.states(entry.demand) | index.states(random.choice(flow.demands))
    return {
        "sender": random.choice(sorted(flow.senders)),
        "recipient": recipient,
        "purpose": purpose if random.randrange(9) else random.choice([*index.purposes]),
        "subject": random.choice([*index.subjects]) if not random.randrange(3) else None,
        "data": data,
        "facts": facts,
        "reference": random.choice(["A-1", "A/2", "no reference", None]),
        "at": f"{random.randrange(2024, 2030)}-0{random.randrange(1, 10)}-01T00:00:00.000000+02:00",
    }


def test_they_decide_alike_by_the_policy_of_almelo(almelo: tuple[Policy, Decider]) -> None:
    policy, decider = almelo
    random = Random(7600)
    seen: Counter[str] = Counter()
    for number in range(3000):
        transfer = some_transfer(random, policy)
        seen.update([compared(policy, decider, transfer, f"transfer {number}")])
    assert min(seen["allow"], seen["log"], seen["deny"]) > 100
