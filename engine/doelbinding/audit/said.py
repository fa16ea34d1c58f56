"""What an entry says that its columns repeat, or that bears on other entries."""

from collections.abc import Sequence

import msgspec

from doelbinding.audit.entries import heading
from doelbinding.stores.store import Row

_POLICY = b'"policy":{'
_PERSON = b'"subject-id":'


class _Source(msgspec.Struct):
    source: str


class _Person(msgspec.Struct, rename="kebab"):
    subject_id: str | None = None


class Said(msgspec.Struct, rename="kebab"):
    """What of an entry a check compares."""

    kind: str
    at: str
    writer: str
    number: int
    keep_until: str | None
    id: str | None = None
    question: _Person | None = None
    policy: _Source | None = None
    bundle: str | None = None
    ranges: Sequence[tuple[int, int]] = ()
    left: str | None = None

    @property
    def columns(self) -> Row:
        """What the columns from `kind` to `keep_until` should hold."""
        policy, question = self.policy, self.question
        identifier = policy.source if self.kind == "policy" and policy else self.id
        person = None if question is None else question.subject_id
        head = self.kind, identifier, self.at, self.writer, self.number
        return (*head, person, self.keep_until)


said = msgspec.json.Decoder(Said).decode


class Familiar:
    """Sees by its bytes that an entry says what its columns do, of a policy that is known.

    That is faster than to decode it, and holds of most. What is not familiar may be right as well.
    """

    def __init__(self) -> None:
        self._policy = b""

    def learn(self, content: bytes) -> None:
        """Take the policy that is named in an entry for known."""
        begin = content.rfind(_POLICY)
        self._policy = content[begin : content.find(b"}", begin) + 1]

    def knows(self, row: Row) -> bool:
        """Whether it is a decision or an outcome with the right columns."""
        _, kind, identifier, at, writer, number, person, until, _, _, _, content = row
        begin = f'{heading(kind, at, writer, number, until)}"id":"{identifier}",'.encode()
        if not content.startswith(begin):
            return False
        if kind != "decided":
            return kind == "outcome" and person is None
        whom = "null," if person is None else f'"{person}",'
        return bool(
            self._policy
            and content.startswith(whom.encode(), content.find(_PERSON, len(begin)) + len(_PERSON))
            and content.startswith(self._policy, content.rfind(_POLICY))
        )
