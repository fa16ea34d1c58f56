"""The log is read: decided transfers with what became of them. Who read it, is in it too."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from time import time_ns
from typing import Any

import msgspec

from doelbinding.audit.damage import octets, told_as_damage
from doelbinding.audit.entries import Read, encoded
from doelbinding.audit.log import AuditLog
from doelbinding.model.ids import is_within
from doelbinding.stores.store import Row, Snapshot

RETENTION = "P2Y"
"""How long an entry about a reader is kept."""

Entry = dict[str, Any]
"""What an entry says, as plain data."""

_COLUMNS = (
    "SELECT seq, leaf, salt, payload FROM entries WHERE kind = 'decided' AND payload IS NOT NULL"
)
_OUTCOME = "SELECT payload FROM entries WHERE id = ? AND kind = 'outcome' ORDER BY seq DESC"

_ID = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z")
_PLAIN: dict[str, re.Pattern[str]] = {
    "id": re.compile(r"[0-9a-f]{32}"),
    **dict.fromkeys(("sender", "recipient", "purpose", "category", "subject"), _ID),
    **dict.fromkeys(("effect", "action"), _ID),
    **dict.fromkeys(("since", "until"), _MOMENT),
}
"""What of a search is recorded as it was given; all else, which may tell of a person, is not."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which decided transfers; None: whichever.

    Parties, purpose and category are taken with what lies below them. `since` and `until` are
    moments in UTC as texts (`moment_text`), the latter excluded; `person` is somebody's id as it
    was given to the gate; `action` is what the gate did.
    """

    id: str | None = None
    sender: str | None = None
    recipient: str | None = None
    purpose: str | None = None
    category: str | None = None
    subject: str | None = None
    effect: str | None = None
    action: str | None = None
    reference: str | None = None
    person: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A decided transfer: its place and hash, what its entry says, its last outcome if known."""

    seq: int
    leaf: bytes
    salt: bytes
    content: bytes
    entry: Entry
    outcome: Entry | None


def query(log: AuditLog, wanted: Wanted, *, reader: str) -> Iterator[Found]:
    """The wanted transfers, in the order of the log.

    That `reader` looked, and for what, is recorded before the first is given. Raises `StoreError`,
    also when it cannot be recorded.
    """
    note_reading(log, reader, "query", _as_recorded(log, wanted))
    references = _references(log, wanted)
    with told_as_damage(log.store), log.store.snapshot() as snapshot:
        for row in snapshot.rows(*_selection(log, wanted)):
            found = _found(row, snapshot)
            if _is_wanted(found.entry, wanted, references):
                yield found


def note_reading(log: AuditLog, reader: str, what: str, filtered: dict[str, str]) -> None:
    """Record that somebody reads. Raises `StoreError` when it cannot be: then nobody reads."""
    body, at = Read(reader, what, filtered), time_ns() // 1000
    kind, said = body.kind, encoded(body)
    log.wait(log.record(kind, said, at, retention=RETENTION, waits=True))


def _as_recorded(log: AuditLog, wanted: Wanted) -> dict[str, str]:
    """What was looked for; a person as a pseudonym alone, and free text as a keyed digest."""
    at = time_ns() // 1000
    told: dict[str, str] = {}
    for name in (each.name for each in fields(wanted)):
        value = getattr(wanted, name)
        if name == "person" and value is not None:
            told[name] = log.pseudonym(value, at)
        elif value is not None:
            plain = _PLAIN.get(name)
            is_plain = plain is not None and plain.fullmatch(value)
            told[name] = value if is_plain else log.keys.pseudonym(name, value, at)
    return told


def _selection(log: AuditLog, wanted: Wanted) -> tuple[str, list[object]]:
    """What the database can pick by itself."""
    where: list[str] = []
    values: list[object] = []
    for column, value in (("id =", wanted.id), ("at >=", wanted.since), ("at <", wanted.until)):
        if value is not None:
            where.append(f"{column} ?")
            values.append(value)
    if wanted.person is not None:
        known = log.keys.pseudonyms("subject", wanted.person)
        where.append(f"subject IN ({', '.join('?' * len(known))})" if known else "1 = 0")
        values.extend(known)
    conditions = "".join(f" AND {each}" for each in where)
    return f"{_COLUMNS}{conditions} ORDER BY seq", values


def _found(row: Row, snapshot: Snapshot) -> Found:
    seq, leaf, salt, content = row
    entry = _decode(content)
    outcome = next(iter(snapshot.rows(_OUTCOME, (entry["id"],))), None)
    told = None if outcome is None or outcome[0] is None else _decode(outcome[0])
    return Found(seq, octets(leaf), octets(salt), octets(content), entry, told)


def _is_wanted(entry: Entry, wanted: Wanted, references: Collection[str] | None) -> bool:
    question: Entry = entry["question"]
    within = (
        (wanted.sender, [question["sender"]]),
        (wanted.recipient, [question["recipient"]]),
        (wanted.purpose, [question["purpose"]]),
        (wanted.subject, [question["subject"]]),
        (wanted.category, question["data"]),
    )
    exact = ((wanted.effect, entry["effect"]), (wanted.action, entry["action"]))
    return (
        all(want is None or any(is_within(each, want) for each in told) for want, told in within)
        and all(want is None or want == told for want, told in exact)
        and (references is None or question["reference"] in references)
    )


def _references(log: AuditLog, wanted: Wanted) -> Collection[str] | None:
    """How a reference may stand in the log: as it is, or as a keyed digest."""
    if wanted.reference is None:
        return None
    return {wanted.reference, *log.keys.pseudonyms("reference", wanted.reference)}
