"""The pages of the rules about invariants: of the fixed form, with examples that run as shown."""

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run
from tests.rules.examples import MOMENT, OF_COMMANDS, write_base, yaml_files
from tests.rules.test_pages import SECTIONS, page, parts

HERE = Path(__file__).parent / "pages"
RULES = sorted(each.name for each in HERE.iterdir())

_DIGEST = re.compile(r"sha256:[0-9a-f]+…?")
_YAML = re.compile(r"^`([^`]+)`:\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def seen(run: Run, rule: str, kind: str) -> Ran:
    """What `doelbinding prove` shows of an example, laid over the policy of the rules' pages."""
    shutil.rmtree("policy")
    folder = write_base(Path("policy"))
    for name, text in yaml_files(HERE / rule / kind).items():
        (folder / name).write_text(text, "utf-8")
    ran = run("prove", "--at", MOMENT)
    return ran._replace(out=_DIGEST.sub("sha256:…", ran.out))


def test_these_are_rules_of_commands() -> None:
    assert RULES == ["invariant-broken", "invariant-vacuous"]
    assert {*RULES} <= {*OF_COMMANDS}


@pytest.mark.parametrize("rule", RULES)
def test_the_page_has_the_fixed_form(rule: str) -> None:
    title, *sections = parts(rule)
    assert page(rule).startswith(f"{title}\n\n**Error.** ")
    assert sections == SECTIONS


@pytest.mark.parametrize("kind", ["Bad", "Good"])
@pytest.mark.parametrize("rule", RULES)
def test_the_page_shows_the_files_of_the_example(rule: str, kind: str) -> None:
    assert dict(_YAML.findall(parts(rule)[kind])) == yaml_files(HERE / rule / kind.lower())


@pytest.mark.parametrize("rule", RULES)
def test_the_bad_example_shows_the_rule_on_exactly_this_screen(run: Run, rule: str) -> None:
    ran, file = seen(run, rule, "bad"), HERE / rule / "screen.txt"
    if os.environ.get("DOELBINDING_WRITE_SCREENS") == "1":
        file.write_text(ran.out, "utf-8")
    assert ran.code == 1
    assert f"error[{rule}]" in ran.out
    assert ran.out == file.read_text("utf-8")
    assert f"```text\n{ran.out}```" in parts(rule)["What you see"]


@pytest.mark.parametrize("rule", RULES)
def test_the_good_example_holds(run: Run, rule: str) -> None:
    ran = seen(run, rule, "good")
    assert ran.code == 0
    assert ran.out.startswith("policy: the one invariant holds\n")
