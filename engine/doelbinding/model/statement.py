"""The published privacy statement: described and pointed at, not copied."""

from dataclasses import dataclass

from doelbinding.model.declaration import Declaration
from doelbinding.model.text import Text


@dataclass(frozen=True, slots=True)
class Extent:
    """A stretch of the published text, as (line, character), both ends included."""

    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Statement:
    """Which statement is meant."""

    version: str
    language: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause(Declaration):
    """One clause: where it stands, the hash of its text, and how it is held if no flow does."""

    extent: Extent | None = None
    sha256: str | None = None
    informative: Text | None = None
    held_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFinding(Declaration):
    """A fault in the published text itself."""

    extent: Extent | None = None


HELD_BY_ENGINE = frozenset({"default-deny", "announcement"})
"""What the engine itself holds."""
