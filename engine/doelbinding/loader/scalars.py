"""Plain scalars as the core schema of YAML 1.2 reads them (yaml.org/spec/1.2.2, section 10.3.2)."""

import re

from doelbinding.loader.nodes import Value

_LITERALS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_START = frozenset("-+.0123456789")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_MOST_DIGITS = 18


class NumberOutOfRange(ValueError):  # noqa: N818 - it says the sad fact
    """A number with more digits than any key of a policy can mean."""


def resolve(text: str) -> Value:
    """What a plain scalar means. Raises `NumberOutOfRange`."""
    if text in _LITERALS:
        return _LITERALS[text]
    return _number(text) if text[0] in _NUMBER_START else text


def _number(text: str) -> Value:
    for pattern, base in ((_DECIMAL, 10), (_OCTAL, 8), (_HEXADECIMAL, 16)):
        if pattern.fullmatch(text):
            if len(text) > _MOST_DIGITS:
                raise NumberOutOfRange
            return int(text, base)
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", "", 1))
    return float(text) if _FLOAT.fullmatch(text) else text
