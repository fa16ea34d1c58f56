"""Pieces of machine-readable output that several views share."""

from doelbinding.model.decision import PolicyIdentity
from doelbinding.source import Place

JsonObject = dict[str, object]


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
