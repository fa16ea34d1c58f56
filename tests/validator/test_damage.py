"""A part that cannot be read is one error; nothing else is said to be wrong because of it."""

import json
from typing import Any

import pytest

from doelbinding.diagnostics import Finding, errors
from doelbinding.loader import load_texts
from doelbinding.validator import validate
from doelbinding.validator.schemas import SECTIONS
from tests.validator.test_references import POLICY

UNREADABLE: dict[str, Any] = {"number": 7, "null": None, "list": [[]], "text": "No Id"}
"""What is right nowhere but, as text, in a few places."""

DECLARATIONS = [(section, each) for section in SECTIONS for each in POLICY[section]]
KEYS = [(*owner, key) for owner in DECLARATIONS for key in POLICY[owner[0]][owner[1]]]


def replaced(value: dict[str, Any], path: tuple[str, ...], by: Any) -> dict[str, Any]:
    step, *rest = path
    return {**value, step: replaced(value[step], tuple(rest), by) if rest else by}


def errors_in(*texts: str) -> tuple[Finding, ...]:
    files = [(f"{number}.yaml", text) for number, text in enumerate(texts)]
    return errors(validate(load_texts("policy", files)).findings)


def errors_of(policy: dict[str, Any]) -> tuple[Finding, ...]:
    """All errors, none of them said twice of one place."""
    found = errors_in(json.dumps(policy, indent=1))
    places = [(it.line, it.column) for it in (each.place for each in found) if it]
    assert len(places) == len(set(places)) == len(found)
    return found


def assert_all_within(found: tuple[Finding, ...], path: tuple[str, ...]) -> None:
    """Each finding of the validator speaks of that path; the loader's have none."""
    start = ".".join(path)
    assert [each for each in found if each.path and not each.path.startswith(start)] == []


@pytest.mark.parametrize("by", UNREADABLE)
@pytest.mark.parametrize("path", KEYS, ids=".".join)
def test_a_key_that_cannot_be_read_is_the_only_one_to_be_wrong(
    path: tuple[str, ...], by: str
) -> None:
    found = errors_of(replaced(POLICY, path, UNREADABLE[by]))
    assert_all_within(found, path)
    may_be_text = path[2] in ("label", "informative")
    assert found or (may_be_text and by == "text")


@pytest.mark.parametrize("by", UNREADABLE)
@pytest.mark.parametrize("path", DECLARATIONS, ids=".".join)
def test_a_declaration_that_cannot_be_read_is_the_only_one_to_be_wrong(
    path: tuple[str, ...], by: str
) -> None:
    found = errors_of(replaced(POLICY, path, UNREADABLE[by]))
    assert found
    assert_all_within(found, path)


@pytest.mark.parametrize("by", UNREADABLE)
@pytest.mark.parametrize("section", SECTIONS)
def test_of_a_section_that_cannot_be_read_nothing_is_missed(section: str, by: str) -> None:
    found = errors_of(replaced(POLICY, (section,), UNREADABLE[by]))
    assert found
    assert_all_within(found, (section,))


REST = json.dumps({key: value for key, value in POLICY.items() if key != "facts"})
FACTS = "asked: {label: Asked}"


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (f"facts: {{urgent: {{label: U}}}}\nfacts: {{{FACTS}}}\n", ["duplicate-key"]),
        ("facts: *elsewhere\n", ["yaml-anchor"]),
        ("facts:\n", ["null-value"]),
        (f"facts:\n  {FACTS}\n  <<: {{urgent: {{label: U}}}}\n", ["yaml-merge-key"]),
        (f"facts: {{{FACTS}}}\n<<: {{invariants: {{}}}}\n", ["yaml-merge-key"]),
        (f"facts:\n  {FACTS}\n  *other : {{label: U}}\n", ["yaml-anchor"]),
    ],
)
def test_declarations_that_the_loader_left_out_are_not_missed(text: str, rules: list[str]) -> None:
    assert [each.rule for each in errors_in(text, REST)] == rules


def test_a_key_refused_inside_a_declaration_cuts_nothing_else() -> None:
    text = "facts:\n  asked: {label: Asked, <<: {x: y}}\n"
    assert {each.rule for each in errors_in(text, REST)} == {"yaml-merge-key", "undeclared-id"}


TWICE = "  copy: {label: Copy, from: library, to: printer, purpose: draft}\n"


@pytest.mark.parametrize(
    "texts",
    [
        ["purposes:\n  draft: {label: D}\n  draft: {label: D, lawful-basis: contract}\n"],
        ["purposes: {draft: {label: D}}\n", "purposes: {draft: {label: D, data: [contact]}}\n"],
    ],
    ids=["one file", "two files"],
)
def test_what_is_declared_twice_is_not_judged_by_the_first_alone(texts: list[str]) -> None:
    found = errors_in(*texts, f"flows:\n{TWICE}", json.dumps(POLICY))
    assert len(found) == 1
    assert found[0].rule.startswith("duplicate-")


def test_a_clause_is_not_uncovered_while_a_declaration_may_have_named_it() -> None:
    alone = replaced(POLICY, ("clauses", "alone"), {"label": "Alone"})
    covered = replaced(alone, ("facts", "urgent", "clauses"), ["alone"])
    assert errors_of(covered) == ()
    assert [each.rule for each in errors_of(alone)] == ["clause-uncovered"]
    lost = errors_of(replaced(alone, ("facts", "urgent", "clauses"), 7))
    assert [each.path for each in lost] == ["facts.urgent.clauses"]
    other = replaced(alone, ("facts", "asked", "label"), 7)  # its clauses are there to be read
    assert [each.rule for each in errors_of(other)] == ["wrong-type", "clause-uncovered"]
