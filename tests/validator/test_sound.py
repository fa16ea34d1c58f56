"""The short way from a sound file to declarations leads where the long one does."""

import json
from dataclasses import fields
from random import Random
from typing import Any

import pytest

from bench.large_policy import SMALL, sections
from doelbinding.loader import LoadedFile, PolicySource, load_texts
from doelbinding.model.declarations import Declarations
from doelbinding.validator import validate
from doelbinding.validator.assemble import assemble
from doelbinding.validator.sound import declared_in
from tests.policies import BASE, changed, completed, source_of
from tests.properties.generators import generate_policy, serialise
from tests.validator.test_explainer import mutated


def generated(seed: int) -> PolicySource:
    random = Random(seed)
    return load_texts("policy", serialise(generate_policy(random), random).items())


def the_long_way(source: PolicySource, monkeypatch: pytest.MonkeyPatch) -> Declarations:
    with monkeypatch.context() as patched:
        patched.setattr("doelbinding.validator.assemble.declared_in", lambda _: None)
        return assemble(source, None).draft.declarations


def places(declared: Declarations) -> list[object]:
    held = [getattr(declared, field.name) for field in fields(declared)]
    return [
        each.place for section in held if hasattr(section, "values") for each in section.values()
    ]


@pytest.mark.parametrize("seed", range(20))
def test_both_ways_build_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    source = generated(seed)
    assert all(declared_in(file) is not None for file in source.files)
    short, long = assemble(source, None).draft.declarations, the_long_way(source, monkeypatch)
    assert short == long
    assert places(short) == places(long)


def test_both_ways_build_the_same_of_a_large_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        (f"{name}.yaml", json.dumps(held if name == "policy" else {name: held}))
        for name, held in sections(SMALL).items()
    ]
    source = load_texts("policy", texts)
    assert assemble(source, None).draft.declarations == the_long_way(source, monkeypatch)


@pytest.mark.parametrize("seed", range(20))
def test_both_ways_find_the_same_in_mutations(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)
    policy = generate_policy(random)
    texts = [(name, json.dumps(mutated(content, random))) for name, content in policy.items()]
    source = load_texts("policy", texts)
    short = validate(source)
    with monkeypatch.context() as patched:
        patched.setattr("doelbinding.validator.assemble.declared_in", lambda _: None)
        assert validate(source) == short


def loaded(**changes: Any) -> LoadedFile:
    (file,) = source_of(completed(changed(BASE, changes))).files
    return file


@pytest.mark.parametrize(
    "changes",
    [
        {"flows": {"news-mail": {"colour": "red"}}},
        {"flows": {"news-mail": {"valid": {"from": "2026-02-30"}}}},
        {"purposes": {"news": {"retention": "P0D"}}},
        {"flows": {"news-mail": {"data": ["Contact"]}}},
    ],
)
def test_a_file_with_anything_wrong_in_it_goes_the_long_way(changes: dict[str, Any]) -> None:
    assert declared_in(loaded()) is not None
    assert declared_in(loaded(**changes)) is None


def test_a_label_in_a_language_called_like_a_date_is_a_label() -> None:
    label = {"on": "not a day", "en": "News by mail"}
    flow = {"label": label, "valid": {"from": "2026-01-01"}}
    assert declared_in(loaded(flows={"news-mail": flow})) is not None
