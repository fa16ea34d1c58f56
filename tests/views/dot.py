"""A small grammar of the DOT that we write; what is outside it is no graph of ours.

It knows every line by its whole form, so that a label that opens a node, an edge or an attribute
is told apart from one that is a label.
"""

import re
from dataclasses import dataclass, field

_LABEL = r'"((?:[^"\\\n]|\\["\\n])*)"'
_COMMENT = re.compile(r"  // [a-z0-9.-]+, revis\w+ \d+, sha256:[0-9a-f]{64}, [^\n]+")
_SETTING = re.compile(
    r"  (?:rankdir=LR"
    r'|node \[shape=box, style=rounded, fontname="sans-serif"\]'
    r'|edge \[fontname="sans-serif", fontsize=10\]'
    rf"|label={_LABEL});"
)
_NODE = re.compile(rf"  (n\d+) \[label={_LABEL}(, penwidth=2)?\];")
_EDGE = re.compile(
    rf"  (n\d+) -> (n\d+) \[label={_LABEL}(, style=dashed)?(, penwidth=2)?"
    r'(, color="#b00020", fontcolor="#b00020")?\];'
)


@dataclass(frozen=True)
class Edge:
    """A hop with its lines of text, and how it is drawn."""

    start: str
    end: str
    lines: tuple[str, ...]
    is_dashed: bool = False
    is_thick: bool = False
    is_red: bool = False


@dataclass
class Graph:
    """The nodes by name, with the lines of their labels, and the edges between them."""

    title: tuple[str, ...] = ()
    nodes: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    edges: list[Edge] = field(default_factory=list[Edge])

    def edge(self, start: str, end: str) -> Edge:
        """The edge between the nodes with these ids in their labels."""
        names = {lines[-1]: name for name, lines in self.nodes.items()}
        (found,) = [
            each for each in self.edges if (each.start, each.end) == (names[start], names[end])
        ]
        return found


def parse(text: str) -> Graph:
    """The graph in a text; an `AssertionError` names the first line that is outside it."""
    header, comment, *lines, last, end = text.split("\n")
    assert (header, last, end) == ("digraph reach {", "}", "")
    assert _COMMENT.fullmatch(comment), comment
    found = Graph()
    for line in lines:
        _line(line, found)
    return found


def _line(line: str, found: Graph) -> None:
    if setting := _SETTING.fullmatch(line):
        found.title = plain(setting[1]) if setting[1] is not None else found.title
    elif node := _NODE.fullmatch(line):
        assert node[1] not in found.nodes, line
        found.nodes[node[1]] = plain(node[2])
    else:
        edge = _EDGE.fullmatch(line)
        assert edge, line
        assert {edge[1], edge[2]} <= set(found.nodes), line
        drawn = [each is not None for each in edge.groups()[3:]]
        found.edges.append(Edge(edge[1], edge[2], plain(edge[3]), *drawn))


def plain(label: str) -> tuple[str, ...]:
    """The lines of a label as a reader of the picture sees them."""
    lines = re.split(r"(?<!\\)((?:\\\\)*)\\n", label)
    joined = ["".join(pair) for pair in zip(lines[::2], [*lines[1::2], ""], strict=True)]
    return tuple(re.sub(r'\\(["\\])', r"\1", line) for line in joined)
