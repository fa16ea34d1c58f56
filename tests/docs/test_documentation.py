"""The documentation says what is so: its examples run, what it names exists, nothing is left out.

DOELBINDING_WRITE_EXAMPLES=1 puts the outputs and tables of today into the pages; read the
difference before you keep it.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import click
import pytest
import yaml

import doelbinding
from doelbinding.cli.group import doelbinding as group
from doelbinding.loader import load_texts
from doelbinding.model.decision import Reason
from doelbinding.validator import RULES, validate
from doelbinding.validator.schemas import files_by_name
from doelbinding.views.explain.phrases import PHRASES
from tests.docs.language import keys_in_schemas, table, table_names
from tests.docs.pages import (
    ROOT,
    Block,
    all_pages,
    blocks,
    matches,
    pages_with_examples,
    prose,
    read,
)
from tests.docs.running import Command, Page, commands, folder_for, run_python
from tests.rules.examples import rule_ids

WRITES = os.environ.get("DOELBINDING_WRITE_EXAMPLES") == "1"
LANGUAGES = ("console", "json", "mermaid", "python", "sh", "text", "yaml")
COMMANDS = group.list_commands(click.Context(group))

_DIGEST = re.compile(r"sha256:[0-9a-f]+…?")
_SHIPPED_PLACE = re.compile(r"(policy/[a-z]+\.yaml):\d+:\d+")
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_PATH = re.compile(r"[\w.\-<>*]+(/[\w.\-<>*]+)*/?")
_FILE_NAME = re.compile(r"[\w\-]+\.(md|py|toml|cff)")
_BASES = ("", "engine/doelbinding", "engine/doelbinding/validator", "engine", "docs")

# In pieces, so that this very file names none of them.
_REGISTRY = re.compile(
    r"\b(pypi|pythonhosted|npmjs|crates|rubygems|anaconda|proxy\.golang)\.(org|com|io)\b"
)
_OF_A_MACHINE = re.compile(r"(?<![\w.])/(work|root|home|tmp|usr)/")


# ── Examples ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", [page for page in pages_with_examples() if blocks(page)])
def test_the_examples_of_a_page_run_as_shown(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    page = folder_for(name, tmp_path)
    wrong = [fault for block in blocks(name) for fault in _faults(page, block)]
    if WRITES:
        _write_outputs(name, [fault for fault in wrong if isinstance(fault, WrongOutput)])
    assert not wrong, "\n\n".join([name, *map(str, wrong)])


@dataclass(frozen=True, slots=True)
class WrongOutput:
    """A command whose output is another than the page shows below it."""

    command: Command
    seen: str

    def __str__(self) -> str:
        return f"line {self.command.first}: $ {self.command.text}\n{self.seen}"


def _faults(page: Page, block: Block) -> list[str | WrongOutput]:
    if block.directive in ("file", "append"):
        page.keep(block)
    if block.directive == "from" and not _stands_in(block):
        return [f"line {block.number}: not so in {block.path}"]
    if block.directive == "shows":
        made = Command(f"cat {block.path}", block.text, block.number, len(block.lines))
        seen = (page.folder / block.path).read_text(encoding="utf-8")
        return [] if matches(made.expected, seen) else [WrongOutput(made, seen)]
    if block.language == "console":
        ran = [WrongOutput(each, page.run(each.text)) for each in commands(block)]
        return [each for each in ran if not matches(each.command.expected, each.seen)]
    if block.language == "python":
        return [*run_python(page, block)]
    return []


def _write_outputs(name: str, wrong: list[WrongOutput]) -> None:
    lines = read(name).splitlines()
    for each in reversed(wrong):
        first, end = each.command.first - 1, each.command.first - 1 + each.command.count
        shown = _SHIPPED_PLACE.sub(r"\1:…", _DIGEST.sub("sha256:…", each.seen)).rstrip("\n")
        below = [] if lines[end] == "```" else [""]
        lines[first:end] = [line.rstrip() for line in shown.splitlines()] + below
    (ROOT / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _stands_in(block: Block) -> bool:
    """Whether each stretch of the block, between lines `# …`, stands in the file it is from."""
    held = (ROOT / block.path).read_text(encoding="utf-8")
    stretches = re.split(r"^ *# …\n", block.text, flags=re.MULTILINE)
    return all(f"\n{stretch}" in f"\n{held}" for stretch in stretches)


@pytest.mark.parametrize("name", all_pages())
def test_the_blocks_of_a_page_are_of_a_kind_that_is_tried(name: str) -> None:
    for block in blocks(name):
        assert block.language in LANGUAGES, f"{name}:{block.number}: {block.language!r}"


@pytest.mark.parametrize("name", pages_with_examples())
def test_the_data_in_a_page_can_be_read(name: str) -> None:
    for block in blocks(name):
        where = f"{name}:{block.number}"
        if block.language == "yaml":
            held = yaml.load(block.text, yaml.BaseLoader)  # noqa: S506 - texts alone
            assert held, where
        if block.language == "json" and "…" not in block.text:
            assert _json(block.text), where


def _json(text: str) -> list[object]:
    """One value, or a value for each line."""
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("name", pages_with_examples())
def test_what_a_page_shows_of_a_policy_has_the_shape_that_the_language_asks_for(name: str) -> None:
    for block in blocks(name):
        if block.language == "yaml" and _speaks_the_language(block):
            source = load_texts("policy", [("policy.yaml", block.text)])
            found = {finding.rule for finding in validate(source).findings}
            wrong = found - {rule.id for rule in RULES} - {"manifest-missing"}
            assert not wrong, f"{name}:{block.number}"


def _speaks_the_language(block: Block) -> bool:
    """Whether it is a piece of a policy, and not one that is there to be refused."""
    held = yaml.load(block.text, yaml.BaseLoader)  # noqa: S506 - texts alone
    sections = files_by_name()["policy.json"]["properties"]
    return not block.directive and set(held) <= set(sections)


def test_the_sample_transfers_are_told_apart_and_fixed_in_time() -> None:
    lines = (ROOT / "docs/examples/transfers.jsonl").read_text(encoding="utf-8").splitlines()
    transfers = [json.loads(line) for line in lines]
    assert len({each["id"] for each in transfers}) == len(transfers)
    assert {each["at"] for each in transfers} == {"2026-11-24T12:00:00+01:00"}


# ── What is named exists ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", all_pages())
def test_every_link_of_a_page_leads_somewhere(name: str) -> None:
    for found in _LINK.finditer(prose(name)):
        target, _, anchor = found["target"].partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        page = (ROOT / name).parent / target if target else ROOT / name
        assert page.exists(), f"{name}: {found['target']}"
        if anchor:
            assert anchor in _anchors(page), f"{name}: {found['target']}"


def _anchors(page: Path) -> set[str]:
    """The names under which headings can be linked to, as code hosts make them."""
    headings = _HEADING.findall(page.read_text(encoding="utf-8"))
    plain = (re.sub(r"[^\w\- ]", "", heading.replace("`", "")) for heading in headings)
    return {heading.lower().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("name", all_pages())
def test_every_path_that_a_page_names_exists(name: str) -> None:
    missing = [path for path in _CODE.findall(prose(name)) if _is_missing(path, name)]
    assert not missing, name


def _is_missing(path: str, name: str) -> bool:
    if not _PATH.fullmatch(path):
        return False
    bases = [*(ROOT / base for base in _BASES), (ROOT / name).parent]
    top = path.partition("/")[0]
    if "/" in path and not any((base / top).exists() for base in bases):
        return False
    if "/" not in path and not _FILE_NAME.fullmatch(path):
        return False
    pattern = re.sub(r"<[^>]*>", "*", path.rstrip("/"))
    return not any(next(base.glob(pattern), None) for base in bases)


@pytest.mark.parametrize("name", all_pages())
def test_no_page_names_a_package_registry_or_a_place_on_somebodys_machine(name: str) -> None:
    assert not _REGISTRY.search(read(name))
    assert not _OF_A_MACHINE.search(read(name))


def test_every_class_in_the_glossary_exists() -> None:
    rows = [line for line in read("docs/glossary.md").splitlines() if line.startswith("| ")][1:]
    for row in rows:
        for dotted in _CODE.findall(row.rstrip(" |").rpartition("|")[2]):
            assert _look_up(dotted) is not None


def _look_up(dotted: str) -> object:
    module, _, name = dotted.rpartition(".")
    try:
        return import_module(dotted)
    except ModuleNotFoundError:
        return getattr(import_module(module), name)


# ── Nothing is left out ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_page_that_tells_of_each_option(command: str) -> None:
    page = read(f"docs/commands/{command}.md")
    found = group.get_command(click.Context(group), command)
    assert found is not None
    for parameter in _parameters(found):
        for option in parameter.opts:
            assert f"`{option}" in page, option


def _parameters(command: click.Command) -> Iterator[click.Parameter]:
    """What a command takes, and what the commands below it take."""
    yield from command.params
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _parameters(below)


def test_there_are_no_pages_of_commands_that_do_not_exist() -> None:
    pages = {page.stem for page in (ROOT / "docs/commands").glob("*.md")}
    assert pages == set(COMMANDS)


def test_every_rule_has_a_page() -> None:
    assert {*rule_ids()} <= {page.stem for page in (ROOT / "docs/rules").glob("*.md")}


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_heading_and_its_words_on_the_page_of_reasons(reason: Reason) -> None:
    page = read("docs/reference/reasons.md")
    assert f"\n### `{reason}`\n" in page
    assert PHRASES["en"][reason] in page


@pytest.mark.parametrize("name", doelbinding.__all__)
def test_every_public_name_is_on_the_page_about_python(name: str) -> None:
    assert re.search(rf"`{name}\b", read("docs/reference/python.md"))


@pytest.mark.parametrize("name", table_names())
def test_the_tables_of_the_language_page_are_those_of_the_schemas(name: str) -> None:
    page, marker = read("docs/reference/language.md"), f"<!-- keys: {name} -->\n"
    assert marker in page
    before, _, after = page.partition(marker)
    shown = re.match(r"(\|[^\n]*\n)*", after)
    assert shown is not None
    if WRITES:
        written = f"{before}{marker}{table(name)}\n{after[shown.end() :]}"
        (ROOT / "docs/reference/language.md").write_text(written, encoding="utf-8")
    assert shown.group() == f"{table(name)}\n"


def test_every_key_of_the_language_is_on_its_page() -> None:
    page = read("docs/reference/language.md")
    missing = {key for key in keys_in_schemas() if not re.search(rf"[`.]{key}(\[\])?`", page)}
    assert not missing


def test_the_index_leads_to_every_page() -> None:
    linked = {found["target"] for found in _LINK.finditer(read("docs/README.md"))}
    pages = {page.removeprefix("docs/") for page in pages_with_examples() if "/" in page}
    assert pages - {"README.md"} <= linked
