"""The policy of Bibliotheek Almelo against its decision cases.

A case is a line of JSON: `transfer` is the question, `expect` the effect, where `permit` means
allow or log. Where given, `permitted` is the exact set, `reason` is given per category, `duties`
are among those of the answer, `not-duties` are not.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from doelbinding.model.decision import Decision, Effect
from doelbinding.policy import Policy

Case = dict[str, Any]

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES = sorted(HERE.glob("*.jsonl"))
MOMENT = "2026-11-24T12:00:00+01:00"

POLICY = Policy.load(ROOT / "policy", at=MOMENT)


def cases_of(file: Path) -> list[Case]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


CASES = [case for file in FILES for case in cases_of(file)]


def effects_of(expected: str) -> set[Effect]:
    return {Effect.ALLOW, Effect.LOG} if expected == "permit" else {Effect(expected)}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_policy_decides_as_the_statement_demands(case: Case) -> None:
    decision: Decision = POLICY.check(**case["transfer"])
    assert decision.effect in effects_of(case["expect"]), decision
    if "permitted" in case:
        assert set(decision.permitted) == set(case["permitted"])
    reasons = {entry.category: str(entry.reason) for entry in decision.withheld}
    assert {each: reasons.get(each) for each in case.get("reason", {})} == case.get("reason", {})
    assert set(case.get("duties", ())) <= set(decision.duties)
    assert not set(case.get("not-duties", ())) & set(decision.duties)


def test_both_files_are_there_and_no_two_cases_have_one_id() -> None:
    assert [file.name for file in FILES] == ["almelo-more.jsonl", "almelo.jsonl"]
    identifiers = [case["id"] for case in CASES]
    assert len(set(identifiers)) == len(identifiers) > 100


def test_a_case_has_no_key_that_nothing_looks_at() -> None:
    keys = {key for case in CASES for key in case}
    checked = {"transfer", "expect", "permitted", "reason", "duties", "not-duties"}
    assert keys <= checked | {"id", "clause", "note"}


def test_every_clause_that_a_case_names_is_one_of_the_statement() -> None:
    named = {case["clause"] for case in CASES if "clause" in case}
    assert named <= {*POLICY.declarations.clauses}


def test_the_shipped_policy_has_no_finding() -> None:
    assert POLICY.findings == ()
