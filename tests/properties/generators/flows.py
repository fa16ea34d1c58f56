"""Flows and prohibitions that overlap a lot."""

from collections.abc import Sequence

from tests.properties.generators.conditions import Literals, generate_condition
from tests.properties.generators.dates import period
from tests.properties.generators.draw import (
    Declaration,
    Section,
    as_list,
    chance,
    declared,
    one_or_list,
    some,
)
from tests.properties.generators.recipients import DUTIES
from tests.properties.generators.world import CONTROLLER, PERSON, World

# A hyphen sorts before a dot, and a dot before a letter.
NAMES: tuple[str, ...] = (
    "send",
    "send-all",
    "send.all",
    "send.all-day",
    "share",
    "use",
    "use.inside",
    "mail",
)
NAMES += ("use-inside", "store", "collect", "answer", "move", "copy", "hand-over", "return")
BANS = ("never", "never-titles", "never.titles", "not-abroad", "no", "keep-inside")
STRICTEST: Literals = {"consent": True, "objection": False}


def make_flows(world: World, count: int) -> Section:
    """Flows whose recipients have roles and whose data stay under the ceilings."""
    names = _names(NAMES, count)
    favourites = some(world.random, world.parties(), 2, 3)
    purposes = some(world.random, world.servable(), 1, 3)
    flows: Section = {}
    for name in world.random.sample(names, count):
        if flows and chance(world.random, 35):
            route = _same_route(flows[world.random.choice(list(flows))])
        else:
            route = _route(world, favourites, purposes)
        keys = _flow(world, route)
        flows[name] = declared(world.random, world.languages, keys)
    return flows


def _names(words: Sequence[str], count: int) -> list[str]:
    names = list(words)
    while len(names) < count:
        names += [f"{name}.{word}" for name in names for word in words]
    return names


def _same_route(flow: Declaration) -> Declaration:
    """The parties and purposes of an earlier flow, which the new one then competes with."""
    return {key: as_list(flow[key]) for key in ("from", "to", "purpose")}


def _route(world: World, favourites: Sequence[str], usual: Sequence[str]) -> Declaration:
    senders = _parties(world, favourites, 3)
    to, purposes = _to_and_purposes(world, favourites, usual)
    return {"from": senders, "to": to, "purpose": purposes}


def _flow(world: World, route: Declaration) -> Declaration:
    random = world.random
    to, purposes = route["to"], route["purpose"]
    keys: Declaration = {key: one_or_list(random, list(ids)) for key, ids in route.items()}
    if chance(random, 22):
        keys["subjects"] = some(random, world.subjects.ids, 1, 2)
    _state_data(world, keys, purposes)
    _state_condition(world, keys, purposes)
    _state_effect(world, keys, any(world.is_authority(party) for party in to))
    if chance(random, 20):
        keys["duties"] = _duties(world, to)
    if chance(random, 25):
        keys["valid"] = period(random, world.zone)
    return keys


def _parties(world: World, favourites: Sequence[str], most: int) -> list[str]:
    random = world.random
    draw = random.randrange(10)
    if draw < 5:
        return some(random, favourites, 1, most)
    if draw < 8:
        return some(random, world.recipients.ids, 1, 2)
    return [CONTROLLER] if draw == 8 else [PERSON]


def _to_and_purposes(
    world: World, favourites: Sequence[str], usual: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Recipients, and purposes for which each of them has a role."""
    random = world.random
    for _ in range(3):
        to = _parties(world, favourites, 2)
        covered = [p for p in world.servable() if all(world.covers(t, p) for t in to)]
        common = [p for p in usual if p in covered]
        if common and chance(random, 65):
            return to, some(random, common, 1, 3)
        if covered:
            return to, some(random, _parents_more_often(world, covered), 1, 2)
    return [random.choice((CONTROLLER, PERSON))], some(random, usual, 1, 2)


def _parents_more_often(world: World, purposes: list[str]) -> list[str]:
    parents = [name for name in purposes if len(world.purposes.below[name]) > 1]
    return parents if parents and chance(world.random, 50) else purposes


def _state_data(world: World, keys: Declaration, purposes: Sequence[str]) -> None:
    """Data under the ceilings of all purposes named, or left out, less some exceptions."""
    random = world.random
    tree = world.categories
    ceilings = [tree.expand(world.purpose_keys[name]["data"]) for name in purposes]
    shared = [name for name in tree.ids if all(name in ceiling for ceiling in ceilings)]
    if shared and chance(random, 75):
        wide = [name for name in shared if len(tree.below[name]) > 1]
        chosen = some(random, wide, 0, 2)
        keys["data"] = chosen + some(
            random, [name for name in shared if name not in chosen], 0 if chosen else 1, 3
        )
    if chance(random, 30):
        _state_exceptions(world, keys, shared)


def _state_exceptions(world: World, keys: Declaration, shared: Sequence[str]) -> None:
    """Exceptions below the data; now and then one that takes back what is over the ceiling."""
    random = world.random
    tree = world.categories
    named = keys.get("data", ())
    below = sorted(tree.expand(named).difference(named)) or list(tree.ids)
    keys["except"] = some(random, below, 1, 2)
    over = [name for name in tree.ids if name not in shared]
    if named and over and chance(random, 15):
        extra = random.choice(over)
        if not tree.below[extra].intersection(named):
            keys["data"] = [*named, extra]
            keys["except"] = [extra, *(name for name in keys["except"] if name != extra)]


def _state_condition(world: World, keys: Declaration, purposes: Sequence[str]) -> None:
    if chance(world.random, 50):
        served = world.purposes.expand(purposes)
        demands = [world.demands(name) for name in sorted(served)]
        keys["when"] = generate_condition(world.random, world.facts, demands)


def _state_effect(world: World, keys: Declaration, to_authority: bool) -> None:
    random = world.random
    draw = random.randrange(8)
    if to_authority or draw > 5:
        keys["effect"] = "log"
    elif draw == 5:
        keys["effect"] = "allow"
    draw = random.randrange(10)
    if to_authority or draw > 7:
        keys["reference"] = "required"
    elif draw == 7:
        keys["reference"] = "optional"


def _duties(world: World, to: Sequence[str]) -> list[str]:
    """Duties, with a notice only where that agrees for all recipients."""
    notices = {world.notice_for(party) for party in to}
    allowed = (*DUTIES, *notices) if len(notices) == 1 else DUTIES
    return some(world.random, allowed, 1, 3)


def make_prohibitions(world: World, count: int, flows: Section) -> Section:
    """Prohibitions of any subset of keys; one may have the id of a flow."""
    random = world.random
    names = random.sample(_names(BANS, count), count)
    if names and chance(random, 8):
        names[0] = min(flows)
    return {name: declared(random, world.languages, _prohibition(world)) for name in names}


def _prohibition(world: World) -> Declaration:
    random = world.random
    keys: Declaration = {}
    _narrow(world, keys, "from", world.parties(), 50)
    _narrow(world, keys, "to", world.parties(), 55)
    _narrow(world, keys, "purpose", world.purposes.ids, 45)
    if chance(random, 20):
        keys["subjects"] = some(random, world.subjects.ids, 1, 2)
    if chance(random, 80):
        keys["data"] = some(random, world.categories.ids, 1, 2)
    if chance(random, 45) or (len(keys) < 2 and chance(random, 90)):
        keys["unless"] = generate_condition(random, world.facts, [STRICTEST])
    if chance(random, 20):
        keys["valid"] = period(random, world.zone)
    if chance(random, 5):
        keys["always-enforced"] = True
    return keys


def _narrow(world: World, keys: Declaration, key: str, ids: Sequence[str], percent: int) -> None:
    if chance(world.random, percent):
        keys[key] = one_or_list(world.random, some(world.random, ids, 1, 2))
