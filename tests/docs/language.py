"""The tables of the language page, drawn from the schemas that the validator uses."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from doelbinding.validator.schemas import TESTS_FILE, files_by_name

Schema = Mapping[str, Any]

SHARED = ("label", "description", "clauses", "assumption", "accept")
"""Keys that every declaration has; told once."""

_SHORT = {"id": "an id", "text": "a text, or one for each language", "name": "a text"}
_STOPS = frozenset(("condition", "conditions", "period", "ids", "id-list", "text"))


def table_names() -> list[str]:
    """A table for what every declaration has, for the manifest, for each section, for shapes."""
    ours = [key for key in _file("policy")["properties"] if key not in _manifest()]
    sections = [key for key in ours if key not in ("subjects", "facts")]  # no keys of their own
    return ["every-declaration", "manifest", *sections, "condition", "period", "match"]


def table(name: str) -> str:
    """One table, in Markdown."""
    rows = list(_rows_of(name))
    lines = [f"| `{key}` | {holds} | {what} |" for key, holds, what in rows]
    return "\n".join(["| key | says | expected |", "|---|---|---|", *lines])


def _rows_of(name: str) -> Iterator[tuple[str, str, str]]:
    if name == "every-declaration":
        definitions = _file("common")["$defs"]
        yield from _rows({"properties": {key: definitions[key] for key in SHARED}}, "common")
    elif name == "manifest":
        needed = _file("manifest")["dependentRequired"]["doelbinding"]
        yield from _rows({**_file("manifest"), "required": ["doelbinding", *needed]}, "manifest")
    elif name == "condition":
        yield from _rows(_file("common")["$defs"]["condition"]["anyOf"][1], "common")
    elif name == "period":
        yield from _rows(_file("common")["$defs"]["period"], "common")
    elif name == "match":
        yield from _rows(_file("invariants")["$defs"]["match"], "invariants")
    elif name == "statement":
        yield from _rows(_file("statement"), "statement")
    else:
        schema = _file(name)["additionalProperties"]
        own = {key: what for key, what in schema["properties"].items() if key not in SHARED}
        yield from _rows({**schema, "properties": own}, name)


def _rows(schema: Schema, file: str, before: str = "") -> Iterator[tuple[str, str, str]]:
    needed = schema.get("required", ())
    for key, written in schema.get("properties", {}).items():
        names, whole, home = _resolved(written, file)
        path = f"{before}{key}"
        must = "**required**; " if key in needed else ""
        expected = _SHORT.get(names[-1] if names else "") or _expected(whole)
        yield path, _plain(whole.get("description", "")), must + expected
        if not _STOPS & set(names) and "match" not in names:
            yield from _rows_below(whole, home, path)


def _rows_below(schema: Schema, file: str, path: str) -> Iterator[tuple[str, str, str]]:
    if schema.get("type") == "array":
        _, item, home = _resolved(schema["items"], file)
        yield from _rows(item, home, f"{path}[].")
    else:
        yield from _rows(schema, file, f"{path}.")


def _resolved(schema: Schema, file: str) -> tuple[list[str], Schema, str]:
    """A part with what it refers to filled in, the names it went by, and the file it ends in."""
    names: list[str] = []
    whole: dict[str, Any] = dict(schema)
    while "$ref" in whole:
        target, _, pointer = str(whole.pop("$ref")).partition("#")
        file = target.removesuffix(".json") or file
        found: Any = _file(file)
        for step in pointer.strip("/").split("/"):
            found = found[step] if step else found
        names.append(pointer.rpartition("/")[2])
        whole = {**found, **whole}
    return names, whole, file


def _expected(schema: Schema) -> str:
    if "x-expected" in schema:
        return _plain(str(schema["x-expected"]))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    return f"`{schema['const']}`" if "const" in schema else ""


def _plain(text: str) -> str:
    return text.replace("|", "\\|")


@cache
def _file(name: str) -> Any:
    return files_by_name()[f"{name}.json"]


def _manifest() -> Schema:
    properties: Schema = _file("manifest")["properties"]
    return properties


def keys_in_schemas() -> set[str]:
    """Every key that a policy can hold, wherever it stands; its tests have a page of their own."""
    found: set[str] = set()
    for name, schema in files_by_name().items():
        if name != TESTS_FILE:
            found |= set(_keys(schema))
    return found


def _keys(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        properties = part.get("properties")
        if isinstance(properties, Mapping):
            yield from properties
        for each in part.values():
            yield from _keys(each)
    elif isinstance(part, list):
        for each in part:
            yield from _keys(each)
