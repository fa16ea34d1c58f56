"""The pages of the rules about differences: of the fixed form, with examples that run as shown."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run
from tests.rules.examples import MOMENT, write_base, yaml_files
from tests.rules.test_pages import SECTIONS, page, parts

HERE = Path(__file__).parent / "diff_pages"
RULES = sorted(each.name for each in HERE.iterdir())
GATES = {"gate-open": ("--no-new-recipients",)}

_DIGEST = re.compile(r"sha256:[0-9a-f]+…?")
_YAML = re.compile(r"^`([^`]+)`:\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def seen(run: Run, rule: str, kind: str, *more: str) -> Ran:
    """What `doelbinding diff` shows of an example, laid over the policy of the rules' pages."""
    for folder in ("old", "policy"):
        shutil.rmtree(folder, ignore_errors=True)
        write_base(Path(folder))
    for name, text in yaml_files(HERE / rule / kind).items():
        Path("policy", name).write_text(text, "utf-8")
    ran = run("diff", "old", "policy", "--at", MOMENT, *GATES.get(rule, ()), *more)
    return ran._replace(out=_DIGEST.sub("sha256:…", ran.out))


def rules_in(ran: Ran) -> set[str]:
    """The rules that SARIF names, by which a page is looked up."""
    return {each["ruleId"] for each in json.loads(ran.out)["runs"][0]["results"]}


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
def test_the_bad_example_is_seen_on_exactly_this_screen(run: Run, rule: str) -> None:
    ran, file = seen(run, rule, "bad"), HERE / rule / "screen.txt"
    if os.environ.get("DOELBINDING_WRITE_SCREENS") == "1":
        file.write_text(ran.out, "utf-8")
    assert ran.out == file.read_text("utf-8")
    assert f"```text\n{ran.out}```" in parts(rule)["What you see"]


@pytest.mark.parametrize("rule", RULES)
def test_the_bad_example_shows_the_rule_and_the_good_one_does_not(run: Run, rule: str) -> None:
    assert rule in rules_in(seen(run, rule, "bad", "--format", "sarif"))
    assert seen(run, rule, "bad", "--fail-on", "any").code == 1
    assert rules_in(seen(run, rule, "good", "--format", "sarif")) == set()
    assert seen(run, rule, "good", "--fail-on", "any").code == 0
