"""The pages of the rules that tests have: of the fixed form, with examples that run as shown."""

import os
import re
from pathlib import Path

import pytest

from doelbinding.cli.main import main
from tests.rules.examples import OF_COMMANDS, write_base, yaml_files
from tests.rules.test_pages import SECTIONS, page, parts

HERE = Path(__file__).parent / "pages"
RULES = sorted(each.name for each in HERE.iterdir())

_DIGEST = re.compile(r"sha256:[0-9a-f]+…?")
_YAML = re.compile(r"^`([^`]+)`:\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def screen(rule: str, kind: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What `doelbinding test` shows of an example, laid over the policy of the rules' pages."""
    tests = write_base(Path("policy")) / "tests"
    tests.mkdir()
    for name, text in yaml_files(HERE / rule / kind).items():
        (tests / name).write_text(text, "utf-8")
    code = main(["test"])
    assert code == (1 if kind == "bad" else 0)
    return _DIGEST.sub("sha256:…", capsys.readouterr().out)


def test_the_rules_of_tests_have_examples() -> None:
    assert set(RULES) <= set(OF_COMMANDS)
    assert RULES == ["test-failed", "test-unusable"]


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
def test_the_bad_example_shows_the_rule_on_exactly_this_screen(
    rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    seen, file = screen(rule, "bad", capsys), HERE / rule / "screen.txt"
    if os.environ.get("DOELBINDING_WRITE_SCREENS") == "1":
        file.write_text(seen, "utf-8")
    assert f"error[{rule}]" in seen
    assert seen == file.read_text("utf-8")
    assert f"```text\n{seen}```" in parts(rule)["What you see"]


@pytest.mark.parametrize("rule", RULES)
def test_the_good_example_passes(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert screen(rule, "good", capsys).startswith("policy: the tests pass: 1 passed\n")
