"""The JSON Schemas of the policy language, ready to be applied; nothing is ever fetched.

The files in `schemas/` refer to each other by name, for editors. Here each reference is written
out, save those of conditions, which contain themselves.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

Schema = dict[str, Any]

SECTIONS = (
    "categories",
    "subjects",
    "purposes",
    "recipients",
    "flows",
    "prohibitions",
    "facts",
    "clauses",
    "findings",
    "invariants",
)
"""The sections that hold declarations by id."""

REQUIRED_OF_MANIFEST = ("doelbinding", "policy", "revision", "controller", "default-subject")
"""The keys without which there is no manifest."""

POLICY_FILE = "policy.json"
"""The schema of one file of a policy."""

TESTS_FILE = "tests.json"
"""The schema of one file of a policy's tests, which is no part of the policy itself."""

STATEMENT = "statement"
"""The section that describes the statement as a whole."""

_FOLDER = Path(__file__).with_name("schemas")
_COMMON = "common.json"
_RECURSIVE = ("condition", "conditions")


@cache
def declaration_schema(section: str) -> Schema:
    """The schema of one declaration of a section, references written out."""
    return _closed(f"{section}.json", _file(f"{section}.json")["additionalProperties"])


@cache
def manifest_schema(key: str) -> Schema:
    """The schema of one key of the manifest, or of the statement, references written out."""
    if key == STATEMENT:
        return _closed("statement.json", _file("statement.json"))
    return _closed("manifest.json", _file("manifest.json")["properties"][key])


@cache
def policy_tests_schema() -> Schema:
    """The schema of one file of policy tests, references written out."""
    return _closed(TESTS_FILE, _file(TESTS_FILE))


@cache
def files_by_name() -> dict[str, Schema]:
    """The schemas as they are written, by the names under which they refer to each other."""
    return {path.name: _file(path.name) for path in sorted(_FOLDER.glob("*.json"))}


@cache
def id_schema() -> Schema:
    """The schema of an id."""
    return cast(Schema, _file(_COMMON)["$defs"]["id"])


@cache
def manifest_keys() -> tuple[str, ...]:
    """The keys of the manifest."""
    return tuple(_file("manifest.json")["properties"])


@cache
def _file(name: str) -> Schema:
    return cast(Schema, json.loads((_FOLDER / name).read_text(encoding="utf-8")))


def _closed(name: str, schema: Schema) -> Schema:
    written_out = _written_out(schema, name)
    definitions = _file(_COMMON)["$defs"]
    recursive = {each: _written_out(definitions[each], _COMMON) for each in _RECURSIVE}
    without = {key: value for key, value in written_out.items() if key != "$schema"}
    return {**without, "$defs": recursive}


def _written_out(part: Any, name: str) -> Any:  # noqa: ANN401 - any part of a schema
    is_list, is_object = isinstance(part, list), isinstance(part, dict)
    if is_list:
        return [_written_out(item, name) for item in part]
    return _written_out_object(part, name) if is_object else part


def _written_out_object(part: Schema, name: str) -> Schema:
    reference = part.get("$ref")
    own = {key: _written_out(value, name) for key, value in part.items() if key != "$ref"}
    if reference is None:
        return own
    file, _, pointer = reference.partition("#")
    target = pointer.rpartition("/")[2]
    if target in _RECURSIVE:
        return {**own, "$ref": f"#/$defs/{target}"}
    found = _at(_file(file or name), pointer)
    return {**_written_out(found, file or name), **own}


def _at(schema: Schema, pointer: str) -> Schema:
    for step in pointer.strip("/").split("/"):
        schema = schema[step] if step else schema
    return schema
