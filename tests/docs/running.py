"""Runs what a page shows: its commands, its Python, its files."""

import ast
import io
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import doelbinding
from doelbinding.cli.main import main
from tests.docs.pages import ROOT, Block, blocks, matches

_LINKED = ("policy", "docs", "engine", "tests", "README.md")
_SHELL_SIGNS = frozenset("|<>&;`*")


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a page with the output shown below it; `first` is the line of that output."""

    text: str
    expected: str
    first: int
    count: int


@dataclass
class Page:
    """A page at work: its folder, its names in Python, and the code its last command ended with."""

    folder: Path
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__page__"})
    code: int = 0

    def run(self, command: str) -> str:
        """What a command writes, to standard output and to standard error."""
        if command == "echo $?":
            return f"{self.code}\n"
        words = shlex.split(command)
        if words[0] == "doelbinding" and not _SHELL_SIGNS & set(command):
            seen = io.StringIO()
            with redirect_stdout(seen), redirect_stderr(seen):
                self.code = main(words[1:])
            return seen.getvalue()
        return self._run_in_shell(command)

    def _run_in_shell(self, command: str) -> str:
        script = f'doelbinding() {{ {shlex.quote(sys.executable)} -m doelbinding "$@"; }}\n'
        source = str(Path(str(doelbinding.__file__)).parents[1])
        paths = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail\n{script}{command}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": source, "PATH": os.pathsep.join(paths)},
            text=True,
            check=False,
        )
        self.code = done.returncode
        return done.stdout

    def keep(self, block: Block) -> None:
        """Write a block that is a file."""
        target = self.folder / block.path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("a" if block.directive == "append" else "w", encoding="utf-8") as stream:
            stream.write(block.text)


def folder_for(page: str, folder: Path) -> Page:
    """A folder that holds what the repository holds, save what the page itself makes."""
    made = {block.path.partition("/")[0] for block in blocks(page) if _is_file(block)}
    for name in _LINKED:
        if name not in made:
            (folder / name).symlink_to(ROOT / name)
    return Page(folder)


def _is_file(block: Block) -> bool:
    return block.directive in ("file", "append")


def commands(block: Block) -> Iterator[Command]:
    """The commands of a `console` block; a line that ends in `\\` goes on in the next."""
    lines = list(block.lines)
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    assert starts[:1] == [0], f"line {block.number}: begins with no `$ `"
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        text = lines[start][2:]
        first = start + 1
        while text.endswith("\\"):
            text = f"{text[:-1].rstrip()} {lines[first].strip()}"
            first += 1
        shown = "\n".join(lines[first:end])
        yield Command(text, shown, block.number + first, end - first)


def run_python(page: Page, block: Block) -> list[str]:
    """Run a block of Python; what its `# →` comments promise and it does not keep."""
    wrong: list[str] = []
    tree = ast.parse(block.text)
    for statement in tree.body:
        promised = _promise(block, statement)
        seen = _executed(page, statement)
        if promised and not any(matches(promised, each) for each in seen):
            wrong.append(f"line {block.number + statement.lineno - 1}: {promised!r} is {seen}")
    return wrong


def _promise(block: Block, statement: ast.stmt) -> str:
    """The texts after `# →`, at the end of a statement and in the lines right below it."""
    end = statement.end_lineno or statement.lineno
    last = block.lines[end - 1].encode()[statement.end_col_offset or 0 :].decode()
    found = [last.partition("# →")[2].strip()] if "# →" in last else []
    for line in block.lines[end:]:
        if not line.startswith("# →"):
            break
        found.append(line.removeprefix("# →").removeprefix(" "))
    return "\n".join(found)


def _executed(page: Page, statement: ast.stmt) -> list[str]:
    """What a statement shows: what it prints, or its value as Python and as people write it."""
    printed = io.StringIO()
    value: object = None
    with redirect_stdout(printed):
        if isinstance(statement, ast.Expr):
            code = compile(ast.Expression(statement.value), "page", "eval")
            value = eval(code, page.names)  # noqa: S307 - our own examples
        else:
            module = ast.Module([statement], [])
            exec(compile(module, "page", "exec"), page.names)  # noqa: S102 - our own examples
    if printed.getvalue():
        return [printed.getvalue()]
    if isinstance(value, Enum):
        return [f"{type(value).__name__}.{value.name}", repr(value)]
    return [repr(value)]
