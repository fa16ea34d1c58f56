"""Changes of parties: who they are, in which roles they act, and for whom they work."""

from random import Random

from tests.properties.brute.changes.draws import (
    CONTROLLER,
    Declaration,
    a_period,
    forget,
    ids_of,
    new_id,
    one_of,
    put,
    state_duties,
    state_valid,
    two_of,
)
from tests.properties.brute.small import Plain, pick
from tests.properties.generators.draw import chance, some


def add_recipient(random: Random, plain: Plain) -> None:
    name = new_id(random, plain, "recipients")
    roles = [_role(random, plain) for _ in range(pick(random, (1, 1, 2)))]
    keys: Declaration = {} if "." in name and chance(random, 50) else {"roles": roles}
    plain.setdefault("recipients", {})[name] = {"country": "NL", **keys}


def remove_recipient(random: Random, plain: Plain) -> None:
    if plain.get("recipients"):
        forget(plain, "recipients", pick(random, ids_of(plain, "recipients")))


def change_recipient(random: Random, plain: Plain) -> None:
    keys = one_of(random, plain, "recipients")
    kind = random.randrange(8)
    if kind == 0:
        put(random, keys, "roles", [_role(random, plain)])
    elif kind == 1:
        keys.setdefault("roles", []).append(_role(random, plain))
    elif kind == 2:
        state_duties(random, plain, keys)
    elif kind == 3:
        state_valid(random, plain, keys)
    else:
        _change_role(random, plain, keys)


def _change_role(random: Random, plain: Plain, keys: Declaration) -> None:
    if not keys.get("roles"):
        return
    role, kind = pick(random, keys["roles"]), random.randrange(4)
    if kind == 0:
        role["purposes"] = some(random, ids_of(plain, "purposes"), 1, 2)
    elif kind == 1:
        put(
            random,
            role,
            "safeguard",
            {"kind": "adequacy", "reference": "S", **a_period(random, plain)},
        )
    else:
        role["agreement"] = {"reference": "A", **a_period(random, plain)}


def swap_roles(random: Random, plain: Plain) -> None:
    """Two parties in each other's place, as far as their roles go."""
    one, other = two_of(random, ids_of(plain, "recipients"))
    theirs = [plain["recipients"][each].pop("roles", None) for each in (other, one)]
    for each, roles in zip((one, other), theirs, strict=True):
        if roles:
            plain["recipients"][each]["roles"] = roles


def exchange_roles(random: Random, plain: Plain) -> None:
    """A role of one party goes to another, or is also the other's."""
    one, other = two_of(random, ids_of(plain, "recipients"))
    roles = plain["recipients"][one].get("roles", [])
    role = pick(random, roles)
    if len(roles) > 1 and chance(random, 70):
        roles.remove(role)
    plain["recipients"][other].setdefault("roles", []).append(dict(role))


def work_for_others(random: Random, plain: Plain) -> None:
    """A party that works for several others, for each purpose one, and their agreements."""
    ids, purposes = ids_of(plain, "recipients"), ids_of(plain, "purposes")
    name = pick(random, ids)
    plain["recipients"][name]["roles"] = [
        {
            "role": "sub-processor",
            "of": pick(random, [each for each in ids if each != name]),
            "purposes": [purpose],
            "agreement": {"reference": "A"},
        }
        for purpose in some(random, purposes, 2, 3)
    ]


def change_controller(random: Random, plain: Plain) -> None:
    """Another party as the controller, for which the old one works as a party of its own."""
    if "controller" in plain:
        del plain["controller"]
        plain["recipients"].pop(CONTROLLER, None)
    else:
        plain["controller"] = {"id": "town", "label": "Town"}
        plain["recipients"][CONTROLLER] = {"country": "NL", "roles": [{"role": "controller"}]}


def _role(random: Random, plain: Plain) -> Declaration:
    kind = pick(random, ("processor", "sub-processor", "sub-processor", "controller"))
    role: Declaration = {"role": kind}
    if kind == "sub-processor" and plain.get("recipients"):
        role["of"] = pick(random, ids_of(plain, "recipients"))
    if kind != "controller":
        role["purposes"] = some(random, ids_of(plain, "purposes"), 1, 2)
        role["agreement"] = {"reference": "A", **a_period(random, plain)}
    return role
