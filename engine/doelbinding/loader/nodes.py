"""What a YAML text holds: nodes with their places, lines and columns counted from 1.

They are named tuples because a large policy has hundreds of thousands of them.
"""

from collections.abc import Mapping
from typing import NamedTuple

from doelbinding.source import Place, SourceFile

Value = str | int | float | bool | None
"""What a scalar means under the YAML 1.2 core schema."""


class Extent(NamedTuple):
    """Begin and end in the text, the end excluded."""

    line: int
    column: int
    end_line: int
    end_column: int

    def place(self, file: SourceFile) -> Place:
        """The same stretch as a place in that file."""
        return Place(file, *self)


class Scalar(NamedTuple):
    """A single value; `text` is how it was written, without quotes."""

    extent: Extent
    value: Value
    text: str


class Sequence(NamedTuple):
    """A list."""

    extent: Extent
    items: tuple["Tree", ...]


class Entry(NamedTuple):
    """One key of a mapping, and what it holds."""

    key: Scalar
    value: "Tree"


class MappingNode(NamedTuple):
    """Keys and values; of a key that stood twice, the first."""

    extent: Extent
    entries: Mapping[str, Entry]


Tree = Scalar | Sequence | MappingNode


def plain(tree: Tree) -> object:
    """The same as dictionaries, lists and values, without places."""
    if isinstance(tree, Scalar):
        return tree.value
    if isinstance(tree, Sequence):
        return [plain(item) for item in tree.items]
    return {key: plain(entry.value) for key, entry in tree.entries.items()}
