"""Transfers from JSON Lines: each line is answered or told to be none, and the rest goes on."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from doelbinding.cli.lines import LONGEST_LINE, Block, read_blocks
from doelbinding.cli.progress import Progress
from doelbinding.cli.questions import answer
from doelbinding.cli.transfers import LineFault, read_transfer
from doelbinding.policy import Policy
from doelbinding.views.explain import Answered, answered_object
from doelbinding.views.json import JsonObject, to_json

if TYPE_CHECKING:
    from doelbinding.cli.plain import PlainLines


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


def _object(identifier: object, answered: Answered) -> JsonObject:
    if answered.question is None or answered.decision is None:
        return {"error": {"line": answered.line, "message": answered.fault}}
    return answered_object(identifier, answered.question, answered.decision)


def _is_blank(line: bytes) -> bool:
    return not line.strip() and len(line) <= LONGEST_LINE
