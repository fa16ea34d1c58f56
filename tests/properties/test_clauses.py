"""Which declarations carry a clause, and on what each declaration rests, as the texts say it."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest

from doelbinding.analysis.coverage import Coverage, cover
from tests.properties.answers import engine_policy
from tests.properties.generators import Policy as Files
from tests.properties.generators import generate_policy
from tests.properties.generators.tree import lineage
from tests.properties.seeds import blocks, name

SEEDS = 10
BLOCKS = blocks(120, SEEDS)

SPEAKING_FOR_BELOW = ("categories", "purposes", "recipients")
SECTIONS = (*SPEAKING_FOR_BELOW, "subjects", "flows", "prohibitions", "facts")


def declared(files: Files, section: str) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for content in files.values():
        part = content.get(section, {})
        assert isinstance(part, dict)
        found |= part
    return found


def resting(files: Files) -> Iterator[tuple[str, str, tuple[str, ...], bool, str | None]]:
    """Section and id, its clauses or those of the nearest above, whether assumed, and whose."""
    for section in SECTIONS:
        declarations = declared(files, section)
        for identifier in declarations:
            lines = lineage(identifier) if section in SPEAKING_FOR_BELOW else [identifier]
            spoken = [
                each for each in lines if {"clauses", "assumption"} & declarations[each].keys()
            ]
            if not spoken:
                yield section, identifier, (), False, None
                continue
            keys = declarations[spoken[0]]
            clauses = tuple(keys.get("clauses", ()))
            other = None if spoken[0] == identifier else spoken[0]
            yield section, identifier, clauses, "assumption" in keys, other


def hold_clauses(files: Files, coverage: Coverage) -> None:
    clauses = declared(files, "clauses")
    assert [each.clause.id for each in coverage.clauses] == sorted(clauses)
    for carried in coverage.clauses:
        identifier, keys = carried.clause.id, clauses[carried.clause.id]
        naming = {
            (section, each)
            for section in (*SECTIONS, "invariants")
            for each, keys in declared(files, section).items()
            if identifier in keys.get("clauses", ())
        }
        assert {*carried.carriers} == naming
        assert len(carried.carriers) == len(naming)
        assert carried.is_covered is bool(naming or {"held-by", "informative"} & keys.keys())


def hold_foundations(files: Files, coverage: Coverage) -> None:
    found = [
        (
            each.section,
            each.declaration.id,
            each.clauses,
            each.is_assumed,
            each.spoken_for_by,
        )
        for each in coverage.declarations
    ]
    assert sorted(found, key=repr) == sorted(resting(files), key=repr)
    for each in coverage.declarations:
        assert each.is_founded is bool(each.clauses or each.is_assumed)


@pytest.mark.parametrize("seeds", BLOCKS, ids=name)
def test_clauses_and_declarations_are_held_together_both_ways(seeds: range) -> None:
    founded = unfounded = 0
    for seed in seeds:
        files = generate_policy(Random(f"clauses {seed}"))
        coverage = cover(engine_policy(files).compiled, [])
        hold_clauses(files, coverage)
        hold_foundations(files, coverage)
        founded += sum(each.is_founded for each in coverage.declarations)
        unfounded += sum(not each.is_founded for each in coverage.declarations)
    assert min(founded, unfounded) > 0  # or it says little
