"""Each rule has a page of a fixed form, whose examples are those that the tests run."""

import re
from pathlib import Path

import pytest

from doelbinding.validator import RULES
from tests.rules.examples import FROM_FILES, HERE, OF_COMMANDS, ROOT, rule_ids, yaml_files

PAGES = ROOT / "docs/rules"
SECTIONS = ["Bad", "What you see", "Good", "Why", "See also"]
SEVERITIES = {rule.id: rule.severity.value for rule in RULES}

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_YAML = re.compile(r"^`([^`]+)`:\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SCREEN = re.compile(r"\A```text\n(.*?)^```\Z", re.MULTILINE | re.DOTALL)
_SUMMARY = re.compile(r"\*\*(Error|Warning)\.\*\* ([^\n]+)")
_LINK = re.compile(r"\]\(([^)#:]+)\)")
_SENTENCE_END = re.compile(r"[.?!](?= [A-Z`]|$)")


def page(rule: str) -> str:
    return (PAGES / f"{rule}.md").read_text(encoding="utf-8")


def parts(rule: str) -> dict[str, str]:
    """The head of a page, under its title, and the text of each section."""
    head, *rest = _SECTION.split(page(rule))
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    return {name: text.strip() for name, text in {f"# {rule}": head, **sections}.items()}


def severity(rule: str) -> str:
    """A rule's own severity; what is made without a rule is an error."""
    return SEVERITIES.get(rule, "error")


def test_there_is_a_page_for_each_rule_and_no_other() -> None:
    assert {file.stem for file in PAGES.glob("*.md")} == {*rule_ids(), *OF_COMMANDS, "README"}


@pytest.mark.parametrize("rule", rule_ids())
def test_the_page_has_the_fixed_form(rule: str) -> None:
    title, *sections = parts(rule)
    assert page(rule).startswith(f"{title}\n\n**")
    assert sections == SECTIONS


@pytest.mark.parametrize("rule", rule_ids())
def test_the_page_opens_with_severity_and_one_sentence(rule: str) -> None:
    summary = _SUMMARY.fullmatch(parts(rule)[f"# {rule}"].removeprefix(f"# {rule}").strip())
    assert summary is not None
    assert summary[1].lower() == severity(rule)
    assert len(_SENTENCE_END.findall(summary[2])) == 1


@pytest.mark.parametrize("kind", ["Bad", "Good"])
@pytest.mark.parametrize("rule", rule_ids())
def test_the_page_shows_the_files_of_the_example(rule: str, kind: str) -> None:
    text = parts(rule)[kind]
    shown = dict(_YAML.findall(text))
    assert shown == yaml_files(HERE / rule / kind.lower())
    assert shown or (rule in FROM_FILES and text)


@pytest.mark.parametrize("rule", rule_ids())
def test_the_page_shows_the_screen(rule: str) -> None:
    shown = _SCREEN.match(parts(rule)["What you see"])
    assert shown is not None
    assert shown[1] == (HERE / rule / "screen.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", rule_ids())
def test_the_page_says_why_in_two_to_five_sentences(rule: str) -> None:
    assert 2 <= len(_SENTENCE_END.findall(parts(rule)["Why"])) <= 5


@pytest.mark.parametrize("name", [*rule_ids(), *OF_COMMANDS, "README"])
def test_links_lead_somewhere(name: str) -> None:
    links = _LINK.findall(page(name))
    assert links
    assert [link for link in links if not (PAGES / link).resolve().exists()] == []


@pytest.mark.parametrize("rule", rule_ids())
def test_a_page_refers_to_others_and_not_to_itself(rule: str) -> None:
    links = [Path(link).stem for link in _LINK.findall(parts(rule)["See also"])]
    assert links
    assert rule not in links
    assert {*links} <= {*rule_ids(), *OF_COMMANDS}


def test_the_index_lists_every_rule_with_its_severity_and_sentence() -> None:
    rows = [line for line in page("README").splitlines() if line.startswith("| [")]
    assert rows == [_row(rule) for rule in sorted((*rule_ids(), *OF_COMMANDS))]


def _row(rule: str) -> str:
    summary = _SUMMARY.search(page(rule))
    assert summary is not None
    return f"| [{rule}]({rule}.md) | {severity(rule)} | {summary[2]} |"
