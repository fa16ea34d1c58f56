"""One decision against an empty call of four arguments."""

from collections.abc import Iterator
from itertools import cycle, product

from bench.measure import Work, in_turns, show
from doelbinding import Policy

_AT = "2026-11-24T12:00:00+01:00"
_FACTS = {"member-request": True, "objection": False}


def run() -> bool:
    """First-seen and repeated, allowed and denied, on the Almelo policy."""
    policy = Policy.load("policy")
    works: dict[str, Work] = {
        "an empty call of four arguments": lambda: _nothing("a", "b", "c", "d"),
        "a decision, repeated: allow": _repeated(policy, ("identity.name",)),
        "a decision, repeated: deny with reason": _repeated(policy, ("loans.history",)),
        "a decision, first seen": _first_seen(policy),
    }
    return show("One decision, on the Almelo policy", in_turns(works, 15, repeats=2_000))


def _nothing(_purpose: str, _recipient: str, _data: str, _facts: str) -> None:
    return None


def _repeated(policy: Policy, data: tuple[str, ...]) -> Work:
    return lambda: policy.check(
        recipient="library.ill",
        purpose="services.interlibrary-loan",
        data=data,
        facts=_FACTS,
        reference="ILL-2026-0042",
        at=_AT,
    )


def _first_seen(policy: Policy) -> Work:
    following = _questions(policy).__next__

    def work() -> object:
        recipient, purpose, category = following()
        return policy.check(
            recipient=recipient, purpose=purpose, data=(category,), facts=_FACTS, at=_AT
        )

    return work


def _questions(policy: Policy) -> Iterator[tuple[str, str, str]]:
    """Every pairing in turn: 35,000 of them, more than are asked in one measurement."""
    declared = policy.declarations
    return cycle(product(declared.parties, declared.purposes, declared.categories))
