"""Invariants held against every transfer of up to two categories (section 6, prove)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import combinations, product
from math import prod
from random import Random
from typing import Any, NamedTuple

from tests.properties.brute.points import Point
from tests.properties.brute.small import Plain
from tests.properties.brute.table import Answer, Parties, Table
from tests.properties.generators.draw import chance, some
from tests.properties.reference import listed, within

Claim = Mapping[str, Any]
"""What an invariant says, as it is written."""


class Example(NamedTuple):
    """A transfer, in the order in which smaller ones come first."""

    categories: int
    known: int
    sender: str
    recipient: str
    purpose: str
    subject: str
    data: tuple[str, ...]
    literals: tuple[tuple[str, bool], ...]
    reference: bool
    at: timedelta


class Verdict(NamedTuple):
    """What going through all transfers gives: the smallest that breaks it, if any does."""

    broken_by: Example | None
    is_empty: bool
    is_idle: bool


class Enumeration:
    """All that is permitted at all under a policy from some moment on, in the order of time."""

    def __init__(self, table: Table, moments: list[timedelta], most: int = 2) -> None:
        self.table, self.points = table, table.points
        self.permitted = [*_permitted(table, moments, most)]
        sides = (table.parties, table.parties, table.purposes, table.subjects, table.categories)
        self.seen = prod(map(len, (*sides, moments, table.points.all)))
        """How many transfers of one category that is."""

    def verdict(self, claim: Claim) -> Verdict:
        """Whether the claim holds of all of it."""
        [(kind, body)] = claim.items()
        match = body if kind == "never" else body["match"]
        given = self.points.all_known(match.get("given", {}))
        best: Example | None = None
        is_idle = kind != "never"
        for parties, data, at, answer in self.permitted:
            if not matches(self.table, match, parties, data):
                continue
            if answer.permitted & given:
                is_idle = False
            broken = answer.permitted & given & breaking(self.table, claim, parties, answer)
            if broken:
                found = example(parties, data, at, self.points.first(broken))
                best = found if best is None else min(best, found)
        is_empty = not any_can_match(self.table, match)
        return Verdict(best, is_empty, is_idle and not is_empty)


def _permitted(
    table: Table, moments: list[timedelta], most: int
) -> Iterator[tuple[Parties, tuple[str, ...], timedelta, Answer]]:
    for parties, at, answers in table.everything(moments):
        for size in range(1, most + 1):
            for data in combinations(sorted(answers), size):
                answer = together([answers[each] for each in data])
                if answer.permitted:
                    yield parties, data, at, answer


def together(answers: list[Answer]) -> Answer:
    """The answer to several categories at once: it may go where each may (steps 7 to 9)."""
    permitted = answers[0].permitted
    for each in answers[1:]:
        permitted &= each.permitted
    logged, duties = 0, dict[str, int]()
    for each in answers:
        logged |= each.logged & permitted
        for duty, points in each.duties:
            duties[duty] = duties.get(duty, 0) | points & permitted
    return Answer(permitted, logged, tuple(sorted(duties.items())))


def example(parties: Parties, data: tuple[str, ...], at: timedelta, point: Point) -> Example:
    return Example(
        len(data), len(point.literals), *parties, data, point.literals, point.reference, at
    )


def breaking(table: Table, claim: Claim, parties: Parties, answer: Answer) -> int:
    """The points at which what is permitted breaks the claim."""
    [(kind, body)] = claim.items()
    if kind == "never":
        return answer.permitted
    if kind == "always":
        kept = answer.permitted
        for part in parts_of(body):
            kept &= having(table, part, body, answer)
        return answer.permitted & ~kept
    return answer.permitted if any(outside(table, body, parties)) else 0


def parts_of(body: Mapping[str, Any]) -> Iterator[str]:
    """What an `always` asks, one by one, by the names under which a proof speaks of them."""
    yield from (each for each in ("effect", "reference") if each in body)
    yield from (f"facts.{each}" for each in body.get("facts", ()))
    yield from (f"duties.{each}" for each in body.get("duties", ()))


def having(table: Table, part: str, body: Mapping[str, Any], answer: Answer) -> int:
    """The points at which the answer has what is asked."""
    key, _, name = part.partition(".")
    if key == "effect":
        logged = answer.logged
        return logged if body["effect"] == "log" else answer.permitted & ~logged
    if key == "reference":
        return table.points.referenced
    if key == "facts":
        return table.points.known(name, body["facts"][name])
    return answer.with_duty(name)


def outside(table: Table, body: Mapping[str, Any], parties: Parties) -> Iterator[str]:
    """The sides of an `only` on which a transfer is none of those named."""
    inside = table.reference._party_within
    sides: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
        ("from", inside),
        ("to", inside),
        ("purpose", within),
    )
    for (key, is_inside), name in zip(sides, parties, strict=False):
        if key in body and not any(is_inside(name, each) for each in listed(body[key])):
            yield key


def matches(table: Table, match: Claim, parties: Parties, data: Iterable[str]) -> bool:
    """Whether a transfer between these, about that, is one that the invariant speaks of."""
    sender, recipient, purpose, subject = parties
    inside = table.reference._party_within
    return (
        selects(match.get("from"), sender, inside)
        and selects(match.get("to"), recipient, inside)
        and selects(match.get("purpose"), purpose, within)
        and selects(match.get("subjects"), subject, within)
        and all(selects(match.get("data"), each, within) for each in data)
    )


def any_can_match(table: Table, match: Claim) -> bool:
    """Whether there is any transfer of one category that matches, permitted or not."""
    names = (table.parties, table.parties, table.purposes, table.subjects, table.categories)
    return any(
        matches(table, match, (sender, recipient, purpose, subject), (category,))
        for sender, recipient, purpose, subject, category in product(*names)
    )


def selects(selection: Any, name: str, is_inside: Callable[[str, str], bool]) -> bool:
    """Whether a side of a match means that id."""
    if selection is None:
        return True
    if isinstance(selection, dict):
        return not selects(selection["not"], name, is_inside)
    return any(is_inside(name, each) for each in listed(selection))


# ── Invariants to try ────────────────────────────────────────────────────────────────────────────

DUTIES = ("encrypt", "pseudonymise", "delete-after-use", "inform-subject")


def some_claim(random: Random, plain: Plain) -> Claim:
    """An invariant about single transfers, which may hold."""
    kind = random.choice(("never", "never", "always", "always", "only"))
    match = _match(random, plain)
    if kind == "never":
        return {kind: match}
    body = _always(random, plain) if kind == "always" else _only(random, plain)
    return {kind: {"match": match, **body}}


def some_path(random: Random, plain: Plain) -> Claim:
    """An invariant about chains."""
    parties = _parties(plain)
    body: dict[str, Any] = {
        "from": some(random, parties, 1, 2),
        "to": some(random, parties, 1, 2),
        "data": some(random, sorted(plain["categories"]), 1, 2),
    }
    if chance(random, 30):
        body["given"] = _known(random, plain)
    return {"no-path": body}


def _parties(plain: Plain) -> list[str]:
    return ["library", "data-subject", *sorted(plain.get("recipients", ()))]


def _match(random: Random, plain: Plain) -> dict[str, Any]:
    sides = {
        "from": _parties(plain),
        "to": _parties(plain),
        "purpose": sorted(plain["purposes"]),
        "subjects": sorted(plain["subjects"]),
        "data": sorted(plain["categories"]),
    }
    match: dict[str, Any] = {}
    for key, names in sides.items():
        if chance(random, 35):
            chosen: Any = some(random, names, 1, 2)
            chosen = chosen[0] if len(chosen) == 1 and chance(random, 30) else chosen
            match[key] = {"not": chosen} if chance(random, 35) else chosen
    if chance(random, 35):
        match["given"] = _known(random, plain)
    return match


def _known(random: Random, plain: Plain) -> dict[str, bool]:
    facts = ["consent", "objection", *sorted(plain.get("facts", ()))]
    return {each: chance(random, 50) for each in some(random, facts, 1, 2)}


def _always(random: Random, plain: Plain) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "effect": random.choice(("log", "allow")),
        "facts": _known(random, plain),
        "duties": some(random, DUTIES, 1, 2),
        "reference": True,
    }
    return {key: asked[key] for key in some(random, sorted(asked), 1, 2)}


def _only(random: Random, plain: Plain) -> dict[str, Any]:
    parties = _parties(plain)
    named: dict[str, Any] = {
        "from": some(random, parties, 1, 3),
        "to": some(random, parties, 1, 3),
        "purpose": some(random, sorted(plain["purposes"]), 1, 2),
    }
    return {key: named[key] for key in some(random, sorted(named), 1, 2)}
