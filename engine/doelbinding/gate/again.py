"""What the log says was decided is decided once more, by the policies that it keeps, and compared.

A name that the policy did not know stands in the log as a keyed digest: it is unknown again. What
the caller knew, or claimed, is taken as it was recorded.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from doelbinding.errors import DoelbindingError
from doelbinding.loader import DEFAULT_LIMITS
from doelbinding.model.decision import Decision, Effect, Withheld
from doelbinding.policy import Policy
from doelbinding.stores.store import Row, Snapshot, Store

MOST_NAMED = 20
"""So many differences are named; the others are counted."""

_DECIDED = (
    "SELECT seq, payload FROM entries WHERE kind = 'decided' AND payload IS NOT NULL ORDER BY seq"
)
_BUNDLE = "SELECT bytes FROM bundles WHERE source = ?"
_EVERY = 500
_POLICIES = 16
"""So many policies are held in memory at once."""

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry that says another thing than its policy does, and in which of its parts."""

    seq: int
    id: str
    parts: tuple[str, ...]


@dataclass(slots=True)
class Again:
    """What deciding once more came to.

    `undecided` entries could not be decided: they cannot be read, or their policy is not there or
    not readable. The `policies` of which that is so are named by their sources.
    """

    count: int = 0
    difference_count: int = 0
    differences: list[Difference] = field(default_factory=list[Difference])
    undecided: int = 0
    policies: list[str] = field(default_factory=list[str])

    @property
    def is_same(self) -> bool:
        """Whether all that was decided is decided so again."""
        return not self.difference_count and not self.undecided


def decide_again(store: Store, advance: Callable[[int], None] = lambda _: None) -> Again:
    """Decide every transfer in a log once more. Raises `StoreError` when it cannot be read.

    `advance` is told how many more were decided.
    """
    again = Again()
    with store.snapshot() as snapshot:
        policies = _Policies(snapshot, again)
        for number, row in enumerate(snapshot.rows(_DECIDED), 1):
            _compare(row, policies, again)
            if number % _EVERY == 0:
                advance(_EVERY)
    return again


class _Policies:
    """The policies that the log keeps, each loaded when the first entry names it."""

    def __init__(self, snapshot: Snapshot, again: Again) -> None:
        self._snapshot = snapshot
        self._again = again
        self.named = lru_cache(maxsize=_POLICIES)(self._named)

    def _named(self, source: str) -> Policy | None:
        for (content,) in self._snapshot.rows(_BUNDLE, (source,)):
            policy = _loaded(bytes(content))
            if policy is not None and policy.identity.source == source:
                return policy
        if source not in self._again.policies:
            self._again.policies.append(source)
        return None


def _loaded(content: bytes) -> Policy | None:
    """The policy in a bundle, which is read from a file as any other."""
    limits = DEFAULT_LIMITS.with_bytes(max(len(content), DEFAULT_LIMITS.file_bytes))
    with TemporaryDirectory(prefix="doelbinding-") as folder:
        file = Path(folder, "policy.bundle")
        file.write_bytes(content)
        try:
            return Policy.load(file, limits=limits)
        except DoelbindingError:
            return None


def _compare(row: Row, policies: _Policies, again: Again) -> None:
    seq, content = row
    try:
        entry: Entry = json.loads(bytes(content))
        policy = policies.named(entry["policy"]["source"])
        found = None if policy is None else _difference(policy, seq, entry)
    except (ValueError, TypeError, LookupError, AttributeError):  # a damaged entry says anything
        found = None
    if found is None:
        again.undecided += 1
        return
    again.count += 1
    if found.parts:
        again.difference_count += 1
        again.differences += [found] if len(again.differences) < MOST_NAMED else []


def _difference(policy: Policy, seq: int, entry: Entry) -> Difference:
    """Where an entry says another thing than the policy: in no part, if it is as it should be."""
    return Difference(seq, str(entry["id"]), tuple(_differing(policy, entry)))


def _differing(policy: Policy, entry: Entry) -> Iterator[str]:
    """The parts of an entry that are not as the policy says."""
    decision = _decided(policy, entry, entry["question"]["data"])
    withheld = sorted(map(_as_found, decision.withheld))
    for part, said, found in (
        ("policy", entry["policy"], _identity(policy)),
        ("effect", entry["effect"], decision.effect.value),
        ("permitted", entry["permitted"], list(decision.permitted)),
        ("withheld", sorted(map(_as_recorded, entry["withheld"])), withheld),
        ("rules", entry["rules"], list(decision.rules)),
        ("duties", entry["duties"], list(decision.duties)),
    ):
        if said != found:
            yield part
    if entry["stripped"] is not None:
        going = _decided(policy, entry, decision.permitted)
        if decision.effect is not Effect.DENY or entry["stripped"] != _stripped(going):
            yield "stripped"


def _decided(policy: Policy, entry: Entry, data: object) -> Decision:
    question = entry["question"]
    return policy.check(
        recipient=question["recipient"],
        purpose=question["purpose"],
        data=data,  # type: ignore[arg-type]  # `check` looks at what it is given
        sender=question["sender"],
        subject=question["subject"],
        facts={fact: each["state"] for fact, each in question["facts"].items()},
        reference=question["reference"],
        at=entry["at"],
    )


def _identity(policy: Policy) -> dict[str, object]:
    known = policy.identity
    return {
        "id": known.id,
        "revision": known.revision,
        "digest": known.digest,
        "source": known.source,
    }


def _stripped(going: Decision) -> dict[str, object]:
    return {
        "data": list(going.permitted),
        "effect": going.effect.value,
        "rules": list(going.rules),
        "duties": list(going.duties),
    }


def _as_found(withheld: Withheld) -> str:
    """In one text, of which two can be compared and put in order."""
    remedy = {"facts": dict(withheld.remedy.facts), "reference": withheld.remedy.reference}
    parts = sorted(set(withheld.parts))
    return _text(withheld.category, withheld.reason.value, parts, withheld.rule, remedy)


def _as_recorded(said: Entry) -> str:
    parts = (said["category"], said["reason"], said["parts"], said["rule"], said["remedy"])
    return _text(*parts)


def _text(*parts: object) -> str:
    return json.dumps(parts, sort_keys=True)
