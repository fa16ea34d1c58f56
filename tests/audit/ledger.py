"""A log written by hand, in the form of an export: for tests of whoever reads one.

It shares nothing with the engine's own log. Hashes, tree, heads and lines are made here as the
pages that define them say, the slow way.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from doelbinding.model.decision import Decision
from doelbinding.policy import Policy

LOG = "0f" * 16
WRITER = "00112233aabbccdd"
AT = "2026-06-01T10:00:00.000000Z"
KEY = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)

Entry = dict[str, Any]


def compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, over leaves that are hashed already."""
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return sha256(b"\1", tree_root(leaves[:split]), tree_root(leaves[split:]))


def inclusion_proof(place: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 9162, section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if place < split:
        return [*inclusion_proof(place, leaves[:split]), tree_root(leaves[split:])]
    return [*inclusion_proof(place - split, leaves[split:]), tree_root(leaves[:split])]


def _split(count: int) -> int:
    """The largest power of two below it."""
    return 1 << (count - 1).bit_length() - 1


def public_pem(key: Ed25519PrivateKey = KEY) -> str:
    form = PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(Encoding.PEM, form).decode()


def sealed(note: str, key: Ed25519PrivateKey = KEY, name: str = f"doelbinding-log/{LOG}") -> str:
    """The line of a signature over a note."""
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    start = sha256(name.encode(), b"\n\1", public)[:4]
    return f"— {name} {base64.b64encode(start + key.sign(note.encode())).decode()}\n"


@dataclass
class Record:
    """A record: what it says, and where."""

    entry: Entry
    salt: bytes
    is_erased: bool = False
    bundle: bytes | None = None

    @property
    def payload(self) -> bytes:
        return compact(self.entry)

    @property
    def leaf(self) -> bytes:
        return sha256(b"\0", self.salt, self.payload)


@dataclass
class Ledger:
    """A log that grows."""

    records: list[Record] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, /, writer: str = WRITER, at: str = AT, **body: object) -> int:
        """Add a record; `_` in a key stands for `-`. Gives its place."""
        number = self._numbers.get(writer, 0)
        self._numbers[writer] = number + 1
        head = {"kind": kind, "at": at, "writer": writer, "number": number, "keep-until": None}
        said = {key.replace("_", "-"): value for key, value in body.items()}
        place = len(self.records)
        self.records.append(Record({**head, **said}, sha256(b"salt", b"%d" % place)[:16]))
        return place

    def skip(self, count: int = 1, writer: str = WRITER) -> None:
        """Numbers are drawn, and nothing is written under them."""
        self._numbers[writer] = self._numbers.get(writer, 0) + count

    def open(self, writer: str = WRITER) -> None:
        self.add("opened", writer=writer, engine="0.1", store="SQLite 3.54.1")

    def close(self, writer: str = WRITER) -> None:
        self.add("closed", writer=writer, unrecorded=0)

    def keep(self, policy: Policy, bundle: bytes, *, with_bytes: bool = True) -> None:
        """Name a policy, and keep its bundle."""
        digest = f"sha256:{sha256(bundle).hex()}"
        self.add("policy", policy=identity_of(policy), bundle=digest, bytes=len(bundle))
        self.records[-1].bundle = bundle if with_bytes else None

    def erase(self, first: int, last: int) -> None:
        """Delete the content of some records, and say so."""
        for place in range(first, last + 1):
            self.records[place].is_erased = True
        self.add("erased", ranges=[[first, last]])

    @property
    def leaves(self) -> list[bytes]:
        return [record.leaf for record in self.records]

    def chain(self, size: int) -> bytes:
        link = bytes(32)
        for leaf in self.leaves[:size]:
            link = sha256(link, leaf)
        return link

    def lines(self) -> list[bytes]:
        """The export, line by line."""
        size = len(self.records)
        first = {
            "doelbinding-log-export": 1,
            "log": LOG,
            "size": size,
            "root": tree_root(self.leaves).hex(),
            "chain": self.chain(size).hex(),
        }
        lines = [compact(first) + b"\n"]
        for place, record in enumerate(self.records):
            lines += self._lines_of(place, record)
        return lines

    def export(self) -> bytes:
        return b"".join(self.lines())

    def _lines_of(self, place: int, record: Record) -> Iterable[bytes]:
        start = {"seq": place, "leaf": record.leaf.hex()}
        if record.is_erased:
            kept = {key: record.entry[key] for key in ("kind", "writer", "number")}
            yield compact({**start, **kept, "erased": True}) + b"\n"
            return
        salted = compact({**start, "salt": record.salt.hex()})[:-1]
        yield b'%b,"entry":%b}\n' % (salted, record.payload)
        if record.bundle is not None:
            digest = f"sha256:{sha256(record.bundle).hex()}"
            text = base64.b64encode(record.bundle).decode()
            yield compact({"bundle": digest, "bytes": text}) + b"\n"

    def extract(self, *places: int) -> bytes:
        """Some records, each with its proof."""
        leaves = self.leaves
        first = {"doelbinding-log-extract": 1, "log": LOG, "size": len(leaves)}
        lines = [compact({**first, "root": tree_root(leaves).hex()}) + b"\n"]
        for place in places:
            record = self.records[place]
            proof = [each.hex() for each in inclusion_proof(place, leaves)]
            start = {"seq": place, "leaf": record.leaf.hex(), "salt": record.salt.hex()}
            lines.append(
                b'%b,"entry":%b}\n' % (compact({**start, "proof": proof})[:-1], record.payload)
            )
        return b"".join(lines)

    def note(self, size: int | None = None, log: str = LOG) -> str:
        """What a head says."""
        size = len(self.records) if size is None else size
        root = base64.b64encode(tree_root(self.leaves[:size])).decode()
        chain = self.chain(size).hex()
        name = f"doelbinding-log/{log}"
        return f"{name}\n{size}\n{root}\nchain {chain}\nat 2026-06-02T00:00:00Z\n"

    def head(self, size: int | None = None, key: Ed25519PrivateKey = KEY) -> str:
        """A signed head."""
        note = self.note(size)
        return f"{note}\n{sealed(note, key)}"

    def receipt(self, place: int) -> bytes:
        leaf = self.records[place].leaf.hex()
        return compact({"log": LOG, "seq": place, "leaf": leaf}) + b"\n"


def identity_of(policy: Policy) -> Entry:
    said = policy.identity
    return {
        "id": said.id,
        "revision": said.revision,
        "digest": said.digest,
        "source": said.source,
    }


def decided(policy: Policy, identifier: str, asked: Mapping[str, Any], **changes: object) -> Entry:
    """The body of a record of a transfer, decided by the engine at `AT`."""
    index, moment = policy.compiled.index, changes.pop("moment", AT)
    decision = policy.check(**{**asked, "at": moment})
    facts = asked.get("facts") or {}
    question = {
        "sender": asked.get("sender") or index.controller,
        "recipient": asked["recipient"],
        "recipient-id": None,
        "purpose": asked["purpose"],
        "subject": asked.get("subject") or index.default_subject,
        "subject-id": None,
        "data": sorted({*asked["data"]}),
        "facts": {
            fact: {"state": state, "source": "caller"}
            for fact, state in sorted(facts.items())
            if state is not None and fact in index.facts
        },
        "reference": asked.get("reference"),
    }
    return {
        "id": identifier,
        "question": question,
        "effect": decision.effect.value,
        "action": "stopped" if decision.effect.value == "deny" else "passed",
        "permitted": [*decision.permitted],
        "withheld": withheld_of(decision),
        "rules": [*decision.rules],
        "duties": [*decision.duties],
        "fulfilled": [],
        "unknown-facts": [*decision.unknown_facts],
        "gate": None,
        "stripped": None,
        "observed-until": None,
        "policy": identity_of(policy),
        "trace": {"id": "1" * 32, "span": "2" * 16, "parent": None},
        **{key.replace("_", "-"): value for key, value in changes.items()},
    }


def withheld_of(decision: Decision) -> list[Entry]:
    return [
        {
            "category": each.category,
            "reason": each.reason.value,
            "parts": [*each.parts],
            "rule": each.rule,
            "remedy": {"facts": dict(each.remedy.facts), "reference": each.remedy.reference},
        }
        for each in decision.withheld
    ]


def stripped_of(policy: Policy, asked: Mapping[str, Any]) -> Entry:
    """What goes after the rest is taken out."""
    data = policy.check(**{**asked, "at": AT}).permitted
    going = policy.check(**{**asked, "data": data, "at": AT})
    effect = going.effect.value
    return {
        "data": [*data],
        "effect": effect,
        "rules": [*going.rules],
        "duties": [*going.duties],
    }
