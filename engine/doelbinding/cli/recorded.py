"""A log of decisions, as `check --batch --format json` writes it, decided anew."""

import json
from collections.abc import Collection, Iterator
from typing import Any, cast

from doelbinding.cli.lines import LONGEST_LINE, read_blocks
from doelbinding.cli.transfers import LineFault, read_transfer
from doelbinding.errors import SourceError
from doelbinding.model.decision import Effect
from doelbinding.model.flows import DUTIES
from doelbinding.model.transfer import names_of
from doelbinding.policy import Policy
from doelbinding.views.differences import Otherwise, Outcome, Replayed

_HELP = "Give the lines that `doelbinding check --batch FILE --format json` writes."
_NO_RECORD = "no record of a decision"
_STANDARD_INPUT = "-"


def replayed(path: str, policy: Policy, known: Collection[str]) -> Replayed:
    """The transfers of a log, each decided anew as of its own moment.

    Of the categories that the log names, only those in `known` are handed on by name. Raises
    `SourceError` for a line that is no record of a decision, and for a log without any.
    """
    count = unreadable = 0
    otherwise: list[Otherwise] = []
    for number, record in _records(path):
        if "error" in record:
            unreadable += 1
            continue
        count += 1
        try:
            before, now = _recorded(record), _decided(record, policy)
        except (LineFault, TypeError) as fault:
            raise _malformed(path, number, str(fault)) from None
        if before != now:
            otherwise.append(Otherwise(number, _named(before, known), _named(now, known)))
    if not count:
        raise SourceError(f"{_called(path)} records no decision", _HELP)
    return Replayed(path, count, otherwise, unreadable)


def _records(path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for block in read_blocks(path):
        for number, line in enumerate(block, block.first):
            if line.strip():
                yield number, _record(path, number, line)


def _record(path: str, number: int, line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise _malformed(path, number, f"it is longer than {LONGEST_LINE:,} bytes")
    try:
        record: object = json.loads(line)
    except (ValueError, RecursionError):
        raise _malformed(path, number, "no JSON") from None
    if not isinstance(record, dict):
        raise _malformed(path, number, "no object")
    return cast(dict[str, Any], record)


def _recorded(record: dict[str, Any]) -> Outcome:
    """What was decided then. Raises `LineFault`."""
    try:
        effect = Effect(record["effect"]).value
        permitted, duties = names_of(record.get("permitted")), names_of(record.get("duties"))
    except (KeyError, ValueError, TypeError):
        raise LineFault(_NO_RECORD) from None
    if not {*duties} <= DUTIES:
        raise LineFault("a duty that there is not")
    return Outcome(effect, tuple(sorted(permitted)), tuple(sorted(duties)))


def _decided(record: dict[str, Any], policy: Policy) -> Outcome:
    """What is decided now. Raises `LineFault` and `TypeError`."""
    transfer = read_transfer(json.dumps(record.get("transfer")).encode())
    transfer.pop("id", None)
    if not isinstance(transfer.get("at"), str):
        raise LineFault("its transfer has no moment")
    decision = policy.check(**transfer)
    return Outcome(decision.effect.value, decision.permitted, decision.duties)


def _named(outcome: Outcome, known: Collection[str]) -> Outcome:
    """With empty names in the place of those that neither policy knows."""
    names = (each if each in known else "" for each in outcome.permitted)
    return outcome._replace(permitted=tuple(names))


def _malformed(path: str, number: int, what: str) -> SourceError:
    return SourceError(f"{_called(path)}, line {number}: {what}", _HELP)


def _called(path: str) -> str:
    return "standard input" if path == _STANDARD_INPUT else path
