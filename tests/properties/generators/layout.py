"""The same policy in other files, other order and other YAML."""

import json
import re
from random import Random
from typing import Any

import yaml

from tests.properties.generators.draw import Policy, chance

Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

CORE_SCALARS = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+."),
)


class CautiousDumper(Dumper):  # type: ignore[misc]
    """Quotes what YAML 1.1 or the 1.2 core schema would read as anything but text."""

    def ignore_aliases(self, data: object) -> bool:
        """Never an anchor or alias."""
        return True


class CoreDumper(CautiousDumper):
    """Quotes only what the 1.2 core schema would read as anything but text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as the base class has it


for _dumper in (CautiousDumper, CoreDumper):
    for _kind, _pattern, _first in CORE_SCALARS:
        _dumper.add_implicit_resolver(
            f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_pattern})$"), list(_first)
        )


def serialise(policy: Policy, random: Random) -> dict[str, str]:
    """The texts of the files, each in a layout of its own and with its keys shuffled."""
    return {name: _text(shuffled(content, random), random) for name, content in policy.items()}


def shuffled(value: Any, random: Random) -> Any:
    """The same with the keys of every mapping in another order."""
    if isinstance(value, list):
        return [shuffled(item, random) for item in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    random.shuffle(keys)
    return {key: shuffled(value[key], random) for key in keys}


def _text(content: Any, random: Random) -> str:
    layout = random.randrange(5)
    if layout == 4:
        return json.dumps(content, ensure_ascii=False) + "\n"
    if layout == 3:
        return json.dumps(content, ensure_ascii=False, indent=2)
    return _comment(random) + str(
        yaml.dump(
            content,
            Dumper=random.choice((CautiousDumper, CoreDumper)),
            allow_unicode=True,
            sort_keys=False,
            default_flow_style=random.choice((False, False, None, True)),
            width=random.choice((40, 80, 4096)),
            explicit_start=chance(random, 20),
        )
    )


def _comment(random: Random) -> str:
    return "# a comment: {not: read}\n\n" if chance(random, 25) else ""


FILE_NAMES = ("a.yaml", "b-part.yaml", "more_2.yaml", "zz.yaml", "categories.yaml", "flows.yaml")


def resplit(policy: Policy, random: Random) -> Policy:
    """The same declarations in other files and another order."""
    names = random.sample(FILE_NAMES, random.randint(1, len(FILE_NAMES)))
    files: Policy = {name: {} for name in names}
    for content in policy.values():
        if "doelbinding" in content:
            _place_manifest(content, files, random)
        else:
            _scatter(content, files, random)
    order = [name for name in files if files[name]]
    random.shuffle(order)
    return {name: files[name] for name in order}


def _place_manifest(content: dict[str, object], files: Policy, random: Random) -> None:
    """The manifest in a file of its own, or whole among other sections."""
    other = random.choice(sorted(files)) if chance(random, 30) else "policy.yaml"
    files.setdefault(other, {}).update(content)


def _scatter(content: dict[str, Any], files: Policy, random: Random) -> None:
    names = sorted(files)
    for section, declarations in content.items():
        if section == "statement":
            files[random.choice(names)][section] = declarations
            continue
        few = random.sample(names, random.randint(1, len(names)))
        ids = list(declarations)
        random.shuffle(ids)
        for name in ids:
            part: Any = files[random.choice(few)].setdefault(section, {})
            part[name] = declarations[name]
