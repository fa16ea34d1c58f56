"""What holds of the page of a rule that a command other than `validate` has."""

import os
import re
from pathlib import Path

from tests.rules.examples import yaml_files
from tests.rules.test_pages import SECTIONS, page, parts

_DIGEST = re.compile(r"sha256:[0-9a-f]+…?")
_YAML = re.compile(r"^`([^`]+)`:\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def without_digests(screen: str) -> str:
    """A screen with what changes with every letter of a policy left out."""
    return _DIGEST.sub("sha256:…", screen)


def assert_fixed_form(rule: str) -> None:
    """The page has the title, the severity and the sections of every such page."""
    title, *sections = parts(rule)
    assert page(rule).startswith(f"{title}\n\n**Error.** ")
    assert sections == SECTIONS


def assert_shows_files(rule: str, examples: Path, kind: str) -> None:
    """The page shows the files of its example, all of them, to the letter."""
    assert dict(_YAML.findall(parts(rule)[kind])) == yaml_files(examples / rule / kind.lower())


def assert_shows_screen(rule: str, examples: Path, seen: str) -> None:
    """The page shows what was seen, which is kept beside the example."""
    file = examples / rule / "screen.txt"
    if os.environ.get("DOELBINDING_WRITE_SCREENS") == "1":
        file.write_text(seen, "utf-8")
    assert seen == file.read_text("utf-8")
    assert f"```text\n{seen}```" in parts(rule)["What you see"]
