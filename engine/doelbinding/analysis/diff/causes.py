"""Which declarations a change comes from."""

from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from doelbinding.analysis.diff.cells import Piece
from doelbinding.analysis.diff.entries import Pair
from doelbinding.analysis.routes import Route, behind
from doelbinding.decider.index import Index, bits
from doelbinding.model.ids import chain


class Happened(StrEnum):
    """What happened to a declaration."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Cause(NamedTuple):
    """A declaration that came, went or changed, by its section and id."""

    section: str
    id: str
    happened: Happened


class Causes:
    """Finds what changed in the declarations that cells depend on."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._flows = [_flow_ids(index) for index in pair.both]
        self._prohibitions = [
            {entry.id for entry in index.prohibitions.entries} for index in pair.both
        ]

    def of(self, piece: Piece) -> tuple[Cause, ...]:
        """What the change of these cells comes from, sorted."""
        asked = self._expansion(piece.categories)
        found = {
            cause for index in self._pair.both for cause in self._rules(index, piece.route, asked)
        }
        return tuple(sorted(found.union(self._names(piece, asked))))

    def _names(self, piece: Piece, asked: int) -> Iterator[Cause]:
        """The parties, purposes, subjects and categories that changed."""
        pair, (sender, recipient, purpose) = self._pair, piece.route
        parties = [index.parties for index in pair.both]
        yield from _topmost("recipients", sender, pair.senders, parties)
        for each in self._behind(recipient):
            yield from _topmost("recipients", each, pair.recipients_themselves, parties)
        purposes = [index.purposes for index in pair.both]
        yield from _topmost("purposes", purpose, pair.purposes, purposes)
        for subject in pair.subjects.intersection(piece.members):
            yield _cause("subjects", subject, [index.subjects for index in pair.both])
        for place in bits(asked & pair.categories):
            category = pair.new.categories[place]
            yield _cause("categories", category, [index.expansions for index in pair.both])

    def _behind(self, recipient: str) -> set[str]:
        """The recipient, and all that it works or worked for."""
        return {
            party.chain[0]
            for index in self._pair.both
            if recipient in index.parties
            for party in behind(index, index.parties[recipient])
        }

    def _rules(self, index: Index, route: Route, asked: int) -> Iterator[Cause]:
        """The flows and prohibitions that changed and cover something of what is asked."""
        known = route.sender in index.parties and route.recipient in index.parties
        purpose = index.purposes.get(route.purpose) if known else None
        if purpose is None:
            return
        for flow in index.candidates(*route):
            if flow.id in self._pair.flows and flow.would_grant(purpose.ceiling) & asked:
                yield _cause("flows", flow.id, self._flows)
        entries = index.prohibitions.entries
        for place in bits(index.prohibitions.concerning(*route)):
            if entries[place].id in self._pair.prohibitions and entries[place].data & asked:
                yield _cause("prohibitions", entries[place].id, self._prohibitions)

    def _expansion(self, categories: int) -> int:
        """The categories with all that lies below them on either side."""
        expanded = 0
        for place in bits(categories):
            for index in self._pair.both:
                expanded |= index.expansions.get(index.categories[place], 0)
        return expanded


def _flow_ids(index: Index) -> set[str]:
    return {flow.id for flows in index.flows.values() for flow in flows}


def _topmost(
    section: str, identifier: str, changed: frozenset[str], sides: Sequence[Collection[str]]
) -> Iterator[Cause]:
    """The highest declaration above the id that changed as it did."""
    last = None
    for each in chain(identifier):
        if each not in changed:
            break
        last = each
    if last is not None:
        yield _cause(section, last, sides)


def _cause(section: str, identifier: str, sides: Collection[Collection[str]]) -> Cause:
    before, now = (identifier in side for side in sides)
    if before and now:
        return Cause(section, identifier, Happened.CHANGED)
    return Cause(section, identifier, Happened.ADDED if now else Happened.REMOVED)
