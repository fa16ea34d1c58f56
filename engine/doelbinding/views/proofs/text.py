"""Proofs as people read them; the verdict stands first and last."""

from collections.abc import Iterator

from doelbinding.analysis.prove import Proof
from doelbinding.model.declarations import Declarations
from doelbinding.views.explain import Language
from doelbinding.views.proofs.report import ProofReport, kind_of, lacking
from doelbinding.views.terminal import Painter, Style, safe
from doelbinding.views.witness import Shown, as_command, effect_in_words, in_words

_WORDS = {
    "en": {"moment": "moment", "by": "by the flow", "try": "ask", "duties": "duties"},
    "nl": {"moment": "moment", "by": "door de stroom", "try": "vraag", "duties": "verplichtingen"},
}


def render_text(report: ProofReport, lang: Language, paint: Painter) -> str:
    """What is broken, with the smallest transfers that show it; then what holds."""
    style = Style.ERROR if report.broken else Style.GOOD
    verdict = paint(safe(report.verdict(lang)), style)
    broken = ["\n".join(_broken(report, each, lang, paint)) for each in report.broken]
    holding = [_holding(each, lang, paint) for each in report.proofs if each.holds]
    parts = [verdict, *broken, "\n".join(holding)]
    return "\n\n".join([*filter(None, parts), verdict]) + "\n"


def _broken(report: ProofReport, proof: Proof, lang: Language, paint: Painter) -> Iterator[str]:
    invariant, chain = proof.invariant, report.chain(proof)
    yield f"{_cross(paint)} {_title(proof, lang, paint)}"
    yield f"    --> {safe(str(invariant.place))}"
    yield f"    {kind_of(invariant)}: {safe(lacking(proof, chain, lang))}"
    for number, each in enumerate(chain, 1):
        yield ""
        lead = f"{number}. " if len(chain) > 1 else ""
        yield from _transfer(report.declarations, each, lead, lang, paint)


def _transfer(
    declared: Declarations, each: Shown, lead: str, lang: Language, paint: Painter
) -> Iterator[str]:
    question, decision = each
    words, effect = _WORDS[lang], decision.effect
    yield f"    {lead}{paint(safe(in_words(question, lang)), Style.STRONG)}"
    verdict = paint(f"{effect.upper()}: {effect_in_words(effect, lang)}", Style.WARNING)
    yield f"      {verdict}"
    for rule in decision.rules:
        yield f"      {words['by']} {safe(rule)} ({safe(str(declared.flows[rule].place))})"
    if decision.duties:
        yield f"      {words['duties']}: {safe(', '.join(decision.duties))}"
    yield f"      {words['moment']}: {question.at}"
    yield paint(f"      {words['try']}: {safe(as_command(question))}", Style.FAINT)


def _holding(proof: Proof, lang: Language, paint: Painter) -> str:
    line = f"{paint('✓', Style.GOOD)} {_title(proof, lang, paint)}"
    if not proof.is_idle:
        return line
    return f"{line}\n    {paint(safe(lacking(proof, (), lang)), Style.WARNING)}"


def _title(proof: Proof, lang: Language, paint: Painter) -> str:
    label = proof.invariant.label.in_language(lang)
    return f"{safe(proof.invariant.id)}  {paint(safe(label), Style.FAINT)}"


def _cross(paint: Painter) -> str:
    return paint("✗", Style.ERROR)
