"""Changes of the texts alone, which leave every answer as it is."""

from random import Random
from typing import Any

from tests.properties.brute.changes.draws import (
    Declaration,
    one_of,
    put,
)
from tests.properties.brute.small import Plain, pick

ALL = ("categories", "subjects", "purposes", "recipients", "flows", "prohibitions", "facts")


def _any_declaration(random: Random, plain: Plain) -> Declaration:
    return one_of(random, plain, pick(random, [each for each in ALL if plain.get(each)]))


def relabel(random: Random, plain: Plain) -> None:
    _any_declaration(random, plain)["label"] = pick(random, ("Anders", "no", "Autre chose"))


def describe(random: Random, plain: Plain) -> None:
    key = pick(random, ("description", "assumption"))
    put(random, _any_declaration(random, plain), key, "In other words.")


def refer(random: Random, plain: Plain) -> None:
    plain["clauses"] = {"other": {"label": "Another", "informative": "It is."}}
    _any_declaration(random, plain)["clauses"] = ["other"]


def revise(random: Random, plain: Plain) -> None:
    plain["revision"] = random.randint(2, 9)


def reorder(random: Random, plain: Plain) -> None:
    """Sections, declarations, and the ids that they list in any order."""
    for section in random.sample(ALL, len(ALL)):
        declarations = list(plain.pop(section, {}).items())
        random.shuffle(declarations)
        if declarations:
            plain[section] = {name: _shuffled(random, keys) for name, keys in declarations}


def _shuffled(random: Random, value: Any) -> Any:
    if isinstance(value, dict):
        keys = random.sample([*value], len(value))
        return {key: _shuffled(random, value[key]) for key in keys}
    if isinstance(value, list):
        return [_shuffled(random, each) for each in random.sample(value, len(value))]
    return value
