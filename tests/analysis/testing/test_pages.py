"""The pages of the rules that tests have: of the fixed form, with examples that run as shown."""

from pathlib import Path

import pytest

from doelbinding.cli.main import main
from tests.rules.command_pages import (
    assert_fixed_form,
    assert_shows_files,
    assert_shows_screen,
    without_digests,
)
from tests.rules.examples import OF_COMMANDS, write_base, yaml_files

HERE = Path(__file__).parent / "pages"
RULES = sorted(each.name for each in HERE.iterdir())


def screen(rule: str, kind: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What `doelbinding test` shows of an example, laid over the policy of the rules' pages."""
    tests = write_base(Path("policy")) / "tests"
    tests.mkdir()
    for name, text in yaml_files(HERE / rule / kind).items():
        (tests / name).write_text(text, "utf-8")
    code = main(["test"])
    assert code == (1 if kind == "bad" else 0)
    return without_digests(capsys.readouterr().out)


def test_the_rules_of_tests_have_examples() -> None:
    assert set(RULES) <= set(OF_COMMANDS)
    assert RULES == ["test-failed", "test-unusable"]


@pytest.mark.parametrize("rule", RULES)
def test_the_page_has_the_fixed_form(rule: str) -> None:
    assert_fixed_form(rule)


@pytest.mark.parametrize("kind", ["Bad", "Good"])
@pytest.mark.parametrize("rule", RULES)
def test_the_page_shows_the_files_of_the_example(rule: str, kind: str) -> None:
    assert_shows_files(rule, HERE, kind)


@pytest.mark.parametrize("rule", RULES)
def test_the_bad_example_shows_the_rule_on_exactly_this_screen(
    rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = screen(rule, "bad", capsys)
    assert f"error[{rule}]" in seen
    assert_shows_screen(rule, HERE, seen)


@pytest.mark.parametrize("rule", RULES)
def test_the_good_example_passes(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert screen(rule, "good", capsys).startswith("policy: the tests pass: 1 passed\n")
