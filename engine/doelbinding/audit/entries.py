"""What the log holds: an entry of each kind, as the JSON that is hashed and kept.

No entry has a place for a value of personal data. A person stands as a pseudonym, and a name that
the policy does not know as a keyed digest (`keys.py`). The form is in docs/reference/audit-log.md.
"""

from collections.abc import Sequence
from typing import ClassVar, Literal

import msgspec

from doelbinding.model.decision import PolicyIdentity

OutcomeKind = Literal["carried-out", "failed"]
Action = Literal["passed", "stopped", "stripped", "observed"]
"""What the gate did with a transfer: let it go, stopped it, let a part of it go, or let go what
the policy denies, since it is merely observed."""


class Part(msgspec.Struct, frozen=True, rename="kebab"):
    """A part of an entry."""


class Fact(Part, frozen=True):
    """A fact that was known, and who said so."""

    state: bool
    source: str


class Question(Part, frozen=True):
    """What was asked, without any value of personal data."""

    sender: str
    recipient: str
    recipient_id: str | None
    purpose: str
    subject: str
    subject_id: str | None
    data: Sequence[str]
    facts: dict[str, Fact]
    reference: str | None


class Remedy(Part, frozen=True):
    """What would have turned it."""

    facts: dict[str, bool | None]
    reference: bool


class Lack(Part, frozen=True):
    """A category that was withheld, and why."""

    category: str | None
    reason: str
    parts: Sequence[str]
    rule: str | None
    remedy: Remedy


class Stopped(Part, frozen=True):
    """Why the gate itself stopped a transfer that the policy permits."""

    reason: str
    duties: Sequence[str] = ()


class Stripped(Part, frozen=True):
    """What went after the rest was taken out, and how that was decided."""

    data: Sequence[str]
    effect: str
    rules: Sequence[str]
    duties: Sequence[str]


class Policy(Part, frozen=True):
    """Which policy decided."""

    id: str
    revision: int
    digest: str
    source: str


class Trace(Part, frozen=True):
    """The trace of which the transfer is part (W3C Trace Context), in hexadecimal digits."""

    id: str
    span: str
    parent: str | None


class Body(msgspec.Struct, frozen=True, rename="kebab"):
    """An entry without its head: moment, writer, running number and end."""

    kind: ClassVar[str]


class Opened(Body, frozen=True):
    """A writer began."""

    kind = "opened"
    engine: str
    store: str


class Closed(Body, frozen=True):
    """A writer ended in order; `unrecorded` transfers found no room, and their numbers are gone."""

    kind = "closed"
    unrecorded: int


class PolicyKept(Body, frozen=True):
    """A policy decides from here on; its bundle was kept."""

    kind = "policy"
    policy: Policy
    bundle: str
    bytes: int


class Decided(Body, frozen=True):
    """A transfer was decided, and something was done with it."""

    kind = "decided"
    id: str
    question: Question
    effect: str
    action: Action
    permitted: Sequence[str]
    withheld: Sequence[Lack]
    rules: Sequence[str]
    duties: Sequence[str]
    fulfilled: Sequence[str]
    unknown_facts: Sequence[str]
    gate: Stopped | None
    stripped: Stripped | None
    observed_until: str | None
    policy: Policy
    trace: Trace


class Went(msgspec.Struct, frozen=True):
    """What went after stripping."""

    data: Sequence[str]


class Asked(msgspec.Struct, frozen=True):
    """What an id was given to: the question, what was done with the transfer, and to which part."""

    question: Question
    action: Action
    stripped: Went | None = None


class Outcome(Body, frozen=True):
    """What became of a transfer that might go."""

    kind = "outcome"
    id: str
    outcome: OutcomeKind
    because: str | None


class Read(Body, frozen=True):
    """Somebody read the log; a person who was looked for stands as a pseudonym."""

    kind = "read"
    reader: str
    what: str
    filter: dict[str, str]


class Erased(Body, frozen=True):
    """What entries said was deleted, since their time was over: from which to which.

    `left` is a digest of what is left of them besides their hashes.
    """

    kind = "erased"
    ranges: Sequence[tuple[int, int]]
    left: str


class Clock(Body, frozen=True):
    """The clock went back: `before` is the moment that was recorded already."""

    kind = "clock"
    before: str


_encode = msgspec.json.Encoder().encode


def encoded(body: Body) -> bytes:
    """The body as JSON: compact, its keys in order, on one line."""
    return _encode(body)


def payload(
    kind: str, at: str, writer: str, number: int, keep_until: str | None, body: bytes
) -> bytes:
    """The whole entry: the heading, then the encoded body."""
    return heading(kind, at, writer, number, keep_until).encode("ascii") + body[1:]


def heading(kind: str, at: str, writer: str, number: int, keep_until: str | None) -> str:
    """How every entry begins."""
    until = "null" if keep_until is None else f'"{keep_until}"'
    return (
        f'{{"kind":"{kind}","at":"{at}","writer":"{writer}","number":{number},"keep-until":{until},'
    )


def policy_of(identity: PolicyIdentity) -> Policy:
    """Which policy it is, as entries name it."""
    return Policy(identity.id, identity.revision, identity.digest, identity.source)
