"""Manifest, categories, subjects and facts."""

from random import Random

from tests.properties.generators.dates import iso, some_day
from tests.properties.generators.draw import Declaration, Section, chance, declared, label, text
from tests.properties.generators.tree import Tree, grow
from tests.properties.generators.world import CONTROLLER, World

ZONES = ("Europe/Amsterdam",) * 8 + (
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Asia/Beirut",
    "Pacific/Apia",
    "America/St_Johns",
    "America/Havana",
    "UTC",
)
LANGUAGES = (["nl", "en"], ["nl", "en"], ["nl"], ["en", "no"], ["nl", "en", "fy"])
# Some words continue another one: `loans-old` is not within `loans`.
CATEGORIES: tuple[str, ...] = (
    "contact",
    "contact-extra",
    "email",
    "identity",
    "name",
    "loans",
    "loans-old",
)
CATEGORIES += ("titles", "health", "preferences", "payments", "no")
SUBJECTS: tuple[str, ...] = ("member", "member-former", "youth", "visitor", "employee", "guest")
PURPOSES: tuple[str, ...] = (
    "lending",
    "marketing",
    "newsletter",
    "offers",
    "research",
    "research-open",
)
PURPOSES += ("security", "events", "off")
RECIPIENTS: tuple[str, ...] = (
    "processor",
    "processor-old",
    "mailing",
    "hosting",
    "partner",
    "police",
)
RECIPIENTS += ("archive", "library-friends", "kb")
FACTS: tuple[str, ...] = (
    "legal-demand",
    "member-request",
    "minor",
    "overdue",
    "yes",
    "no",
    "court.order",
)
FACTS += ("court.order-sealed", "contract-signed", "opted-in", "emergency", "staff.present")
FACTS += ("paid", "on")
PROTECTIONS = ("special", "special", "criminal", "national-id", "none", "none", "none")


def make_world(random: Random, size: int) -> World:
    """The hierarchies of a policy, without what is declared in them."""
    many_facts = 12 if chance(random, 5) else random.randint(3, 6)
    world = World(
        random,
        random.choice(ZONES),
        random.choice(LANGUAGES),
        _grown(random, CATEGORIES, size * random.randint(8, 14)),
        _grown(random, SUBJECTS, random.randint(3, 5)),
        _grown(random, PURPOSES, size * random.randint(5, 8)),
        _grown(random, RECIPIENTS, size * random.randint(5, 8)),
        random.sample(FACTS, many_facts),
    )
    for root in [party for party in world.parties() if "." not in party]:
        world.notice[root] = random.choice(("inform-subject", "withhold-notice"))
    return world


def _grown(random: Random, words: tuple[str, ...], total: int) -> Tree:
    return grow(random, words, max(2, total * random.randint(25, 45) // 100), total)


def make_manifest(world: World) -> dict[str, object]:
    """The manifest."""
    random = world.random
    manifest: dict[str, object] = {
        "doelbinding": 1,
        "policy": "library-policy",
        "revision": random.randint(1, 9),
        "controller": _controller(world),
        "timezone": world.zone,
        "languages": list(world.languages),
        "default-subject": random.choice(world.subjects.ids),
        "register": "https://register.example/activities",
    }
    if chance(random, 50):
        manifest["review-by"] = iso(some_day(random, world.zone))
    if chance(random, 40):
        manifest["records"] = {"retention": "P2Y", "allow": random.choice(("queued", "durable"))}
    return manifest


def _controller(world: World) -> Declaration:
    controller: Declaration = {"id": CONTROLLER, "label": label(world.random, world.languages)}
    if chance(world.random, 30):
        controller["legal-name"] = text(world.random)
        controller["country"] = "NL"
    return controller


def make_categories(world: World) -> Section:
    """The categories; notes in the world which of them are specially protected."""
    section: Section = {}
    protection: dict[str, str] = {}
    for name in world.categories.ids:
        keys: Declaration = {}
        if chance(world.random, 12):
            keys["protection"] = world.random.choice(PROTECTIONS)
        if chance(world.random, 8):
            keys["anonymous"] = chance(world.random, 60)
        protection[name] = keys.get("protection", protection.get(name.rpartition(".")[0], "none"))
        section[name] = declared(world.random, world.languages, keys)
    world.protected = frozenset(name for name, kind in protection.items() if kind != "none")
    return section


def make_plain(world: World, names: tuple[str, ...]) -> Section:
    """Declarations that have no keys of their own."""
    return {name: declared(world.random, world.languages, {}) for name in names}
