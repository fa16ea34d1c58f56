"""Changes of flows and prohibitions."""

from random import Random

from tests.properties.brute.changes.draws import (
    Declaration,
    KeyChange,
    a_condition,
    ids_of,
    one_of,
    parties_of,
    put,
    state_data,
    state_duties,
    state_subjects,
    state_valid,
    state_when,
)
from tests.properties.brute.small import Plain, pick
from tests.properties.generators.draw import chance, some


def add_flow(random: Random, plain: Plain) -> None:
    """Another flow: one that is there, on another way or for other data, or one of its own."""
    flow = dict(one_of(random, plain, "flows"))
    if not flow or chance(random, 40):
        purpose = pick(random, ids_of(plain, "purposes"))
        flow = {"from": [pick(random, parties_of(plain))], "purpose": [purpose]}
        flow["to"] = [pick(random, parties_of(plain))]
    plain.setdefault("flows", {})[pick(random, ("another", "more.flows", "zz-last"))] = flow
    for _ in range(2):
        pick(random, FLOW_KEYS)(random, plain, flow)


def carry_on(random: Random, plain: Plain) -> None:
    """A flow that takes what another one has brought further."""
    flow = one_of(random, plain, "flows")
    if flow:
        others = parties_of(plain)
        plain["flows"][pick(random, ("onwards", "to-others"))] = {
            **flow,
            "from": flow["to"],
            "to": [pick(random, others)],
        }


def remove_flow(random: Random, plain: Plain) -> None:
    _remove(random, plain, "flows")


def rename_flow(random: Random, plain: Plain) -> None:
    """The same flow under another id: no answer changes but for the name of its rule."""
    _rename(random, plain, "flows")


def change_flow(random: Random, plain: Plain) -> None:
    pick(random, FLOW_KEYS)(random, plain, one_of(random, plain, "flows"))


def _route(random: Random, plain: Plain, flow: Declaration) -> None:
    key = pick(random, ("from", "to", "purpose"))
    names = ids_of(plain, "purposes") if key == "purpose" else parties_of(plain)
    flow[key] = some(random, names, 1, 2)


def _except(random: Random, plain: Plain, flow: Declaration) -> None:
    put(random, flow, "except", some(random, ids_of(plain, "categories"), 1, 1))


def _effect(random: Random, plain: Plain, flow: Declaration) -> None:
    put(random, flow, "effect", pick(random, ("allow", "log", "log")))


def _reference(random: Random, plain: Plain, flow: Declaration) -> None:
    put(random, flow, "reference", pick(random, ("required", "required", "optional")))


FLOW_KEYS: tuple[KeyChange, ...] = (
    _route,
    state_data,
    state_data,
    _except,
    state_when,
    state_when,
    _effect,
    _reference,
    state_duties,
    state_subjects,
    state_valid,
)


def add_prohibition(random: Random, plain: Plain) -> None:
    ban: Declaration = {}
    plain.setdefault("prohibitions", {})[pick(random, ("a-ban", "never.more", "zz"))] = ban
    for _ in range(random.randint(0, 3)):
        pick(random, BAN_KEYS)(random, plain, ban)


def remove_prohibition(random: Random, plain: Plain) -> None:
    _remove(random, plain, "prohibitions")


def change_prohibition(random: Random, plain: Plain) -> None:
    pick(random, BAN_KEYS)(random, plain, one_of(random, plain, "prohibitions"))


def rename_prohibition(random: Random, plain: Plain) -> None:
    _rename(random, plain, "prohibitions")


def _unless(random: Random, plain: Plain, ban: Declaration) -> None:
    put(random, ban, "unless", a_condition(random, plain))


def _ban_route(random: Random, plain: Plain, ban: Declaration) -> None:
    key = pick(random, ("from", "to", "purpose"))
    names = ids_of(plain, "purposes") if key == "purpose" else parties_of(plain)
    put(random, ban, key, some(random, names, 1, 2))


BAN_KEYS: tuple[KeyChange, ...] = (
    _ban_route,
    state_data,
    state_subjects,
    _unless,
    _unless,
    state_valid,
)


def _remove(random: Random, plain: Plain, section: str) -> None:
    if plain.get(section):
        del plain[section][pick(random, ids_of(plain, section))]


def _rename(random: Random, plain: Plain, section: str) -> None:
    if plain.get(section):
        plain[section]["renamed"] = plain[section].pop(pick(random, ids_of(plain, section)))
