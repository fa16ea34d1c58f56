"""One decision in Python: asked before, and first seen."""

from collections.abc import Callable, Iterator
from itertools import chain, combinations, islice, product
from statistics import median
from time import perf_counter

from bench import comparison
from bench.comparison import LARGE, SMALL, Question, Size
from bench.floor import MaskDecider, remembering
from bench.measure import Bar, Figure, Table, at_most, by_name, each_once, statements
from bench.peers.rules import rules_of
from doelbinding import Policy

_ROUNDS = 11
_EMPTY = "an empty call of four arguments"
_LOOK_UP = "a look-up in a dict, the key a tuple"
_MEMO = "a dict on the question before any function"
_CHECK = "policy.check"
_ROUTE = "route.check, facts in a dict"
_PREPARED = "route.check, facts prepared"
_BY_HAND = "written by hand, masks"


def run() -> list[Table]:
    """All of one decision."""
    return [_asked_before(), _asked_before_by_size(), _first_seen(), _disturbed()]


def _asked_before() -> Table:
    """Statements as an application would write them, on the Almelo policy."""
    policy = Policy.load("policy")
    purpose, recipient = "services.interlibrary-loan", "library.ill"
    data, facts = ("identity.name", "membership.card-number"), {"member-request": True}
    names = {
        "empty": lambda _purpose, _recipient, _data, _facts: None,
        "memo": {(purpose, recipient, data, True): True},
        "decide": remembering(lambda _question: "allow"),
        "policy": policy,
        "route": policy.route(purpose=purpose, recipient=recipient),
        "prepared": policy.facts(facts),
    }
    called = f"{purpose!r}, {recipient!r}, {data!r}, {facts!r}"
    texts = {
        _EMPTY: f"empty({called})",
        _LOOK_UP: f"memo[{purpose!r}, {recipient!r}, {data!r}, True]",
        _MEMO: f"decide({called})",
        _CHECK: f"policy.check(purpose={purpose!r}, recipient={recipient!r}, data={data!r}, "
        f"facts={facts!r}, reference='ILL-2026-0042')",
        _ROUTE: f"route.check({data!r}, {facts!r})",
        _PREPARED: f"route.check({data!r}, prepared)",
    }
    figures = statements(texts, names, _ROUNDS)
    found = by_name(figures)
    limits = {_CHECK: 25, _ROUTE: 15, _PREPARED: 6}
    bars = [at_most(found, what, _EMPTY, limit) for what, limit in limits.items()]
    return Table("Asked before, on the Almelo policy", figures, bars)


def _asked_before_by_size() -> Table:
    """The same statement on 60 and on 100,000 flows."""
    texts: dict[str, str] = {}
    names: dict[str, object] = {}
    for size in (SMALL, LARGE):
        asked = comparison.batches(size, 1, 1)[0][0]._asdict()
        arguments = ", ".join(f"{key}={value!r}" for key, value in asked.items())
        texts[_with_flows(size)] = f"{size.name}.check({arguments})"
        names[size.name] = comparison.policy(size)
    figures = statements(texts, names, _ROUNDS)
    bar = at_most(by_name(figures), _with_flows(LARGE), _with_flows(SMALL), 1.5)
    return Table("Asked before, by the size of the policy", figures, [bar])


def _first_seen() -> Table:
    """10,000 questions a round, none of which was asked before."""
    asks: dict[str, Callable[[int], int]] = {}
    for size in (SMALL, LARGE):
        batches = comparison.batches(size, _ROUNDS)
        asks[f"{_BY_HAND}, {_with_flows(size)}"] = _by_hand(size, batches)
        asks[f"{_CHECK}, {_with_flows(size)}"] = _by_policy(size, batches)
    figures = each_once(asks, _ROUNDS)
    found = by_name(figures)
    bars = [
        at_most(found, f"{_CHECK}, {_with_flows(SMALL)}", f"{_BY_HAND}, {_with_flows(SMALL)}", 4),
        at_most(found, f"{_CHECK}, {_with_flows(LARGE)}", f"{_CHECK}, {_with_flows(SMALL)}", 3),
    ]
    return Table("First seen: every question new", figures, bars)


def _by_hand(size: Size, batches: list[list[Question]]) -> Callable[[int], int]:
    decider = MaskDecider()
    decider.load(rules_of(comparison.policy(size).declarations))

    def ask(number: int) -> int:
        for purpose, recipient, data, facts in batches[number]:
            decider.check(purpose, recipient, data, facts)
        return len(batches[number])

    return ask


def _by_policy(size: Size, batches: list[list[Question]]) -> Callable[[int], int]:
    policy = comparison.policy(size)

    def ask(number: int) -> int:
        for purpose, recipient, data, facts in batches[number]:
            policy.check(purpose=purpose, recipient=recipient, data=data, facts=facts)
        return len(batches[number])

    return ask


def _disturbed() -> Table:
    """A question asked before, alone and between a million new ones; each call timed by itself."""
    policy = comparison.policy(SMALL)
    purpose, recipient, data, facts = comparison.batches(SMALL, 1, 1)[0][0]

    def seconds() -> float:
        begin = perf_counter()
        policy.check(purpose=purpose, recipient=recipient, data=data, facts=facts)
        return perf_counter() - begin

    alone = [seconds() for _ in range(10_000)]
    between: list[float] = []
    new = _new_questions(policy)
    for _ in range(10_000):
        for asked in islice(new, 100):
            policy.check(purpose=asked[0], recipient=asked[1], data=asked[2], facts=facts)
        between.append(seconds())
    figures = [
        Figure("alone", (median(alone),), remark="10,000 calls"),
        Figure("after every 100 new ones", (median(between),), remark="10,000 calls"),
    ]
    bar = Bar("between new ones / alone", figures[1].typical / figures[0].typical, 2.0)
    return Table("A question asked before, between a million new ones", figures, [bar])


def _new_questions(policy: Policy) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    declared = policy.declarations
    categories = sorted(declared.categories)
    data = chain.from_iterable(combinations(categories, count) for count in (4, 3))
    return (
        (purpose, recipient, chosen)
        for chosen, purpose, recipient in product(data, declared.purposes, declared.recipients)
    )


def _with_flows(size: Size) -> str:
    return f"{size.flows:,} flows"
