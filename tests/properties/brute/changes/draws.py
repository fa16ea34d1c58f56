"""What changes of a small policy draw, and the keys that several of them state."""

from collections.abc import Callable
from random import Random
from typing import Any

from tests.properties.brute.small import Plain, pick, some_days
from tests.properties.generators.draw import chance, some
from tests.properties.generators.tree import is_within

CONTROLLER, PERSON = "library", "data-subject"
NEW_WORDS = ("new", "other", "a", "zz")
DUTIES = ("encrypt", "pseudonymise", "delete-after-use")

Declaration = dict[str, Any]

KeyChange = Callable[[Random, Plain, Declaration], None]
"""Changes a declaration in place."""


def ids_of(plain: Plain, section: str) -> list[str]:
    return sorted(plain.get(section, ()))


def two_of(random: Random, ids: list[str]) -> tuple[str, str]:
    one = pick(random, ids)
    return one, pick(random, [each for each in ids if each != one])


def parties_of(plain: Plain) -> list[str]:
    return sorted({CONTROLLER, PERSON, *ids_of(plain, "recipients")})


def one_of(random: Random, plain: Plain, section: str) -> Declaration:
    """A declaration of the section, to be changed; an idle one if there is none."""
    names = ids_of(plain, section)
    return plain[section][pick(random, names)] if names else {}


def a_period(random: Random, plain: Plain) -> Declaration:
    days = some_days(plain["timezone"])
    first, last = sorted((pick(random, days), pick(random, days)))
    return pick(random, ({"from": first}, {"until": last}, {"from": first, "until": last}))


def a_condition(random: Random, plain: Plain, depth: int = 2) -> Any:
    facts = [*ids_of(plain, "facts"), *ids_of(plain, "facts"), "consent", "objection"]
    kind = random.randrange(6)
    if depth == 0 or kind < 2:
        return pick(random, facts)
    if kind == 2:
        return {"not": a_condition(random, plain, depth - 1)}
    parts = [a_condition(random, plain, depth - 1) for _ in range(pick(random, (2, 2, 3)))]
    different = [part for place, part in enumerate(parts) if part not in parts[:place]]
    return {"all" if kind < 4 else "any": different}


def put(random: Random, keys: Declaration, key: str, value: Any, percent: int = 35) -> None:
    """State a key, or every so often leave it out."""
    if key in keys and chance(random, percent):
        del keys[key]
    else:
        keys[key] = value


def new_id(random: Random, plain: Plain, section: str) -> str:
    names = ids_of(plain, section)
    word = pick(random, NEW_WORDS)
    return f"{pick(random, names)}.{word}" if names and chance(random, 60) else word


def forget(plain: Plain, section: str, lost: str) -> None:
    """Take a declaration away with all below it, and what speaks of it and of nothing else."""
    gone = {each for each in plain.get(section, ()) if is_within(each, lost)}
    plain[section] = {each: it for each, it in plain[section].items() if each not in gone}
    for other in ("purposes", "recipients", "flows", "prohibitions"):
        plain[other] = {
            each: kept
            for each, it in plain.get(other, {}).items()
            if (kept := _without(it, gone)) is not None
        }


def _without(value: Any, gone: set[str]) -> Any:
    """What is left of it without those ids; None if nothing is."""
    if isinstance(value, str):
        return None if value in gone else value
    if isinstance(value, list):
        rest = [kept for each in value if (kept := _without(each, gone)) is not None]
        return rest or None
    if isinstance(value, dict):
        kept = {key: _without(each, gone) for key, each in value.items()}
        return None if None in kept.values() else kept
    return value


def state_data(random: Random, plain: Plain, keys: Declaration) -> None:
    put(random, keys, "data", some(random, ids_of(plain, "categories"), 1, 2))


def state_duties(random: Random, plain: Plain, keys: Declaration) -> None:
    put(random, keys, "duties", some(random, DUTIES, 1, 2))


def state_subjects(random: Random, plain: Plain, keys: Declaration) -> None:
    put(random, keys, "subjects", some(random, ids_of(plain, "subjects"), 1, 2))


def state_valid(random: Random, plain: Plain, keys: Declaration) -> None:
    put(random, keys, "valid", a_period(random, plain))


def state_when(random: Random, plain: Plain, flow: Declaration) -> None:
    put(random, flow, "when", a_condition(random, plain))
