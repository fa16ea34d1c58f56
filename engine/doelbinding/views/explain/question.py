"""A transfer as it was asked, to be shown beside its answer."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """The fields of a transfer, defaults filled in; `at` is ISO 8601 text with offset."""

    sender: str
    recipient: str
    purpose: str
    subject: str
    data: tuple[str, ...]
    facts: Mapping[str, bool | None]
    reference: str | None
    at: str
