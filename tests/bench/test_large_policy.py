"""The made-up policies that benchmarks measure: valid, the same each time, and well mixed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.large_policy import SMALL, Size, questions, write_policy
from doelbinding.diagnostics import Severity
from doelbinding.loader import load_source
from doelbinding.model.decision import Effect
from doelbinding.policy import Policy
from doelbinding.validator import validate

AT = "2026-11-24T12:00:00+01:00"
MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_policy(tmp_path_factory.mktemp("large"), SMALL)


@pytest.fixture(scope="module")
def asked() -> list[dict[str, Any]]:
    return list(questions(SMALL, count=1_000))


def test_a_made_up_policy_is_valid_with_few_warnings(folder: Path) -> None:
    findings = validate(load_source(folder)).findings
    assert [each for each in findings if each.severity is Severity.ERROR] == []
    assert len(findings) <= SMALL.flows // 50


def test_a_made_up_policy_has_the_size_that_was_asked(folder: Path) -> None:
    declared = Policy.load(folder).declarations
    assert (
        Size(
            len(declared.purposes),
            len(declared.recipients),
            len(declared.categories),
            len(declared.flows),
            len(declared.prohibitions),
        )
        == SMALL
    )


def test_the_same_seed_makes_the_same_policy(folder: Path, tmp_path: Path) -> None:
    again, other = (
        write_policy(tmp_path / "again", SMALL),
        write_policy(tmp_path / "other", SMALL, 8),
    )
    assert list(texts(again)) == list(texts(folder))
    assert list(texts(other)) != list(texts(folder))


def test_many_flows_go_over_files_of_less_than_a_mebibyte(tmp_path: Path) -> None:
    write_policy(tmp_path, Size(purposes=40, recipients=40, categories=60, flows=2_500))
    sizes = [each.stat().st_size for each in tmp_path.glob("flows-*.yaml")]
    assert len(sizes) == 3
    assert max(sizes) < MEBIBYTE


def test_a_made_up_policy_holds_what_real_ones_hold(folder: Path) -> None:
    declared = Policy.load(folder).declarations
    flows = declared.flows.values()
    conditional = sum(flow.when is not None for flow in flows)
    assert 0.5 < conditional / len(flows) < 0.7
    for has in ("subjects", "excluded", "valid", "duties", "needs_reference", "clauses"):
        assert any(getattr(flow, has) for flow in flows), has
    kinds = {role.kind for each in declared.recipients.values() for role in each.roles or ()}
    assert {"controller", "processor"} <= kinds
    assert any(ban.unless for ban in declared.prohibitions.values())


def test_questions_differ_and_are_the_same_each_time(asked: list[dict[str, Any]]) -> None:
    assert len({repr(each) for each in asked}) == 1_000
    assert list(questions(SMALL, count=1_000)) == asked
    assert next(questions(SMALL, count=1, seed=12)) != asked[0]


def test_about_half_of_the_questions_are_denied(folder: Path, asked: list[dict[str, Any]]) -> None:
    policy = Policy.load(folder)
    effects = Counter(policy.check(**each, at=AT).effect for each in asked)
    assert 0.4 < effects[Effect.DENY] / len(asked) < 0.6
    assert effects[Effect.LOG] > 100
    assert effects[Effect.ALLOW] > 100


def test_a_question_names_up_to_six_categories_and_five_facts(
    asked: list[dict[str, Any]],
) -> None:
    assert {len(each["data"]) for each in asked} == {1, 2, 3, 4, 5, 6}
    assert max(len(each["facts"]) for each in asked) == 5


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.iterdir()):
        yield path.name, path.read_text(encoding="utf-8")
