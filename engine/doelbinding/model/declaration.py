"""What every declaration of a policy has."""

from dataclasses import dataclass, field
from datetime import date

from doelbinding.model.text import Text
from doelbinding.source import Place


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A warning accepted until a date, with the reason."""

    rule: str
    until: date
    because: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """An id, what people call it, and what it rests on."""

    id: str
    label: Text
    place: Place = field(repr=False, compare=False)
    description: Text | None = field(default=None, repr=False)
    clauses: tuple[str, ...] = ()
    assumption: Text | None = field(default=None, repr=False)
    accept: tuple[Acceptance, ...] = field(default=(), repr=False)
