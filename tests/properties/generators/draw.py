"""Small draws on a `Random` from which everything else is made."""

from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")

Declaration = dict[str, Any]
Section = dict[str, Declaration]
Policy = dict[str, dict[str, object]]

TEXTS = (
    "E-mailadres",
    "Nieuwsbrief per e-mail",
    "Überschrift",
    "中文 📚",
    "no",
    "NO",
    "off",
    "12:30",
    "1e3",
    "0o7",
    "0x1F",
    "1_000",
    ".5",
    "2024-01-01",
    "true",
    "null",
    "~",
    "a: b",
    "a # b",
    "- dash",
    "[bracket",
    'it\'s "quoted"',
    "two\nlines",
    "one rather long text that a writer of YAML may want to fold over more than a single line",
)


def chance(random: Random, percent: int) -> bool:
    """True in so many cases of a hundred; the smallest draw is False."""
    return random.randrange(100) >= 100 - percent


def some(random: Random, items: Sequence[T], low: int, high: int) -> list[T]:
    """Between `low` and `high` different items, as far as there are so many."""
    return random.sample(items, min(len(items), random.randint(low, high)))


def one_or_list(random: Random, ids: list[str]) -> str | list[str]:
    """A single id mostly bare, several as a list."""
    return ids[0] if len(ids) == 1 and not chance(random, 35) else ids


def as_list(value: str | list[str]) -> list[str]:
    """One id or a list, as a list."""
    return [value] if isinstance(value, str) else value


def text(random: Random) -> str:
    """A text that is easily misread as something else, every so often."""
    return random.choice(TEXTS)


def label(random: Random, languages: Sequence[str]) -> str | dict[str, str]:
    """One text, or one per language."""
    if chance(random, 25):
        return {language: text(random) for language in languages}
    return text(random)


def declared(random: Random, languages: Sequence[str], keys: Declaration) -> Declaration:
    """A declaration of these keys, with its label and now and then a description or assumption."""
    declaration: Declaration = {"label": label(random, languages), **keys}
    extra = random.randrange(24)
    if extra == 23:
        declaration["description"] = text(random)
    if extra in (21, 22):
        declaration["assumption"] = text(random)
    return declaration
