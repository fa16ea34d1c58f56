"""The schemas by which editors complete and check, each in one file that needs no other."""

import json
from collections.abc import Iterator
from typing import Any

from doelbinding.validator.schemas import Schema, files_by_name

POLICY_SCHEMA = "schemas/policy.json"
"""Where, in the folder of a policy, the schema of its files is kept."""

TESTS_SCHEMA = "schemas/tests.json"
"""Where that of its tests is kept."""


def schema_files() -> dict[str, str]:
    """Both, by their paths in the folder of a policy."""
    return {path: _text(path.rpartition("/")[2]) for path in (POLICY_SCHEMA, TESTS_SCHEMA)}


def _text(root: str) -> str:
    return json.dumps(_self_contained(root), ensure_ascii=False, indent=2) + "\n"


def _self_contained(root: str) -> Schema:
    """The schema of that name with all that it refers to among its own definitions."""
    files = files_by_name()
    schema = _inward(files[root], "")
    used = sorted(_reached(root, {root}) - {root})
    definitions = {name: _inward(files[name], f"#/$defs/{name}") for name in used}
    return {**schema, "$defs": {**schema.get("$defs", {}), **definitions}}


def _reached(name: str, seen: set[str]) -> set[str]:
    """The files that one refers to, and those that these refer to."""
    for reference in _references(files_by_name()[name]):
        other = reference.partition("#")[0]
        if other and other not in seen:
            seen |= _reached(other, seen | {other})
    return seen


def _references(part: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a schema
    is_list, is_object = isinstance(part, list), isinstance(part, dict)
    for inner in part.values() if is_object else part if is_list else ():
        yield from _references(inner)
    if is_object and "$ref" in part:
        yield part["$ref"]


def _inward(part: Any, home: str) -> Any:  # noqa: ANN401 - any part of a schema
    """The part with references that lead to the definitions of the one file; `home` is its own."""
    is_list, is_object = isinstance(part, list), isinstance(part, dict)
    if is_list:
        return [_inward(item, home) for item in part]
    if not is_object:
        return part
    kept = {key: _inward(value, home) for key, value in part.items()}
    if "$ref" in kept:
        kept["$ref"] = _leading(kept["$ref"], home)
    if home:
        kept.pop("$schema", None)  # a definition is of the kind of the schema that holds it
    return kept


def _leading(reference: str, home: str) -> str:
    file, _, pointer = reference.partition("#")
    return f"#/$defs/{file}{pointer}" if file else f"{home or '#'}{pointer}"
