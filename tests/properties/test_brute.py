"""The tables say what both deciders say: transfer by transfer, drawn or all of them."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from random import Random

import pytest

from tests.properties.answers import ask, ask_reference
from tests.properties.brute.changes import MEANINGS, SPICES, vary
from tests.properties.brute.engine import some_moment, text_of
from tests.properties.brute.points import Point, Points
from tests.properties.brute.proofs import together
from tests.properties.brute.small import Small, generate_small
from tests.properties.brute.table import NEVER, Answer, Cell, Parties, Table, moments_from
from tests.properties.seeds import blocks, long_blocks, name

SEEDS = 10
BLOCKS = blocks(200, SEEDS)
DRAWN = 40
"""Transfers of each policy."""

SOAK_BLOCKS = long_blocks(200, SEEDS)
MOST = 60_000
"""Policies with more transfers than that are left out where all are gone through."""


def hard_policy(random: Random) -> Small:
    """A small policy with more conditions, periods and exceptions than at first."""
    return vary(random, generate_small(random), SPICES, random.randrange(8))


def table_of(small: Small) -> Table:
    return Table(small.reference, Points(small.reference.facts))


def asked(parties: Parties, data: list[str], at: timedelta, point: Point) -> dict[str, object]:
    sender, recipient, purpose, subject = parties
    return {
        "sender": sender,
        "recipient": recipient,
        "purpose": purpose,
        "subject": subject,
        "data": data,
        "facts": point.facts,
        "at": text_of(at),
        **({"reference": "R-1"} if point.reference else {}),
    }


def expected(table: Table, answer: Answer, point: Point) -> tuple[str, list[str]]:
    place = table.points.places[point]
    if not answer.permitted >> place & 1:
        return "deny", []
    duties = [duty for duty, points in answer.duties if points >> place & 1]
    return "log" if answer.logged >> place & 1 else "allow", duties


def agree_on(small: Small, transfer: dict[str, object], says: object) -> None:
    answer = ask_reference(small.reference, transfer)
    assert (answer["effect"], answer["duties"]) == says, transfer
    assert ask(small.policy, transfer) == answer, transfer


def some_questions(
    random: Random, table: Table, moments: list[timedelta]
) -> Iterator[tuple[Parties, timedelta]]:
    """Parties and moments, half of them such that something may go, if anything ever may."""
    names = (table.parties, table.parties, table.purposes, table.subjects)
    every = [*product(*names)]
    going = [(parties, at) for parties, at, _ in table.everything(moments)]
    for number in range(DRAWN):
        later = random.choice((timedelta(0), timedelta(seconds=1)))
        if going and number % 2:
            parties, at = random.choice(going)
            yield parties, at + later
        else:
            yield random.choice(every), random.choice(moments) + later


@pytest.mark.parametrize("seeds", BLOCKS, ids=name)
def test_a_table_says_what_both_deciders_say_of_transfers_drawn(seeds: range) -> None:
    permitted = 0
    for seed in seeds:
        random = Random(f"tables {seed}")
        small = hard_policy(random)
        table = table_of(small)
        moments = moments_from(some_moment(random, small.reference), small.reference)
        for parties, at in some_questions(random, table, moments):
            answers = table.answers(parties, at)
            going = sorted(answers) if random.randrange(4) else table.categories
            data = random.choices(going or table.categories, k=random.choice((1, 1, 2)))
            answer = together([answers.get(each, NEVER) for each in data])
            point = random.choice(table.points.all)
            if answer.permitted and random.randrange(3):
                point = random.choice([*table.points.among(answer.permitted)])
            says = expected(table, answer, point)
            permitted += says[0] != "deny"
            agree_on(small, asked(parties, data, at, point), says)
    assert permitted > SEEDS


@pytest.mark.soak
@pytest.mark.parametrize("seeds", SOAK_BLOCKS, ids=name)
def test_a_table_says_what_both_deciders_say_of_every_transfer(seeds: range) -> None:
    seen = left_out = 0
    for seed in seeds:
        random = Random(f"tables {seed}")
        small = vary(random, generate_small(random), MEANINGS, 2)
        table = table_of(small)
        moments = moments_from(some_moment(random, small.reference), small.reference)
        names = (table.parties, table.parties, table.purposes, table.subjects, table.categories)
        cells = [*product(*names)]
        if len(cells) * len(moments) * len(table.points.all) > MOST:
            left_out += 1
            continue
        for cell, at in product(map(Cell._make, cells), moments):
            answer = table.of(cell, at)
            for point in table.points.all:
                transfer = asked(cell[:4], [cell.category], at, point)
                agree_on(small, transfer, expected(table, answer, point))
                seen += 1
    print(f"{name(seeds)}, {seen} transfers, {left_out} policies left out")  # noqa: T201 - kept as evidence


def test_points_are_all_states_without_and_with_a_reference() -> None:
    points = Points(["asked"])
    assert len(points.all) == 27 * 2
    assert points.all[:3] == (Point((), False), Point((), True), Point((("asked", False),), False))


def test_a_condition_holds_where_its_literals_are_known_as_demanded() -> None:
    points = Points(["asked"])
    both = points.where({"not": {"any": ["asked", {"not": "consent"}]}})
    assert both == points.all_known({"asked": False, "consent": True})
    assert not points.where({"all": ["asked", {"not": "asked"}]})
    assert points.where({"any": ["asked", {"not": "asked"}]}) != points.every


def test_the_minimal_points_span_what_opens_as_more_is_known() -> None:
    points = Points(["asked"])
    opened = points.where({"any": ["asked", {"all": ["asked", "consent"]}]}) & points.referenced
    assert points.minimal(opened) == {Point((("asked", True),), True)}
    assert points.above(points.minimal(opened)) == opened
