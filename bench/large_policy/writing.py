"""A made-up policy as YAML files, laid out as people write them."""

from pathlib import Path
from typing import Any

from bench.large_policy.authoring import LARGE, Plain, Sections, Size, sections

_DECLARATIONS_IN_A_FILE = 1_000


def write_policy(folder: str | Path, size: Size = LARGE, seed: int = 7) -> Path:
    """Write the policy of that size as YAML, over files of less than a mebibyte each."""
    return write_sections(folder, sections(size, seed))


def write_sections(folder: str | Path, written: Sections) -> Path:
    """Write a policy that is there as plain data."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for section, declared in written.items():
        if section == "policy":
            text = "".join(_key_lines(key, value, "") for key, value in declared.items())
            (target / "policy.yaml").write_text(text, encoding="utf-8")
            continue
        listed = list(declared.items())
        for number, start in enumerate(range(0, len(listed), _DECLARATIONS_IN_A_FILE)):
            part = listed[start : start + _DECLARATIONS_IN_A_FILE]
            text = f"{section}:\n" + "".join(_declaration_lines(*each) for each in part)
            (target / f"{section}-{number:03}.yaml").write_text(text, encoding="utf-8")
    return target


def _declaration_lines(identifier: str, declared: Plain) -> str:
    keys = "".join(_key_lines(key, value, "    ") for key, value in declared.items())
    return f"  {identifier}:\n{keys}"


def _key_lines(key: str, value: Any, indent: str) -> str:  # noqa: ANN401 - any plain value
    if isinstance(value, list) and len(value) > 3:
        items = "".join(f"{indent}  - {_inline(item)}\n" for item in value)
        return f"{indent}{key}:\n{items}"
    return f"{indent}{key}: {_inline(value)}\n"


def _inline(value: Any) -> str:  # noqa: ANN401 - any plain value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return str(value)
