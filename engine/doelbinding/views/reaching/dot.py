"""Where data can end up, as a graph in the DOT language."""

from collections.abc import Iterator

from doelbinding.analysis.reach import Leg
from doelbinding.views.explain import Language
from doelbinding.views.reaching.report import ReachReport
from doelbinding.views.terminal import safe


def render_dot(report: ReachReport, lang: Language) -> str:
    """Parties as boxes, hops of the shortest chains as arrows; wider ones stand out."""
    return "\n".join(["digraph reach {", *_body(report, lang), "}"]) + "\n"


def _body(report: ReachReport, lang: Language) -> Iterator[str]:
    yield "  rankdir=LR;"
    yield '  node [shape=box, style=rounded, fontname="sans-serif"];'
    yield '  edge [fontname="sans-serif", fontsize=10];'
    yield f"  label={_quoted(report.verdict(lang))};"
    parties = dict.fromkeys([report.start, *(each.party for each in report.reached)])
    names = {party: f"n{number}" for number, party in enumerate(parties, 1)}
    for party, name in names.items():
        text = f"{report.label(party, lang)}\n{party}"
        bold = ", penwidth=2" if party == report.start else ""
        yield f"  {name} [label={_quoted(text)}{bold}];"
    legs = {
        (leg.transfer.sender, leg.transfer.recipient): leg
        for reached in report.reached
        for leg in reached.legs
    }
    for (sender, recipient), leg in sorted(legs.items()):
        yield f"  {names[sender]} -> {names[recipient]} [{_edge(leg)}];"


def _edge(leg: Leg) -> str:
    purposes = "\n".join(sorted({passage.purpose for passage in leg.passages}))
    is_recorded = all(passage.logs for passage in leg.passages)
    styles = [f"label={_quoted(purposes)}"]
    if not any(not any(term) for passage in leg.passages for term in passage.terms):
        styles.append("style=dashed")
    if is_recorded:
        styles.append("penwidth=2")
    if leg.wider:
        styles.append('color="#b00020", fontcolor="#b00020"')
    return ", ".join(styles)


def _quoted(text: str) -> str:
    """A text as DOT reads it: lines apart, nothing in it that could end or escape it."""
    lines = (safe(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return '"' + "\\n".join(lines) + '"'
