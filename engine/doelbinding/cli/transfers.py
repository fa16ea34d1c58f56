"""A line of JSON to the fields of a transfer, or to what is wrong with it."""

import json
from typing import Any, cast

from doelbinding.cli.lines import LONGEST_LINE
from doelbinding.model.flows import DUTIES

_FIELDS = frozenset(
    ("sender", "recipient", "purpose", "subject", "data", "facts", "reference", "at")
)
_FOR_THE_GATE = frozenset(("subject-id", "recipient-id", "fulfils"))
_REQUIRED = ("recipient", "purpose", "data")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NAMES_IN_YAML = {"from": "sender", "to": "recipient"}


class LineFault(ValueError):  # noqa: N818 - what is wrong with a line, in words
    """A line that is no transfer."""


def read_transfer(line: bytes) -> dict[str, Any]:
    """The fields that are decided on, and the `id` if there is one. Raises `LineFault`."""
    return {key: value for key, value in _read(line).items() if key not in _FOR_THE_GATE}


def read_for_gate(line: bytes) -> dict[str, Any]:
    """The same with what only the gate looks at, by its names there. Raises `LineFault`."""
    transfer = _read(line)
    if transfer.pop("at", None) is not None:
        raise LineFault("a record is of the moment itself: `at` cannot be given")
    return {
        key.replace("-", "_") if key in _FOR_THE_GATE else key: value
        for key, value in transfer.items()
    }


def _read(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise LineFault(f"the line is longer than {LONGEST_LINE:,} bytes")
    transfer = _json_object(line)
    _check_fields(transfer)
    for required in _REQUIRED:
        if required not in transfer:
            raise LineFault(f"the field `{required}` is missing")
    return transfer


def _json_object(line: bytes) -> dict[str, Any]:
    try:
        text = line.removeprefix(_BYTE_ORDER_MARK).rstrip(b"\r\n").decode("utf-8")
        value: Any = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
        if "\\u" in text:
            _check_text(value)
    except UnicodeDecodeError as error:
        raise LineFault(f"byte {error.start + 1} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise LineFault(f"not JSON, at column {error.colno}") from error
    except RecursionError as error:
        raise LineFault("brackets nest too deep") from error
    except LineFault:
        raise
    except ValueError as error:  # Python reads no number of more than some thousand digits
        raise LineFault("a number has too many digits") from error
    if not hasattr(value, "keys"):
        raise LineFault("a transfer is an object with `recipient`, `purpose` and `data`")
    transfer: dict[str, Any] = value
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
    for key, meant in _NAMES_IN_YAML.items():
        if key in transfer:
            raise LineFault(f"there is no field `{key}`; it is `{meant}` here")
    if transfer.keys() - _FIELDS - _FOR_THE_GATE - {"id"}:
        raise LineFault("a field that a transfer does not have")
    if not isinstance(transfer.get("facts"), dict | None):
        raise LineFault("`facts` are ids with true, false or null")
    for key in _FOR_THE_GATE & transfer.keys():
        if key == "fulfils":
            _check_duties(transfer[key])
        elif not isinstance(transfer[key], str):
            raise LineFault(f"`{key}` is a text")


def _check_duties(value: object) -> None:
    duties = cast(list[object], value) if isinstance(value, list) else ["none"]
    if not all(isinstance(each, str) and each in DUTIES for each in duties):
        raise LineFault(f"`fulfils` is a list of duties: {', '.join(sorted(DUTIES))}")


def _check_text(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise LineFault("a text holds half of a surrogate pair, which is no character") from error
