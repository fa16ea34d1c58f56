"""The question: may these data go? (policy language, section 3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_REFERENCE = re.compile(r"[A-Za-z0-9._/:-]{1,64}")


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer, its left-out fields filled in.

    `facts` holds the known facts alone; `unknown_facts` names those that the caller gave and the
    policy does not declare. `at` is an instant: microseconds since 1970-01-01T00:00Z.
    """

    sender: str
    recipient: str
    purpose: str
    subject: str
    data: tuple[str, ...]
    facts: Mapping[str, bool]
    has_reference: bool
    at: int


def is_reference(text: str | None) -> bool:
    """Whether a text counts as a request or demand number."""
    return text is not None and _REFERENCE.fullmatch(text) is not None
