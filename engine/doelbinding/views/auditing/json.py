"""What was found in the log, for programs."""

from collections.abc import Iterable, Iterator

from doelbinding.audit.reading import Found
from doelbinding.views.json import JsonObject, to_json


def json_lines(found: Iterable[Found]) -> Iterator[str]:
    """A line of JSON for each transfer: its entry as it was written, and its outcome."""
    for each in found:
        yield to_json(_object(each)) + "\n"


def _object(found: Found) -> JsonObject:
    told = found.outcome
    outcome = None
    if told is not None:
        outcome = {"at": told["at"], "outcome": told["outcome"], "because": told["because"]}
    return {"seq": found.seq, "leaf": found.leaf.hex(), "entry": found.entry, "outcome": outcome}
