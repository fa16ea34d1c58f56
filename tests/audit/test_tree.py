"""The Merkle tree has the shape, the roots and the proofs of RFC 9162, and proves nothing else."""

from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doelbinding.audit.tree import (
    EMPTY_ROOT,
    Frontier,
    Leaves,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from doelbinding.errors import StoreError

# The published vectors of Certificate Transparency, as in github.com/transparency-dev/merkle:
# testonly/constants.go holds the leaves, nodes and roots, and its proof/verify_test.go the proofs.
CONTENTS = [
    bytes.fromhex(digits)
    for digits in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
NODES = [
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
        "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
    ],
    [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    ],
    [
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    ["5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# A node as (level, place).
INCLUSION = {
    (0, 1): [],
    (0, 8): [(0, 1), (1, 1), (2, 1)],
    (5, 8): [(0, 4), (1, 3), (2, 0)],
    (2, 3): [(1, 0)],
    (1, 5): [(0, 0), (1, 1), (0, 4)],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [(0, 1), (1, 1), (2, 1)],
    (6, 8): [(1, 2), (1, 3), (2, 0)],
    (2, 5): [(1, 1), (0, 4)],
    (6, 7): [(1, 2), (0, 6), (2, 0)],
}

Node = tuple[int, int]


def nodes(places: Sequence[Node]) -> list[bytes]:
    return [bytes.fromhex(NODES[level][place]) for level, place in places]


PUBLISHED = nodes([(0, place) for place in range(8)])
MOST = 70
LEAVES = [sha256(bytes([number])).digest() for number in range(MOST)]
ROOT = [root_of(LEAVES[:size]) for size in range(MOST + 1)]

sizes = st.integers(1, MOST)
bits = st.integers(0, 255)


def flipped(content: bytes, bit: int) -> bytes:
    return (int.from_bytes(content, "big") ^ (1 << bit)).to_bytes(len(content), "big")


def spoilt(proof: list[bytes], bit: int) -> list[list[bytes]]:
    """The proof with a bit flipped in each hash, and with each missing, cut or doubled."""
    variants: list[list[bytes]] = [[*proof, LEAVES[0]], [LEAVES[0], *proof], [*proof, b""]]
    for place, each in enumerate(proof):
        before, after = proof[:place], proof[place + 1 :]
        variants += [
            [*before, flipped(each, bit), *after],
            [*before, *after],
            [*before, each, each, *after],
            [*before, each[:-1], *after],
            [*before, each + b"\0", *after],
        ]
    return variants


# ── What was published ───────────────────────────────────────────────────────────────────────────


def test_leaves_and_nodes_are_hashed_as_published() -> None:
    assert [leaf_hash(b"", content) for content in CONTENTS] == PUBLISHED
    for below, above in pairwise(NODES):
        pairs = zip(below[::2], below[1::2], strict=True)
        made = [node_hash(bytes.fromhex(left), bytes.fromhex(right)).hex() for left, right in pairs]
        assert made == above


def test_the_salt_comes_before_the_payload() -> None:
    assert leaf_hash(b"salt", b"payload") == sha256(b"\0saltpayload").digest()


@pytest.mark.parametrize("size", range(9))
def test_a_tree_has_the_published_root(size: int) -> None:
    assert root_of(PUBLISHED[:size]).hex() == ROOTS[size]
    assert Tree(PUBLISHED[:size]).root().hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "expected"), INCLUSION.items())
def test_an_inclusion_proof_is_the_published_one(place: Node, expected: list[Node]) -> None:
    index, size = place
    proof = inclusion_proof(PUBLISHED, index, size)
    assert proof == Tree(PUBLISHED[:size]).inclusion_proof(index) == nodes(expected)
    assert verify_inclusion(PUBLISHED[index], index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("pair", "expected"), CONSISTENCY.items())
def test_a_consistency_proof_is_the_published_one(pair: Node, expected: list[Node]) -> None:
    old, new = pair
    proof = consistency_proof(PUBLISHED, old, new)
    assert proof == Tree(PUBLISHED[:new]).consistency_proof(old) == nodes(expected)
    roots = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
    assert verify_consistency(old, new, proof, *roots)


# ── What is proved ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", range(MOST + 1))
def test_every_leaf_is_proved_to_be_in_every_small_tree(size: int) -> None:
    tree = Tree(LEAVES[:size])
    assert tree.root() == ROOT[size]
    for index in range(size):
        proof = inclusion_proof(LEAVES, index, size)
        assert proof == tree.inclusion_proof(index)
        assert verify_inclusion(LEAVES[index], index, size, proof, ROOT[size])


@pytest.mark.parametrize("new", range(MOST + 1))
def test_every_small_tree_is_proved_to_continue_every_smaller_one(new: int) -> None:
    tree = Tree(LEAVES[:new])
    for old in range(new + 1):
        proof = consistency_proof(LEAVES, old, new)
        assert proof == tree.consistency_proof(old)
        assert verify_consistency(old, new, proof, ROOT[old], ROOT[new])


@given(st.data())
def test_an_inclusion_proof_proves_nothing_else(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index, bit = data.draw(st.integers(0, size - 1)), data.draw(bits)
    leaf, root, proof = LEAVES[index], ROOT[size], inclusion_proof(LEAVES, index, size)
    for other in range(-1, MOST + 2):
        assert verify_inclusion(leaf, other, size, proof, root) is (other == index)
    for smaller in range(-1, index + 1):
        assert not verify_inclusion(leaf, index, smaller, proof, root)
    for wrong in spoilt(proof, bit):
        assert not verify_inclusion(leaf, index, size, wrong, root)
    for wrong_leaf in (flipped(leaf, bit), leaf[:-1], leaf + b"\0", b""):
        assert not verify_inclusion(wrong_leaf, index, size, proof, root)
    for wrong_root in (flipped(root, bit), root[:-1], root + b"\0", b""):
        assert not verify_inclusion(leaf, index, size, proof, wrong_root)


@given(st.data())
def test_a_wrong_size_has_another_root(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(LEAVES, index, size)
    for other in range(MOST + 1):
        found = verify_inclusion(LEAVES[index], index, other, proof, ROOT[other])
        assert found is (other == size)


@given(st.data())
def test_a_consistency_proof_proves_nothing_else(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, MOST))
    old, bit = data.draw(st.integers(1, new - 1)), data.draw(bits)
    before, after, proof = ROOT[old], ROOT[new], consistency_proof(LEAVES, old, new)
    for other in range(-1, MOST + 2):
        root = ROOT[other] if 0 <= other <= MOST else before
        assert verify_consistency(other, new, proof, root, after) is (other == old)
    for other in range(MOST + 1):
        assert verify_consistency(old, other, proof, before, ROOT[other]) is (other == new)
    for wrong in [[], *spoilt(proof, bit)]:
        assert not verify_consistency(old, new, wrong, before, after)
    for root in (flipped(before, bit), before[:-1], after, b""):
        assert not verify_consistency(old, new, proof, root, after)
    for root in (flipped(after, bit), after[:-1], before, b""):
        assert not verify_consistency(old, new, proof, before, root)


@pytest.mark.parametrize("size", range(1, 12))
def test_a_proof_that_goes_beyond_the_root_proves_nothing(size: int) -> None:
    above = node_hash(LEAVES[0], ROOT[size])
    for index in range(size):
        proof = [*inclusion_proof(LEAVES, index, size), LEAVES[0]]
        assert not verify_inclusion(LEAVES[index], index, size, proof, above)
    for old in range(1, size):
        proof = [*consistency_proof(LEAVES, old, size), LEAVES[0]]
        before = node_hash(LEAVES[0], ROOT[old])
        assert not verify_consistency(old, size, proof, before, above)


@pytest.mark.parametrize("size", range(1, 12))
def test_a_proof_for_a_lower_tree_proves_nothing_of_a_higher_one(size: int) -> None:
    for index in range(size):
        proof = inclusion_proof(LEAVES, index, size)
        assert not verify_inclusion(LEAVES[index], index, 4 * size, proof, ROOT[size])
    for old in range(1, size):
        proof = consistency_proof(LEAVES, old, size)
        assert not verify_consistency(old, 4 * size, proof, ROOT[old], ROOT[size])


def test_hashes_cannot_be_cut_elsewhere_out_of_the_same_bytes() -> None:
    one, other = LEAVES[0] + LEAVES[1][:1], LEAVES[1][1:]
    assert node_hash(one, other) == ROOT[2]
    assert not verify_inclusion(one, 0, 2, [other], ROOT[2])
    assert not verify_consistency(1, 2, [other], one, ROOT[2])


def test_a_tree_continues_itself_and_the_empty_one_and_nothing_needs_to_be_shown() -> None:
    assert verify_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    assert verify_consistency(0, 3, [], EMPTY_ROOT, ROOT[3])
    assert not verify_consistency(0, 0, [], ROOT[1], ROOT[1])
    assert not verify_consistency(0, 3, [], ROOT[1], ROOT[3])
    assert not verify_consistency(0, 3, [ROOT[1]], EMPTY_ROOT, ROOT[3])
    assert not verify_consistency(3, 3, [ROOT[1]], ROOT[3], ROOT[3])
    assert not verify_consistency(3, 3, [], ROOT[2], ROOT[3])
    assert not verify_consistency(3, 2, [], ROOT[3], ROOT[2])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (0, MOST + 1)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES, index, size)
    with pytest.raises(IndexError):
        Tree(LEAVES[:3]).inclusion_proof(MOST if index == 0 else index)


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3), (0, MOST + 1)])
def test_there_is_no_proof_of_a_tree_that_is_not_there(old: int, new: int) -> None:
    with pytest.raises(IndexError):
        consistency_proof(LEAVES, old, new)
    with pytest.raises(IndexError):
        Tree(LEAVES[:3]).consistency_proof(old or new)


# ── The frontier ─────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=130), st.integers(0, 130))
def test_a_frontier_that_is_stored_and_read_again_grows_on(leaves: list[bytes], cut: int) -> None:
    frontier = Frontier()
    for leaf in leaves[:cut]:
        frontier.append(leaf)
    again = Frontier.from_bytes(frontier.size, frontier.as_bytes())
    for leaf in leaves[cut:]:
        again.append(leaf)
    assert (again.size, again.root()) == (len(leaves), root_of(leaves))
    assert again.root() == (Tree(leaves).root() if leaves else EMPTY_ROOT)


def test_a_copy_of_a_frontier_grows_by_itself() -> None:
    frontier = Frontier()
    frontier.append(LEAVES[0])
    copy = frontier.copy()
    copy.append(LEAVES[1])
    assert (frontier.size, frontier.root()) == (1, ROOT[1])
    assert (copy.size, copy.root()) == (2, ROOT[2])


@pytest.mark.parametrize(
    ("size", "length"), [(-1, 32), (0, 32), (1, 0), (2, 64), (3, 32), (3, 63), (3, 65)]
)
def test_hashes_that_do_not_fit_the_size_are_refused(size: int, length: int) -> None:
    with pytest.raises(StoreError) as refused:
        Frontier.from_bytes(size, bytes(length))
    assert refused.value.message == f"the hashes kept of the log are not those of {size} entries"
    assert refused.value.help


# ── Leaves side by side ──────────────────────────────────────────────────────────────────────────


def test_leaves_side_by_side_are_the_leaves_of_a_tree() -> None:
    side_by_side = Leaves(b"".join(LEAVES[:40]))
    for leaf in LEAVES[40:]:
        side_by_side.append(leaf)
    assert list(side_by_side) == LEAVES
    assert len(side_by_side) == MOST
    assert root_of(side_by_side) == ROOT[MOST] == Tree(side_by_side).root()
    assert inclusion_proof(side_by_side, 33, 61) == inclusion_proof(LEAVES, 33, 61)


@pytest.mark.parametrize("index", [-1, 2])
def test_a_leaf_that_is_not_there_is_not_taken_for_another(index: int) -> None:
    with pytest.raises(IndexError):
        Leaves(bytes(64))[index]
