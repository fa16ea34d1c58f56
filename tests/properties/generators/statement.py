"""The statement: every clause covered, held or informative; every served purpose with a clause."""

from tests.properties.generators.dates import iso, some_day
from tests.properties.generators.draw import Declaration, Section, chance, label, text
from tests.properties.generators.tree import lineage
from tests.properties.generators.world import World

CLAUSES: tuple[str, ...] = (
    "purpose.newsletter",
    "purpose.lending",
    "transfer.processors",
    "transfer",
    "rights",
)
CLAUSES += ("opening", "security.measures", "contact")


def make_statement(world: World, policy: dict[str, Section]) -> dict[str, object]:
    """The statement with its clauses, to which declarations of the policy are made to refer."""
    names = world.random.sample(CLAUSES, world.random.randint(2, 6))
    used = _cover_purposes(world, policy, names) | _refer_at_will(world, policy, names)
    if not used and chance(world.random, 30):
        return {}
    clauses = {name: _clause(world, place) for place, name in enumerate(names)}
    announced = any("announcement" in keys for keys in world.purpose_keys.values())
    for name in names:
        if name not in used:
            clauses[name] |= _unbound(world, announced)
    content: dict[str, object] = {"statement": _version(world), "clauses": clauses}
    if chance(world.random, 8):
        fault = _clause(world, 90)
        del fault["sha256"]
        content["findings"] = {"unfilled-name": fault}
    return content


def _cover_purposes(world: World, policy: dict[str, Section], names: list[str]) -> set[str]:
    """Gives served purposes that need one a clause, there or above; returns the clauses used."""
    purposes = policy["purposes"]
    used: set[str] = set()
    served = _served(world, policy["flows"])
    for name in world.purposes.ids:
        if name not in served or _needs_no_clause(world.purpose_keys[name]):
            continue
        line = lineage(name)
        if not any("clauses" in purposes[upper] for upper in line):
            clause = world.random.choice(names)
            purposes[world.random.choice(line)]["clauses"] = [clause]
            used.add(clause)
    return used


def _needs_no_clause(keys: Declaration) -> bool:
    return "announcement" in keys or keys["lawful-basis"] == "consent"


def _served(world: World, flows: Section) -> set[str]:
    named: set[str] = set()
    for flow in flows.values():
        purpose = flow["purpose"]
        named.update([purpose] if isinstance(purpose, str) else purpose)
    return world.purposes.expand(named)


def _refer_at_will(world: World, policy: dict[str, Section], names: list[str]) -> set[str]:
    """Makes flows, prohibitions, recipients and categories refer to clauses; returns those."""
    random = world.random
    used: set[str] = set()
    for section in ("flows", "prohibitions", "recipients", "categories"):
        for declaration in policy[section].values():
            if chance(random, 40 if section == "flows" else 12):
                declaration["clauses"] = [random.choice(names)]
                used.update(declaration["clauses"])
    return used


def _version(world: World) -> Declaration:
    version: Declaration = {
        "version": iso(some_day(world.random, world.zone)),
        "language": world.random.choice(world.languages),
    }
    if chance(world.random, 50):
        version["url"] = "https://library.example/privacy"
    return version


def _clause(world: World, place: int) -> Declaration:
    line = 3 * place + 1
    return {
        "label": label(world.random, world.languages),
        "span": {"from": [line, 4], "to": [line + 1, 20]},
        "sha256": f"{place + 1:064x}",
    }


def _unbound(world: World, announced: bool) -> Declaration:
    """Why a clause binds no flow."""
    if announced and chance(world.random, 40):
        return {"held-by": ["announcement"]}
    if chance(world.random, 40):
        return {"held-by": ["default-deny"]}
    return {"informative": text(world.random)}
