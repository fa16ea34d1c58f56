"""Where data can end up, as a graph in the DOT language."""

from collections.abc import Iterator, Sequence

from doelbinding.analysis.reach import Leg
from doelbinding.analysis.terms import NOTHING_KNOWN
from doelbinding.model.decision import Effect
from doelbinding.views.explain import Language
from doelbinding.views.identity import identified
from doelbinding.views.reaching.phrases import PHRASES
from doelbinding.views.reaching.report import ReachReport
from doelbinding.views.terminal import safe


def render_dot(report: ReachReport, lang: Language) -> str:
    """Parties as boxes, hops of the shortest chains as arrows; wider ones stand out."""
    return "\n".join(["digraph reach {", *_body(report, lang), "}"]) + "\n"


def _body(report: ReachReport, lang: Language) -> Iterator[str]:
    yield f"  // {safe(identified(report.policy, lang, report.at))}"
    yield "  rankdir=LR;"
    yield '  node [shape=box, style=rounded, fontname="sans-serif"];'
    yield '  edge [fontname="sans-serif", fontsize=10];'
    yield f"  label={_quoted(report.verdict(lang), PHRASES[lang]['legend'])};"
    parties = dict.fromkeys([report.start, *(each.party for each in report.reached)])
    names = {party: f"n{number}" for number, party in enumerate(parties, 1)}
    for party, name in names.items():
        bold = ", penwidth=2" if party == report.start else ""
        yield f"  {name} [label={_quoted(report.label(party, lang), party)}{bold}];"
    hops: dict[tuple[str, str], list[Leg]] = {}
    for leg in (leg for reached in report.reached for leg in reached.legs):
        hops.setdefault((leg.transfer.sender, leg.transfer.recipient), []).append(leg)
    for (sender, recipient), legs in sorted(hops.items()):
        yield f"  {names[sender]} -> {names[recipient]} [{_edge(report, legs, lang)}];"


def _edge(report: ReachReport, legs: Sequence[Leg], lang: Language) -> str:
    """A hop, whichever chains it is part of."""
    ways = [way for leg in legs for way in report.ways(leg)]
    conditions = [condition for way in ways for condition in way.conditions]
    declared = report.declarations.purposes
    labels = [declared[each].label.in_language(lang) for each in sorted({*_purposes(legs)})]
    styles = [f"label={_quoted(*labels)}"]
    if all(state != NOTHING_KNOWN for state, _ in conditions):
        styles.append("style=dashed")
    if all(effect is Effect.LOG for _, effect in conditions):
        styles.append("penwidth=2")
    if any(leg.wider for leg in legs):
        styles.append('color="#b00020", fontcolor="#b00020"')
    return ", ".join(styles)


def _purposes(legs: Sequence[Leg]) -> Iterator[str]:
    return (passage.purpose for leg in legs for passage in leg.passages)


def _quoted(*lines: str) -> str:
    """A text as DOT reads it: lines apart, nothing in it that could end or escape it."""
    escaped = (safe(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(escaped) + '"'
