"""Very small policies, of which every transfer can be gone through."""

import copy
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, cached_property
from random import Random
from typing import Any, TypeVar

from doelbinding.diagnostics import PolicyError
from doelbinding.policy import Policy
from tests.policies import completed
from tests.properties.answers import engine_policy
from tests.properties.generators import Policy as Files
from tests.properties.generators.dates import odd_days
from tests.properties.generators.flows import make_flows, make_prohibitions
from tests.properties.generators.purposes import make_purposes
from tests.properties.generators.recipients import make_recipients
from tests.properties.generators.tree import grow
from tests.properties.generators.vocabulary import (
    CATEGORIES,
    FACTS,
    PURPOSES,
    RECIPIENTS,
    SUBJECTS,
    ZONES,
    make_categories,
)
from tests.properties.generators.world import World
from tests.properties.reference import ReferencePolicy

Plain = dict[str, Any]
"""Sections, and keys of the manifest, without what `completed` adds."""

Change = Callable[[Random, Plain], None]
"""Changes a policy in place; what comes out may be no valid policy."""

SECTIONS = ("categories", "subjects", "purposes", "recipients", "facts", "flows", "prohibitions")
FILES = {
    "categories.yaml": ("categories", "subjects"),
    "purposes.yaml": ("purposes",),
    "recipients.yaml": ("recipients",),
    "flows.yaml": ("flows", "prohibitions"),
    "facts.yaml": ("facts",),
    "statement.yaml": ("statement", "clauses", "findings"),
    "invariants.yaml": ("invariants",),
}
TEXTS = ("label", "description", "clauses", "assumption")
ROUND_DAYS = ("2025-12-31", "2026-05-31", "2026-06-01", "2026-06-02", "2027-03-01")


T = TypeVar("T")


class NothingThere(Exception):  # noqa: N818 - no error: the change is not possible
    """There is nothing of the kind that was to be changed."""


def pick(random: Random, items: Sequence[T]) -> T:
    """One of the items. Raises `NothingThere` when there is none."""
    if not items:
        raise NothingThere
    return random.choice(items)


class Small:
    """A small policy: as plain data, as files, and as both sides read it."""

    def __init__(self, plain: Plain) -> None:
        self.plain = plain

    @cached_property
    def files(self) -> Files:
        """Its files."""
        return files_of(self.plain)

    @cached_property
    def policy(self) -> Policy:
        """The engine's. Raises `PolicyError` when it is none."""
        return engine_policy(self.files)

    @cached_property
    def reference(self) -> ReferencePolicy:
        """The reference's."""
        return ReferencePolicy(self.files.values())

    def changed(self, random: Random, change: Change) -> "Small | None":
        """The policy with that change, if that gives another one that is valid."""
        plain = {**{section: {} for section in SECTIONS}, **copy.deepcopy(self.plain)}
        try:
            change(random, plain)
        except NothingThere:
            return None
        other = Small({key: value for key, value in plain.items() if value})
        return other if other.plain != self.plain and _is_valid(other) else None


def _is_valid(small: Small) -> bool:
    try:
        return small.policy is not None
    except PolicyError:
        return False


def files_of(plain: Plain) -> Files:
    """The policy in the files that people write."""
    whole = completed(plain)
    split = {
        name: {section: whole[section] for section in sections if section in whole}
        for name, sections in FILES.items()
    }
    placed = {section for sections in FILES.values() for section in sections}
    manifest = {key: value for key, value in whole.items() if key not in placed}
    return {"policy.yaml": manifest, **{name: part for name, part in split.items() if part}}


def generate_small(random: Random) -> Small:
    """A valid policy of few names."""
    world = _world(random)
    sections: Plain = {
        "categories": make_categories(world),
        "subjects": {name: {} for name in world.subjects.ids},
        "purposes": make_purposes(world),
        "recipients": make_recipients(world),
        "facts": {name: {} for name in world.facts},
        "flows": make_flows(world, random.choice((1, 2, 2, 3, 3, 4))),
    }
    bans = random.choice((0, 0, 1, 1, 2))
    sections["prohibitions"] = make_prohibitions(world, bans, sections["flows"])
    manifest = {"timezone": world.zone, "default-subject": random.choice(world.subjects.ids)}
    return Small(manifest | {key: _bare(value) for key, value in sections.items() if value})


def generate_processors(random: Random) -> Small:
    """A policy whose parties work for each other, under agreements that begin and end."""
    purposes = ("lending", "offers")[: random.randint(1, 2)]
    parties = ("archive", "hosting", "mailing", "partner")[: random.randint(3, 4)]
    papers = [_agreement(random) for _ in range(2)]
    recipients = {
        name: {
            "country": "NL",
            "roles": _processor_roles(random, parties[:place], purposes, papers),
        }
        for place, name in enumerate(parties)
    }
    flow = {"from": ["library"], "to": [*parties], "purpose": [*purposes], "data": ["contact"]}
    kept = {"lawful-basis": "contract", "data": ["contact"]}
    plain: Plain = {"timezone": "Europe/Amsterdam", "default-subject": "member"}
    plain |= {"categories": {"contact": {}}, "subjects": {"member": {}}}
    plain |= {"purposes": {each: dict(kept) for each in purposes}, "recipients": recipients}
    made = Small({**plain, "flows": {"send": flow}})
    return made if _is_valid(made) else generate_processors(random)


def _processor_roles(
    random: Random, above: tuple[str, ...], purposes: tuple[str, ...], papers: list[Plain]
) -> list[Plain]:
    """For each purpose a role, mostly under one of the parties above."""
    roles: list[Plain] = []
    for purpose in purposes:
        role = {"role": "processor", "purposes": [purpose], "agreement": random.choice(papers)}
        if above and random.randrange(3):
            role |= {"role": "sub-processor", "of": random.choice(above)}
        roles.append(role)
    return roles


def _agreement(random: Random) -> Plain:
    bound = random.choice(("from", "until"))
    return {"reference": "A", bound: random.choice(some_days("Europe/Amsterdam"))}


@cache
def some_days(zone: str) -> tuple[str, ...]:
    """Few days, so that periods often begin and end together; some are not 24 hours long."""
    odd = [day + more for day in odd_days(zone)[4:6] for more in (-1, 0)]
    return tuple(sorted({*ROUND_DAYS, *(date.fromordinal(day).isoformat() for day in odd)}))


def _world(random: Random) -> World:
    world = World(
        random,
        random.choice(ZONES),
        ["en"],
        grow(random, CATEGORIES, random.randint(1, 2), random.randint(2, 5)),
        grow(random, SUBJECTS, random.randint(1, 2), random.randint(1, 3)),
        grow(random, PURPOSES, random.randint(1, 2), random.randint(1, 3)),
        grow(random, RECIPIENTS, random.randint(1, 2), random.randint(1, 3)),
        random.sample(FACTS, random.randint(1, 2)),
    )
    for root in [party for party in world.parties() if "." not in party]:
        world.notice[root] = "inform-subject"
    return world


def _bare(section: Plain) -> Plain:
    """The declarations without texts, with ids always in lists."""
    return {
        name: {key: _listed(key, it) for key, it in declared.items() if key not in TEXTS}
        for name, declared in section.items()
    }


def _listed(key: str, value: Any) -> Any:
    return [value] if key in ("from", "to", "purpose") and isinstance(value, str) else value
