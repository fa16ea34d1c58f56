"""The JSON Schema validator whose errors are explained.

It differs from the library's in two keywords: `anyOf` follows the branch that has the type of
the value, so that its errors speak of what was meant, and `propertyNames` says which name.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError, validators

_Errors = Iterator[ValidationError]
_Validator = Any
"""A validator of the library; what it offers to keywords is not in its protocol."""


def _any_of(
    validator: _Validator, branches: list[Any], instance: object, schema: Mapping[str, Any]
) -> _Errors:
    for branch in branches:
        if validator.is_type(instance, branch["type"]):
            yield from validator.descend(instance, branch)
            return
    yield ValidationError("of no type that is allowed", validator="type", schema=schema)


def _property_names(
    validator: _Validator, names: Mapping[str, Any], instance: object, _schema: Mapping[str, Any]
) -> _Errors:
    if not isinstance(instance, dict):
        return
    for name in cast(dict[str, object], instance):
        errors = list(validator.descend(name, names))
        if errors:
            yield ValidationError("a key of the wrong shape", context=errors)


Explainer: Any = validators.extend(  # type: ignore[no-untyped-call]  # so the library leaves it
    Draft202012Validator,
    {"anyOf": _any_of, "propertyNames": _property_names},
)
"""Applied to a schema whose references are written out."""
