"""A flow picture as Mermaid source. Whatever a label says, it stays a label.

Node names are made here; labels keep letters and digits and have every other character written
as a numeric entity, so that no text can open a node, an edge, a directive or a link
(CVE-2025-54880 and its like).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from doelbinding.model.decision import Effect, PolicyIdentity
from doelbinding.model.declaration import Declaration
from doelbinding.model.declarations import Declarations
from doelbinding.views.explain.phrases import Language
from doelbinding.views.explain.text import party_label
from doelbinding.views.pictures.rows import Row

_HARMLESS = re.compile(r"[A-Za-z0-9 ,.()]")
_MOST_NAMED = 4
_WORDS = {
    "en": {
        "always": "may go",
        "conditional": "on conditions",
        "log": "only on record",
        "never": "never",
        "assumed": "assumed: the statement leaves it open",
        "more": "and {count} more",
        "from-left": "from",
        "to-right": "to",
        "purposes": "purposes",
        "categories": "data",
    },
    "nl": {
        "always": "mag weg",
        "conditional": "onder voorwaarden",
        "log": "alleen met vastlegging",
        "never": "nooit",
        "assumed": "aangenomen: de verklaring laat het open",
        "more": "en {count} meer",
        "from-left": "van",
        "to-right": "aan",
        "purposes": "doeleinden",
        "categories": "gegevens",
    },
}


class View(StrEnum):
    """What stands on the left and on the arrows."""

    RECIPIENT = "recipient"
    """From party to party; the arrows name the purposes."""
    PURPOSE = "purpose"
    """From purpose to recipient; the arrows name the data."""
    CATEGORY = "category"
    """From data category to recipient; the arrows name the purposes."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn, and how."""

    declared: Declarations
    identity: PolicyIdentity
    rows: tuple[Row, ...]
    view: View
    lang: Language


def render_mermaid(picture: Picture) -> str:
    """The picture as the text of a Mermaid flowchart."""
    return "\n".join(_Drawing(picture).lines()) + "\n"


@dataclass(frozen=True, slots=True, order=True)
class _Arrow:
    """An arrow between two nodes, each a kind and an id; arrows alike are drawn as one."""

    start: tuple[str, str]
    end: tuple[str, str]
    style: str


_STYLES = {"always": "-->", "conditional": "-.->", "log": "==>", "never": "--x"}


@dataclass
class _Drawing:
    picture: Picture
    _nodes: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def lines(self) -> Iterator[str]:
        identity = self.picture.identity
        arrows = self._arrows()
        yield f"%% {identity.id}, revision {identity.revision}, {identity.digest}"
        yield "flowchart LR"
        ends = sorted({node for arrow in arrows for node in (arrow.start, arrow.end)})
        for side, nodes in _sides(ends, arrows):
            yield f'  subgraph {side}["{self._word(_TITLES[side][self.picture.view])}"]'
            yield from (f"    {self._named(node)}" for node in nodes)
            yield "  end"
        for arrow, names in sorted(arrows.items()):
            start, end = self._node(arrow.start), self._node(arrow.end)
            yield f'  {start} {_STYLES[arrow.style]}|"{self._joined(names)}"| {end}'
        yield from self._legend()

    def _arrows(self) -> dict[_Arrow, list[str]]:
        found: dict[_Arrow, set[str]] = {}
        for row in self.picture.rows:
            for start, name in self._starts(row):
                arrow = _Arrow(start, ("to", row.recipient), _style(row))
                found.setdefault(arrow, set()).add(f"{name}*" if row.is_assumed else name)
        if self.picture.view is View.RECIPIENT:
            for arrow, name in self._prohibited():
                found.setdefault(arrow, set()).add(name)
        return {arrow: sorted(names) for arrow, names in found.items()}

    def _starts(self, row: Row) -> Iterator[tuple[tuple[str, str], str]]:
        declared = self.picture.declared
        if self.picture.view is View.RECIPIENT:
            yield ("from", row.sender), self._label(declared.purposes, row.purpose)
        elif self.picture.view is View.PURPOSE:
            for category in row.categories:
                yield ("for", row.purpose), self._label(declared.categories, category)
        else:
            for category in row.categories:
                yield ("data", category), self._label(declared.purposes, row.purpose)

    def _prohibited(self) -> Iterator[tuple[_Arrow, str]]:
        drawn = {party for row in self.picture.rows for party in (row.sender, row.recipient)}
        for _, prohibition in sorted(self.picture.declared.prohibitions.items()):
            name = prohibition.label.in_language(self.picture.lang)
            for sender in prohibition.senders or ():
                for recipient in prohibition.recipients or ():
                    if {sender, recipient} <= drawn:
                        yield _Arrow(("from", sender), ("to", recipient), "never"), name

    def _named(self, node: tuple[str, str]) -> str:
        kind, identifier = node
        declared = self.picture.declared
        if kind in ("from", "to"):
            label = party_label(declared, identifier, self.picture.lang)
        else:
            section = declared.purposes if kind == "for" else declared.categories
            label = self._label(section, identifier)
        opening, closing = ("([", "])") if kind in ("from", "to") else ("[", "]")
        return f'{self._node(node)}{opening}"{harmless(label)}"{closing}'

    def _node(self, node: tuple[str, str]) -> str:
        return self._nodes.setdefault(node, f"n{len(self._nodes) + 1}")

    def _label(self, section: Mapping[str, Declaration], identifier: str) -> str:
        return section[identifier].label.in_language(self.picture.lang)

    def _joined(self, names: list[str]) -> str:
        shown = [harmless(name) for name in names[:_MOST_NAMED]]
        if len(names) > _MOST_NAMED:
            more = self._word("more").format(count=len(names) - _MOST_NAMED)
            shown.append(more)
        return "<br/>".join(shown)

    def _legend(self) -> Iterator[str]:
        yield '  subgraph legend[" "]'
        yield "    direction LR"
        styles = _STYLES if self.picture.view is View.RECIPIENT else list(_STYLES)[:3]
        for index, style in enumerate(styles):
            yield f'    l{index}a[" "] {_STYLES[style]}|"{self._word(style)}"| l{index}b[" "]'
        if any(row.is_assumed for row in self.picture.rows):
            yield f'    l9["{harmless("* " + self._word("assumed"))}"]'
        yield "  end"

    def _word(self, key: str) -> str:
        return _WORDS[self.picture.lang][key]


_TITLES = {
    "left": {
        View.RECIPIENT: "from-left",
        View.PURPOSE: "purposes",
        View.CATEGORY: "categories",
    },
    "right": dict.fromkeys(View, "to-right"),
}


def _sides(
    nodes: Iterable[tuple[str, str]], arrows: Iterable[_Arrow]
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    starts = {arrow.start for arrow in arrows}
    ordered = list(nodes)
    yield "left", [node for node in ordered if node in starts]
    yield "right", [node for node in ordered if node not in starts]


def _style(row: Row) -> str:
    if row.effect is Effect.LOG:
        return "log"
    return "conditional" if row.is_conditional else "always"


def harmless(label: str) -> str:
    """A label in which nothing but plain letters, digits and a few signs stands for itself."""
    return "".join(
        each if _HARMLESS.fullmatch(each) else f"#{ord(each)};" for each in label.replace("\n", " ")
    )
