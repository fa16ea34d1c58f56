"""Pieces of machine-readable output that several views share."""

import json

from doelbinding.model.decision import PolicyIdentity
from doelbinding.source import Place
from doelbinding.views.terminal import spelt_out

JsonObject = dict[str, object]

_on_one_line = json.JSONEncoder(ensure_ascii=False).encode


def to_json(value: JsonObject, indent: int | None = None) -> str:
    """The object as JSON in which no text can end a line, break UTF-8 or steer a terminal.

    Such characters stand only in texts, so that they can be spelt out in the JSON as a whole.
    """
    if indent is None:
        return spelt_out(_on_one_line(value))
    return spelt_out(json.dumps(value, ensure_ascii=False, indent=indent))


def identity_object(identity: PolicyIdentity) -> JsonObject:
    """Which policy it is."""
    return {
        "id": identity.id,
        "revision": identity.revision,
        "digest": identity.digest,
        "source": identity.source,
    }


def place_object(place: Place | None) -> JsonObject | None:
    """A place as programs read it; lines and columns from 1, the end excluded."""
    if place is None:
        return None
    return {
        "file": place.path,
        "line": place.line,
        "column": place.column,
        "end-line": place.end_line,
        "end-column": place.end_column,
    }
