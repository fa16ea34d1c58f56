"""A plain second look at a generated policy, shared by the tests that guard the generators."""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from tests.properties.generators import Policy

BUILT_IN = ("consent", "objection")
SECTIONS = (
    "categories",
    "subjects",
    "purposes",
    "recipients",
    "flows",
    "prohibitions",
    "facts",
    "clauses",
)


def listed(value: Any) -> list[str]:
    """One id, a list, or nothing, as a list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def upward(identifier: str) -> list[str]:
    """The id and all above it."""
    words = identifier.split(".")
    return [".".join(words[:count]) for count in range(len(words), 0, -1)]


def within(identifier: str, uppers: Iterable[str]) -> bool:
    """Whether the id is one of these or below one."""
    return not set(upward(identifier)).isdisjoint(uppers)


def values_in(value: Any) -> Iterator[Any]:
    """Every value in plain data, at any depth."""
    yield value
    if isinstance(value, dict):
        for item in value.values():
            yield from values_in(item)
    if isinstance(value, list):
        for item in value:
            yield from values_in(item)


def facts_in(condition: Any) -> set[str]:
    """The facts in a condition."""
    if isinstance(condition, str):
        return {condition}
    parts = next(iter(condition.values()))
    return set().union(*map(facts_in, parts if isinstance(parts, list) else [parts]))


def depth_of(condition: Any) -> int:
    """How many operators lie within one another."""
    if isinstance(condition, str):
        return 0
    parts = next(iter(condition.values()))
    return 1 + max(map(depth_of, parts if isinstance(parts, list) else [parts]))


def holds(condition: Any, facts: dict[str, bool]) -> bool:
    """Whether the condition is true with every fact known."""
    if isinstance(condition, str):
        return facts[condition]
    if "not" in condition:
        return not holds(condition["not"], facts)
    if "all" in condition:
        return all(holds(part, facts) for part in condition["all"])
    return any(holds(part, facts) for part in condition["any"])


def can_hold(condition: Any, demands: dict[str, bool]) -> bool:
    """Whether some values of the facts, as demanded, make the condition true."""
    names = sorted(facts_in(condition))
    choices = [(demands[name],) if name in demands else (True, False) for name in names]
    return any(holds(condition, dict(zip(names, row, strict=True))) for row in product(*choices))


def minimal_terms(condition: Any, wanted: bool = True) -> set[frozenset[tuple[str, bool]]]:
    """The minimal terms of a condition, contradictory ones included."""
    if isinstance(condition, str):
        return {frozenset({(condition, wanted)})}
    if "not" in condition:
        return minimal_terms(condition["not"], not wanted)
    ((key, parts),) = condition.items()
    found = [minimal_terms(part, wanted) for part in parts]
    if (key == "any") == wanted:
        terms = set().union(*found)
    else:
        terms = {frozenset().union(*row) for row in product(*found)}
    return {term for term in terms if not any(other < term for other in terms)}


class View:
    """A policy merged from its files."""

    def __init__(self, policy: Policy) -> None:
        """Merge the sections of all files."""
        self.policy = policy
        self.manifest: dict[str, Any] = {}
        self.sections: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
        for content in policy.values():
            for key, value in content.items():
                if key in SECTIONS and isinstance(value, dict):
                    self.sections[key].update(value)
                else:
                    self.manifest[key] = value
        self.controller: str = self.manifest["controller"]["id"]
        self.flows = self.sections["flows"]
        self.parties = {self.controller, "data-subject", *self.sections["recipients"]}

    def stated(self, section: str, name: str, key: str) -> Any:
        """The value of an inherited key."""
        found = [self.sections[section][upper].get(key) for upper in upward(name)]
        return next((value for value in found if value is not None), None)

    def purpose(self, name: str, key: str) -> Any:
        """The value of an inherited key of a purpose."""
        return self.stated("purposes", name, key)

    def roles(self, party: str) -> list[dict[str, Any]]:
        """The roles of a recipient, its own or inherited."""
        return self.stated("recipients", party, "roles") or []

    def expand(self, names: Iterable[str] | None, section: str = "categories") -> set[str]:
        """All that is within one of the names."""
        uppers = set(names or ())
        return {name for name in self.sections[section] if within(name, uppers)}

    def inside(self, parties: Any) -> set[str]:
        """All parties within one of these."""
        return {party for party in self.parties if within(party, listed(parties))}

    def served(self, flow: dict[str, Any]) -> set[str]:
        """The purposes that a flow serves."""
        return self.expand(listed(flow["purpose"]), "purposes")

    def all_served(self) -> set[str]:
        """The purposes that any flow serves."""
        return set().union(*map(self.served, self.flows.values()))

    def demands(self, purpose: str) -> dict[str, bool]:
        """What the purpose itself asks to be known."""
        found = {}
        basis = self.purpose(purpose, "lawful-basis")
        if basis == "consent" or self.purpose(purpose, "explicit-consent"):
            found["consent"] = True
        heard = ("objection", "direct-marketing", "announcement")
        balanced = basis in ("public-task", "legitimate-interests")
        if balanced or any(self.purpose(purpose, key) for key in heard):
            found["objection"] = False
        return found

    def covers(self, party: str, purpose: str, kinds: tuple[str, ...] = ()) -> bool:
        """Whether a recipient has a role for the purpose, up the chain of sub-processors."""
        return any(
            within(purpose, role.get("purposes", upward(purpose)))
            and (role["role"] in kinds or not kinds)
            and (
                role["role"] != "sub-processor"
                or self.covers(role["of"], purpose, ("processor", "sub-processor"))
            )
            for role in self.roles(party)
        )

    def conditions(self) -> list[tuple[Any, list[dict[str, bool]]]]:
        """Every condition with the demands beside which it must be able to hold."""
        found = [
            (flow["when"], [self.demands(name) for name in self.served(flow)])
            for flow in self.flows.values()
            if "when" in flow
        ]
        bans = self.sections["prohibitions"].values()
        return found + [(ban["unless"], []) for ban in bans if "unless" in ban]

    def periods(self) -> Iterator[dict[str, str]]:
        """Everything with a first or a last day."""
        for value in values_in(self.policy):
            if isinstance(value, dict) and "announcement" in value:
                announcement = value["announcement"]
                yield {"from": announcement["on"], "until": announcement["refusal-until"]}
            if isinstance(value, dict) and isinstance(value.get("until"), str):
                yield value
