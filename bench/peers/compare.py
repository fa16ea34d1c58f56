"""The peers on the same policy and the same questions; agreement first, then speed."""

import multiprocessing
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError

from bench import comparison
from bench.comparison import LARGE, SMALL, Question, Size
from bench.floor import MaskDecider
from bench.measure import Bar, Figure, Table, each_once
from bench.peers.peer import PEERS, Outcome, measured
from bench.peers.rules import Rules, rules_of
from doelbinding import Policy

_ROUNDS = 9
_MOST_SECONDS = 400.0
_GROWS = 10
"""A peer grows when the large policy costs it more than so many times the small one."""


def run() -> list[Table]:
    """Small, then large."""
    small = _compared(SMALL)
    large = _compared(LARGE)
    least = min(each.typical for each in _peers(small))
    bars = [Bar("best peer / doelbinding", least / small.figures[0].typical, 10, at_least=True)]
    before = {figure.name: figure.typical for figure in _peers(small)}
    growing = [
        Bar(f"{each.name} / doelbinding", each.typical / large.figures[0].typical, 1_000, True)
        for each in _peers(large)
        if each.typical > _GROWS * before[each.name]
    ]
    return [
        Table(small.title, small.figures, bars, small.remarks),
        Table(large.title, large.figures, growing, large.remarks),
    ]


def _peers(table: Table) -> Sequence[Figure]:
    return table.figures[2:]


def _compared(size: Size) -> Table:
    policy = comparison.policy(size)
    rules = rules_of(policy.declarations)
    questions, *batches = comparison.batches(size, _ROUNDS + 1, seed=13)
    expected = [_effect(policy, question) for question in questions]
    by_hand = MaskDecider()
    by_hand.load(rules)
    assert [by_hand.decide(question) for question in questions] == expected

    def ask(number: int) -> int:
        for question in batches[number]:
            _effect(policy, question)
        return len(batches[number])

    def ask_by_hand(number: int) -> int:
        for question in batches[number]:
            by_hand.decide(question)
        return len(batches[number])

    figures = each_once({"doelbinding": ask, "written by hand": ask_by_hand}, _ROUNDS)
    outcomes, remarks = list[Outcome](), list[str]()
    for found in _outcomes(rules, questions, expected):
        if isinstance(found, Outcome) and found.agrees:
            outcomes.append(found)
        else:
            remarks.append(found if isinstance(found, str) else f"{found.name} {found.remark}")
    peers = [
        Figure(f"{each.name} {each.version}", each.seconds, remark=each.remark)
        for each in sorted(outcomes, key=lambda each: sorted(each.seconds)[len(each.seconds) // 2])
    ]
    title = f"First seen, against peers: {size.flows:,} flows"
    return Table(title, [*figures, *peers], (), remarks)


def _effect(policy: Policy, question: Question) -> str:
    purpose, recipient, data, facts = question
    return policy.check(purpose=purpose, recipient=recipient, data=data, facts=facts).effect.value


def _outcomes(
    rules: Rules, questions: list[Question], expected: list[str]
) -> Iterator[Outcome | str]:
    """One peer after the other, each in a process of its own, which gives its memory back."""
    context = multiprocessing.get_context("spawn")
    for which, peer in enumerate(PEERS):
        print(f"  asking {peer.__name__} …", flush=True)
        with context.Pool(1) as pool:
            asked = pool.apply_async(measured, (which, rules, questions, expected))
            try:
                yield asked.get(_MOST_SECONDS)
            except multiprocessing.TimeoutError:
                yield f"{peer.__name__}: not done after {_MOST_SECONDS:.0f} s"
            except PackageNotFoundError:
                yield f"{peer.__name__}: not installed"
