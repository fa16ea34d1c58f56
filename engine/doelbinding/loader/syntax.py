"""What PyYAML says of a text that it cannot parse, in words that help."""

from typing import NamedTuple

import yaml

from doelbinding.loader import characters, faults
from doelbinding.source import Place, SourceFile


class Known(NamedTuple):
    """A common error, in our words."""

    message: str
    help: str


_TAB = Known("a tab indents the line", "Indent with blanks: YAML does not allow tabs there.")
_OPEN = Known(
    "a bracket, brace or quote is not closed",
    "Close it, or look for the comma that is missing between two items.",
)
_CHARACTER = Known("a value cannot begin with this character", "Put the text in quotes.")
_KNOWN = {
    "mapping values are not allowed": Known(
        "a colon stands where no value can begin",
        "A colon followed by a blank begins a value: put a text that holds one in quotes, or look "
        "for a missing colon or a wrong indentation in the line above.",
    ),
    "could not find expected ':'": Known(
        "a key without its colon", "Write a colon and a blank after the key."
    ),
    "did not find expected key": Known(
        "no key stands where one is expected",
        "Let the keys of one mapping begin in the same column; a bracket or quote may be left "
        "open above.",
    ),
    "did not find expected '-' indicator": Known(
        "no item stands where one is expected",
        "Let the items of one list begin in the same column.",
    ),
    "did not find expected ',' or": _OPEN,
    "expected ',' or": _OPEN,
    "unexpected end of stream": _OPEN,
    "found unexpected": _OPEN,
    "cannot start any token": _CHARACTER,
    "did not find expected alphabetic or numeric": _CHARACTER,
    "did not find expected <document start>": Known(
        "the text goes on where a document would begin",
        "Write a line `---` after the lines that begin with `%`.",
    ),
    "unknown escape": Known(
        "the backslash begins an escape that does not exist",
        "Use single quotes, in which a backslash is a backslash.",
    ),
}
"""What is found in PyYAML's own words, C parser or not, and what to say instead."""


class Problem(NamedTuple):
    """A syntax error."""

    message: str
    place: Place
    help: str


def explain(error: yaml.YAMLError, file: SourceFile) -> Problem:
    """The error with its place in the text and, where it is a common one, what to do."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = place_of(mark, file)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    context = getattr(error, "context", None)
    said = f"{problem} {context}" if context else str(problem)
    known = _TAB if _is_tab(place) else _known(said)
    if known is None:
        return Problem(_safe(said), place, faults.SYNTAX.help)
    return Problem(known.message, place, known.help)


def _known(said: str) -> Known | None:
    return next((known for words, known in _KNOWN.items() if words in said), None)


def place_of(mark: yaml.Mark | None, file: SourceFile) -> Place:
    """The character at a mark of the parser; the first one without a mark.

    The C parser counts the end of a text that ends within a line as the line after it.
    """
    if mark is None:
        return Place(file, 1, 1, 1, 2)
    line, column = mark.line + 1, mark.column + 1
    if line > file.line_count:
        line = file.line_count
        column = len(file.line(line)) + 1
    return Place(file, line, column, line, column + 1)


def _is_tab(place: Place) -> bool:
    return place.excerpt[: place.column].endswith("\t")


def _safe(message: str) -> str:
    return characters.UNSEEN.sub(lambda found: characters.name(found.group()), message)
