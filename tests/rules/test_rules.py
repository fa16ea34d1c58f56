"""Each rule has a bad example, a good one, and the screen that the user sees of the bad one."""

import pytest

from doelbinding.loader import load_texts
from tests.rules.examples import (
    BASE,
    FROM_FILES,
    HERE,
    assert_screen,
    example,
    findings_of,
    rule_ids,
    screen,
    yaml_files,
)

SHOWN_BY_TEXTS = [rule for rule in rule_ids() if rule not in FROM_FILES]


def test_the_base_policy_has_no_finding() -> None:
    assert findings_of(load_texts("policy", yaml_files(BASE).items())) == ()


def test_the_folders_are_those_of_the_rules() -> None:
    folders = {each.name for each in HERE.iterdir() if each.is_dir()}
    assert folders - {"base", "__pycache__"} == {*rule_ids()}


@pytest.mark.parametrize("rule", SHOWN_BY_TEXTS)
def test_the_bad_example_shows_the_rule_on_exactly_this_screen(rule: str) -> None:
    findings = findings_of(example(rule, "bad"))
    assert rule in {finding.rule for finding in findings}
    assert_screen(rule, screen(findings))


@pytest.mark.parametrize("rule", SHOWN_BY_TEXTS)
def test_the_good_example_has_no_finding_that_is_not_accepted(rule: str) -> None:
    assert [each for each in findings_of(example(rule, "good")) if not each.accepted] == []


@pytest.mark.parametrize("rule", SHOWN_BY_TEXTS)
def test_bad_and_good_differ_in_what_they_hold_and_not_in_their_files(rule: str) -> None:
    bad, good = yaml_files(HERE / rule / "bad"), yaml_files(HERE / rule / "good")
    assert bad.keys() == good.keys()
    assert bad != good
