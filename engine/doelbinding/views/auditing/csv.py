"""What was found in the log as a table for spreadsheets, in which no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from doelbinding.audit.reading import Found
from doelbinding.views.auditing.cells import because_of, reasons_of
from doelbinding.views.terminal import safe

COLUMNS = (
    *("seq", "at", "id", "effect", "action", "outcome", "because", "sender", "recipient"),
    *("recipient-id", "purpose", "subject", "subject-id", "data", "facts", "reference"),
    *("permitted", "reasons", "rules", "duties", "fulfilled", "went", "observed-until"),
    *("policy", "revision", "digest"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001 - seen in cells


def csv_lines(found: Iterable[Found]) -> Iterator[str]:
    """The names of the columns, and a line for each transfer; every cell is quoted.

    What a spreadsheet would take for a formula begins with an apostrophe.
    """
    yield _line(COLUMNS)
    for each in found:
        yield _line(_cells(each))


def _cells(found: Found) -> Iterator[object]:
    entry, question = found.entry, found.entry["question"]
    told = "" if found.outcome is None else found.outcome["outcome"]
    yield from (found.seq, entry["at"], entry["id"], entry["effect"], entry["action"], told)
    yield from (because_of(found), question["sender"], question["recipient"])
    yield from (question["recipient-id"], question["purpose"], question["subject"])
    yield from (question["subject-id"], _list(question["data"]), _facts(question["facts"]))
    yield from (question["reference"], _list(entry["permitted"]), _list(list(reasons_of(found))))
    yield from (_list(entry["rules"]), _list(entry["duties"]), _list(entry["fulfilled"]))
    yield from (_went(entry), entry["observed-until"], entry["policy"]["id"])
    yield from (entry["policy"]["revision"], entry["policy"]["digest"])


def _went(entry: dict[str, Any]) -> str:
    """What may have left: all that was asked, what was left after stripping, or nothing."""
    if entry["action"] == "stopped":
        return ""
    stripped = entry["stripped"]
    return _list(entry["question"]["data"] if stripped is None else stripped["data"])


def _facts(facts: dict[str, dict[str, Any]]) -> str:
    return _list([f"{fact}={'true' if said['state'] else 'false'}" for fact, said in facts.items()])


def _list(texts: Sequence[str]) -> str:
    return "; ".join(texts)


def _line(cells: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow(map(_harmless, cells))
    return written.getvalue()


def _harmless(cell: object) -> str:
    text = safe("" if cell is None else str(cell))
    return f"'{text}" if text.startswith(_FORMULA) else text
