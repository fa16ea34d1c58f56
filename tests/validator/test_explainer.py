"""The first look and the explainer agree on what has the right shape."""

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest

from doelbinding.validator.schemas import SECTIONS, manifest_keys
from doelbinding.validator.structure import Shape, declaration_shape, is_well_shaped, manifest_shape
from tests.properties.generators import Policy, generate_policy
from tests.validator.test_schemas import EXAMPLE, POLICY_FILE

STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.0, 1.5, 10**17, "", " ", "x", "X", "a.b", "é", "a b"),
    *("2026-01-01", "2026-1-1", "P1Y", "P", "NL", "nl", "https://a.example/", "x" * 300),
    *("allow", "log", "required", [], [[]], ["x"], ["x", "x"], [1, 2], [1], {}, {"x": "y"}),
    *({"not": "x"}, {"any": ["x", "y"]}, {"all": []}, {"from": "2026-01-01"}, {"nl": "x"}),
    *({"reference": "x"}, [{"role": "processor"}]),
)
KEYS = ("label", "from", "to", "until", "not", "all", "any", "role", "because", "unknown", "é", "")


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in plain data at which something can be put, as (holder, key)."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def mutated(value: Any, random: Random) -> Any:
    """The same with one to three places taken away, replaced, doubled or added."""
    holder = [deepcopy(value)]
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        where, key = random.choice(list(places(holder)))
        way = random.randrange(4)
        if way == 0 and where is not holder:
            del where[key]
        elif way == 1 and isinstance(where[key], dict):
            where[key][random.choice(KEYS)] = random.choice(STRANGE)
        elif way == 2 and isinstance(where[key], list):
            where[key].append(random.choice([*where[key], *STRANGE]))
        else:
            where[key] = deepcopy(random.choice(STRANGE))
    return holder[0]


def assert_agree(shape: Shape, value: Any) -> bool:
    """Both looks, at the same value; whether they admit it."""
    admitted = shape._first_look.is_valid(value)
    flaws = [error.message for error in shape._explainer.iter_errors(value)]
    assert admitted is (flaws == []), (value, flaws)
    assert admitted is (shape.flaws(value) == []), value
    return bool(admitted)


@pytest.mark.parametrize("section", SECTIONS)
def test_they_agree_on_every_mutation_of_an_example(section: str) -> None:
    random = Random(section)
    shape = declaration_shape(section)
    examples = list(EXAMPLE[section].values())
    assert all(assert_agree(shape, each) for each in examples)
    seen = [assert_agree(shape, mutated(random.choice(examples), random)) for _ in range(300)]
    assert {*seen} == {True, False}


@pytest.mark.parametrize("key", [*manifest_keys(), "statement"])
def test_they_agree_on_every_mutation_of_a_key_of_the_manifest(key: str) -> None:
    random = Random(key)
    shape = manifest_shape(key)
    assert assert_agree(shape, EXAMPLE[key])
    seen = [assert_agree(shape, mutated(EXAMPLE[key], random)) for _ in range(200)]
    assert False in seen


@pytest.mark.parametrize("seed", range(8))
def test_they_agree_on_mutations_of_generated_declarations(seed: int) -> None:
    random = Random(seed)
    policy = generate_policy(random)
    for section, declaration in declarations(policy):
        shape = declaration_shape(section)
        assert assert_agree(shape, declaration)
        assert_agree(shape, mutated(declaration, random))


@pytest.mark.parametrize("seed", range(8))
def test_the_look_at_a_whole_file_refuses_what_any_look_at_a_part_refuses(seed: int) -> None:
    random = Random(seed)
    policy = generate_policy(random)
    assert all(map(is_well_shaped, policy.values()))
    for section, declaration in declarations(policy):
        wrong = mutated(declaration, random)
        flaws = declaration_shape(section).flaws(wrong)
        assert is_well_shaped({section: {"some-id": wrong}}) is (flaws == []), wrong


@pytest.mark.parametrize("seed", range(20))
def test_they_agree_on_mutations_of_whole_files(seed: int) -> None:
    random = Random(seed)
    for content in generate_policy(random).values():
        wrong = mutated(content, random)
        assert is_well_shaped(wrong) is POLICY_FILE.is_valid(wrong), wrong


def declarations(policy: Policy) -> Iterator[tuple[str, Any]]:
    for content in policy.values():
        for section, held in content.items():
            if section in SECTIONS and isinstance(held, dict):
                for declaration in held.values():
                    yield section, declaration
