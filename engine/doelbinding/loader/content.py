"""What a policy file says: plain values, and where its keys and declarations begin."""

from typing import Any, NamedTuple

from doelbinding.loader.nodes import MappingNode, Tree, plain

Span = tuple[int, int, int, int]
"""Line, column, end line and end column, as in an `Extent`."""

Keys = dict[str, tuple[Span, dict[str, Span]]]
"""For each key of a file its place, and the places of the keys below it."""


class Content(NamedTuple):
    """The values of a file, and the places by which its declarations are known.

    `is_by_line` says that each of these keys begins a line, so that the text from there to the
    next can be read on its own; then `keys` leaves out those that stand within brackets.
    """

    values: dict[str, Any]
    keys: Keys
    is_by_line: bool


def content_of(root: MappingNode) -> Content:
    """The content of a file that was read to nodes."""
    values: Any = plain(root)
    keys = {key: (_span(root, key), _spans(held.value)) for key, held in root.entries.items()}
    return Content(values, keys, is_by_line=False)


def _spans(tree: Tree) -> dict[str, Span]:
    if not isinstance(tree, MappingNode):
        return {}
    return {key: _span(tree, key) for key in tree.entries}


def _span(mapping: MappingNode, key: str) -> Span:
    line, column, end_line, end_column = mapping.entries[key].key.extent
    return line, column, end_line, end_column
