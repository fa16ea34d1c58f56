"""Plain lines of a batch, answered at the speed of a JSON decoder.

A plain line is ASCII without escapes, so that each of its texts stands there as it is meant. The
first line that asks a question is read and answered the exact way (`transfers.py`). One with the
same bytes in the same fields, in a span in which nothing of the policy begins or ends, has the
same answer, save for its id, its reference and its moment; these are looked at in each line.
Of two fields with one name the decoder would take the last. So the quotation marks are counted:
where a line has others than the first one had, something stands in it that was not looked at.
Every line about which anything is odd goes the exact way, which also tells what is wrong with it.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec import UNSET, Raw, UnsetType

from doelbinding.cli.lines import LONGEST_LINE, Block
from doelbinding.cli.questions import answer
from doelbinding.cli.transfers import LineFault, read_transfer
from doelbinding.model.transfer import is_reference
from doelbinding.policy import Policy
from doelbinding.views.explain import answered_parts

_Pieces = tuple[bytes, ...]

_Frame = tuple[int, bytes, bytes, bytes, bytes]
"""The quotation marks of a question's lines, and of its answers what stands before the id, before
the reference, before the moment and after it."""

_When = tuple[bytes, bytes]
"""A moment as JSON, and where the span begins in which it lies."""

_ABSENT, _NULL = Raw(b""), b"null"
_MOST_BYTES = 1 << 26
_OF_AN_ENTRY = 1 << 9
_MOST_MOMENTS = 1 << 12


class _Line(msgspec.Struct, forbid_unknown_fields=True, rename="kebab", gc=False):
    recipient: Raw
    purpose: Raw
    data: Raw
    facts: Raw = _ABSENT
    sender: Raw = _ABSENT
    subject: Raw = _ABSENT
    reference: str | UnsetType | None = UNSET
    at: str | UnsetType | None = UNSET
    id: str | int | UnsetType = UNSET
    subject_id: str | UnsetType = UNSET
    recipient_id: str | UnsetType = UNSET


_decode = msgspec.json.Decoder(_Line).decode


class PlainLines:
    """Answers plain lines, and keeps about 64 MiB of answers at most."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._frames: dict[bytes, _Frame] = {}
        self._room = _MOST_BYTES
        self._moments: dict[str, _When] = {}

    def answers(self, block: Block, moment: datetime) -> Iterator[_Pieces]:
        """For each line the pieces of its answer, or none: then it must go the exact way."""
        now = self._moment(moment.isoformat(timespec="seconds"), moment)
        all_plain = _is_plain(block.text)
        for line in block:
            yield self._answer(line, now, moment) if all_plain or _is_plain(line) else ()

    def _answer(self, line: bytes, now: _When, moment: datetime) -> _Pieces:
        """The pieces of one answer, all in one place: a call more per line would be felt."""
        try:
            asked = _decode(line)
        except (msgspec.DecodeError, RecursionError):
            return ()
        at, epoch = now
        identifier, reference, given = b"", _NULL, b""
        quotes = line.count(b'"')
        if type(asked.id) is str:
            if "::" in asked.id:  # it might have to be spelt out
                return ()
            identifier, quotes = b'"%b"' % asked.id.encode(), quotes - 2
        elif type(asked.id) is int:
            identifier = b"%d" % asked.id
        if type(asked.reference) is str:
            if "::" in asked.reference:
                return ()
            reference = b'"%b"' % asked.reference.encode()
            given = b"1" if is_reference(asked.reference) else b"0"
        elif asked.reference is None:
            given = _NULL
        if type(asked.at) is str:
            when = self._moments.get(asked.at) or self._remember(asked.at)
            if when is None:
                return ()
            at, epoch = when
            quotes -= 4
        elif asked.at is None:
            quotes -= 2
        if asked.subject_id is not UNSET:
            quotes -= 4
        if asked.recipient_id is not UNSET:
            quotes -= 4
        key = b"\n".join(
            (
                epoch,
                asked.recipient,
                asked.purpose,
                asked.data,
                asked.facts,
                asked.sender,
                asked.subject,
                given,
                identifier and b"id",
            )
        )
        known = self._frames.get(key) or self._learn(key, quotes, line, moment)
        if known is None or known[0] != quotes:
            return ()
        _, start, before, between, after = known
        return start, identifier, before, reference, between, at, after

    def _learn(self, key: bytes, quotes: int, line: bytes, moment: datetime) -> _Frame | None:
        try:
            transfer = read_transfer(line)
            identified = transfer.pop("id", None) is not None
            question, decision = answer(self._policy, now=moment, **transfer)
        except (LineFault, TypeError):
            return None
        parts = answered_parts(question, decision, identified=identified)
        *start, before, between, after = [part.encode() for part in parts]
        self._room -= _OF_AN_ENTRY + len(key) + len(before) + len(after)
        if self._room < 0:
            self._frames, self._room = {}, _MOST_BYTES
        self._frames[key] = frame = quotes, b"".join(start), before, between, after + b"\n"
        return frame

    def _remember(self, at: str) -> _When | None:
        if len(self._moments) == _MOST_MOMENTS:
            self._moments = {}
        try:
            found = self._moments[at] = self._moment(at, at)
        except TypeError:  # it is no moment with an offset
            return None
        return found

    def _moment(self, text: str, at: datetime | str) -> _When:
        begin, _ = self._policy.compiled.index.epoch(self._policy.instant(at))
        return b'"%b"' % text.encode(), b"%d" % begin


def _is_plain(text: bytes) -> bool:
    """Whether it is ASCII without escapes; `::`, of which JSON is full, is looked for in texts."""
    return (
        len(text) <= LONGEST_LINE
        and text.isascii()
        and b"\\" not in text
        and b"\x7f" not in text
        and not (b"#" in text and b"##" in text)  # one character is found far faster than two
    )
