"""Transfers from JSON Lines: each line a transfer or a fault, and the rest goes on."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from doelbinding.cli.questions import answer
from doelbinding.errors import SourceError
from doelbinding.policy import Policy
from doelbinding.views.explain import Answered

_FIELDS = frozenset(
    ("sender", "recipient", "purpose", "subject", "data", "facts", "reference", "at")
)
_FOR_THE_GATE = frozenset(("subject-id", "recipient-id"))
_REQUIRED = ("recipient", "purpose", "data")
_LONGEST_LINE = 1 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NAMES_IN_YAML = {"from": "sender", "to": "recipient"}


class LineFault(ValueError):  # noqa: N818 - what is wrong with a line, in words
    """A line that is no transfer."""


def read_batch(policy: Policy, path: str) -> Iterator[tuple[object, Answered]]:
    """Each line of a file (`-`: standard input) as its `id`, if it has one, and the answer."""
    with _opened(path) as stream:
        number = 0
        while line := stream.readline(_LONGEST_LINE + 1):
            number += 1
            if line.strip():
                yield _answered(policy, number, line, stream)


def _opened(path: str) -> BinaryIO:
    if path == "-":
        if sys.stdin is None:
            raise SourceError("standard input is closed", "Name a file, or pipe transfers in.")
        return sys.stdin.buffer
    try:
        return Path(path).open("rb")
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise SourceError(f"cannot read {path}: {reason}", "Check the path.") from error


def _answered(
    policy: Policy, number: int, line: bytes, stream: BinaryIO
) -> tuple[object, Answered]:
    try:
        transfer = _transfer(line, stream)
        identifier = transfer.pop("id", None)
        question, decision = answer(policy, **transfer)
    except (LineFault, TypeError) as fault:
        return None, Answered(line=number, fault=str(fault))
    return identifier, Answered(question, decision, number)


def _transfer(line: bytes, stream: BinaryIO) -> dict[str, Any]:
    if len(line) > _LONGEST_LINE:
        while line and not line.endswith(b"\n"):
            line = stream.readline(_LONGEST_LINE)
        raise LineFault(f"the line is longer than {_LONGEST_LINE:,} bytes")
    transfer = _json_object(line)
    for required in _REQUIRED:
        if required not in transfer:
            raise LineFault(f"the field `{required}` is missing")
    return {key: value for key, value in transfer.items() if key not in _FOR_THE_GATE}


def _json_object(line: bytes) -> dict[str, Any]:
    try:
        text = line.removeprefix(_BYTE_ORDER_MARK).decode("utf-8")
        value: Any = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise LineFault(f"byte {error.start + 1} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise LineFault(f"not JSON, at column {error.colno}") from error
    except RecursionError as error:
        raise LineFault("brackets nest too deep") from error
    except ValueError as error:
        raise LineFault(str(error) if isinstance(error, LineFault) else "not JSON") from error
    if not hasattr(value, "keys"):
        raise LineFault("a transfer is an object with `recipient`, `purpose` and `data`")
    transfer: dict[str, Any] = value
    _check_fields(transfer)
    _check_text(transfer)
    return transfer


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise LineFault("a name stands twice in one object")
    return found


def _refuse(_constant: str) -> object:
    raise LineFault("NaN and Infinity are no JSON")


def _check_fields(transfer: dict[str, Any]) -> None:
    identifier = transfer.get("id", "")
    if not isinstance(identifier, str | int) or isinstance(identifier, bool):
        raise LineFault("`id` is a text or a whole number")
    for key in transfer.keys() - _FIELDS - _FOR_THE_GATE - {"id"}:
        meant = _NAMES_IN_YAML.get(key)
        if meant:
            raise LineFault(f"there is no field `{key}`; it is `{meant}` here")
        raise LineFault("a field that a transfer does not have")
    for key in _FOR_THE_GATE & transfer.keys():
        if not isinstance(transfer[key], str):
            raise LineFault(f"`{key}` is a text")


def _check_text(transfer: dict[str, Any]) -> None:
    try:
        json.dumps(transfer, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise LineFault("a text holds half of a surrogate pair, which is no character") from error
