"""Text for a terminal: colour where it is wanted, and nothing that could steer the terminal."""

import re
import unicodedata
from enum import StrEnum

_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters
    r"\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # directions and line ends
    r"\ud800-\udfff]"  # halves of pairs
    r"|:(?=:[A-Za-z])|#(?=#(?:[vV][sS][oO])?\[)"  # to a pipeline: `::command`, `##[command]`
)
_RESET = "\x1b[0m"


class Style(StrEnum):
    """Styles by what they are for; colour never stands alone for a meaning."""

    ERROR = "\x1b[1;31m"
    WARNING = "\x1b[1;33m"
    GOOD = "\x1b[1;32m"
    RECORD = "\x1b[1;34m"
    STRONG = "\x1b[1m"
    FAINT = "\x1b[2m"


class Painter:
    """Applies styles, or leaves texts as they are when `colour` is False."""

    def __init__(self, *, colour: bool = False) -> None:
        self._colour = colour

    def __call__(self, text: str, style: Style) -> str:
        """The text in that style."""
        return f"{style.value}{text}{_RESET}" if self._colour and text else text


def safe(text: str) -> str:
    """The text on one line, with what could steer a terminal spelt out; tabs as single blanks."""
    return spelt_out(text.replace("\t", " ").replace("\n", "\\n"))


def spelt_out(text: str) -> str:
    """The text with codes for control and direction characters and for commands to a pipeline."""
    if text.isascii() and text.isprintable() and "::" not in text and "##" not in text:
        return text  # as nearly all are, which is seen faster so
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def width(text: str) -> int:
    """How many columns a terminal takes for it."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
