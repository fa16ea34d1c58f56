"""Transfers from JSON Lines: each line is answered or told to be none, and the rest goes on."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from doelbinding.cli.lines import LONGEST_LINE, Block, read_blocks
from doelbinding.cli.progress import Progress
from doelbinding.cli.questions import answer
from doelbinding.cli.transfers import LineFault, read_for_gate, read_transfer
from doelbinding.policy import Policy
from doelbinding.views.explain import Answered, answered_object
from doelbinding.views.json import JsonObject, to_json

if TYPE_CHECKING:
    from doelbinding.cli.plain import PlainLines
    from doelbinding.cli.recording import RecordingGate


class Batch:
    """The answers to the lines of a file (`-`: standard input), as soon as they can be given.

    `faults` counts the lines that were no transfer. Lines that are there at the same time and
    name no moment are about the same one.
    """

    def __init__(self, policy: Policy, path: str, progress: Progress) -> None:
        self._policy = policy
        self._path = path
        self._progress = progress
        self.faults = 0

    def __iter__(self) -> Iterator[Answered]:
        for block, moment in self._blocks():
            for number, line in enumerate(block, block.first):
                if not _is_blank(line):
                    yield self._answered(number, line, moment)[1]

    def as_json(self) -> Iterator[bytes]:
        """Lines of JSON, a block at once."""
        from doelbinding.cli.plain import PlainLines  # what it imports takes a while

        plain = PlainLines(self._policy)
        for block, moment in self._blocks():
            yield self._json(block, moment, plain)

    def _blocks(self) -> Iterator[tuple[Block, datetime]]:
        for block in read_blocks(self._path):
            yield block, self._policy.moment()
            self._progress.advance(len(block.text), block.count)
        self._progress.end()

    def _json(self, block: Block, moment: datetime, plain: "PlainLines") -> bytes:
        written: list[bytes] = []
        answers = zip(block, plain.answers(block, moment), strict=True)
        for number, (line, known) in enumerate(answers, block.first):
            written += known or self._json_of(number, line, moment)
        return b"".join(written)

    def _json_of(self, number: int, line: bytes, moment: datetime) -> tuple[bytes, ...]:
        if _is_blank(line):
            return ()
        identifier, answered = self._answered(number, line, moment)
        return (to_json(_object(identifier, answered)).encode(), b"\n")

    def _answered(self, number: int, line: bytes, moment: datetime) -> tuple[object, Answered]:
        try:
            transfer = read_transfer(line)
            identifier = transfer.pop("id", None)
            question, decision = answer(self._policy, now=moment, **transfer)
        except (LineFault, TypeError) as fault:
            self.faults += 1
            return None, Answered(line=number, fault=str(fault))
        return identifier, Answered(question, decision, number)


class RecordedBatch(Batch):
    """The same asked at the gate: each is decided as of now and recorded, many in one commit."""

    def __init__(
        self, policy: Policy, path: str, progress: Progress, gate: "RecordingGate", at_once: int
    ) -> None:
        super().__init__(policy, path, progress)
        self._gate = gate
        self._at_once = at_once

    def __iter__(self) -> Iterator[Answered]:
        return (answered for _, answered in self._sent())

    def as_json(self) -> Iterator[bytes]:
        """Lines of JSON, each once its record is written."""
        for identifier, answered in self._sent():
            yield to_json(_object(identifier, answered)).encode() + b"\n"

    def _sent(self) -> Iterator[tuple[object, Answered]]:
        for block, _ in self._blocks():
            lines = [each for each in enumerate(block, block.first) if not _is_blank(each[1])]
            for start in range(0, len(lines), self._at_once):
                yield from self._together(lines[start : start + self._at_once])

    def _together(self, lines: Sequence[tuple[int, bytes]]) -> Iterator[tuple[object, Answered]]:
        read = [_for_gate(line) for _, line in lines]
        ids = [None if isinstance(each, LineFault) else each.pop("id", None) for each in read]
        asked = [each for each in read if not isinstance(each, LineFault)]
        answers = iter(self._gate.send_all(asked))
        for (number, _), each, identifier in zip(lines, read, ids, strict=True):
            answer = each if isinstance(each, LineFault) else next(answers)
            if isinstance(answer, Answered):
                yield identifier, replace(answer, line=number)
            else:
                self.faults += 1
                yield None, Answered(line=number, fault=str(answer))


def _for_gate(line: bytes) -> dict[str, Any] | LineFault:
    try:
        return read_for_gate(line)
    except LineFault as fault:
        return fault


def _object(identifier: object, answered: Answered) -> JsonObject:
    if answered.question is None or answered.decision is None:
        return {"error": {"line": answered.line, "message": answered.fault}}
    return answered_object(identifier, answered.question, answered.decision, answered.record)


def _is_blank(line: bytes) -> bool:
    return not line.strip() and len(line) <= LONGEST_LINE
