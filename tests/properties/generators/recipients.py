"""Recipients: roles with agreements and safeguards, countries, duties."""

from tests.properties.generators.dates import period, term
from tests.properties.generators.draw import Declaration, Section, chance, declared, some, text
from tests.properties.generators.world import PROCESSORS, World

NEAR_COUNTRIES = ("NL", "NL", "BE", "NO", "DE", "IS", "IE")
FAR_COUNTRIES = ("US", "GB", "CH", "IN")
KINDS: tuple[str, ...] = ("processor",) * 5 + ("controller",) * 3 + ("joint-controller",) * 2
KINDS += ("authority",) + ("sub-processor",) * 5
SAFEGUARDS = ("adequacy", "standard-clauses", "binding-rules", "derogation")
DUTIES = ("encrypt", "pseudonymise", "delete-after-use")
WITH_AGREEMENT = ("processor", "sub-processor", "joint-controller")


def make_recipients(world: World) -> Section:
    """The recipients; notes in the world what holds for each after inheritance."""
    section: Section = {}
    for name in world.recipients.ids:
        above = world.recipient_keys.get(name.rpartition(".")[0], {})
        keys = _recipient(world, name, above)
        stated = {key: value for key, value in keys.items() if key in ("country", "roles")}
        world.recipient_keys[name] = {**above, **stated}
        section[name] = declared(world.random, world.languages, keys)
    return section


def _recipient(world: World, name: str, above: Declaration) -> Declaration:
    keys: Declaration = {}
    _state_country(world, keys, above)
    far = keys.get("country", above.get("country")) in FAR_COUNTRIES
    _state_roles(world, keys, above, far)
    _state_the_rest(world, name, keys)
    return keys


def _state_country(world: World, keys: Declaration, above: Declaration) -> None:
    if chance(world.random, 20 if "country" in above else 85):
        far = chance(world.random, 22)
        keys["country"] = world.random.choice(FAR_COUNTRIES if far else NEAR_COUNTRIES)


def _state_roles(world: World, keys: Declaration, above: Declaration, far: bool) -> None:
    """Own roles by chance, and always where those above lack the safeguard needed here."""
    inherited = above.get("roles", ())
    lacking = far and not all("safeguard" in role for role in inherited)
    if not lacking and not chance(world.random, 30 if inherited else 90):
        return
    count = world.random.choice((1, 1, 1, 2, 2, 3))
    if world.random.randrange(9) == 8:
        keys["roles"] = [_role(world, "authority", far)]
    else:
        roles = [_role(world, world.random.choice(KINDS), far) for _ in range(count)]
        keys["roles"] = [role for place, role in enumerate(roles) if role not in roles[:place]]


def _role(world: World, kind: str, far: bool) -> Declaration:
    random = world.random
    employers = _employers(world) if kind == "sub-processor" else []
    if kind == "sub-processor" and not employers:
        kind = "processor"
    role: Declaration = {"role": kind}
    if employers:
        role["of"] = random.choice(employers)
    if kind in PROCESSORS or chance(random, 40):
        role["purposes"] = _covered_purposes(world, role)
    if kind in WITH_AGREEMENT or chance(random, 12):
        role["agreement"] = {"reference": "VO-2024-06", **term(random, world.zone)}
    if far or chance(random, 10):
        role["safeguard"] = _safeguard(world)
    return role


def _employers(world: World) -> list[str]:
    """The parties for which a sub-processor can work; chains come twice as often."""
    found = []
    for name, keys in world.recipient_keys.items():
        kinds = {role["role"] for role in keys.get("roles", ())}
        if kinds.intersection(PROCESSORS):
            found += [name] * (3 if "sub-processor" in kinds else 1)
    return found


def _covered_purposes(world: World, role: Declaration) -> list[str]:
    """Purposes for a role; those of a sub-processor mostly covered by the party it works for."""
    random = world.random
    purposes: list[str] = list(world.purposes.ids)
    if "of" in role and chance(random, 75):
        employer = role["of"]
        purposes = [p for p in purposes if world.covers(employer, p, PROCESSORS)] or purposes
    return some(random, purposes, 1, 4)


def _safeguard(world: World) -> Declaration:
    random = world.random
    safeguard = {"kind": random.choice(SAFEGUARDS), "reference": text(random)}
    if chance(random, 40):
        safeguard.update(period(random, world.zone))
    return safeguard


def _state_the_rest(world: World, name: str, keys: Declaration) -> None:
    random = world.random
    if chance(random, 20):
        keys["duties"] = some(random, (*DUTIES, world.notice_for(name)), 1, 2)
    if chance(random, 10):
        keys["class"] = chance(random, 85)
    if chance(random, 10):
        keys["valid"] = period(random, world.zone)
    extra = random.randrange(20)
    if extra == 19:
        keys["endpoints"] = ["https://api.mailing.example/"]
    if extra == 18:
        keys["legal-name"] = text(random)
    if extra == 17:
        keys["always-enforced"] = True
