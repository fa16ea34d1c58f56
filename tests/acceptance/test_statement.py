"""The policy of Bibliotheek Almelo against the published statement, which is no part of it."""

import hashlib
import os
import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest

from doelbinding.model.statement import Extent
from doelbinding.policy import Policy

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "policy").rglob("*.yaml"))
VARIABLE = "DOELBINDING_STATEMENT"
STATEMENT = Path(
    os.environ.get(VARIABLE)
    or ROOT / "../shared/statement/privacyverklaring-bibliotheek-almelo.nl.txt"
)

DECLARATIONS = Policy.load(ROOT / "policy", at="2026-11-24T12:00:00+01:00").declarations
CLAUSES = DECLARATIONS.clauses
FINDINGS = DECLARATIONS.findings

WORD = re.compile(r"\w+(?:['\N{RIGHT SINGLE QUOTATION MARK}-]\w+)*")
A_SENTENCE = 6
"""So many words in a row are no longer our own; an address, with its numbers, is no sentence."""


@pytest.fixture(scope="module")
def statement() -> str:
    """The published text."""
    if not STATEMENT.is_file():
        pytest.skip(
            "THE PUBLISHED STATEMENT IS NOT HERE, so that the policy was not checked against its "
            f"text: name its file in {VARIABLE}"
        )
    return STATEMENT.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def lines(statement: str) -> list[str]:
    return statement.splitlines()


# ── Its clauses, and the faults in it ────────────────────────────────────────────────────────────


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


# ── Its wording ──────────────────────────────────────────────────────────────────────────────────


def sentences(text: str) -> set[tuple[str, ...]]:
    """Every so many words in a row, whatever stands between them."""
    words = WORD.findall(unicodedata.normalize("NFC", text).casefold())
    rows = (words[at : at + A_SENTENCE] for at in range(len(words) - A_SENTENCE + 1))
    return {tuple(row) for row in rows if not any(word.isdecimal() for word in row)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_sentence_of_the_statement_stands_in_the_policy(file: Path, statement: str) -> None:
    copied = sentences(file.read_text(encoding="utf-8")) & sentences(statement)
    assert not copied


def test_a_sentence_is_found_however_it_is_laid_out() -> None:
    published = "Wij verwerken uw e-mailadres; alleen voor\nnieuwsbrieven."
    copied = '# x\n  nl: >-\n    "Verwerken uw e-mailadres\n    alleen voor nieuwsbrieven"'
    assert sentences(published) & sentences(copied)
    assert not sentences(published) & sentences(copied.replace("uw ", "jouw "))
