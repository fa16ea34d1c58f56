"""The question: may these data go? (policy language, section 3)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

matches_reference = re.compile(r"[A-Za-z0-9._/:-]{1,64}").fullmatch
"""The match of a request or demand number; None for any other text."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer, its left-out fields filled in.

    `facts` holds the known facts alone. `at` is an instant: microseconds since
    1970-01-01T00:00Z.
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
    """Whether a text counts as a request or demand number. Raises `TypeError`."""
    return text is not None and matches_reference(text_of("reference", text)) is not None


def text_of(field: str, value: object) -> str:
    """The value of a field that is a text. Raises `TypeError` that names the field."""
    if type(value) is str:
        return value
    if not isinstance(value, str):
        raise TypeError(f"`{field}` is a text, not {type(value).__name__}")
    return str.__str__(value)


def check_texts(**fields: object) -> None:
    """Raise `TypeError` for the first field that is neither left out nor a text."""
    for field, value in fields.items():
        if value is not None:
            text_of(field, value)


def names_of(data: object) -> tuple[str, ...]:
    """The categories of a transfer, from any iterable of texts. Raises `TypeError`."""
    kind = type(data)
    given: Any = data
    names: tuple[Any, ...] = ()
    if kind is tuple:  # to ask for more takes long
        names = given
    elif kind is list or _is_iterable(data):
        names = tuple(given)
    else:
        raise TypeError(f"`data` is a list of category ids, not {kind.__name__}")
    for name in names:
        if type(name) is not str:
            return tuple([text_of("data", each) for each in names])
    return names


def _is_iterable(data: object) -> bool:
    """Whether it gives categories one by one: a text would give its characters."""
    return isinstance(data, Iterable) and not isinstance(data, str | bytes | Mapping)
