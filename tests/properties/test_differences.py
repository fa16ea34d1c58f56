"""A comparison of two policies finds exactly the cells that differ at some point, each once."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise, product
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from doelbinding.analysis.answers import Answer as Reasoned
from doelbinding.analysis.diff import Change, compare
from doelbinding.analysis.diff import Comparison as Compared
from doelbinding.analysis.diff.causes import Cause
from doelbinding.analysis.space import Witness
from doelbinding.analysis.terms import FactStates
from tests.properties.answers import ask, bundled_policy
from tests.properties.brute.changes import MEANINGS, ROLE_CHANGES, SPICES, vary
from tests.properties.brute.differences import WAYS, Comparison, Shown
from tests.properties.brute.engine import (
    cell_of,
    instant_of,
    known_of,
    microseconds,
    point_of,
    some_moment,
    text_of,
)
from tests.properties.brute.points import Points
from tests.properties.brute.small import Small, generate_processors, generate_small
from tests.properties.brute.table import NEVER, Answer, Cell
from tests.properties.seeds import blocks, long_blocks, name

SEEDS = 10
BLOCKS = blocks(100, SEEDS)

SOAK_SEEDS = 100
SOAK_BLOCKS = long_blocks(5_000, SOAK_SEEDS)


def pair_of(random: Random) -> tuple[Small, Small]:
    """A policy and what became of it, either way round; or two that have little in common."""
    one = vary(random, generate_small(random), SPICES, random.randrange(6))
    if random.randrange(8):
        other = vary(random, one, MEANINGS, random.choice((1, 1, 1, 2, 3, 5)))
    else:
        other = vary(random, generate_small(random), SPICES, random.randrange(6))
    return (one, other) if random.randrange(2) else (other, one)


def processors_of(random: Random) -> tuple[Small, Small]:
    """Parties that work for each other, and the same with other roles for some of them."""
    one = generate_processors(random)
    return one, vary(random, one, ROLE_CHANGES, random.choice((1, 2, 2)))


class Case:
    """Two policies compared both ways."""

    def __init__(self, random: Random, pair: tuple[Small, Small]) -> None:
        self.old, self.new = pair
        self.at = some_moment(random, self.old.reference, self.new.reference)
        self.all = Comparison(self.old.reference, self.new.reference, self.at)
        self.found = self.compared(self.old, self.new)
        self.facts = FactStates(self.found.new.facts)

    def compared(self, old: Small, new: Small) -> Compared:
        old_index, new_index = (each.policy.compiled.index for each in (old, new))
        return compare(old_index, new_index, microseconds(self.at))

    def shown(self, witness: Witness | None) -> Shown | None:
        if witness is None:
            return None
        point = point_of(self.facts, witness.known)
        return Shown(
            len(point.literals),
            cell_of(witness),
            point.literals,
            point.reference,
            instant_of(witness),
        )


def cells_of(change: Change) -> list[Cell]:
    return [Cell(*each) for box in change.boxes for each in product(*box)]


def hold_to_all_transfers(random: Random, pair: tuple[Small, Small]) -> Counter[str]:
    """The comparison agrees with going through all transfers of both."""
    case = Case(random, pair)
    found = [(cell, change) for change in case.found.changes for cell in cells_of(change)]
    assert len(dict(found)) == len(found) == sum(each.size for each in case.found.changes)
    assert {cell: (str(it.kind), str(it.verdict)) for cell, it in found} == {
        cell: (moved.kind, moved.verdict) for cell, moved in case.all.changed.items()
    }
    assert case.found.unchanged == case.all.unchanged
    before, now = case.found.served_before, case.found.served_now
    assert (before.recipients, before.purposes) == case.all.served("before")
    assert (now.recipients, now.purposes) == case.all.served("now")
    for change in case.found.changes:
        hold_witnesses(case, change)
        hold_causes(case, change)
        for cell in cells_of(change)[:2]:
            hold_steps(case, change, cell)
    hold_mirror(case)
    seen = Counter(str(change.kind) for _, change in found)
    seen.update(str(change.verdict) for _, change in found)
    more = {"pairs": 1, "cells": len(case.all.cells), "transfers": case.all.seen}
    return seen + Counter({**more, "unchanged": case.found.unchanged})


def hold_witnesses(case: Case, change: Change) -> None:
    """Each is the smallest transfer of its change that shows it, on both sides."""
    for way in WAYS:
        witness: Witness | None = getattr(change, way)
        shown = case.shown(witness)
        assert shown == case.all.smallest(cells_of(change), way), (way, change)
        if shown is not None:
            hold_both_deciders(case, way, shown)


def hold_both_deciders(case: Case, way: str, shown: Shown) -> None:
    """The engine itself decides that transfer as the witness claims."""
    cell = shown.cell
    transfer = {
        "sender": cell.sender,
        "recipient": cell.recipient,
        "purpose": cell.purpose,
        "subject": cell.subject,
        "data": [cell.category],
        "facts": dict(shown.literals),
        "at": text_of(shown.at),
        **({"reference": "R-1"} if shown.reference else {}),
    }
    old, new = (ask(each.policy, transfer) for each in (case.old, case.new))
    denied = [each["effect"] == "deny" for each in (old, new)]
    assert denied == [way == "widened", way == "narrowed"], (way, transfer)
    if way == "handled":
        assert (old["effect"], old["duties"]) != (new["effect"], new["duties"]), transfer


def hold_causes(case: Case, change: Change) -> None:
    """There is a declaration that it comes from, and what is said of each is so."""
    assert change.causes, change
    same_clocks = case.old.plain["timezone"] == case.new.plain["timezone"]
    for cause in change.causes:
        was, is_there = (is_declared(each, cause) for each in (case.old, case.new))
        assert (was, is_there) == {
            "added": (False, True),
            "removed": (True, False),
            "changed": (True, True),
        }[str(cause.happened)], cause
        if same_clocks and cause.section in ("flows", "prohibitions"):
            old, new = (each.plain.get(cause.section, {}) for each in (case.old, case.new))
            assert old.get(cause.id) != new.get(cause.id), cause


def is_declared(small: Small, cause: Cause) -> bool:
    """Whether the policy has it; the controller and the person are parties like others."""
    if cause.section == "recipients":
        return cause.id in small.reference.parties
    return cause.id in small.plain.get(cause.section, {})


def hold_steps(case: Case, change: Change, cell: Cell) -> None:
    """The steps say what both sides answer from the moment of the comparison on."""
    spans = [step.span for step in change.steps]
    assert spans[0][0] == microseconds(case.at)
    assert all(one[1] == other[0] for one, other in pairwise(spans))
    for at, old, new in case.all.answers(cell):
        step = max(each for each in change.steps if each.span[0] <= microseconds(at))
        for answer, reasoned in ((old, step.old), (new, step.new)):
            assert as_reasoned(case.all.points, case.facts, reasoned) == answer, (cell, at)


def as_reasoned(points: Points, facts: FactStates, reasoned: Reasoned | None) -> Answer:
    """What the reasoning says at every point."""
    if reasoned is None:
        return NEVER
    permitted, logged, duties = 0, 0, dict[str, int]()
    for place, point in enumerate(points.all):
        known = known_of(facts, point)
        effect = str(reasoned.effect(known))
        if effect != "deny":
            permitted |= 1 << place
            logged |= (effect == "log") << place
            for duty in reasoned.duties_when(known):
                duties[str(duty)] = duties.get(str(duty), 0) | 1 << place
    return Answer(permitted, logged, tuple(sorted(duties.items())))


MIRRORED = {"widened": "narrowed", "narrowed": "widened"}
MIRRORED |= {"newly-permitted": "newly-denied", "newly-denied": "newly-permitted"}


def hold_mirror(case: Case) -> None:
    """Compared the other way round, what widens narrows, in the same cells."""
    back = case.compared(case.new, case.old)
    there, again = (
        {
            cell: [str(each.kind), str(each.verdict)]
            for each in it.changes
            for cell in cells_of(each)
        }
        for it in (case.found, back)
    )
    assert again == {
        cell: [MIRRORED.get(each, each) for each in said] for cell, said in there.items()
    }
    assert (back.unchanged, back.served_now) == (case.found.unchanged, case.found.served_before)


@pytest.mark.parametrize("seeds", BLOCKS, ids=name)
def test_differences_are_what_going_through_every_transfer_finds(seeds: range) -> None:
    seen = Counter[str]()
    for seed in seeds:
        random = Random(f"differences {seed}")
        seen += hold_to_all_transfers(random, pair_of(random))
    assert seen["widened"] + seen["narrowed"] > SEEDS  # or the comparison says little


@pytest.mark.parametrize("seeds", BLOCKS, ids=name)
def test_they_are_so_where_processors_work_for_each_other(seeds: range) -> None:
    for seed in seeds:
        random = Random(f"processors {seed}")
        hold_to_all_transfers(random, processors_of(random))


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=10,
    phases=(Phase.explicit, Phase.generate),  # a policy shrinks for minutes; the seed suffices
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
@given(random=st.randoms(use_true_random=False))
def test_they_are_so_for_policies_that_hypothesis_makes(random: Random) -> None:
    hold_to_all_transfers(random, pair_of(random))


@pytest.mark.soak
@pytest.mark.parametrize("seeds", SOAK_BLOCKS, ids=name)
def test_differences_are_what_every_transfer_shows_at_length(seeds: range) -> None:
    seen = Counter[str]()
    for seed in seeds:
        random = Random(f"differences {seed}")
        seen += hold_to_all_transfers(random, pair_of(random))
        seen += hold_to_all_transfers(random, processors_of(random))
    counts = ", ".join(f"{count} {what}" for what, count in seen.most_common())
    print(f"{name(seeds)}: {counts}")  # noqa: T201 - kept as evidence


def test_bundles_differ_as_the_policies_do_from_which_they_were_written() -> None:
    for seed in range(20):
        random = Random(f"bundles {seed}")
        old, new = pair_of(random)
        at = microseconds(some_moment(random, old.reference, new.reference))
        indexes = [each.policy.compiled.index for each in (old, new)]
        bundled = [bundled_policy(each.policy, each.files).compiled.index for each in (old, new)]
        expected = compare(indexes[0], indexes[1], at)
        for one, other in ((bundled[0], bundled[1]), (indexes[0], bundled[1])):
            found = compare(one, other, at)
            assert found.changes == expected.changes
            assert found.unchanged == expected.unchanged


def test_what_is_past_makes_no_difference() -> None:
    """Seen from a later moment there are no more differences than from an earlier one."""
    for seed in range(10):
        random = Random(f"past {seed}")
        case = Case(random, pair_of(random))
        earlier = set(case.all.changed)
        case.at = case.all.moments[-1] + timedelta(days=1)
        later = case.compared(case.old, case.new)
        assert {cell for change in later.changes for cell in cells_of(change)} <= earlier
