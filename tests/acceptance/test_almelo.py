"""The policy of Bibliotheek Almelo against its decision cases and against the published text.

A case is a line of JSON: `transfer` is the question, `expect` the effect, where `permit` means
allow or log. Where given, `permitted` is the exact set, `reason` is given per category, `duties`
are among those of the answer, `not-duties` are not.
"""

import hashlib
import json
import os
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from doelbinding.model.decision import Decision, Effect
from doelbinding.model.statement import Extent
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


# ── The published text ───────────────────────────────────────────────────────────────────────────

VARIABLE = "DOELBINDING_STATEMENT"
STATEMENT = Path(
    os.environ.get(VARIABLE)
    or ROOT / "../shared/statement/privacyverklaring-bibliotheek-almelo.nl.txt"
)
CLAUSES = POLICY.declarations.clauses
FINDINGS = POLICY.declarations.findings


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """The lines of the published text, which is no part of this project."""
    if not STATEMENT.is_file():
        pytest.skip(
            "THE PUBLISHED STATEMENT IS NOT HERE, so that no clause was checked against its text: "
            f"name its file in {VARIABLE}"
        )
    return STATEMENT.read_text(encoding="utf-8").splitlines()


def text_at(lines: list[str], extent: Extent) -> str:
    """What stands there: NFC, white space folded to single blanks, trimmed."""
    (first, begin), (last, end) = extent.first, extent.last
    stretch = lines[first - 1 : last]
    stretch[-1] = stretch[-1][:end]
    stretch[0] = stretch[0][begin - 1 :]
    return " ".join(unicodedata.normalize("NFC", "\n".join(stretch)).split())


def assert_within(lines: list[str], extent: Extent) -> None:
    """Both ends are characters of the text, in order, and no blanks."""
    assert extent.first <= extent.last
    for line, character in (extent.first, extent.last):
        assert 1 <= line <= len(lines)
        assert 1 <= character <= len(lines[line - 1])
        assert not lines[line - 1][character - 1].isspace()


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_stands_where_the_policy_says_with_the_text_that_it_hashed(
    clause: str, lines: list[str]
) -> None:
    described = CLAUSES[clause]
    assert described.extent is not None
    assert_within(lines, described.extent)
    text = text_at(lines, described.extent)
    assert hashlib.sha256(text.encode()).hexdigest() == described.sha256


@pytest.mark.parametrize("finding", FINDINGS)
def test_a_fault_in_the_text_stands_where_the_policy_says(finding: str, lines: list[str]) -> None:
    extent = FINDINGS[finding].extent
    assert extent is not None
    assert_within(lines, extent)
    assert text_at(lines, extent)


def test_no_two_clauses_claim_one_stretch_of_the_text() -> None:
    extents = sorted(
        (each.extent.first, each.extent.last) for each in CLAUSES.values() if each.extent
    )
    assert len(extents) == len(CLAUSES)
    for (_, end), (begin, _) in pairwise(extents):
        assert end < begin
