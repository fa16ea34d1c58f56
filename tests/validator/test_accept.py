"""A warning can be accepted until a day; an error cannot."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from doelbinding.diagnostics import Finding, Severity
from doelbinding.loader import PolicySource, load_texts
from doelbinding.loader.nodes import plain
from doelbinding.model.period import instant
from doelbinding.validator import RULES, validate
from doelbinding.validator.schemas import SECTIONS
from tests.rules.examples import MOMENT, example

DAY = datetime.fromisoformat(MOMENT).date()
ACCEPTED = [rule.id for rule in RULES if rule.severity is Severity.WARNING]
REFUSED = [rule.id for rule in RULES if rule.severity is Severity.ERROR]
OF_NO_DECLARATION = {"review-overdue", "observation-ends"}


def found_in(source: PolicySource, rule: str, day: date) -> list[Finding]:
    noon = datetime.combine(day, time(12), ZoneInfo("Europe/Amsterdam"))
    found = validate(source, at=instant(noon)).findings
    return [each for each in found if each.rule == rule and each.accepted is None]


def accepted_in(source: PolicySource, day: date) -> list[Finding]:
    noon = datetime.combine(day, time(12), ZoneInfo("Europe/Amsterdam"))
    return [each for each in validate(source, at=instant(noon)).findings if each.accepted]


def merged(source: PolicySource) -> dict[str, Any]:
    """All files as one."""
    policy: dict[str, Any] = {}
    for file in source.files:
        assert file.root is not None
        content: Any = plain(file.root)
        for key, value in content.items():
            policy[key] = {**policy.get(key, {}), **value} if key in SECTIONS else value
    return policy


def accepting(source: PolicySource, rule: str) -> PolicySource | None:
    """The same, each declaration of which the rule speaks accepting it; None if there is none."""
    policy = merged(source)
    accept = {"rule": rule, "until": DAY.isoformat(), "because": "It is known."}
    owners = [
        (section, identifier)
        for finding in found_in(source, rule, DAY)
        for section in SECTIONS
        for identifier in policy.get(section, ())
        if f"{finding.path}.".startswith(f"{section}.{identifier}.")
    ]
    for section, identifier in owners:
        policy[section][identifier].setdefault("accept", []).append(accept)
    return load_texts("policy", [("all.yaml", json.dumps(policy))]) if owners else None


@pytest.mark.parametrize("rule", ACCEPTED)
def test_a_warning_is_accepted_to_the_end_of_its_day_and_comes_back_the_day_after(
    rule: str,
) -> None:
    before = found_in(example(rule, "bad"), rule, DAY)
    assert before
    source = accepting(example(rule, "bad"), rule)
    assert (source is None) is (rule in OF_NO_DECLARATION)
    if source is not None:
        assert found_in(source, rule, DAY) == []
        assert {each.rule for each in accepted_in(source, DAY)} == {rule}
        after = found_in(source, rule, DAY + timedelta(days=1))
        ended = len(before) if rule == "acceptance-ended" else 0  # those that accept it end too
        assert len(after) == len(before) + ended
        assert accepted_in(source, DAY + timedelta(days=1)) == []


@pytest.mark.parametrize("rule", REFUSED)
def test_an_error_cannot_be_accepted(rule: str) -> None:
    bad = example(rule, "bad")
    source = accepting(bad, rule)
    if source is not None:
        assert len(found_in(source, rule, DAY)) == len(found_in(bad, rule, DAY))
        assert validate(source).declarations is None


def test_accepting_one_rule_accepts_no_other() -> None:
    source = accepting(example("purpose-without-retention", "bad"), "purpose-without-retention")
    assert source is not None
    policy = merged(source)
    policy["purposes"]["reminders"].pop("clauses")
    policy["purposes"]["reminders"]["lawful-basis"] = "consent"
    other = load_texts("policy", [("all.yaml", json.dumps(policy))])
    assert found_in(other, "unfounded-declaration", DAY)
