"""What the gate did with a transfer and what the log has of it, beside the answer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from doelbinding.views.explain.phrases import PHRASES, Language
from doelbinding.views.json import JsonObject, to_json

if TYPE_CHECKING:
    from doelbinding.audit.pending import Receipt


@dataclass(frozen=True, slots=True)
class Record:
    """What was done with a transfer, under which id, and the receipt if the log has it.

    `until` is the last day of the observation under which it went; `problem` tells why there is
    no receipt, where that is known.
    """

    id: str | None
    action: str
    receipt: "Receipt | None"
    until: str | None = None
    problem: str = ""


def record_object(record: Record) -> JsonObject:
    """The record for programs."""
    receipt = None if record.receipt is None else receipt_object(record.receipt)
    return {"id": record.id, "action": record.action, "receipt": receipt}


def receipt_object(receipt: "Receipt") -> JsonObject:
    """The receipt as whoever got it keeps it, and as `audit verify --receipts` reads it."""
    return {"log": receipt.log, "seq": receipt.seq, "leaf": receipt.leaf}


def action_word(action: str, lang: Language) -> str:
    """What was done, in a word."""
    return PHRASES[lang][f"{action}-word" if action == "observed" else action]


def record_rows(record: Record, lang: Language) -> list[tuple[str, str]]:
    """What the log has, as rows of a screen: a name and a value."""
    phrases, receipt = PHRASES[lang], record.receipt
    if receipt is None:
        why = record.problem or phrases["not-known"]
        return [(phrases["record"], phrases["no-record"].format(why=why))]
    return [
        (phrases["record"], phrases["record-of"].format(id=record.id, seq=receipt.seq)),
        (phrases["receipt"], to_json(receipt_object(receipt))),
    ]
