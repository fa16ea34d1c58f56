"""Who may send to whom for what at all: the routes of an index, and the cells on each.

A route is a sender, a recipient and a purpose between which some flow is a candidate. No other
transfer can be permitted, so these are all that an exact question needs to look at.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from typing import NamedTuple

from doelbinding.decider.index import Index, PartyEntry, bits, includes
from doelbinding.model.period import NEVER, Span


class Route(NamedTuple):
    """Sender, recipient and purpose."""

    sender: str
    recipient: str
    purpose: str


SubjectClass = tuple[str, ...]
"""Categories of data subjects, sorted, between which the policy makes no difference."""


class Routes:
    """The routes of an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._parties = below(entry.chain for entry in index.parties.values())
        self._purposes = below(entry.chain for entry in index.purposes.values())

    def all(self) -> set[Route]:
        """Every route."""
        found: set[Route] = set()
        for (recipient, purpose), flows in self._index.flows.items():
            senders = frozenset[str]().union(*(flow.senders for flow in flows))
            found.update(self.between(senders, (recipient,), (purpose,)))
        return found

    def between(
        self, senders: Iterable[str], recipients: Iterable[str], purposes: Iterable[str]
    ) -> Iterator[Route]:
        """The routes between what lies within these."""
        return map(
            Route._make,
            product(
                {each for name in senders for each in self._parties.get(name, ())},
                {each for name in recipients for each in self._parties.get(name, ())},
                {each for name in purposes for each in self._purposes.get(name, ())},
            ),
        )


def below(chains: Iterable[tuple[str, ...]]) -> dict[str, list[str]]:
    """For each declared id those that lie within it, from the chains of all."""
    found: dict[str, list[str]] = {}
    for chain in chains:
        for each in chain:
            found.setdefault(each, []).append(chain[0])
    return found


_Naming = tuple[frozenset[frozenset[str]], int]
"""The sets of subjects that flows and purpose name, and the prohibitions that may concern some."""


class SubjectClasses:
    """The data subjects that any of some policies declares, in classes by route."""

    def __init__(self, *indexes: Index) -> None:
        self._indexes = indexes
        self._subjects = sorted({each for index in indexes for each in index.subjects})
        self._known: dict[tuple[_Naming, ...], list[SubjectClass]] = {}

    def on(self, route: Route) -> list[SubjectClass]:
        """The classes on a route, by their first members."""
        naming = tuple([_naming(index, route) for index in self._indexes])
        classes = self._known.get(naming)
        if classes is None:
            classes = self._known[naming] = self._classes(naming)
        return classes

    def _classes(self, naming: tuple[_Naming, ...]) -> list[SubjectClass]:
        classes: dict[tuple[object, ...], list[str]] = {}
        for subject in self._subjects:
            key = tuple(
                _kind(index, named, subject)
                for index, named in zip(self._indexes, naming, strict=True)
            )
            classes.setdefault(key, []).append(subject)
        return [tuple(members) for members in classes.values()]


def _naming(index: Index, route: Route) -> _Naming:
    """Where a policy may tell subjects apart on a route."""
    if not is_known(index, route):
        return frozenset(), 0
    named = {flow.subjects for flow in index.candidates(*route)}
    named.add(index.purposes[route.purpose].subjects)
    return frozenset(filter(None, named)), index.prohibitions.concerning(*route)


def _kind(index: Index, naming: _Naming, subject: str) -> tuple[object, ...] | None:
    """What a policy says of a subject: equal for two that it does not tell apart."""
    chain = index.subjects.get(subject)
    if chain is None:
        return None
    named, prohibitions = naming
    covered = frozenset(each for each in named if includes(each, chain))
    return covered, prohibitions & index.prohibitions.subjects.of(subject)


def is_known(index: Index, route: Route) -> bool:
    """Whether a policy declares the parties and the purpose of a route."""
    sender, recipient, purpose = route
    return sender in index.parties and recipient in index.parties and purpose in index.purposes


def stretches(indexes: Iterable[Index], route: Route, at: int) -> list[Span]:
    """The time from `at` on, cut where anything that bears on the route begins or ends."""
    moments = {moment for index in indexes for moment in _moments(index, route, at)}
    cuts = [at, *sorted(moment for moment in moments if at < moment < NEVER), NEVER]
    return [*pairwise(cuts)]


def _moments(index: Index, route: Route, at: int) -> Iterator[int]:
    if not index.moments or index.moments[-1] <= at:
        return
    if not is_known(index, route):
        return
    sender, recipient = index.parties[route.sender], index.parties[route.recipient]
    purpose = index.purposes[route.purpose]
    if purpose.refusable_until is not None:
        yield purpose.refusable_until
    spans = [*sender.spans, *recipient.spans, *purpose.spans]
    spans += [flow.span for flow in index.candidates(*route)]
    roles = [role for party in behind(index, recipient) for role in party.roles or ()]
    spans += [span for role in roles for span in role.spans]
    spans += _of_prohibitions(index, route)
    for span in spans:
        yield from span


def behind(index: Index, party: PartyEntry) -> list[PartyEntry]:
    """The party, and all that it works for, whose papers bear on what it may get."""
    found, asked = [party], {party.chain[0]}
    for each in found:
        for engaging in {role.works_for for role in each.roles or () if role.works_for} - asked:
            asked.add(engaging)
            if engaging in index.parties:
                found.append(index.parties[engaging])
    return found


def _of_prohibitions(index: Index, route: Route) -> list[Span]:
    bans = index.prohibitions
    return [bans.entries[place].span for place in bits(bans.concerning(*route))]
