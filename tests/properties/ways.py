"""Every way in which a policy can be asked the same: they must not differ."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from doelbinding.model.decision import Decision
from doelbinding.policy import Policy
from tests.clock import clock_at

PASSES = ("first seen", "recalled", "warm")


def every_way(policy: Policy, transfer: Mapping[str, Any]) -> Iterator[tuple[str, Decision]]:
    """The decisions on one transfer, each with the way it was asked."""
    asked = dict(transfer)
    yield from _thrice("check, with a moment", lambda: policy.check(**asked))
    at = asked.pop("at")
    with clock_at(at):
        yield from _thrice("check, now", lambda: policy.check(**asked))
        yield "check, otherwise written", policy.check(**_otherwise(asked))
        yield from _thrice("route, with a dictionary", _by_route(policy, asked))
        prepared = {**asked, "facts": policy.facts(asked.get("facts"))}
        yield from _thrice("route, prepared", _by_route(policy, prepared))
        yield "check, prepared", policy.check(**prepared)


def _thrice(way: str, ask: Callable[[], Decision]) -> Iterator[tuple[str, Decision]]:
    for number in PASSES:
        yield f"{way}, {number}", ask()


def _otherwise(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The same with categories from a generator and facts in another order, as no dictionary."""
    facts = dict(reversed((asked.get("facts") or {}).items()))
    return {**asked, "data": (each for each in asked["data"]), "facts": _Mapping(facts)}


def _by_route(policy: Policy, asked: Mapping[str, Any]) -> Callable[[], Decision]:
    bound = ("recipient", "purpose", "sender")
    route = policy.route(**{key: asked[key] for key in bound if asked.get(key) is not None})
    rest = {key: value for key, value in asked.items() if key not in bound}
    rest["data"] = tuple(rest["data"])
    return lambda: route.check(**rest)


class _Mapping(Mapping[str, bool | None]):
    """Facts that are no dictionary."""

    def __init__(self, states: Mapping[str, bool | None]) -> None:
        self._states = states

    def __getitem__(self, name: str) -> bool | None:
        return self._states[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)
