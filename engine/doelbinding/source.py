"""Source texts and places in them.

A place holds its text, so that any later stage can show the line that it speaks of.
Lines and columns count from 1, columns in characters; the end is the first column after it.
"""

import re
from dataclasses import dataclass, field

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One text of a policy: its path as the user wrote it, and what stands in it."""

    path: str
    text: str = field(repr=False)
    _starts: list[int] = field(default_factory=list[int], init=False, repr=False, compare=False)
    """Where each line begins; found when they are first asked for."""

    @property
    def line_count(self) -> int:
        """How many lines there are; after a line break a last one, which may be empty."""
        if not self._starts:
            self._starts[:] = [0, *(found.end() for found in _LINE_BREAK.finditer(self.text))]
        return len(self._starts)

    def line(self, number: int) -> str:
        """The line of that number, or an empty text when the file ends before it."""
        if not 0 < number <= self.line_count:
            return ""
        start = self._starts[number - 1]
        end = _LINE_BREAK.search(self.text, start)
        return self.text[start : end.start() if end else None]

    def lines(self, first: int, last: int) -> str:
        """The lines from one to another, both included, with their line breaks."""
        end = self._starts[last] if last < self.line_count else None
        return self.text[self._starts[first - 1] : end]


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a source text."""

    file: SourceFile = field(repr=False)
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def path(self) -> str:
        """The path of the file, as the user wrote it."""
        return self.file.path

    @property
    def excerpt(self) -> str:
        """The line on which the stretch begins."""
        return self.file.line(self.line)

    @property
    def is_whole_file(self) -> bool:
        """Whether it is a file, or a folder, as a whole: an empty stretch at its beginning."""
        return (self.line, self.column, self.end_line, self.end_column) == (1, 1, 1, 1)

    def __str__(self) -> str:
        return self.path if self.is_whole_file else f"{self.path}:{self.line}:{self.column}"
