"""A random valid policy, as plain data per file."""

from random import Random

from tests.properties.generators.draw import Policy, Section
from tests.properties.generators.flows import make_flows, make_prohibitions
from tests.properties.generators.purposes import make_purposes
from tests.properties.generators.recipients import make_recipients
from tests.properties.generators.statement import make_statement
from tests.properties.generators.vocabulary import (
    make_categories,
    make_manifest,
    make_plain,
    make_world,
)

FILES = {
    "categories.yaml": ("categories", "subjects"),
    "purposes.yaml": ("purposes",),
    "recipients.yaml": ("recipients",),
    "flows.yaml": ("flows", "prohibitions"),
    "facts.yaml": ("facts",),
}
BAN_COUNTS = (0, 0, 1, 1, 2, 3, 4)


def generate_policy(random: Random, size: int = 1) -> Policy:
    """A policy without any of the errors for which one is refused."""
    world = make_world(random, size)
    sections: dict[str, Section] = {
        "categories": make_categories(world),
        "subjects": make_plain(world, world.subjects.ids),
        "purposes": make_purposes(world),
        "recipients": make_recipients(world),
        "facts": make_plain(world, tuple(world.facts)),
    }
    flows = make_flows(world, size * random.randint(4, 10))
    sections["flows"] = flows
    sections["prohibitions"] = make_prohibitions(world, size * random.choice(BAN_COUNTS), flows)
    statement = make_statement(world, sections)
    policy: Policy = {"policy.yaml": make_manifest(world)}
    for file, names in FILES.items():
        policy[file] = {name: sections[name] for name in names if sections[name]}
    return policy | ({"statement.yaml": statement} if statement else {})
