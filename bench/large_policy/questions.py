"""Transfers to ask of a made-up policy: made from its flows, about half of them spoilt."""

from collections.abc import Iterator
from random import Random

from bench.large_policy.authoring import FACTS, LARGE, SUBJECTS, Plain, Sections, Size, sections
from bench.large_policy.ids import top, within

_HIERARCHIES = ("categories", "purposes", "recipients", "subjects")
_MOST_FACTS_ASKED = 5
_SPOILT = 0.65
"""The share of questions in which something is changed, mostly so that it is denied."""
_SPOILING = (
    *("recipient", "purpose", "data", "data", "data"),
    *("facts", "facts", "facts", "subject", "reference"),
)


def questions(
    size: Size = LARGE, count: int = 10_000, seed: int = 11, policy_seed: int = 7
) -> Iterator[Plain]:
    """That many transfers, all different, to put to the policy of that size.

    About half are denied. Keys: sender, recipient, purpose, subject, data, facts, reference.
    """
    random = Random(seed)
    asking = _Asking(sections(size, policy_seed), random)
    asked: set[str] = set()
    while len(asked) < count:
        question = asking.question()
        key = repr(question)
        if key not in asked:
            asked.add(key)
            yield question


class _Asking:
    """Transfers made from flows, about half of them spoilt."""

    def __init__(self, declared: Sections, random: Random) -> None:
        self._declared = declared
        self._random = random
        self._flows = list(declared["flows"].values())
        self._ids = {name: list(declared[name]) for name in _HIERARCHIES}
        self._below = within([each for ids in self._ids.values() for each in ids])

    def question(self) -> Plain:
        flow = self._random.choice(self._flows)
        purpose = self._one(flow["purpose"])
        most = self._random.randrange(1, 4)
        excluded = {part for each in flow.get("except", ()) for part in self._below[each]}
        whole = [each for each in flow["data"] if excluded.isdisjoint(self._below[each])]
        data = [self._one(each) for each in whole or flow["data"]][:most]
        above = self._declared["purposes"][top(purpose)]
        asked: Plain = {
            "sender": self._one(flow["from"]),
            "recipient": self._one(flow["to"]),
            "purpose": purpose,
            "subject": self._one(flow.get("subjects") or above["subjects"]),
            "data": tuple(dict.fromkeys(data)),
            "facts": self._facts(flow, above["lawful-basis"]),
            "reference": f"REF-{self._random.randrange(1_000_000)}" if "effect" in flow else None,
        }
        return self._spoilt(asked) if self._random.random() < _SPOILT else asked

    def _one(self, named: str | list[str]) -> str:
        name = self._random.choice([named] if isinstance(named, str) else named)
        return self._random.choice(self._below.get(name, [name]))

    def _facts(self, flow: Plain, basis: str) -> dict[str, bool]:
        facts = dict(_literals(flow["when"], self._random) if "when" in flow else ())
        if basis == "consent":
            facts["consent"] = True
        facts["objection"] = False
        for _ in range(self._random.randrange(_MOST_FACTS_ASKED - len(facts) + 1)):
            facts.setdefault(self._random.choice(FACTS), self._random.random() < 0.5)
        return facts

    def _spoilt(self, asked: Plain) -> Plain:
        key = self._random.choice(_SPOILING)
        if key == "facts":
            return asked | {"facts": self._altered(asked["facts"])}
        if key == "reference":
            return asked | {"reference": None}
        if key == "subject":
            return asked | {"subject": self._random.choice(SUBJECTS)}
        if key == "data":
            more = self._random.sample(self._ids["categories"], self._random.randrange(1, 4))
            return asked | {"data": tuple(dict.fromkeys([*asked["data"], *more]))}
        return asked | {key: self._random.choice(self._ids[f"{key}s"])}

    def _altered(self, facts: dict[str, bool]) -> dict[str, bool]:
        altered = dict(facts)
        name = self._random.choice(list(facts))
        if self._random.random() < 0.7:
            del altered[name]
        else:
            altered[name] = not facts[name]
        return altered


def _literals(condition: str | Plain, random: Random) -> Iterator[tuple[str, bool]]:
    """States of facts in which the condition holds."""
    if isinstance(condition, str):
        yield condition, True
    elif "not" in condition:
        yield condition["not"], False
    elif "all" in condition:
        for part in condition["all"]:
            yield from _literals(part, random)
    else:
        yield from _literals(random.choice(condition["any"]), random)
