"""Data categories and categories of data subjects (GDPR Art. 30(1)(c))."""

from dataclasses import dataclass
from enum import StrEnum

from doelbinding.model.declaration import Declaration


class Protection(StrEnum):
    """How specially the law protects data of a category."""

    NONE = "none"
    SPECIAL = "special"
    """GDPR Art. 9."""
    CRIMINAL = "criminal"
    """GDPR Art. 10."""
    NATIONAL_ID = "national-id"
    """GDPR Art. 87; for the Netherlands, UAVG Art. 46."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(Declaration):
    """A kind of personal data."""

    protection: Protection | None = None
    anonymous: bool | None = None
    fides: str | None = None
    dpv: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject(Declaration):
    """A category of data subjects."""
