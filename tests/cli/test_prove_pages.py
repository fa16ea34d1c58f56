"""The pages of the rules about invariants: of the fixed form, with examples that run as shown."""

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run
from tests.rules.command_pages import (
    assert_fixed_form,
    assert_shows_files,
    assert_shows_screen,
    without_digests,
)
from tests.rules.examples import MOMENT, OF_COMMANDS, write_base, yaml_files

HERE = Path(__file__).parent / "pages"
RULES = sorted(each.name for each in HERE.iterdir())


def seen(run: Run, rule: str, kind: str) -> Ran:
    """What `doelbinding prove` shows of an example, laid over the policy of the rules' pages."""
    shutil.rmtree("policy")
    folder = write_base(Path("policy"))
    for name, text in yaml_files(HERE / rule / kind).items():
        (folder / name).write_text(text, "utf-8")
    ran = run("prove", "--at", MOMENT)
    return ran._replace(out=without_digests(ran.out))


def test_these_are_rules_of_commands() -> None:
    assert RULES == ["invariant-broken", "invariant-vacuous"]
    assert {*RULES} <= {*OF_COMMANDS}


@pytest.mark.parametrize("rule", RULES)
def test_the_page_has_the_fixed_form(rule: str) -> None:
    assert_fixed_form(rule)


@pytest.mark.parametrize("kind", ["Bad", "Good"])
@pytest.mark.parametrize("rule", RULES)
def test_the_page_shows_the_files_of_the_example(rule: str, kind: str) -> None:
    assert_shows_files(rule, HERE, kind)


@pytest.mark.parametrize("rule", RULES)
def test_the_bad_example_shows_the_rule_on_exactly_this_screen(run: Run, rule: str) -> None:
    ran = seen(run, rule, "bad")
    assert ran.code == 1
    assert f"error[{rule}]" in ran.out
    assert_shows_screen(rule, HERE, ran.out)


@pytest.mark.parametrize("rule", RULES)
def test_the_good_example_holds(run: Run, rule: str) -> None:
    ran = seen(run, rule, "good")
    assert ran.code == 0
    assert ran.out.startswith("policy: the one invariant holds\n")
