"""A log of decisions, as `check --batch --format json` writes it, decided anew."""

import json
from collections.abc import Iterator
from typing import Any, cast

from doelbinding.cli.lines import read_blocks
from doelbinding.cli.transfers import LineFault, read_transfer
from doelbinding.errors import SourceError
from doelbinding.model.transfer import names_of
from doelbinding.policy import Policy
from doelbinding.views.differences import Otherwise, Replayed

_EFFECTS = ("allow", "log", "deny")
_HELP = "Give the lines that `doelbinding check --batch FILE --format json` writes."


def replayed(path: str, policy: Policy) -> Replayed:
    """The transfers of a log, each decided anew as of its own moment.

    Raises `SourceError` for a line that is no record of a decision, and for a log without any.
    """
    count = unreadable = 0
    otherwise: list[Otherwise] = []
    for number, record in _records(path):
        if "error" in record:
            unreadable += 1
            continue
        count += 1
        before, now = _recorded(path, number, record), _decided(path, number, record, policy)
        if before != now:
            otherwise.append(Otherwise(number, _in_short(before), _in_short(now)))
    if not count:
        raise SourceError(f"{path} records no decision", _HELP)
    return Replayed(path, count, otherwise, unreadable)


_Outcome = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Effect, what may go, and duties."""


def _records(path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for block in read_blocks(path):
        for number, line in enumerate(block, block.first):
            if line.strip():
                yield number, _record(path, number, line)


def _record(path: str, number: int, line: bytes) -> dict[str, Any]:
    try:
        record: object = json.loads(line)
    except (ValueError, RecursionError):
        raise _malformed(path, number, "no JSON") from None
    if not isinstance(record, dict):
        raise _malformed(path, number, "no object")
    return cast(dict[str, Any], record)


def _recorded(path: str, number: int, record: dict[str, Any]) -> _Outcome:
    effect, permitted, duties = (record.get(key) for key in ("effect", "permitted", "duties"))
    if effect not in _EFFECTS or permitted is None or duties is None:
        raise _malformed(path, number, "no record of a decision")
    return str(effect), _texts(path, number, permitted), _texts(path, number, duties)


def _decided(path: str, number: int, record: dict[str, Any], policy: Policy) -> _Outcome:
    try:
        transfer = read_transfer(json.dumps(record.get("transfer")).encode())
        transfer.pop("id", None)
        if not isinstance(transfer.get("at"), str):
            raise LineFault("its transfer has no moment")
        decision = policy.check(**transfer)
    except (LineFault, TypeError) as fault:
        raise _malformed(path, number, str(fault)) from None
    return decision.effect.value, decision.permitted, decision.duties


def _texts(path: str, number: int, value: object) -> tuple[str, ...]:
    try:
        return tuple(sorted(names_of(value)))
    except TypeError:
        raise _malformed(path, number, "no record of a decision") from None


def _in_short(outcome: _Outcome) -> str:
    effect, permitted, duties = outcome
    return f"{effect} ({len(permitted)} may go; {', '.join(duties) or '-'})"


def _malformed(path: str, number: int, what: str) -> SourceError:
    return SourceError(f"{path}, line {number}: {what}", _HELP)
