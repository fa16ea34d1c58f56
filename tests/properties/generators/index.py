"""What a policy says, looked up fast, to make transfers that nearly fit it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from tests.properties.generators.conditions import Literals, terms_of
from tests.properties.generators.dates import FAR_AHEAD, LONG_AGO, first_moment
from tests.properties.generators.draw import Declaration, Policy, Section, as_list
from tests.properties.generators.tree import Tree, is_within_any, lineage

Window = tuple[int, int]
ALWAYS: Window = (LONG_AGO - 400, FAR_AHEAD + 400)


def window(*periods: Declaration | None) -> Window:
    """The first and last day, as ordinals, that lie in all of the periods."""
    first, last = ALWAYS
    for found in periods:
        if found and "from" in found:
            first = max(first, date.fromisoformat(found["from"]).toordinal())
        if found and "until" in found:
            last = min(last, date.fromisoformat(found["until"]).toordinal())
    return first, last


def _merged(policy: Policy) -> dict[str, Any]:
    """The sections of all files, whatever the split."""
    merged: dict[str, Any] = {}
    for content in policy.values():
        for key, value in content.items():
            merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    return merged


class Index:
    """A policy merged from its files, with its hierarchies."""

    def __init__(self, policy: Policy) -> None:
        """Merge the files and look up the hierarchies."""
        merged = _merged(policy)
        self.zone: str = merged["timezone"]
        self.controller: str = merged["controller"]["id"]
        self.default_subject: str = merged["default-subject"]
        self.declared: dict[str, Section] = merged
        self.categories = Tree.of(merged["categories"])
        self.subjects = Tree.of(merged["subjects"])
        self.purposes = Tree.of(merged["purposes"])
        self.recipients = Tree.of(merged.get("recipients", ()))
        self.parties = (self.controller, "data-subject", *self.recipients.ids)
        self.facts = sorted(merged.get("facts", ()))
        self.flows = [Flow(self, flow) for _, flow in sorted(merged.get("flows", {}).items())]

    @cached_property
    def exceptions(self) -> list[Literals]:
        """The terms under which prohibitions are lifted."""
        bans = self.declared.get("prohibitions", {})
        return [
            t for _, ban in sorted(bans.items()) if "unless" in ban for t in terms_of(ban["unless"])
        ]

    @cached_property
    def boundaries(self) -> list[datetime]:
        """Every moment at which something begins or has ended."""
        return sorted(set(_boundaries(self.zone, self.declared)))

    def inherited(self, section: str, name: str, key: str) -> Any:
        """The value of a key in the nearest declaration that states it."""
        for upper in lineage(name):
            found = self.declared[section][upper]
            if key in found:
                return found[key]
        return None

    def validity(self, section: str, name: str) -> list[Declaration | None]:
        """The periods of a declaration and all above it."""
        if name not in self.declared.get(section, {}):
            return []
        return [self.declared[section][upper].get("valid") for upper in lineage(name)]

    def inside(self, parties: Iterable[str]) -> list[str]:
        """The parties within one of these."""
        names = list(parties)
        return [party for party in self.parties if is_within_any(party, names)]

    def demands(self, purpose: str) -> Literals:
        """What the purpose itself asks to be known."""

        def of(key: str) -> Any:
            return self.inherited("purposes", purpose, key)

        found: Literals = {}
        if of("lawful-basis") == "consent" or of("explicit-consent"):
            found["consent"] = True
        balanced = of("lawful-basis") in ("legitimate-interests", "public-task")
        if balanced or of("objection") or of("direct-marketing") or of("announcement"):
            found["objection"] = False
        return found

    def role_windows(self, party: str, purpose: str, processors: bool = False) -> list[Window]:
        """The windows in which a party has a role for the purpose in force."""
        if party not in self.recipients.below:
            return [ALWAYS]
        found: list[Window] = []
        for role in self.inherited("recipients", party, "roles") or ():
            if processors and not role["role"].endswith("processor"):
                continue
            if "purposes" in role and not is_within_any(purpose, role["purposes"]):
                continue
            own = window(role.get("agreement"), role.get("safeguard"))
            uppers = [ALWAYS]
            if role["role"] == "sub-processor":
                uppers = self.role_windows(role["of"], purpose, processors=True)
            found += [(max(own[0], low), min(own[1], high)) for low, high in uppers]
        return [(low, high) for low, high in found if low <= high]


def _boundaries(zone: str, value: Any) -> Iterable[datetime]:
    if isinstance(value, list):
        for item in value:
            yield from _boundaries(zone, item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in ("from", "on") and isinstance(item, str) and item[:1].isdigit():
                yield first_moment(zone, date.fromisoformat(item).toordinal())
            elif key in ("until", "refusal-until"):
                yield first_moment(zone, date.fromisoformat(item).toordinal() + 1)
            else:
                yield from _boundaries(zone, item)


class Flow:
    """A flow with all that it takes to be granted by it."""

    def __init__(self, index: Index, flow: Declaration) -> None:
        """Look up parties, purposes, subjects and terms."""
        self.index = index
        self.flow = flow
        self.senders = index.inside(as_list(flow["from"]))
        self.recipients = index.inside(as_list(flow["to"]))
        self.purposes = index.purposes.inside(as_list(flow["purpose"]))
        self.terms = terms_of(flow["when"]) if "when" in flow else [{}]
        self.needs_reference = flow.get("reference") == "required"
        self._fits: dict[str, Fit] = {}
        self._windows: dict[tuple[str, str, str], list[Window]] = {}

    def fit(self, purpose: str) -> "Fit":
        """What it takes for one of the purposes."""
        if purpose not in self._fits:
            self._fits[purpose] = Fit(self, purpose)
        return self._fits[purpose]

    def windows(self, sender: str, recipient: str, purpose: str) -> list[Window]:
        """The windows in which everything that has a period is in force."""
        key = (sender, recipient, purpose)
        if key not in self._windows:
            self._windows[key] = self._find_windows(*key)
        return self._windows[key]

    def _find_windows(self, sender: str, recipient: str, purpose: str) -> list[Window]:
        index = self.index
        low, high = window(
            self.flow.get("valid"),
            *index.validity("recipients", sender),
            *index.validity("recipients", recipient),
            *index.validity("purposes", purpose),
        )
        announcement = index.inherited("purposes", purpose, "announcement")
        if announcement:
            refusal = date.fromisoformat(announcement["refusal-until"]).toordinal()
            low = max(low, refusal + 1)
        roles = index.role_windows(recipient, purpose)
        found = [(max(low, first), min(high, last)) for first, last in roles]
        return [(first, last) for first, last in found if first <= last]


class Fit:
    """What a flow grants for one purpose, to whom, and under which terms."""

    def __init__(self, flow: Flow, purpose: str) -> None:
        """Cut the data down to the ceiling and the subjects to those of both."""
        index = flow.index
        tree = index.categories
        ceiling = tree.expand(index.inherited("purposes", purpose, "data") or ())
        data = tree.expand(flow.flow["data"]) if "data" in flow.flow else ceiling
        granted = (data & ceiling) - tree.expand(flow.flow.get("except", ()))
        over = data - ceiling - granted
        self.over = [name for name in tree.ids if name in over]
        self.granted = [name for name in tree.ids if name in granted]
        self.whole = [name for name in self.granted if tree.below[name] <= granted]
        self.subjects = self._subjects(index, flow, purpose)
        self.demands = index.demands(purpose)

    @staticmethod
    def _subjects(index: Index, flow: Flow, purpose: str) -> Sequence[str]:
        limits = (index.inherited("purposes", purpose, "subjects"), flow.flow.get("subjects"))
        found = set(index.subjects.ids)
        for limit in limits:
            if limit:
                found &= index.subjects.expand(limit)
        return [name for name in index.subjects.ids if name in found]
