"""Purposes: basis, ceiling, subjects and what else they inherit or narrow."""

from tests.properties.generators.dates import both_ends, iso, period
from tests.properties.generators.draw import Declaration, Section, chance, declared, some, text
from tests.properties.generators.world import World

BASES: tuple[str, ...] = (
    "consent",
    "consent",
    "contract",
    "contract",
    "legal-obligation",
    "vital-interests",
)
BASES += ("public-task", "legitimate-interests")
WITH_LAW = ("public-task", "legal-obligation")
RETENTIONS = ("P2Y", "P6M", "P30D", "P1Y6M", "P4W")
INHERITED: tuple[str, ...] = (
    "lawful-basis",
    "law",
    "objection",
    "direct-marketing",
    "explicit-consent",
)
INHERITED += ("special-category-condition", "subjects", "data", "retention", "announcement")


def make_purposes(world: World) -> Section:
    """The purposes; notes in the world what holds for each after inheritance."""
    section: Section = {}
    for name in world.purposes.ids:
        above = world.purpose_keys.get(name.rpartition(".")[0], {})
        keys = _purpose(world, above, first=not section)
        stated = {key: keys[key] for key in INHERITED if key in keys}
        world.purpose_keys[name] = {**above, **stated}
        section[name] = declared(world.random, world.languages, keys)
    return section


def _purpose(world: World, above: Declaration, first: bool) -> Declaration:
    keys: Declaration = {}
    _state_basis(world, keys, above, first)
    _state_ceiling(world, keys, above, first)
    _state_subjects(world, keys, above)
    _state_objection(world, keys, above)
    _state_explicit_consent(world, keys, above)
    _state_the_rest(world, keys)
    return keys


def _state_basis(world: World, keys: Declaration, above: Declaration, first: bool) -> None:
    random = world.random
    if first or chance(random, 30 if "lawful-basis" in above else 85):
        keys["lawful-basis"] = random.choice(BASES)
    basis = keys.get("lawful-basis", above.get("lawful-basis"))
    if (basis in WITH_LAW and "law" not in above) or chance(random, 4):
        keys["law"] = text(random)


def _state_ceiling(world: World, keys: Declaration, above: Declaration, first: bool) -> None:
    """A ceiling within that above, made mostly of names that have others below them."""
    random = world.random
    if not first and not chance(random, 50 if "data" in above else 85):
        return
    allowed = world.categories.inside(above["data"]) if "data" in above else world.categories.ids
    wide = [name for name in allowed if len(world.categories.below[name]) > 1]
    chosen = some(random, wide, 0, 2)
    narrow = [name for name in allowed if name not in chosen]
    keys["data"] = chosen + some(random, narrow, 0 if chosen else 1, 3)


def _state_subjects(world: World, keys: Declaration, above: Declaration) -> None:
    if chance(world.random, 30):
        inside = world.subjects.inside(above["subjects"]) if "subjects" in above else None
        keys["subjects"] = some(world.random, inside or world.subjects.ids, 1, 3)


def _state_objection(world: World, keys: Declaration, above: Declaration) -> None:
    random = world.random
    if chance(random, 8):
        keys["objection"] = "heard"
    if chance(random, 50 if above.get("direct-marketing") else 8):
        keys["direct-marketing"] = not above.get("direct-marketing")
    elif chance(random, 3):
        keys["direct-marketing"] = False


def _state_explicit_consent(world: World, keys: Declaration, above: Declaration) -> None:
    """Explicit consent by chance, and always some ground where the ceiling asks for one."""
    random = world.random
    if chance(random, 50 if above.get("explicit-consent") else 6):
        keys["explicit-consent"] = not above.get("explicit-consent")
    if chance(random, 3):
        keys["special-category-condition"] = text(random)
    after = {**above, **keys}
    ceiling = world.categories.expand(after.get("data", ()))
    grounded = after.get("explicit-consent") or "special-category-condition" in after
    if ceiling & world.protected and not grounded:
        if chance(random, 45):
            keys["explicit-consent"] = True
        else:
            keys["special-category-condition"] = text(random)


def _state_the_rest(world: World, keys: Declaration) -> None:
    random = world.random
    if chance(random, 50):
        keys["retention"] = random.choice(RETENTIONS)
    if chance(random, 8):
        begin, end = both_ends(random, world.zone)
        keys["announcement"] = {"on": iso(begin), "refusal-until": iso(end)}
    if chance(random, 15):
        keys["valid"] = period(random, world.zone)
    if chance(random, 5):
        keys["always-enforced"] = chance(random, 80)
