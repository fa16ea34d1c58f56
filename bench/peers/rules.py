"""A policy's declarations as the plain rules that every peer can be given."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product

from doelbinding.model.condition import All, Fact, Not, minimal_terms
from doelbinding.model.decision import Effect
from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow, Prohibition

Terms = tuple[tuple[tuple[str, bool], ...], ...]
"""A condition: it holds when in one of the terms every fact is in the state beside it."""

ALWAYS: Terms = ((),)


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds of data under a condition, for a purpose, to a recipient (None: any)."""

    purpose: str | None
    recipient: str | None
    data: frozenset[str]
    terms: Terms
    logs: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What is granted and what is banned.

    A transfer may go when the flows that hold grant all its data together and no ban that stands
    touches them; it is to be logged when a flow that holds, and logs, touches them.
    """

    flows: tuple[Rule, ...]
    bans: tuple[Rule, ...]
    facts: tuple[str, ...]
    categories: tuple[str, ...]

    @property
    def covering(self) -> Iterator[Rule]:
        """Rules of which a single one grants all: flows between the same two, also combined."""
        together: defaultdict[tuple[str | None, str | None], list[Rule]] = defaultdict(list)
        for rule in self.flows:
            together[rule.purpose, rule.recipient].append(rule)
        for rules in together.values():
            for count in range(1, len(rules) + 1):
                for chosen in combinations(rules, count):
                    yield from _combined(chosen)

    @property
    def logging(self) -> Iterator[Rule]:
        """The flows that demand a record of what they touch."""
        return (rule for rule in self.flows if rule.logs)


def rules_of(declared: Declarations) -> Rules:
    """The rules of a policy. Raises `ValueError` when it says more than every peer can."""
    flows = [rule for flow in declared.flows.values() for rule in _of_flow(declared, flow)]
    bans = [ban for each in declared.prohibitions.values() for ban in _of_ban(declared, each)]
    facts = tuple(sorted(declared.fact_ids))
    return Rules(tuple(flows), tuple(bans), facts, tuple(sorted(declared.categories)))


def _of_flow(declared: Declarations, flow: Flow) -> Iterator[Rule]:
    if (
        flow.senders != (declared.controller,)
        or flow.subjects
        or flow.excluded
        or flow.valid
        or flow.needs_reference
    ):
        raise ValueError(f"{flow.id} says more than the peers can")
    for purpose, recipient in product(flow.purposes, flow.recipients):
        data = declared.expanded(flow.data or ()) & declared.ceiling(purpose)
        demands = declared.purpose(purpose).demands
        literals = [Fact(fact) if state else Not(Fact(fact)) for fact, state in sorted(demands)]
        condition = All((*literals, *(() if flow.when is None else (flow.when,))))
        terms = _plain(minimal_terms(condition)) if condition.conditions else ALWAYS
        yield Rule(purpose, recipient, data, terms, flow.effect is Effect.LOG)


def _of_ban(declared: Declarations, ban: Prohibition) -> Iterator[Rule]:
    if ban.senders or ban.subjects or ban.valid or ban.data is None:
        raise ValueError(f"{ban.id} says more than the peers can")
    terms = ALWAYS if ban.unless is None else _negated(_plain(minimal_terms(ban.unless)))
    for purpose, recipient in product(ban.purposes or (None,), ban.recipients or (None,)):
        yield Rule(purpose, recipient, declared.expanded(ban.data), terms)


def _plain(terms: Iterable[frozenset[tuple[str, bool]]]) -> Terms:
    return tuple(tuple(sorted(term)) for term in terms)


def _negated(terms: Terms) -> Terms:
    """The opposite of a condition, where all facts are known."""
    opposite = (((fact, not state) for fact, state in term) for term in terms)
    return _possible(product(*map(tuple, opposite)))


def _combined(rules: Sequence[Rule]) -> Iterator[Rule]:
    """The rule that holds when all of these do, unless one of them grants as much alone."""
    data = frozenset[str]().union(*(rule.data for rule in rules))
    if len(rules) > 1 and any(rule.data == data for rule in rules):
        return
    terms = _possible(chain.from_iterable(each) for each in product(*(r.terms for r in rules)))
    if terms:
        yield Rule(rules[0].purpose, rules[0].recipient, data, terms)


def _possible(terms: Iterable[Iterable[tuple[str, bool]]]) -> Terms:
    """The terms that do not contradict themselves."""
    found = {tuple(sorted(set(term))) for term in terms}
    return tuple(sorted(term for term in found if len(dict(term)) == len(term)))
