"""The cases for any implementation, put to the engine and to the reference."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from doelbinding.loader.scalars import resolve
from doelbinding.model.decision import REASONS_OF_POLICY, Reason
from tests.policies import MOMENT, completed, policy_of
from tests.properties.answers import ask, ask_reference, reference_policy

Case = dict[str, Any]

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
CASES: dict[str, list[Case]] = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES
}
ALL = [
    pytest.param(case, id=f"{topic}: {case['note']}") for topic in CASES for case in CASES[topic]
]


def asked(case: Case) -> Case:
    return {"at": MOMENT, **case["transfer"]}


def demanded(case: Case) -> Case:
    """The answer with all that was left out."""
    nothing: Case = {"permitted": [], "withheld": [], "rules": [], "duties": []}
    answer = {**nothing, "unknown-facts": [], **case["answer"]}
    return {**answer, "withheld": [whole_entry(entry) for entry in answer["withheld"]]}


def whole_entry(entry: Case) -> Case:
    remedy = {"facts": {}, "reference": False, **entry.get("remedy", {})}
    return {"parts": [], "rule": None, **entry, "remedy": remedy}


@pytest.mark.parametrize("case", ALL)
def test_the_engine_gives_the_answer(case: Case) -> None:
    policy = policy_of(case["policy"])
    if case["answer"].get("defect"):
        with pytest.raises(TypeError):
            policy.check(**asked(case))
    else:
        assert ask(policy, asked(case)) == demanded(case)


@pytest.mark.parametrize("case", ALL)
def test_the_reference_gives_the_answer(case: Case) -> None:
    policy = reference_policy({"policy.yaml": completed(case["policy"])})
    if case["answer"].get("defect"):
        with pytest.raises(TypeError):
            ask_reference(policy, asked(case))
    else:
        assert ask_reference(policy, asked(case)) == demanded(case)


@cache
def every_case() -> tuple[Case, ...]:
    return tuple(case for cases in CASES.values() for case in cases)


def test_there_are_many_cases_and_no_two_have_one_note() -> None:
    notes = [case["note"] for case in every_case()]
    assert len(notes) >= 200
    assert len(set(notes)) == len(notes)


def test_every_case_has_the_four_keys_and_nothing_else() -> None:
    for case in every_case():
        assert list(case) == ["note", "policy", "transfer", "answer"]


@pytest.mark.parametrize("reason", sorted(REASONS_OF_POLICY))
def test_every_reason_of_a_policy_stands_in_some_case(reason: Reason) -> None:
    answers = [case["answer"] for case in every_case()]
    given = {entry["reason"] for answer in answers for entry in answer.get("withheld", ())}
    assert reason in given


@pytest.mark.parametrize("effect", ["allow", "log", "deny"])
def test_every_effect_stands_in_some_case(effect: str) -> None:
    assert any(case["answer"].get("effect") == effect for case in every_case())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_version_of_yaml_reads_the_same(file: Path) -> None:
    events = yaml.parse(file.read_text(encoding="utf-8"))
    plain = [each for each in events if isinstance(each, yaml.ScalarEvent) and not each.style]
    assert plain
    for each in plain:
        assert yaml.safe_load(each.value) == resolve(each.value)
