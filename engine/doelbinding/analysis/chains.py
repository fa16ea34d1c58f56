"""Chains of transfers: how far data can travel, hop by hop, as time goes on."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from doelbinding.analysis.space import Witness
from doelbinding.analysis.terms import FactStates
from doelbinding.model.period import NEVER

Chain = tuple[Witness, ...]
"""Transfers, each of which takes up where the one before has ended, and no earlier."""


class Hop(NamedTuple):
    """A transfer that can go from its moment on, until another (excluded)."""

    transfer: Witness
    until: int


class Hops:
    """Hops by sender: of those between the same parties in the same stretch, the smallest."""

    def __init__(self, facts: FactStates) -> None:
        self._facts = facts
        self._best: dict[tuple[str, str, int, int], Hop] = {}

    def add(self, hop: Hop) -> None:
        """Keep the hop, unless a smaller one is there."""
        transfer = hop.transfer
        key = transfer.sender, transfer.recipient, transfer.at, hop.until
        known = self._best.get(key)
        if known is None or transfer.rank(self._facts) < known.transfer.rank(self._facts):
            self._best[key] = hop

    def chains(self, starts: Iterable[str], at: int) -> Mapping[str, Chain]:
        """A shortest chain, of one hop at least, to each party that data reach from the starts.

        Whoever has the data earlier can do all that one can who has them later. So from each
        party only chains that got there earlier than any before, of no fewer hops, go on.
        """
        leaving = self._leaving()
        found: dict[str, Chain] = {}
        arrivals = dict.fromkeys(starts, at)
        ends: dict[str, Chain] = dict.fromkeys(sorted(arrivals), ())
        while ends:
            longer: dict[str, Chain] = {}
            for party, chain in ends.items():
                self._go_on(leaving.get(party, ()), chain, at, longer)
            ends = {}
            for party, chain in longer.items():
                found.setdefault(party, chain)
                if chain[-1].at < arrivals.get(party, NEVER):
                    arrivals[party], ends[party] = chain[-1].at, chain
        return found

    def _leaving(self) -> dict[str, list[Hop]]:
        leaving: dict[str, list[Hop]] = {}
        for _, hop in sorted(self._best.items()):
            leaving.setdefault(hop.transfer.sender, []).append(hop)
        return leaving

    def _go_on(
        self, leaving: Iterable[Hop], chain: Chain, at: int, longer: dict[str, Chain]
    ) -> None:
        """Where one more hop leads, unless a better chain of as many hops leads there."""
        since = chain[-1].at if chain else at
        for transfer, until in leaving:
            if until > since:
                candidate = *chain, transfer._replace(at=max(since, transfer.at))
                known = longer.get(transfer.recipient)
                if known is None or self._rank(candidate) < self._rank(known):
                    longer[transfer.recipient] = candidate

    def _rank(self, chain: Chain) -> tuple[object, ...]:
        """The earliest first, then by the transfers."""
        return chain[-1].at, *(each.rank(self._facts) for each in chain)
