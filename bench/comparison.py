"""The policy on which engines are compared: only what all of them can say.

Purposes, recipients and categories without a hierarchy between them; flows with conditions and
effects, several of which may grant to one transfer; prohibitions with exceptions. One sender, one
kind of person, no references, no periods.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from doelbinding import Policy
from doelbinding.loader import DEFAULT_LIMITS
from doelbinding.model.ids import CONSENT, OBJECTION

Plain = dict[str, Any]


class Question(NamedTuple):
    """May these data go to this recipient for this purpose, under these circumstances?"""

    purpose: str
    recipient: str
    data: tuple[str, ...]
    facts: dict[str, bool]


@dataclass(frozen=True, slots=True)
class Size:
    """How many declarations of each kind."""

    name: str
    purposes: int
    recipients: int
    categories: int
    flows: int
    prohibitions: int


SMALL = Size("small", 15, 12, 40, 60, 5)
LARGE = Size("large", 1_000, 1_000, 300, 100_000, 500)

_HOUSE, _EVERYTHING = "house", "person"
_FACTS = ("asked-for", "on-record", "urgent")
_ALL_FACTS = (*_FACTS, CONSENT, OBJECTION)
_BASES = ("contract", "contract", "vital-interests", "consent", "legitimate-interests")
_IN_A_FILE = 1_000

WIDE = DEFAULT_LIMITS.with_bytes(1 << 28)
"""Limits within which a policy of 100,000 flows may be read."""


@cache
def policy(size: Size) -> Policy:
    """The policy of that size, read from YAML."""
    with TemporaryDirectory() as folder:
        write_policy(folder, size)
        return Policy.load(folder, limits=WIDE)


def write_policy(folder: str | Path, size: Size, seed: int = 7) -> None:
    """Write the policy as YAML (all JSON is)."""
    for section, declared in _sections(size, Random(seed)).items():
        items = list(declared.items())
        for start in range(0, len(items), _IN_A_FILE):
            part = dict(items[start : start + _IN_A_FILE])
            whole = part if section == "policy" else {section: part}
            path = Path(folder) / f"{section}-{start // _IN_A_FILE:03}.yaml"
            path.write_text(json.dumps(whole), encoding="utf-8")


def batches(size: Size, rounds: int, count: int = 10_000, seed: int = 11) -> list[list[Question]]:
    """For each round that many questions; none stands twice in all of them together."""
    found: dict[str, Question] = {}
    asking = _questions(size, Random(seed))
    while len(found) < rounds * count:
        question = next(asking)
        found[repr(question)] = question
    asked = list(found.values())
    return [asked[start : start + count] for start in range(0, len(asked), count)]


def _sections(size: Size, random: Random) -> dict[str, Plain]:
    purposes, recipients, categories = _ids(size)
    assumed = {"assumption": "it is so for the comparison"}
    return {
        "policy": {
            "doelbinding": 1,
            "policy": f"comparison-{size.name}",
            "revision": 1,
            "controller": {"id": _HOUSE, "label": "House"},
            "timezone": "Europe/Amsterdam",
            "languages": ["en"],
            "default-subject": "member",
        },
        "subjects": {"member": {"label": "Member", **assumed}},
        "facts": {each: {"label": each, **assumed} for each in _FACTS},
        "clauses": {
            "purposes": {"label": "All purposes", "span": {"from": [1, 1], "to": [1, 9]}},
        },
        "categories": {
            each: {"label": each, **(assumed if each == _EVERYTHING else {})}
            for each in (_EVERYTHING, *categories)
        },
        "purposes": {
            each: {
                "label": each,
                "lawful-basis": random.choice(_BASES),
                "data": [_EVERYTHING],
                "retention": "P1Y",
                "clauses": ["purposes"],
            }
            for each in purposes
        },
        "recipients": {
            each: {"label": each, "country": "NL", "roles": [{"role": "controller"}], **assumed}
            for each in recipients
        },
        "flows": {
            f"flow-{number}": {
                "label": f"Flow {number}",
                "from": _HOUSE,
                "to": random.choice(recipients),
                "purpose": random.choice(purposes),
                "data": random.sample(categories, random.randrange(3, 9)),
                **_condition("when", random, 0.6),
                "effect": "log" if random.random() < 0.25 else "allow",
                **assumed,
            }
            for number in range(size.flows)
        },
        "prohibitions": {
            f"never-{number}": {
                "label": f"Never {number}",
                "to": random.choice(recipients),
                "data": random.sample(categories, 2),
                **_condition("unless", random, 0.3),
                **assumed,
            }
            for number in range(size.prohibitions)
        },
    }


def _condition(key: str, random: Random, share: float) -> Plain:
    if random.random() >= share:
        return {}
    one, other = random.sample(_FACTS, 2)
    shapes: list[str | Plain] = [one, {"not": one}, {"any": [one, other]}, {"all": [one, other]}]
    return {key: random.choice(shapes)}


def _ids(size: Size) -> tuple[list[str], list[str], list[str]]:
    return (
        [f"purpose-{number}" for number in range(size.purposes)],
        [f"recipient-{number}" for number in range(size.recipients)],
        [f"{_EVERYTHING}.kind-{number}" for number in range(size.categories)],
    )


def _questions(size: Size, random: Random) -> Iterator[Question]:
    """One in eight is about any two, the others are about a flow, most of them within it."""
    purposes, recipients, categories = _ids(size)
    flows = list(_sections(size, Random(7))["flows"].values())
    while True:
        flow = random.choice(flows)
        purpose, recipient, granted = flow["purpose"], flow["to"], flow["data"]
        if random.random() < 0.125:
            purpose, recipient = random.choice(purposes), random.choice(recipients)
        data = random.sample(granted, random.randrange(1, min(6, len(granted)) + 1))
        if random.random() < 0.15:
            data[-1] = random.choice(categories)
        facts = {each: random.random() < 0.75 for each in _FACTS}
        facts |= {CONSENT: random.random() < 0.8, OBJECTION: random.random() < 0.2}
        yield Question(purpose, recipient, tuple(dict.fromkeys(data)), facts)
