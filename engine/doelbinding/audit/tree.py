"""The Merkle tree over the entries of a log (RFC 9162, section 2.1).

A leaf is the hash of an entry with its salt. The root over all leaves is what a head signs. A
proof shows with a few hashes that an entry is in the tree, or that one tree continues another.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Protocol

from doelbinding.errors import StoreError

HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()

_Range = tuple[int, int]
"""A stretch of the leaves: the first, and the one after the last."""


class Hashes(Protocol):
    """The leaf hashes of a tree, in order: a list, or `Leaves`."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> bytes: ...


def leaf_hash(salt: bytes, payload: bytes) -> bytes:
    """The hash of an entry; without the salt nobody can guess the entry and see it confirmed."""
    return sha256(b"\0" + salt + payload).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node with these two below it."""
    return sha256(b"\1" + left + right).digest()


class Leaves:
    """Hashes that lie side by side in memory: a million of them take 32 MB."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes | bytearray = b"") -> None:
        self._data = bytearray(data)

    def append(self, leaf: bytes) -> None:
        """Add the next one."""
        self._data += leaf

    def __len__(self) -> int:
        return len(self._data) // HASH_BYTES

    def __getitem__(self, index: int) -> bytes:
        if not 0 <= index < len(self):
            raise IndexError(index)
        return bytes(self._data[index * HASH_BYTES : (index + 1) * HASH_BYTES])

    def __iter__(self) -> Iterator[bytes]:
        return (self[index] for index in range(len(self)))


class Frontier:
    """The roots of the perfect subtrees that make up a tree: all that it takes to let it grow."""

    __slots__ = ("_roots", "size")

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> "Frontier":
        """The frontier of a tree of that size, from `as_bytes`. Raises `StoreError`."""
        if size < 0 or len(data) != size.bit_count() * HASH_BYTES:
            message = f"the hashes kept of the log are not those of {size:,} entries"
            raise StoreError(message, "Check the log: `doelbinding audit verify`.")
        frontier = cls()
        frontier.size = size
        frontier._roots = list(Leaves(data))
        return frontier

    def as_bytes(self) -> bytes:
        """The roots, that of the largest subtree first."""
        return b"".join(self._roots)

    def append(self, leaf: bytes) -> None:
        """Let the tree grow by a leaf."""
        size, roots = self.size, self._roots
        self.size = size + 1
        while size & 1:
            leaf = sha256(b"\1" + roots.pop() + leaf).digest()
            size >>= 1
        roots.append(leaf)

    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self._roots:
            return EMPTY_ROOT
        *others, root = self._roots
        for left in reversed(others):
            root = node_hash(left, root)
        return root

    def copy(self) -> "Frontier":
        """The same tree, which grows by itself from here on."""
        other = Frontier()
        other.size, other._roots = self.size, self._roots.copy()
        return other


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree over these leaves."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


# ── Proofs are made ──────────────────────────────────────────────────────────────────────────────


def inclusion_proof(leaves: Hashes, index: int, size: int) -> list[bytes]:
    """The proof that a leaf is in the tree of the first `size` leaves (section 2.1.3.1).

    Each proof hashes all the leaves: `Tree` is for many. Raises `IndexError`.
    """
    _check(0 <= index < size <= len(leaves))
    return [_root_between(leaves, *stretch) for stretch in _beside(index, size)]


def consistency_proof(leaves: Hashes, old: int, new: int) -> list[bytes]:
    """The proof that the tree of `new` leaves continues that of `old` ones (section 2.1.4.1).

    Raises `IndexError`.
    """
    _check(0 <= old <= new <= len(leaves))
    return [_root_between(leaves, *stretch) for stretch in _between(old, new)]


class Tree:
    """All nodes of a tree, hashed once: a proof is then looked up. It takes as much memory again.

    The leaves may not change while it is in use.
    """

    def __init__(self, leaves: Hashes) -> None:
        self.size = len(leaves)
        self._levels: list[Hashes] = [leaves]
        while len(self._levels[-1]) > 1:
            self._levels.append(_level_above(self._levels[-1]))

    def root(self) -> bytes:
        """The root of the whole tree."""
        return self._root_between(0, self.size)

    def inclusion_proof(self, index: int) -> list[bytes]:
        """The proof that a leaf is in the tree. Raises `IndexError`."""
        _check(0 <= index < self.size)
        return [self._root_between(*stretch) for stretch in _beside(index, self.size)]

    def consistency_proof(self, old: int) -> list[bytes]:
        """The proof that the tree continues that of its first `old` leaves. Raises `IndexError`."""
        _check(0 <= old <= self.size)
        return [self._root_between(*stretch) for stretch in _between(old, self.size)]

    def _root_between(self, first: int, end: int) -> bytes:
        """From the largest perfect subtrees that fill the stretch, right to left."""
        if first == end:
            return EMPTY_ROOT
        width = 1 << ((end - first).bit_length() - 1)
        left = self._levels[width.bit_length() - 1][first // width]
        rest = first + width
        return left if rest == end else node_hash(left, self._root_between(rest, end))


def _level_above(level: Hashes) -> Leaves:
    above = Leaves()
    for place in range(0, len(level) - 1, 2):
        above.append(sha256(b"\1" + level[place] + level[place + 1]).digest())
    return above


def _root_between(leaves: Hashes, first: int, end: int) -> bytes:
    return root_of(leaves[index] for index in range(first, end))


def _beside(index: int, size: int) -> list[_Range]:
    """The subtrees beside the way from a leaf up to the root, the lowest first."""
    found: list[_Range] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _left_part(end - first)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((first, middle))
            first = middle
    return found[::-1]


def _between(old: int, new: int) -> list[_Range]:
    """The subtrees that the old tree and the new one are both made of, the lowest first."""
    if old in (0, new):
        return []
    found: list[_Range] = []
    first, end = 0, new
    while end != old:
        middle = first + _left_part(end - first)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((first, middle))
            first = middle
    return [*([(first, end)] if first else []), *reversed(found)]


def _left_part(size: int) -> int:
    """The largest power of two below the size: so many leaves are on the left."""
    return 1 << ((size - 1).bit_length() - 1)


def _check(is_there: bool) -> None:
    if not is_there:
        raise IndexError("no such place in the tree")


# ── Proofs are verified ──────────────────────────────────────────────────────────────────────────


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof shows that leaf at that place of the tree (section 2.1.3.2).

    Size and root are those of one head: a root alone does not say how large its tree is.
    """
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if not last:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _while_left(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return not last and found == root


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether the proof shows that the new tree continues the old one (section 2.1.4.2).

    Each tree continues itself, and the empty one: there the roots say it all.
    """
    if not 0 <= old <= new or not _are_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root and (bool(old) or old_root == EMPTY_ROOT)
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    return bool(proof) and _continues(old, new, proof, old_root, new_root)


def _continues(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    first, *rest = proof if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found_new = first
    for each in rest:
        if not last:
            return False
        if place & 1 or place == last:
            found_old, found_new = node_hash(each, found_old), node_hash(each, found_new)
            place, last = _while_left(place, last)
        else:
            found_new = node_hash(found_new, each)
        place, last = place >> 1, last >> 1
    return not last and (found_old, found_new) == (old_root, new_root)


def _while_left(place: int, last: int) -> tuple[int, int]:
    """Up the tree until the place is a right child, or the first of its level."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _are_hashes(*found: bytes) -> bool:
    return all(len(each) == HASH_BYTES for each in found)
