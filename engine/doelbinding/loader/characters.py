"""Characters that a reader of a policy would not see, or would see as something else."""

import re
import unicodedata

_BIDIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u206f\u2800\u3164"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""What Unicode lets programs leave out in display, save the variants of emoji; and a blank dot."""
_SEPARATORS = "\u2028\u2029"
_CONTROL = "\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"
_SURROGATE = "\ud800-\udfff"

UNSEEN = re.compile(
    f"[{_CONTROL}{_BIDIRECTIONAL}{_INVISIBLE}{_SEPARATORS}{_SURROGATE}\ufffe\uffff]"
)
"""A character that is refused wherever it stands."""

_HARMLESS = bytes({*b"\t\n\r", *range(0x20, 0x7F)})

_BIDIRECTIONAL_ONE = re.compile(f"[{_BIDIRECTIONAL}]")


def may_hide(content: bytes) -> bool:
    """Whether a text, as UTF-8, holds anything that is refused; most texts are cleared at once."""
    doubtful = content.translate(None, delete=_HARMLESS)
    return UNSEEN.search(doubtful.decode("utf-8")) is not None


def is_bidirectional(character: str) -> bool:
    """Whether it changes the direction in which text is shown (CVE-2021-42574)."""
    return _BIDIRECTIONAL_ONE.fullmatch(character) is not None


def name(character: str) -> str:
    """The character spelt out, safe to print anywhere."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"


def scripts(word: str) -> frozenset[str]:
    """The scripts of a word's letters, as far as their Unicode names begin with one."""
    names = (unicodedata.name(letter, "") for letter in word if letter.isalpha())
    return frozenset(name.split(" ", 1)[0] for name in names) & {"LATIN", "CYRILLIC", "GREEK"}
