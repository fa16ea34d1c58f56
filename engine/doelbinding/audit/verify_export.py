#!/usr/bin/env python3
"""Check an export of a doelbinding log, with nothing but Python's standard library (3.9 or later).

    python verify_export.py log.jsonl --head heads.txt --key head.pub.pem
           [--bundle policy.bundle] [--receipt receipts.jsonl] [--json]

Copy this file wherever you like. It imports nothing of doelbinding, and shares no code with it:
what it finds, it finds on its own. It reads the export once, and holds little of it in memory.

What it checks

1. Form. Every line is written in the only way in which it can be, so that no two readers see two
   things in it. Records are numbered from 0 without a gap.
2. Hashes. A record's leaf is SHA-256(0x00, salt, record). The leaves make up a Merkle tree
   (RFC 9162), whose root, and a chain, in which each link is SHA-256(link before, leaf).
3. Heads. A head is the size of the log, its root and its chain at one moment, signed (Ed25519,
   RFC 8032) and kept elsewhere. Each given one must be signed with the given key, and be equal
   to what this export comes to at that size.
4. Completeness. Each process that wrote numbered its records: a number that is not there is a
   record that was never written. A record that was erased must be named by a later record of its
   erasure, and nothing else may be. Each id was decided once; each outcome belongs to a decision.
5. Receipts. Each given one names a record that is there, unchanged.
6. Decisions. A record names the policy that decided, whose bundle is in the export. Each recorded
   question is decided once more from that bundle, by an implementation of its own, and must come
   to the same answer: what may go, why not, what would turn it, by which rules, with what duties.

What that proves

If nothing is wrong, no record before the newest given head was changed, added, removed or moved
since that head was signed, as long as the key was in good hands and the head was kept where the
owner of the log could not replace it. And the policy that a record names gives the recorded
answer to the recorded question.

What it does not prove

- Records after the newest head may have been changed, and others cut off. Without any head,
  nothing proves anything about that: the whole log may have been written anew.
- That a question was recorded as it was asked, that the facts in it were true, or that no data
  left by another way than through the gate.
- That a process which was killed recorded its last second of `allow` and `deny`. A `log` is
  recorded before anything leaves.
- Of an erased record nothing but its leaf is proved: its kind, writer and number are claims, and
  so is that its time was over.
- That a bundle's index says what its policy files say: `doelbinding` compiles them anew for that.
- Of an extract (some records, each with its proof): that it holds all the records that it should.

The last line is the verdict. Exit code: 0 all is well, 1 something is wrong, 2 it could not be
read, or was asked wrongly.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import io
import json
import os
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO

MOST_SHOWN = 100
"""So many findings are shown; more are counted."""

LONGEST_LINE = 512 << 20
"""More bytes a line has not: it holds at most a bundle."""

_NUMBER = rb"(0|[1-9][0-9]{0,17})"
_HALF, _WHOLE = rb'"([0-9a-f]{32})"', rb'"([0-9a-f]{64})"'

# The first lines of an export and of an extract.
_EXPORT = re.compile(
    rb'\{"doelbinding-log-export":1,"log":%b,"size":%b,"root":%b,"chain":%b\}\n'
    % (_HALF, _NUMBER, _WHOLE, _WHOLE)
)
_EXTRACT = re.compile(
    rb'\{"doelbinding-log-extract":1,"log":%b,"size":%b,"root":%b\}\n' % (_HALF, _NUMBER, _WHOLE)
)

# A record, alone or with its proof; what is left of one that was erased; a bundle; a receipt.
_RECORD = re.compile(
    rb'\{"seq":%b,"leaf":%b,"salt":%b,"entry":(\{.*\})\}\n' % (_NUMBER, _WHOLE, _HALF)
)
_PROVED = re.compile(
    rb'\{"seq":%b,"leaf":%b,"salt":%b,"proof":\[((?:"[0-9a-f]{64}"(?:,(?!\])|(?=\])))*)\],'
    rb'"entry":(\{.*\})\}\n' % (_NUMBER, _WHOLE, _HALF)
)
_ERASED = re.compile(
    rb'\{"seq":%b,"leaf":%b,"kind":"(decided|outcome|read)","writer":"([0-9A-Za-z._-]{1,64})",'
    rb'"number":%b,"erased":true\}\n' % (_NUMBER, _WHOLE, _NUMBER)
)
_BUNDLE = re.compile(rb'\{"bundle":"(sha256:[0-9a-f]{64})","bytes":"([0-9A-Za-z+/]+=?=?)"\}\n')
_RECEIPT = re.compile(rb'\{"log":%b,"seq":%b,"leaf":%b\}\n' % (_HALF, _NUMBER, _WHOLE))

# A signed head, and what stands in records.
_NOTE = re.compile(
    "(doelbinding-log/([0-9a-f]{32})\n(0|[1-9][0-9]{0,17})\n([0-9A-Za-z+/]{43}=)\n"
    "chain ([0-9a-f]{64})\nat ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n)\n"
    "((?:\u2014 [^ \n]+ [0-9A-Za-z+/]+=?=?\n)+)"
)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_REFERENCE = re.compile(r"[A-Za-z0-9._/:-]{1,64}")


class Unusable(Exception):  # noqa: N818 - it says what the input is
    """An input that cannot be opened, or is not what it was given for."""


class Findings:
    """What is wrong, and what a reader should know besides, in sentences."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.count = 0
        self.remarks: list[str] = []

    def add(self, sentence: str) -> None:
        """Something is wrong."""
        self.count += 1
        if len(self.wrong) < MOST_SHOWN:
            self.wrong.append(sentence)

    def remark(self, sentence: str) -> None:
        """Something is as it may be, and should be known."""
        if len(self.remarks) < MOST_SHOWN:
            self.remarks.append(sentence)


def shown(value: object) -> str:
    """A value from a file, short, in back-ticks."""
    text = str(value)
    return f"`{text if len(text) <= 80 else text[:77] + '...'}`"


def counted(count: int, noun: str) -> str:
    """Such as `1 record` and `1,204 records`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def safe(text: str) -> str:
    """The text without anything that could steer a terminal: all but plain ASCII is spelt out."""
    return "".join([each if " " <= each <= "~" else f"\\u{ord(each):04x}" for each in text])


# ── The tree (RFC 9162, section 2.1) ─────────────────────────────────────────────────────────────


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node with these two below it."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A Merkle tree that grows leaf by leaf. It holds the roots of its full subtrees alone."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        size, peaks = self.size, self._peaks
        while size & 1:
            leaf = node_hash(peaks.pop(), leaf)
            size >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The hash of the whole tree."""
        if not self._peaks:
            return hashlib.sha256().digest()
        *rest, root = self._peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root


def is_included(seq: int, leaf: bytes, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that leaf at that place of a tree (section 2.1.3.2)."""
    if seq >= size:
        return False
    place, last, found = seq, size - 1, leaf
    for sibling in proof:
        if not last:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return not last and found == root


# ── Signatures (Ed25519, RFC 8032, section 5.1) ──────────────────────────────────────────────────

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

Point = tuple[int, int, int, int]
"""X, Y, Z and T, with x = X/Z, y = Y/Z and xy = T/Z."""


def _sum(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _point(encoded: bytes) -> Point | None:
    """The point that these 32 bytes stand for, or None."""
    number = int.from_bytes(encoded, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    above, below = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = above * pow(below, 3, _P) * pow(above * pow(below, 7, _P), (_P - 5) // 8, _P) % _P
    if (below * x * x + above) % _P == 0:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if y >= _P or (below * x * x - above) % _P or (sign and not x):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


def _encoded(point: Point) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little")) or (0, 1, 1, 0)


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message was made with the private half of that key."""
    public, s = _point(key), int.from_bytes(signature[32:], "little")
    if public is None or len(signature) != 64 or s >= _ORDER:
        return False
    hashed = hashlib.sha512(signature[:32] + key + message).digest()
    h = int.from_bytes(hashed, "little") % _ORDER
    minus = _P - public[0], public[1], 1, _P - public[3]
    summands = (None, _BASE, minus, _sum(_BASE, minus))
    found: Point = (0, 1, 1, 0)
    for place in range(252, -1, -1):  # s times the base point, less h times the key
        found = _sum(found, found)
        summand = summands[(s >> place & 1) + 2 * (h >> place & 1)]
        found = found if summand is None else _sum(found, summand)
    return _encoded(found) == signature[:32]


def read_key(pem: str) -> bytes:
    """The 32 bytes of an Ed25519 public key. Raises `Unusable`."""
    body = re.search("-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", pem, re.DOTALL)
    try:
        content = binascii.a2b_base64("".join(body[1].split())) if body else b""
    except ValueError:
        content = b""
    if len(content) != 44 or content[:12].hex() != "302a300506032b6570032100":
        raise Unusable("the key is no Ed25519 public key in PEM form")
    return content[12:]


# ── Heads and receipts ───────────────────────────────────────────────────────────────────────────


class Head(NamedTuple):
    """What the log came to at one moment, by a signature that holds."""

    log: str
    size: int
    root: bytes
    chain: bytes
    at: str


def read_heads(text: str, key: bytes, findings: Findings) -> list[Head]:
    """The heads of a file that are signed with the key; the others are found wrong."""
    heads: list[Head] = []
    place = 0
    while place < len(text):
        if text[place] == "\n":  # between notes, and at the end
            place += 1
            continue
        note = _NOTE.match(text, place)
        if note is None:
            line = text.count("\n", 0, place) + 1
            raise Unusable(f"the heads hold something else from line {line} on")
        head = Head(note[2], int(note[3]), _unpadded(note[4]), bytes.fromhex(note[5]), note[6])
        if _is_note_signed(note, key):
            heads.append(head)
        else:
            findings.add(f"the head of {counted(head.size, 'record')} is not signed with the key")
        place = note.end()
    if not heads and not findings.count:
        raise Unusable("there is no head in the file of heads")
    return heads


def _is_note_signed(note: re.Match[str], key: bytes) -> bool:
    name = f"doelbinding-log/{note[2]}"
    start = hashlib.sha256(name.encode() + b"\n\1" + key).digest()[:4]
    for line in note[7].splitlines():  # others are those of witnesses
        _, who, text = line.split(" ")
        signature = _unpadded(text)
        if who == name and signature[:4] == start:
            return is_signed(key, note[1].encode(), signature[4:])
    return False


def _unpadded(text: str) -> bytes:
    """Base64, in the one form that it has; what is in no such form is nothing."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return content if base64.b64encode(content).decode() == text else b""


def read_receipts(lines: Iterable[bytes], findings: Findings) -> list[tuple[str, int, bytes]]:
    """For each receipt the log, the record and its leaf."""
    receipts: list[tuple[str, int, bytes]] = []
    for number, line in enumerate(lines, 1):
        found = _RECEIPT.fullmatch(line.replace(b" ", b"").rstrip(b"\r\n") + b"\n")
        if found is None:
            findings.add(f"line {number} of the receipts is no receipt")
        else:
            log, seq, leaf = found.groups()
            receipts.append((log.decode(), int(seq), binascii.unhexlify(leaf)))
    return receipts


# ── Bundles ──────────────────────────────────────────────────────────────────────────────────────


class Identity(NamedTuple):
    """Which policy it is."""

    id: str
    revision: int
    digest: str
    source: str

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Identity:
        """The identity of a policy as a record names it."""
        return cls(said["id"], said["revision"], said["digest"], said["source"])


def digest_of(content: bytes) -> str:
    """SHA-256 as it is written everywhere."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def read_bundle(content: bytes) -> Decider:
    """What decides as the bundle says. Raises `ValueError` when it is not whole."""
    *lines, rest = content.split(b"\n", 4)
    if len(lines) != 4 or lines[0] != b"doelbinding bundle 1":
        raise ValueError("it is no bundle of format 1")
    if digest_of(b"".join([line + b"\n" for line in lines[:3]])).encode() != lines[3]:
        raise ValueError("its head is not as it was written")
    head = parsed(lines[1])
    sections: dict[str, bytes] = {}
    for section in head["sections"]:
        found, rest = rest[: section["length"]], rest[section["length"] :]
        if len(found) != section["length"] or digest_of(found) != section["digest"]:
            raise ValueError("a section is not as it was written")
        sections[section["name"]] = found
    if rest or digest_of(sections["texts"]) != head["source"]:
        raise ValueError("its sections are not those that its head names")
    return Decider(Identity.of({**head, "id": head["policy"]}), Packed(sections["index"]).value())


def parsed(content: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    """JSON in which no key stands twice. Raises `ValueError`."""
    return _decoder.decode(content.decode())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


_decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refused)


class Packed:
    """MessagePack, as far as the index of a bundle needs it.

    Its binary values are sets: a bit for each member, the little end first. They are read as the
    integers that they are.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0

    def value(self) -> Any:  # noqa: ANN401 - it holds anything
        """The next value. Raises `ValueError`."""
        code = self._take(1)[0]
        if code < 0x80 or code >= 0xE0:
            return code if code < 0x80 else code - 0x100
        if code < 0xA0:
            return self._map(code & 15) if code < 0x90 else self._list(code & 15)
        if code < 0xC0:
            return self._text(code & 31)
        if code in (0xC0, 0xC2, 0xC3):
            return None if code == 0xC0 else code == 0xC3
        if 0xC4 <= code <= 0xC6:
            return int.from_bytes(self._take(self._integer(1 << code - 0xC4)), "little")
        if 0xCC <= code <= 0xD3:
            return self._integer(1 << (code & 3), signed=code >= 0xD0)
        if 0xD9 <= code <= 0xDB:
            return self._text(self._integer(1 << code - 0xD9))
        if code >= 0xDC:
            length = self._integer(2 << (code & 1))
            return self._list(length) if code < 0xDE else self._map(length)
        raise ValueError("its index holds what no index holds")

    def _take(self, length: int) -> bytes:
        start, self._place = self._place, self._place + length
        if self._place > len(self._content):
            raise ValueError("its index is cut short")
        return self._content[start : self._place]

    def _integer(self, length: int, *, signed: bool = False) -> int:
        return int.from_bytes(self._take(length), "big", signed=signed)

    def _text(self, length: int) -> str:
        return self._take(length).decode()

    def _list(self, length: int) -> list[Any]:
        return [self.value() for _ in range(length)]

    def _map(self, length: int) -> dict[Any, Any]:
        return {self.value(): self.value() for _ in range(length)}


# ── Deciding (policy language, section 4) ────────────────────────────────────────────────────────


class Question(NamedTuple):
    """May these data go? `facts` are those known, each with its state."""

    sender: str
    recipient: str
    purpose: str
    subject: str
    data: tuple[str, ...]
    facts: frozenset[tuple[str, bool]]
    has_reference: bool


class Purpose(NamedTuple):
    """A purpose. Chains are the ids of a thing and of all above it; None stands for any id."""

    chain: list[str]
    ceiling: int
    subjects: list[str] | None
    spans: list[tuple[int, int]]
    refusable_until: int | None
    demand: tuple[int, int]


class Role(NamedTuple):
    """A role, with the periods of its papers."""

    purposes: list[str] | None
    spans: list[tuple[int, int]]
    works_for: str | None
    is_processor: bool
    is_sub_processor: bool


class Party(NamedTuple):
    """A party; `roles` is None for the controller and the person, who need none."""

    chain: list[str]
    spans: list[tuple[int, int]]
    roles: list[Role] | None
    duties: list[str]


class Flow(NamedTuple):
    """A flow. `demands` are the terms of its condition: facts to be true, facts to be false."""

    id: str
    senders: list[str]
    subjects: list[str] | None
    data: int | None
    excluded: int
    demands: list[tuple[int, int]]
    logs: bool
    needs_reference: bool
    duties: list[str]
    span: tuple[int, int]
    clauses: list[str]
    place: list[int]


class Prohibition(NamedTuple):
    """A prohibition; `unless` is None when there is no exception."""

    id: str
    data: int
    unless: list[tuple[int, int]] | None
    span: tuple[int, int]
    clauses: list[str]
    place: list[int]


class Unmet(NamedTuple):
    """A requirement that is not met; a fact is to be known in that state."""

    reason: str
    fact: str | None = None
    state: bool | None = None


class Candidate(NamedTuple):
    """A flow that is about a question, what it would grant, and its unmet requirements."""

    flow: Flow
    would_grant: int
    unmet: list[Unmet]


class Weighed(NamedTuple):
    """What speaks for and against a question, before it is told why."""

    candidates: list[Candidate]
    prohibitions: list[Prohibition]
    granted: int
    forbidden: int


Answer = Mapping[str, Any]
"""Effect, permitted, withheld, rules and duties, as a record has them."""

_MOST_REMEMBERED = 20_000


class Decider:
    """Decides from the index of a bundle, step by step as the policy language says."""

    def __init__(self, identity: Identity, index: Sequence[Any]) -> None:
        """Of the index are left out: time zone and defaults before, and what the gate reads."""
        self.identity = identity
        self._expansions: dict[str, int] = index[3]
        self._subjects: dict[str, list[str]] = index[4]
        self._purposes = {each: Purpose(*fields) for each, fields in index[5].items()}
        self._parties = {each: _party(*fields) for each, fields in index[6].items()}
        self._prohibitions = [Prohibition(*fields) for fields in index[7]]
        self._concerns: list[tuple[dict[str, int], int]] = index[8]
        self._facts: list[str] = index[9]
        self._moments: list[int] = index[10]
        self._places: dict[str, dict[str, list[int]]] = index[12]
        self._flows = [Flow(*fields) for fields in index[13]]
        self._answers: dict[tuple[Question, int], Answer] = {}

    def answer(self, question: Question, at: int) -> Answer:
        """The answer at that instant: the same as long as nothing in the policy begins or ends."""
        key = question, bisect_right(self._moments, at)
        answer = self._answers.get(key)
        if answer is None:
            if len(self._answers) >= _MOST_REMEMBERED:
                self._answers = {}
            answer = self._answers[key] = self._decide(question, at)
        return answer

    def unknown_facts(self, question: Question) -> list[str]:
        """The facts of a question that the policy does not declare."""
        return sorted(fact for fact, _ in question.facts if fact not in self._facts)

    def declares(self, fact: str) -> bool:
        """Whether the policy knows that fact."""
        return fact in self._facts

    def _decide(self, question: Question, at: int) -> Answer:
        asked = sorted({*question.data})
        stranger = self._stranger(question)
        if not asked or stranger:
            withheld = [_withheld(each, stranger) for each in asked]
            return _denied([], withheld or [_withheld(None, "no-data")], [])
        weighed = self._weigh(question, at)
        permitted = [each for each in asked if not self._held(each, weighed)]
        going = self._union(permitted)
        granting = [each.flow for each in weighed.candidates if self._grants(each, question, going)]
        rules = [flow.id for flow in granting]
        if len(permitted) < len(asked):
            kept = [each for each in asked if each not in permitted]
            return _denied(
                permitted, [self._why(each, weighed, question, at) for each in kept], rules
            )
        duties = {*self._parties[question.recipient].duties}
        return {
            "effect": "log" if any(flow.logs for flow in granting) else "allow",
            "permitted": permitted,
            "withheld": [],
            "rules": rules,
            "duties": sorted(duties.union(*[flow.duties for flow in granting])),
        }

    def _stranger(self, question: Question) -> str | None:
        """Step 2: the reason if one of the ids is not known."""
        if question.sender not in self._parties:
            return "unknown-sender"
        if question.recipient not in self._parties:
            return "unknown-recipient"
        if question.purpose not in self._purposes:
            return "unknown-purpose"
        return None if question.subject in self._subjects else "unknown-subject"

    def _weigh(self, question: Question, at: int) -> Weighed:
        """Steps 3 to 6."""
        purpose = self._purposes[question.purpose]
        candidates: list[Candidate] = []
        granted = forbidden = 0
        for flow in self._about(question):
            data = purpose.ceiling if flow.data is None else flow.data
            unmet = [*self._unmet(flow, question, at)]
            candidates.append(Candidate(flow, data & ~flow.excluded, unmet))
            if not unmet:
                granted |= data & ~flow.excluded & purpose.ceiling
        prohibitions = [*self._forbidding(question, at)]
        for prohibition in prohibitions:
            forbidden |= prohibition.data
        return Weighed(candidates, prohibitions, granted, forbidden)

    def _about(self, question: Question) -> list[Flow]:
        """Step 3: the flows between these for that purpose, by id."""
        senders = self._parties[question.sender].chain
        places = {
            place
            for to in self._parties[question.recipient].chain
            for what_for in self._purposes[question.purpose].chain
            for place in self._places.get(to, {}).get(what_for, ())
        }
        found = [self._flows[place] for place in places]
        return sorted([flow for flow in found if _within(senders, flow.senders)])

    def _unmet(self, flow: Flow, question: Question, at: int) -> Iterator[Unmet]:
        """Step 4: the requirements that are not met, in their order."""
        purpose, known = self._purposes[question.purpose], dict(question.facts)
        sender, recipient = self._parties[question.sender], self._parties[question.recipient]
        subject = self._subjects[question.subject]
        if not (_within(subject, purpose.subjects) and _within(subject, flow.subjects)):
            yield Unmet("subject-not-covered")
        if recipient.roles is not None:
            covering = [role for role in recipient.roles if _within(purpose.chain, role.purposes)]
            if not covering:
                yield Unmet("role-missing")
            elif not any(self._holds(role, purpose, at, ()) for role in covering):
                yield Unmet("agreement-not-in-force")
        if not _in_force([*sender.spans, *recipient.spans], at):
            yield Unmet("party-not-in-force")
        if not _in_force(purpose.spans, at):
            yield Unmet("purpose-not-in-force")
        if purpose.refusable_until is not None and at < purpose.refusable_until:
            yield Unmet("refusal-period")
        if not _in_force([flow.span], at):
            yield Unmet("flow-not-in-force")
        if purpose.demand[1] and known.get("objection") is not False:
            raised = "objection" in known
            yield Unmet("objection-raised" if raised else "fact-missing", "objection", False)
        if purpose.demand[0] and known.get("consent") is not True:
            yield Unmet("consent-missing", "consent", True)
        for fact, state in self._nearest_term(flow.demands, known):
            missing = fact not in known
            yield Unmet("fact-missing" if missing else "condition-not-met", fact, state)
        if flow.needs_reference and not question.has_reference:
            yield Unmet("reference-missing")

    def _holds(self, role: Role, purpose: Purpose, at: int, below: tuple[Role, ...]) -> bool:
        """Whether a role's papers are in force, and those of a party that it works for."""
        if not _in_force(role.spans, at) or role in below:
            return False
        if not role.is_sub_processor:
            return True
        engaging = self._parties.get(role.works_for or "")
        return engaging is not None and any(
            self._holds(other, purpose, at, (*below, role))
            for other in engaging.roles or ()
            if other.is_processor and _within(purpose.chain, other.purposes)
        )

    def _nearest_term(
        self, demands: Sequence[tuple[int, int]], known: Mapping[str, bool]
    ) -> list[tuple[str, bool]]:
        """The unmet literals of the term that lacks the fewest; none when the condition holds."""
        choices: list[list[tuple[bool, str, bool]]] = []
        for true, false in demands:
            literals = [(fact, True) for fact in _members(true, self._facts)]
            literals += [(fact, False) for fact in _members(false, self._facts)]
            unmet = [each for each in literals if known.get(each[0]) is not each[1]]
            choices.append(sorted([(fact in known, fact, not state) for fact, state in unmet]))
        return [(fact, not opposite) for _, fact, opposite in min(choices, key=_few_first)]

    def _forbidding(self, question: Question, at: int) -> Iterator[Prohibition]:
        """Step 6: the prohibitions that stand in the way, by id."""
        concerned = -1
        ids = question.sender, question.recipient, question.purpose, question.subject
        for (named, of_any), each in zip(self._concerns, ids):  # noqa: B905 - Python 3.9
            concerned &= named.get(each, of_any)
        known = dict(question.facts)
        for place, prohibition in enumerate(self._prohibitions):
            if concerned >> place & 1 and _in_force([prohibition.span], at):
                unless = prohibition.unless
                if not unless or self._nearest_term(unless, known):
                    yield prohibition

    def _held(self, category: str, weighed: Weighed) -> bool:
        """Step 7, the other way round: whether some part is not granted, or is forbidden."""
        expansion = self._expansions.get(category, -1)  # of what is not declared: everything
        return bool(expansion & (~weighed.granted | weighed.forbidden))

    def _union(self, categories: Iterable[str]) -> int:
        union = 0
        for each in categories:
            union |= self._expansions[each]
        return union

    def _grants(self, candidate: Candidate, question: Question, going: int) -> bool:
        ceiling = self._purposes[question.purpose].ceiling
        return not candidate.unmet and bool(candidate.would_grant & ceiling & going)

    # Why a category is withheld.

    def _why(self, category: str, weighed: Weighed, question: Question, at: int) -> Answer:
        if category not in self._expansions:
            return _withheld(category, "unknown-category")
        expansion = self._expansions[category]
        forbidden, missing = expansion & weighed.forbidden, expansion & ~weighed.granted
        if forbidden:
            first = next(each for each in weighed.prohibitions if each.data & forbidden)
            return _withheld(category, "prohibited", self._names(forbidden), first.id)
        parts, nearest = self._names(missing), _nearest(weighed.candidates, missing)
        if nearest is None:
            reason = "category-not-declared" if weighed.candidates else "no-flow"
            return _withheld(category, reason, parts)
        reason = nearest.unmet[0].reason if nearest.unmet else "over-ceiling"
        remedy = _mending(nearest, missing)
        if remedy is not None:
            facts = frozenset({**dict(question.facts), **remedy["facts"]}.items())
            has_reference = question.has_reference or remedy["reference"]
            mended = question._replace(facts=facts, has_reference=has_reference)
            if self._held(category, self._weigh(mended, at)):
                remedy = None
        return _withheld(category, reason, parts, nearest.flow.id, remedy)

    def _names(self, categories: int) -> list[str]:
        return _members(categories, list(self._expansions))


def _party(
    chain: list[str], spans: list[tuple[int, int]], roles: list[Any] | None, duties: list[str]
) -> Party:
    return Party(chain, spans, None if roles is None else [Role(*each) for each in roles], duties)


def _within(chain: Sequence[str], named: Sequence[str] | None) -> bool:
    return named is None or any(each in named for each in chain)


def _in_force(spans: Iterable[tuple[int, int]], at: int) -> bool:
    return all(begin <= at < end for begin, end in spans)


def _members(members: int, names: Sequence[str]) -> list[str]:
    return [name for place, name in enumerate(names) if members >> place & 1]


def _few_first(unmet: list[tuple[bool, str, bool]]) -> tuple[int, list[tuple[bool, str, bool]]]:
    return len(unmet), unmet


def _nearest(candidates: Sequence[Candidate], missing: int) -> Candidate | None:
    """Of those that would grant all of it, or else some, the one that lacks fewest."""
    whole = [each for each in candidates if not missing & ~each.would_grant]
    some = whole or [each for each in candidates if missing & each.would_grant]
    return min(some, key=lambda each: len(each.unmet), default=None)


def _mending(nearest: Candidate, missing: int) -> dict[str, Any] | None:
    """What the caller can mend, if that is all that is in the way."""
    if missing & ~nearest.would_grant or not nearest.unmet:
        return None
    facts: dict[str, bool | None] = {}
    for reason, fact, state in nearest.unmet:
        if fact is None:
            if reason != "reference-missing":
                return None
        elif facts.setdefault(fact, state) is not state:
            return None
    return {"facts": facts, "reference": any(each.fact is None for each in nearest.unmet)}


def _withheld(
    category: str | None,
    reason: str | None,
    parts: Sequence[str] = (),
    rule: str | None = None,
    remedy: Mapping[str, Any] | None = None,
) -> Answer:
    return {
        "category": category,
        "reason": reason,
        "parts": [*parts],
        "rule": rule,
        "remedy": remedy or {"facts": {}, "reference": False},
    }


def _denied(permitted: list[str], withheld: list[Answer], rules: list[str]) -> Answer:
    return {
        "effect": "deny",
        "permitted": permitted,
        "withheld": withheld,
        "rules": rules,
        "duties": [],
    }


# ── Records ──────────────────────────────────────────────────────────────────────────────────────

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)
_HEAD = ["kind", "at", "writer", "number", "keep-until"]
_HELD, _ERASURE, _ERASED_AS_SAID = b"\0\1\2"


class Damage(Exception):  # noqa: N818 - it says what was found
    """A line after which nothing can be checked."""


def instant(moment: object) -> int:
    """Microseconds since 1970. Raises `ValueError`."""
    if not isinstance(moment, str) or not _MOMENT.fullmatch(moment):
        raise ValueError("a moment is written otherwise")
    return (datetime.fromisoformat(f"{moment[:-1]}+00:00") - _EPOCH) // _MICROSECOND


def question_of(said: Mapping[str, Any]) -> Question:
    """The question that a record tells of. Raises `ValueError`, `LookupError` or `TypeError`."""
    facts = {fact: given["state"] for fact, given in said["facts"].items()}
    if any(type(state) is not bool for state in facts.values()):
        raise ValueError("a state is true or false")
    reference = said["reference"]
    has_reference = reference is not None and _REFERENCE.fullmatch(reference) is not None
    ids = said["sender"], said["recipient"], said["purpose"], said["subject"]
    return Question(*ids, tuple(said["data"]), frozenset(facts.items()), has_reference)


class Writer:
    """A process that wrote: the number that its next record must have, and how it ended."""

    def __init__(self) -> None:
        self.next = 0
        self.is_closed = False


class Records:
    """What the records say, and what must hold between them.

    Of an id only a keyed hash of eight bytes is held: among a million ids, two are taken for one
    with a chance of one in thirty million.
    """

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.decided = self.decided_again = self.erased = 0
        self.policies: dict[Identity, Decider | None] = {}
        self._writers: dict[str, Writer] = {}
        self._decisions: set[int] = set()
        self._key = os.urandom(16)
        self._states = bytearray()  # one for each record, to hold the ranges of erasures against
        self._awaited: tuple[Identity, str] | None = None
        self._undecided: dict[Identity, int] = {}
        self._erased_decisions = self._lone_outcomes = 0

    def take(self, seq: int, payload: bytes, given: Mapping[str, Decider]) -> None:
        """The next record of an export; `given` are bundles from elsewhere, by their digests."""
        self._awaited = None
        self._states.append(_HELD)
        entry = self._entry(seq, payload)
        if entry is not None:
            self._within(seq, entry, given)

    def take_alone(self, seq: int, payload: bytes) -> None:
        """A record of an extract: of it alone nothing can be said but what it says itself."""
        entry = self._entry(seq, payload)
        if entry is not None and entry["kind"] == "decided":
            self._read(seq, lambda: self._decide(seq, entry))

    def take_erased(self, seq: int, kind: str, writer: str, number: int) -> None:
        """A record of which the leaf alone is left."""
        self._awaited = None
        self._states.append(_ERASURE)
        self.erased += 1
        self._erased_decisions += kind == "decided"
        self._count(seq, writer, number)

    def take_bundle(self, line: int, name: str, text: str) -> None:
        """The bundle of the policy of the record before. Raises `Damage`."""
        awaited, self._awaited = self._awaited, None
        if awaited is None or name != awaited[1]:
            raise Damage(f"line {line} holds a bundle that does not belong there")
        content = _unpadded(text)
        if digest_of(content) != name:
            raise Damage(f"line {line} holds a bundle that has another SHA-256 than its name says")
        try:
            self._know(awaited[0], read_bundle(content))
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            self.findings.add(f"the bundle in line {line} cannot be read: {error}")

    def finish(self) -> None:
        """What can be said once all records were read."""
        for place, state in enumerate(self._states):
            if state == _ERASURE:
                self.findings.add(f"record {place} was erased, and no record says so")
        if self._lone_outcomes > self._erased_decisions:
            count = counted(self._lone_outcomes - self._erased_decisions, "outcome")
            self.findings.add(f"no decision is there for {count}")
        for name, writer in self._writers.items():
            if not writer.is_closed:
                self.findings.remark(
                    f"writer {shown(name)} did not close: it is still open, or was killed; up to a"
                    " second of `allow` and `deny` may be missing at its end, but no `log`"
                )
        self._name_missing_bundles()

    def _name_missing_bundles(self) -> None:
        for identity, decider in self.policies.items():
            if decider is None:
                count = counted(self._undecided.get(identity, 0), "decision")
                self.findings.add(
                    f"the bundle of policy {shown(identity.id)}, revision {identity.revision},"
                    f" is not at hand: {count} could not be decided again"
                )

    def _entry(self, seq: int, payload: bytes) -> dict[str, Any] | None:
        try:
            entry: dict[str, Any] = parsed(payload)
            if [*entry][:5] != _HEAD or type(entry["writer"]) is not str:
                raise ValueError("its head is another")
            if type(entry["number"]) is not int or type(entry["kind"]) is not str:
                raise ValueError("its number or its kind is none")
            instant(entry["at"])
        except (ValueError, RecursionError) as error:
            self.findings.add(f"record {seq} is not in the form of a record: {error}")
            return None
        return entry

    def _within(self, seq: int, entry: dict[str, Any], given: Mapping[str, Decider]) -> None:
        kind, writer = entry["kind"], entry["writer"]
        self._count(seq, writer, entry["number"])
        if kind == "decided":
            self._read(seq, lambda: self._decided(seq, entry))
        elif kind == "outcome":
            self._read(seq, lambda: self._outcome(entry))
        elif kind == "policy":
            self._read(seq, lambda: self._policy(entry, given))
        elif kind == "erased":
            self._read(seq, lambda: self._erasure(seq, entry["ranges"]))
        elif kind == "closed":
            self._read(seq, lambda: self._closed(writer, entry["unrecorded"]))
        elif kind not in ("opened", "read", "clock"):
            self.findings.add(f"record {seq} is of a kind that is not known here: {shown(kind)}")

    def _read(self, seq: int, work: Callable[[], None]) -> None:
        try:
            work()
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            what = f"{type(error).__name__}: {error}"
            self.findings.add(f"record {seq} is not in the form of its kind ({what})")

    def _hash(self, identifier: str) -> int:
        keyed = hashlib.blake2b(identifier.encode(), digest_size=8, key=self._key)
        return int.from_bytes(keyed.digest(), "big")

    def _outcome(self, entry: Mapping[str, Any]) -> None:
        self._lone_outcomes += self._hash(entry["id"]) not in self._decisions

    def _count(self, seq: int, name: str, number: int) -> None:
        writer = self._writers.setdefault(name, Writer())
        if number > writer.next:
            lost = f"{writer.next}" if number == writer.next + 1 else f"{writer.next}-{number - 1}"
            self.findings.add(f"writer {shown(name)} has no record {lost} before record {seq}")
        elif number < writer.next:
            self.findings.add(f"record {seq} has the number of an earlier one, or stands too late")
        if writer.is_closed:
            self.findings.add(f"record {seq} was written after its writer had closed")
        writer.next = max(writer.next, number + 1)

    def _closed(self, name: str, unrecorded: object) -> None:
        self._writers[name].is_closed = True
        if unrecorded != 0:
            count = shown(unrecorded)
            self.findings.remark(f"writer {shown(name)} says that it could not record {count}")

    def _policy(self, entry: Mapping[str, Any], given: Mapping[str, Decider]) -> None:
        identity, name = Identity.of(entry["policy"]), entry["bundle"]
        self._awaited = identity, name
        if self.policies.setdefault(identity) is None and name in given:
            self._know(identity, given[name])

    def _know(self, identity: Identity, decider: Decider) -> None:
        if decider.identity != identity:
            raise ValueError("it is of another policy than its record says")
        self.policies[identity] = decider

    def _erasure(self, seq: int, ranges: Sequence[tuple[int, int]]) -> None:
        for first, last in ranges:
            length = last - first + 1
            if not 0 <= first <= last < seq or self._states.count(_HELD, first, last + 1):
                self.findings.add(f"record {seq} tells of an erasure that did not take place")
            else:
                self._states[first : last + 1] = bytes([_ERASED_AS_SAID]) * length

    def _decided(self, seq: int, entry: Mapping[str, Any]) -> None:
        key = self._hash(entry["id"])
        if key in self._decisions:
            self.findings.add(f"record {seq} decides {shown(entry['id'])} once more")
        self._decisions.add(key)
        if Identity.of(entry["policy"]) not in self.policies:
            self.findings.add(f"record {seq} was decided by a policy that no record before names")
        self._decide(seq, entry)

    def _decide(self, seq: int, entry: Mapping[str, Any]) -> None:
        self.decided += 1
        question, identity = question_of(entry["question"]), Identity.of(entry["policy"])
        for contradiction in _contradictions(entry):
            self.findings.add(f"record {seq} contradicts itself: {contradiction}")
        decider = self.policies.get(identity)
        if decider is None:
            self._undecided[identity] = self._undecided.get(identity, 0) + 1
            return
        self.decided_again += 1
        for difference in _differences(decider, question, entry):
            self.findings.add(f"record {seq} is decided otherwise by its policy: {difference}")


def _contradictions(entry: Mapping[str, Any]) -> Iterator[str]:
    effect, action, stripped = entry["effect"], entry["action"], entry["stripped"]
    if effect == "deny" and action == "passed":
        yield "it was denied, and let through"
    if entry["gate"] is not None and action in ("passed", "stripped"):
        yield "the gate stopped it, and let it through"
    if (action == "stripped") is not (stripped is not None):
        yield "it does not say what went after stripping, or says so without it"
    if (action == "observed") is not (entry["observed-until"] is not None):
        yield "it was let through by an observation without end, or names one without it"


def _differences(decider: Decider, question: Question, entry: Mapping[str, Any]) -> Iterator[str]:
    at = instant(entry["at"])
    answer = decider.answer(question, at)
    said = {part: entry[part] for part in answer}
    said["withheld"] = sorted(said["withheld"], key=lambda each: each["category"] or "")
    for part in answer:
        if said[part] != answer[part]:
            right, recorded = _short(answer[part]), _short(said[part])
            yield f"{part} is {shown(right)}, recorded is {shown(recorded)}"
    yield from _of_unknown_facts(decider, question, entry["unknown-facts"])
    if entry["stripped"] is not None:
        yield from _after_stripping(decider, question, at, entry["stripped"])


def _of_unknown_facts(decider: Decider, question: Question, said: Sequence[str]) -> Iterator[str]:
    if any(map(decider.declares, said)) or {*decider.unknown_facts(question)}.difference(said):
        yield f"the facts that it does not know are others than {shown(_short(said))}"


def _after_stripping(
    decider: Decider, question: Question, at: int, said: Mapping[str, Any]
) -> Iterator[str]:
    answer = decider.answer(question._replace(data=tuple(said["data"])), at)
    for part in ("effect", "rules", "duties"):
        if said[part] != answer[part]:
            yield f"{part} after stripping is {shown(_short(answer[part]))}"
    if answer["effect"] == "deny":
        yield "what went after stripping is denied"


def _short(said: object) -> str:
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)


# ── Exports and extracts ─────────────────────────────────────────────────────────────────────────


class Given(NamedTuple):
    """What is held against the records: heads, receipts, and bundles by their digests."""

    heads: Sequence[Head] = ()
    receipts: Sequence[tuple[str, int, bytes]] = ()
    bundles: Mapping[str, Decider] = {}


class Checked:
    """What was found. `anchored` is the newest head that holds."""

    def __init__(self) -> None:
        self.findings = Findings()
        self.records = Records(self.findings)
        self.is_extract = False
        self.log = ""
        self.size = self.count = 0
        self.anchored: Head | None = None


def check(stream: BinaryIO, given: Given, checked: Checked) -> None:
    """Check what is in the stream. Raises `Unusable` when it is no export or extract."""
    lines = iter(lambda: stream.readline(LONGEST_LINE), b"")
    first = next(lines, b"")
    export, extract = _EXPORT.fullmatch(first), _EXTRACT.fullmatch(first)
    found = export or extract
    if found is None:
        raise Unusable("its first line is not that of an export or extract that is known here")
    checked.log, checked.size = found[1].decode(), int(found[2])
    checked.is_extract = export is None
    reader = Extract(found, given, checked) if export is None else Export(found, given, checked)
    try:
        for number, line in enumerate(lines, 2):
            reader.line(number, line)
    except Damage as damage:
        checked.findings.add(f"{damage}; nothing after it was checked")
    else:
        reader.finish()


class _Reader:
    """What exports and extracts have in common."""

    def __init__(self, header: re.Match[bytes], given: Given, checked: Checked) -> None:
        self._checked, self._findings, self._records = checked, checked.findings, checked.records
        self._given = given
        self._root = binascii.unhexlify(header[3])
        self._heads: dict[int, list[Head]] = {}
        self._receipts: dict[int, list[bytes]] = {}
        for head in given.heads:
            if head.log == checked.log:
                self._heads.setdefault(head.size, []).append(head)
            else:
                self._findings.add(f"a head is of another log: {head.log}")
        for log, seq, leaf in given.receipts:
            if log == checked.log:
                self._receipts.setdefault(seq, []).append(leaf)
            else:
                self._findings.add(f"a receipt is of another log: {log}")

    def _taken(self, seq: int, salt: bytes, payload: bytes, leaf: bytes) -> None:
        """Hold a record to its leaf."""
        if leaf_hash(binascii.unhexlify(salt) + payload) != leaf:
            self._findings.add(f"record {seq} does not say what its leaf stands for")

    def _confirm(self, seq: int, leaf: bytes) -> None:
        """Hold a leaf to the receipts."""
        if any(each != leaf for each in self._receipts.pop(seq, ())):
            self._findings.add(f"record {seq} is not the one of which there is a receipt")

    def _finish_receipts(self) -> None:
        for seq in self._receipts:
            self._findings.add(f"record {seq}, of which there is a receipt, is not there")

    def _anchor(self, head: Head) -> None:
        anchored = self._checked.anchored
        if anchored is None or anchored.size < head.size:
            self._checked.anchored = head


class Export(_Reader):
    """A whole log, line by line."""

    def __init__(self, header: re.Match[bytes], given: Given, checked: Checked) -> None:
        super().__init__(header, given, checked)
        self._tree = Tree()
        self._last = binascii.unhexlify(header[4])
        self._chain = bytes(32)
        self._compare()

    def line(self, number: int, line: bytes) -> None:
        """Take in a line. Raises `Damage` when it is none of an export."""
        found = _RECORD.fullmatch(line)
        if found is not None:
            place, leaf, salt, payload = found.groups()
            seq = self._grow(number, place, leaf)
            self._taken(seq, salt, payload, binascii.unhexlify(leaf))
            self._records.take(seq, payload, self._given.bundles)
            return
        erased, bundle = _ERASED.fullmatch(line), _BUNDLE.fullmatch(line)
        if erased is not None:
            place, leaf, kind, writer, running = erased.groups()
            seq = self._grow(number, place, leaf)
            self._records.take_erased(seq, kind.decode(), writer.decode(), int(running))
        elif bundle is not None:
            self._records.take_bundle(number, bundle[1].decode(), bundle[2].decode())
        else:
            raise Damage(f"line {number} is not in the form of an export, or is cut short")

    def finish(self) -> None:
        """Hold all that was read to the first line, and to what was given."""
        checked, tree = self._checked, self._tree
        if tree.size != checked.size:
            self._findings.add(f"it says that it holds {checked.size:,} records: {tree.size:,} do")
        if tree.root() != self._root:
            self._findings.add("the root in its first line is not that of its records")
        if self._chain != self._last:
            self._findings.add("the chain in its first line is not that of its records")
        for heads in self._heads.values():
            head, lost = heads[0], counted(heads[0].size - tree.size, "record")
            self._findings.add(f"the end is gone, {lost}: {head.size:,} were there at {head.at}")
        self._finish_receipts()
        self._records.finish()

    def _grow(self, number: int, place: bytes, leaf: bytes) -> int:
        seq, stated = int(place), binascii.unhexlify(leaf)
        if seq != self._tree.size:
            raise Damage(f"line {number} holds record {seq} where {self._tree.size} belongs")
        self._chain = hashlib.sha256(self._chain + stated).digest()
        self._tree.add(stated)
        self._checked.count = seq + 1
        if seq in self._receipts:
            self._confirm(seq, stated)
        if seq + 1 in self._heads:
            self._compare()
        return seq

    def _compare(self) -> None:
        """Hold what was read so far to the heads of that size."""
        for head in self._heads.pop(self._tree.size, ()):
            if (head.root, head.chain) == (self._tree.root(), self._chain):
                self._anchor(head)
            else:
                count = counted(head.size, "record")
                self._findings.add(f"the first {count} are not those of the head of {head.at}")


class Extract(_Reader):
    """Some records of a log, each with the proof that it is in the tree."""

    def __init__(self, header: re.Match[bytes], given: Given, checked: Checked) -> None:
        super().__init__(header, given, checked)
        self._next = 0
        self._records.policies.update({each.identity: each for each in given.bundles.values()})
        for head in self._heads.get(checked.size, ()):
            if head.root == self._root:
                self._anchor(head)
            else:
                self._findings.add(f"its root is not that of the head of {head.at}")

    def line(self, number: int, line: bytes) -> None:
        """Take in a line. Raises `Damage` when it is none of an extract."""
        found = _PROVED.fullmatch(line)
        if found is None:
            raise Damage(f"line {number} is not in the form of an extract, or is cut short")
        place, leaf, salt, hashes, payload = found.groups()
        seq, stated = int(place), binascii.unhexlify(leaf)
        if seq < self._next:
            raise Damage(f"line {number} holds record {seq} out of its order")
        proof = [binascii.unhexlify(each[1:-1]) for each in hashes.split(b",") if each]
        if not is_included(seq, stated, self._checked.size, proof, self._root):
            self._findings.add(f"the proof of record {seq} does not show it in the log")
        self._taken(seq, salt, payload, stated)
        self._confirm(seq, stated)
        self._records.take_alone(seq, payload)
        self._next = seq + 1
        self._checked.count += 1

    def finish(self) -> None:
        """Hold what was read to what was given."""
        self._finish_receipts()
        if self._given.heads and self._checked.anchored is None:
            self._findings.add("none of the heads is of the size and root in its first line")
        left = self._records.decided - self._records.decided_again
        if left:
            self._findings.remark(f"no bundle at hand decides {counted(left, 'decision')} again")


# ── The report ───────────────────────────────────────────────────────────────────────────────────

_NO_HEAD = (
    "no head was given: nothing proves that the end is whole, nor that the log was not written"
    " anew; ask for a signed head that was kept elsewhere"
)


def verdict_of(checked: Checked) -> str:
    """The last line, without its first word."""
    count, head = checked.findings.count, checked.anchored
    if count:
        return f"BROKEN: {counted(count, 'thing')} {'is' if count == 1 else 'are'} wrong"
    if head is None:
        return "no fault was found, and nothing proves that there is none: no head was given"
    if checked.is_extract:
        return f"all {counted(checked.count, 'record')} stand in the log as it was at {head.at}"
    after = checked.size - head.size
    whole = f"whole and unchanged up to the head of {counted(head.size, 'record')} at {head.at}"
    return f"{whole}; {counted(after, 'record')} after it not anchored" if after else whole


def lines_of(checked: Checked, name: str) -> Iterator[str]:
    """The report for people."""
    records, findings = checked.records, checked.findings
    what = f"an extract of {checked.size:,}" if checked.is_extract else "an export"
    yield f"{name}: {what}, log {checked.log}"
    yield f"{counted(checked.count, 'record')} read, {records.erased:,} of them erased"
    yield f"{counted(records.decided, 'decision')}, {records.decided_again:,} decided again"
    for title, sentences in (("Wrong:", findings.wrong), ("To know:", findings.remarks)):
        if sentences:
            yield title
            yield from (f"  {each}" for each in sentences)
    if findings.count > len(findings.wrong):
        yield f"  and {findings.count - len(findings.wrong):,} more that are wrong"
    yield f"VERDICT: {verdict_of(checked)}"


def as_json(checked: Checked, name: str) -> dict[str, Any]:
    """The report for programs."""
    records, findings, head = checked.records, checked.findings, checked.anchored
    return {
        "verdict": "broken" if findings.count else "well",
        "sentence": verdict_of(checked),
        "file": name,
        "form": "extract" if checked.is_extract else "export",
        "log": checked.log,
        "size": checked.size,
        "records": checked.count,
        "erased": records.erased,
        "decided": records.decided,
        "decided-again": records.decided_again,
        "anchored": None if head is None else head.size,
        "unanchored": checked.size - (0 if head is None else head.size),
        "findings": findings.count,
        "wrong": findings.wrong,
        "remarks": findings.remarks,
    }


# ── The command ──────────────────────────────────────────────────────────────────────────────────


def main(arguments: Sequence[str] | None = None) -> int:
    """Check as the arguments say, and tell. Gives the exit code."""
    options = _options(arguments)
    checked = Checked()
    try:
        given = _given(options, checked.findings)
        with Path(options.export).open("rb") as stream:
            check(stream, given, checked)
    except (Unusable, OSError) as error:
        if isinstance(error, OSError):
            why = f"{error.filename}: {error.strerror}"
        else:
            why = f"{options.export}: {error}"
        sentence = f"not checked: {why}"
        _tell({"verdict": "unreadable", "sentence": sentence} if options.json else None)
        _tell(f"VERDICT: {sentence}", sys.stderr)
        return 2
    if not options.head:
        checked.findings.remark(_NO_HEAD)
    name = options.export
    for each in [as_json(checked, name)] if options.json else lines_of(checked, name):
        _tell(each)
    return 1 if checked.findings.count else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Check an export of a doelbinding log.",
        epilog="The docstring of this file tells what is checked, and what that proves.",
    )
    parser.add_argument("export", help="an export, or an extract")
    parser.add_argument("--head", action="append", default=[], help="a file of signed heads")
    parser.add_argument("--key", help="the public key with which they are signed (PEM)")
    parser.add_argument("--bundle", action="append", default=[], help="a bundle not in the export")
    parser.add_argument("--receipt", action="append", default=[], help="a file of receipts")
    parser.add_argument("--json", action="store_true", help="tell it as JSON")
    options = parser.parse_args(arguments)
    if bool(options.head) is not bool(options.key):
        parser.error("--head and --key go together: a head is worth what its signature is")
    return options


def _given(options: argparse.Namespace, findings: Findings) -> Given:
    heads: list[Head] = []
    receipts: list[tuple[str, int, bytes]] = []
    bundles: dict[str, Decider] = {}
    for path in options.head:
        key = read_key(_text(options.key))
        heads += read_heads(_text(path), key, findings)
    for path in options.receipt:
        receipts += read_receipts(io.BytesIO(Path(path).read_bytes()), findings)
    for path in options.bundle:
        content = Path(path).read_bytes()
        try:
            bundles[digest_of(content)] = read_bundle(content)
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise Unusable(f"the bundle {path} cannot be read ({error})") from error
    return Given(heads, receipts, bundles)


def _text(path: str) -> str:
    try:
        return Path(path).read_bytes().decode()
    except UnicodeDecodeError as error:
        raise Unusable(f"{path} is no text in UTF-8") from error


def _tell(what: object, stream: TextIO | None = None) -> None:
    """Write a line, in which nothing from a file can steer a terminal."""
    if what is None:
        return
    text = what if isinstance(what, str) else json.dumps(what, indent=1)
    (stream or sys.stdout).write("\n".join(map(safe, text.split("\n"))) + "\n")


if __name__ == "__main__":
    sys.exit(main())
