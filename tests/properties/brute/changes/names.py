"""Changes of purposes, categories, subjects, facts and the manifest."""

from random import Random
from typing import Any

from tests.properties.brute.changes.draws import (
    forget,
    ids_of,
    new_id,
    one_of,
    put,
    state_data,
    state_subjects,
    state_valid,
    state_when,
)
from tests.properties.brute.small import Plain, pick, some_days
from tests.properties.generators.draw import chance, some
from tests.properties.generators.vocabulary import FACTS, ZONES

BASES = ("consent", "contract", "vital-interests", "legitimate-interests")


def add_purpose(random: Random, plain: Plain) -> None:
    plain["purposes"][new_id(random, plain, "purposes")] = {
        "lawful-basis": pick(random, BASES),
        "data": some(random, ids_of(plain, "categories"), 1, 2),
    }


def remove_purpose(random: Random, plain: Plain) -> None:
    forget(plain, "purposes", pick(random, ids_of(plain, "purposes")))


def change_purpose(random: Random, plain: Plain) -> None:
    keys = one_of(random, plain, "purposes")
    kind = random.randrange(7)
    if kind == 0:
        keys["lawful-basis"] = pick(random, BASES)
    elif kind == 1:
        put(random, keys, "objection", "heard")
    elif kind == 2:
        put(random, keys, "direct-marketing", chance(random, 60))
    elif kind == 3:
        put(random, keys, "explicit-consent", chance(random, 60))
    elif kind == 4:
        day = pick(random, some_days(plain["timezone"]))
        put(random, keys, "announcement", {"on": "2025-01-01", "refusal-until": day})
    else:
        pick(random, (state_data, state_subjects, state_valid))(random, plain, keys)


def add_category(random: Random, plain: Plain) -> None:
    plain["categories"][new_id(random, plain, "categories")] = {}


def remove_category(random: Random, plain: Plain) -> None:
    forget(plain, "categories", pick(random, ids_of(plain, "categories")))


def add_subject(random: Random, plain: Plain) -> None:
    plain["subjects"][new_id(random, plain, "subjects")] = {}


def remove_subject(random: Random, plain: Plain) -> None:
    forget(plain, "subjects", pick(random, ids_of(plain, "subjects")))


def add_fact(random: Random, plain: Plain) -> None:
    """Another fact, which something asks for at once, mostly."""
    plain.setdefault("facts", {})[pick(random, FACTS)] = {}
    if chance(random, 80):
        state_when(random, plain, one_of(random, plain, "flows"))


def remove_fact(random: Random, plain: Plain) -> None:
    """A fact less; what asked for it asks for nothing."""
    lost = pick(random, ids_of(plain, "facts") or [""])
    plain.get("facts", {}).pop(lost, None)
    for section, key in (("flows", "when"), ("prohibitions", "unless")):
        for declaration in plain.get(section, {}).values():
            if key in declaration and lost in _facts_of(declaration[key]):
                del declaration[key]


def _facts_of(condition: Any) -> set[str]:
    if isinstance(condition, str):
        return {condition}
    [operand] = condition.values()
    parts = operand if isinstance(operand, list) else [operand]
    return {fact for part in parts for fact in _facts_of(part)}


def change_timezone(random: Random, plain: Plain) -> None:
    plain["timezone"] = pick(random, ZONES)


def change_default_subject(random: Random, plain: Plain) -> None:
    plain["default-subject"] = pick(random, ids_of(plain, "subjects"))
