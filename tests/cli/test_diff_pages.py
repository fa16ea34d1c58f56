"""The pages of the rules about differences: of the fixed form, with examples that run as shown."""

import json
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
from tests.rules.examples import MOMENT, write_base, yaml_files

HERE = Path(__file__).parent / "diff_pages"
RULES = sorted(each.name for each in HERE.iterdir())
GATES = {"gate-open": ("--no-new-recipients",)}


def seen(run: Run, rule: str, kind: str, *more: str) -> Ran:
    """What `doelbinding diff` shows of an example, laid over the policy of the rules' pages."""
    for folder in ("old", "policy"):
        shutil.rmtree(folder, ignore_errors=True)
        write_base(Path(folder))
    for name, text in yaml_files(HERE / rule / kind).items():
        Path("policy", name).write_text(text, "utf-8")
    ran = run("diff", "old", "policy", "--at", MOMENT, *GATES.get(rule, ()), *more)
    return ran._replace(out=without_digests(ran.out))


def rules_in(ran: Ran) -> set[str]:
    """The rules that SARIF names, by which a page is looked up."""
    return {each["ruleId"] for each in json.loads(ran.out)["runs"][0]["results"]}


@pytest.mark.parametrize("rule", RULES)
def test_the_page_has_the_fixed_form(rule: str) -> None:
    assert_fixed_form(rule)


@pytest.mark.parametrize("kind", ["Bad", "Good"])
@pytest.mark.parametrize("rule", RULES)
def test_the_page_shows_the_files_of_the_example(rule: str, kind: str) -> None:
    assert_shows_files(rule, HERE, kind)


@pytest.mark.parametrize("rule", RULES)
def test_the_bad_example_is_seen_on_exactly_this_screen(run: Run, rule: str) -> None:
    ran = seen(run, rule, "bad")
    assert_shows_screen(rule, HERE, ran.out)


@pytest.mark.parametrize("rule", RULES)
def test_the_bad_example_shows_the_rule_and_the_good_one_does_not(run: Run, rule: str) -> None:
    assert rule in rules_in(seen(run, rule, "bad", "--format", "sarif"))
    assert seen(run, rule, "bad", "--fail-on", "any").code == 1
    assert rules_in(seen(run, rule, "good", "--format", "sarif")) == set()
    assert seen(run, rule, "good", "--fail-on", "any").code == 0
