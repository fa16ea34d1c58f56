"""What PyYAML says of a text that it cannot parse, in words that help."""

from typing import NamedTuple

import yaml

from doelbinding.loader import characters, faults
from doelbinding.source import Place, SourceFile

_HELP = {
    "found character '\\t'": "Indent with blanks: YAML does not allow tabs there.",
    "mapping values are not allowed": (
        "A colon followed by a blank begins a value: put a text that holds one in quotes, "
        "or look for a line above with a missing colon or a wrong indentation."
    ),
    "could not find expected ':'": "The key needs a colon and a blank after it.",
    "did not find expected key": (
        "Keys of one mapping begin in the same column; a bracket or quote may be left open above."
    ),
    "did not find expected ',' or": "A bracket or brace is not closed, or a comma is missing.",
    "expected ',' or": "A bracket or brace is not closed, or a comma is missing.",
    "unexpected end of stream": "A quote is not closed.",
    "found unexpected": "A quote is not closed, or the text ends too early.",
    "cannot start any token": "Put a text that begins with this character in quotes.",
    "unknown escape": "In double quotes a backslash begins an escape; use single quotes.",
    "did not find expected '-' indicator": "Items of one list begin in the same column.",
}


class Problem(NamedTuple):
    """A syntax error."""

    message: str
    place: Place
    help: str


def explain(error: yaml.YAMLError, file: SourceFile) -> Problem:
    """The error with its place in the text and, where it is a common one, what to do."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = _place(mark, error, file)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    if _is_tab(place):
        return Problem("a tab indents the line", place, _HELP["found character '\\t'"])
    context = getattr(error, "context", None)
    message = f"{problem} {context}" if context else str(problem)
    help_text = next((text for key, text in _HELP.items() if key in message), faults.SYNTAX.help)
    return Problem(_safe(message), place, help_text)


def _place(mark: yaml.Mark | None, error: yaml.YAMLError, file: SourceFile) -> Place:
    if mark is None:
        return Place(file, 1, 1, 1, 2)
    line, column = mark.line + 1, mark.column + 1
    return Place(file, line, column, line, column + 1)


def _is_tab(place: Place) -> bool:
    return place.excerpt[: place.column].endswith("\t")


def _safe(message: str) -> str:
    return characters.UNSEEN.sub(lambda found: characters.name(found.group()), message)
