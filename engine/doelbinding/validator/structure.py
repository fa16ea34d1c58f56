"""What JSON Schema says of a declaration, as flaws in our own words.

A compiled validator takes the first look at a file, at a microsecond a declaration; only of a
file that it refuses is each declaration looked at, and only what is refused again is explained.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import jsonschema_rs

from doelbinding.loader import characters
from doelbinding.suggest import nearest
from doelbinding.validator.schemas import (
    POLICY_FILE,
    Schema,
    declaration_schema,
    files_by_name,
    id_schema,
    manifest_schema,
    policy_tests_schema,
)

_Error = Any
"""An error of the library; what its attributes hold depends on the keyword."""

Path = tuple[str | int, ...]
_LONGEST_SHOWN = 60
_KINDS: dict[type, str] = {
    str: "a text",
    bool: "a true/false value",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "keys with values",
    type(None): "no value",
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that does not have the shape it should; `path` is within the declaration."""

    rule: str
    path: Path
    message: str
    help: str
    expected: str = ""
    at_key: bool = False


@dataclass(frozen=True)
class Shape:
    """What one kind of declaration must look like."""

    name: str
    schema: Schema

    def flaws(self, value: object) -> list[Flaw]:
        """What is wrong with the shape of a value, each thing once."""
        if self._first_look.is_valid(value):
            return []
        errors = self._explainer.iter_errors(value)
        return list(dict.fromkeys(flaw for error in errors for flaw in _explain(error)))

    @cached_property
    def _first_look(self) -> Any:  # noqa: ANN401 - its class differs between the library's versions
        return jsonschema_rs.Draft202012Validator(self.schema)

    @cached_property
    def _explainer(self) -> Any:  # noqa: ANN401 - made by the library, without a type of its own
        from referencing import Registry  # only what is refused pays for these imports

        from doelbinding.validator.explainer import Explainer

        nothing: Registry[Any] = Registry()
        return Explainer(self.schema, registry=nothing)


@cache
def _file_validator() -> Any:  # noqa: ANN401 - its class differs between the library's versions
    schemas = files_by_name()
    beside = [(f"json-schema:///{name}", schema) for name, schema in schemas.items()]
    registry = jsonschema_rs.Registry(beside)
    return jsonschema_rs.Draft202012Validator(schemas[POLICY_FILE], registry=registry)


def is_well_shaped(file: object) -> bool:
    """Whether everything in a policy file has the shape it should, at a first look."""
    return bool(_file_validator().is_valid(file))


@cache
def declaration_shape(section: str) -> Shape:
    """The shape of a declaration of that section."""
    return Shape(section, declaration_schema(section))


@cache
def manifest_shape(key: str) -> Shape:
    """The shape of a key of the manifest, or of the statement."""
    return Shape(key, manifest_schema(key))


@cache
def policy_tests_shape() -> Shape:
    """The shape of one file of policy tests."""
    return Shape("tests", policy_tests_schema())


@cache
def id_shape() -> Shape:
    """The shape of an id."""
    return Shape("id", id_schema())


def unknown_key(path: Path, known: list[str]) -> Flaw:
    """The flaw of a key that the language does not have; the path ends with it."""
    key = str(path[-1])
    close = nearest(key, known)
    help_text = f"Did you mean `{close}`?" if close else f"The keys here are {_listed(known)}."
    return Flaw("unknown-key", path, f"there is no key {shown(key)} here", help_text, at_key=True)


def shown(value: object) -> str:
    """A value as a message names it: short, in back-ticks, hidden characters spelt out."""
    text = "true" if value is True else "false" if value is False else str(value)
    text = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
    text = characters.UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
    return f"`{text.replace(chr(10), ' ')}`"


def _explain(error: _Error) -> Iterator[Flaw]:
    path: Path = tuple(error.absolute_path)
    explain = _EXPLANATIONS.get(str(error.validator))
    if explain is None:
        yield _wrong_value(error, path)
    else:
        yield from explain(error, path)


def _unknown_keys(error: _Error, path: Path) -> Iterator[Flaw]:
    known = list(error.schema.get("properties", {}))
    for key in error.instance:
        if key not in known:
            yield unknown_key((*path, key), known)


def _missing_key(error: _Error, path: Path) -> Iterator[Flaw]:
    missing = next(key for key in error.validator_value if key not in error.instance)
    for key in error.validator_value:
        if key not in error.instance and _named_in(error, key):
            missing = key
    about = error.schema.get("properties", {}).get(missing, {})
    what = about.get("description", "")
    help_text = f"Add `{missing}`. {what}".strip()
    expected = _expectation(about)
    yield Flaw("missing-key", path, f"the key `{missing}` is missing", help_text, expected, True)


def _named_in(error: _Error, key: str) -> bool:
    return str(error.message).startswith(repr(key))


def _wrong_type(error: _Error, path: Path) -> Iterator[Flaw]:
    expected = _expectation(error.schema)
    help_text = _type_help(error.instance, expected, _would_do_in_quotes(error, expected))
    yield Flaw("wrong-type", path, _holding(path, error.instance), help_text, expected)


def _holding(path: Path, value: object) -> str:
    kind = _KINDS.get(type(value), "something else")
    holding = f"{_holder(path)} holds {kind}" if path else f"{kind} stands here"
    return f"{holding}: {shown(value)}" if isinstance(value, str | int | float) else holding


def _holder(path: Path) -> str:
    name = path[-1]
    return f"item {name + 1} of the list" if isinstance(name, int) else shown(name)


def _would_do_in_quotes(error: _Error, expected: str) -> bool:
    wants_text = error.validator_value == "string" or "text" in expected
    pattern = error.schema.get("pattern", "")
    return wants_text and re.search(pattern, str(error.instance)) is not None


def _type_help(instance: object, expected: str, would_do_in_quotes: bool) -> str:
    if would_do_in_quotes and isinstance(instance, bool):
        return "Put it in quotes if it is meant as text."
    if would_do_in_quotes and isinstance(instance, int | float):
        return "Put it in quotes: without them it is read as a number."
    if "number" in expected and isinstance(instance, str) and instance.isdecimal():
        return "Leave the quotes out: in quotes it is a text."
    if "true or false" in expected:
        return "Write true or false, without quotes; yes, no, on and off are texts."
    return f"Write {expected}." if expected else "See the page of the key."


def _not_allowed(error: _Error, path: Path) -> Iterator[Flaw]:
    allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
    if error.instance in [str(each) for each in allowed if not isinstance(each, str)]:
        help_text = "Leave the quotes out: in quotes it is a text."
        yield Flaw("wrong-type", path, _holding(path, error.instance), help_text)
        return
    if error.schema.get("x-expected"):
        yield _wrong_value(error, path)
        return
    listed = _listed([str(each) for each in allowed])
    close = nearest(str(error.instance), [str(each) for each in allowed])
    help_text = f"Did you mean `{close}`?" if close else f"Write one of {listed}."
    is_single = isinstance(error.instance, str | int | float)
    problem = f"{shown(error.instance)} is not one of the values of this key"
    message = problem if is_single else _holding(path, error.instance)
    yield Flaw("wrong-value", path, message, help_text, f"one of {listed}")


def _wrong_count(error: _Error, path: Path) -> Iterator[Flaw]:
    expected = _expectation(error.schema)
    keys = "too few keys" if error.validator == "minProperties" else "too many keys"
    message = f"{_holder(path)} holds {keys}" if path else f"{keys} stand here"
    yield Flaw("wrong-value", path, message, f"Write {expected}.", expected)


def _not_one(error: _Error, path: Path) -> Iterator[Flaw]:
    has_keys = isinstance(error.instance, dict)
    if not has_keys:
        return  # that its type is wrong is said already
    keys = [key for branch in error.validator_value for key in branch["required"]]
    written = [key for key in keys if key in error.instance]
    found = (
        f"{_listed(written)} stand here together" if written else f"none of {_listed(keys)} is here"
    )
    help_text = f"Write exactly one of {_listed(keys)}."
    yield Flaw("wrong-value", path, found, help_text, _expectation(error.schema), True)


def _bad_name(error: _Error, path: Path) -> Iterator[Flaw]:
    for inner in error.context or ():
        expected = _expectation(inner.schema)
        message = f"{shown(inner.instance)} is not {_without_example(expected)}"
        key_path = (*path, str(inner.instance))
        yield Flaw(
            "wrong-value", key_path, message, _id_help(inner.instance, expected), expected, True
        )


def _wrong_value(error: _Error, path: Path) -> Flaw:
    expected = _expectation(error.schema)
    instance = error.instance
    if isinstance(instance, dict | list):
        wanted = _without_example(expected) or "what is expected here"
        return Flaw("wrong-value", path, f"this is not {wanted}", f"Write {expected}.", expected)
    message = f"{shown(instance)} is not {_without_example(expected)}"
    if isinstance(instance, str) and not instance.strip():
        message = f"{_holder(path)} holds a blank text" if path else "a blank text stands here"
    return Flaw("wrong-value", path, message, _id_help(instance, expected), expected)


def _id_help(instance: object, expected: str) -> str:
    if isinstance(instance, str) and expected.startswith("an id"):
        strange = next((letter for letter in instance if not letter.isascii()), None)
        if strange:
            return f"It holds {characters.name(strange)}; ids are written in a-z, 0-9, - and dots."
        if instance in ("*", "all", "any"):
            return "There are no wildcards: name the ids, or leave the key out where it may be."
        return "Ids are lower-case words joined by hyphens, in groups joined by dots."
    return f"Write {expected}."


def _expectation(schema: Schema) -> str:
    if "x-expected" in schema:
        return str(schema["x-expected"])
    if "enum" in schema:
        return f"one of {_listed([str(each) for each in schema['enum']])}"
    return ""


def _without_example(expected: str) -> str:
    return expected.split(" such as ")[0].split(" (")[0]


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_EXPLANATIONS = {
    "additionalProperties": _unknown_keys,
    "required": _missing_key,
    "type": _wrong_type,
    "enum": _not_allowed,
    "const": _not_allowed,
    "minProperties": _wrong_count,
    "maxProperties": _wrong_count,
    "oneOf": _not_one,
    "propertyNames": _bad_name,
}
