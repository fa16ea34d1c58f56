"""The pages of the documentation, cut into their blocks.

A block of code stands between fences; an HTML comment right before it may say what it is:

    <!-- file: policy/flows.yaml -->      the block is that file, in the folder of the page
    <!-- append: policy/flows.yaml -->    the block comes at the end of that file
    <!-- shows: flows.mmd -->             the block is what a command put into that file
    <!-- from: policy/flows.yaml -->      the block stands in that file of the repository;
                                          a line `# …` in the block skips lines of the file
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(?P<language>[a-z]*)$")
_DIRECTIVE = re.compile(r"^<!-- (?P<key>file|append|shows|from): (?P<value>\S+) -->$")
_WRITTEN_ELSEWHERE = ("docs/rules/", "docs/evidence/")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its lines, the number of the first, and what it is for."""

    language: str
    lines: tuple[str, ...]
    number: int
    directive: str = ""
    path: str = ""

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def all_pages() -> list[str]:
    """Every page, as its path in the repository."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    return sorted(page.relative_to(ROOT).as_posix() for page in found)


def pages_with_examples() -> list[str]:
    """The pages whose examples are tried here; those of the rules have tests of their own."""
    return [page for page in all_pages() if not page.startswith(_WRITTEN_ELSEWHERE)]


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in their order."""
    return list(_blocks(read(page).splitlines()))


def _blocks(lines: list[str]) -> Iterator[Block]:
    directive, value = "", ""
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if found := _DIRECTIVE.match(line):
            directive, value = found["key"], found["value"]
        elif opened := _FENCE.match(line):
            end = lines.index("```", number)
            body = tuple(lines[number:end])
            yield Block(opened["language"], body, number + 1, directive, value)
            directive, value, number = "", "", end + 1
        elif line.strip():
            directive, value = "", ""


def prose(page: str) -> str:
    """A page without its blocks."""
    kept: list[str] = []
    inside = False
    for line in read(page).splitlines():
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def matches(expected: str, seen: str) -> bool:
    """Whether an output is as the page shows it; `…` there stands for anything in a line.

    A line that is nothing but `…` stands for any number of lines.
    """
    parts: list[str] = []
    for line in expected.rstrip().splitlines():
        if line.strip() == "…":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append(re.escape(line.rstrip()).replace("…", "[^\n]*?") + r"[ ]*\n")
    return re.fullmatch("".join(parts), seen.rstrip() + "\n" if seen.strip() else "") is not None
