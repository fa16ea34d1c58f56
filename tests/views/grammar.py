"""A small grammar of the Mermaid text that we write; what is outside it is no picture of ours.

It knows every line by its whole form, so that a label that opens a node, an edge, a directive or
a link is told apart from one that is a label.
"""

import re
from dataclasses import dataclass, field

_LABEL = r'"((?:[A-Za-z0-9 ,.()]|#\d+;|<br/>)*)"'
_COMMENT = re.compile(r"%% [a-z0-9-]+, revision \d+, sha256:[0-9a-f]{64}")
_SUBGRAPH = re.compile(rf"  subgraph (left|right|legend)\[{_LABEL}\]")
_NODE = re.compile(rf"    ([nl]\d+)(?:\(\[{_LABEL}\]\)|\[{_LABEL}\])")
_EDGE = re.compile(rf"  (n\d+) (-->|-\.->|==>|--x)\|{_LABEL}\| (n\d+)")
_LEGEND = re.compile(
    rf'    (l\d)a\[" "\] (-->|-\.->|==>|--x)\|{_LABEL}\| \1b\[" "\]|    direction LR'
)
_ENTITY = re.compile(r"#(\d+);")


@dataclass
class Parsed:
    """The nodes by name, with their labels, and the edges as start, style, label and end."""

    nodes: dict[str, str] = field(default_factory=dict[str, str])
    edges: list[tuple[str, str, str, str]] = field(default_factory=list[tuple[str, str, str, str]])
    legend: list[str] = field(default_factory=list[str])
    titles: list[str] = field(default_factory=list[str])


def parse(text: str) -> Parsed:
    """The picture in a text; an `AssertionError` names the first line that is outside it."""
    comment, header, *lines = text.split("\n")
    assert _COMMENT.fullmatch(comment), comment
    assert header == "flowchart LR"
    assert lines.pop() == ""
    found = Parsed()
    within = ""
    for line in lines:
        within = _line(line, within, found)
    assert within == ""
    return found


def _line(line: str, within: str, found: Parsed) -> str:
    """Take one line; the name of the box that the next line stands in."""
    if within and line == "  end":
        return ""
    if not within and (box := _SUBGRAPH.fullmatch(line)):
        found.titles.append(plain(box[2]))
        return box[1]
    if not within and (edge := _EDGE.fullmatch(line)):
        assert {edge[1], edge[4]} <= set(found.nodes), line
        found.edges.append((edge[1], edge[2], plain(edge[3]), edge[4]))
        return ""
    if within == "legend" and (example := _LEGEND.fullmatch(line)):
        found.legend += [plain(example[3])] if example[1] else []
        return within
    node = _NODE.fullmatch(line)
    assert within, line
    assert node, line
    assert node[1] not in found.nodes, line
    label = plain(node[2] if node[2] is not None else node[3])
    if within == "legend":
        found.legend.append(label)
    else:
        found.nodes[node[1]] = label
    return within


def plain(label: str) -> str:
    """The label as a reader of the picture sees it."""
    return _ENTITY.sub(lambda entity: chr(int(entity[1])), label.replace("<br/>", "\n"))
