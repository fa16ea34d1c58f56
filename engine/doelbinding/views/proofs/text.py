"""Proofs as people read them; the verdict stands first and last."""

from collections.abc import Iterator

from doelbinding.analysis.prove import Proof
from doelbinding.views.explain import Language
from doelbinding.views.identity import identified
from doelbinding.views.proofs.report import (
    WRONG,
    Outcome,
    ProofReport,
    kind_of,
    outcome_of,
    what_is_wrong,
)
from doelbinding.views.terminal import Painter, Style, safe
from doelbinding.views.witness import Shown, as_command, effect_in_words, in_words

_WORDS: dict[Language, dict[str, str]] = {
    "en": {"moment": "moment", "by": "granted by", "ask": "ask", "duties": "duties"},
    "nl": {"moment": "moment", "by": "toegestaan door", "ask": "vraag", "duties": "plichten"},
}
_SIGNS = {
    Outcome.BROKEN: ("✗", Style.ERROR, "error[invariant-broken]"),
    Outcome.VACUOUS: ("!", Style.ERROR, "error[invariant-vacuous]"),
    Outcome.IDLE: ("✓", Style.GOOD, "warning[invariant-vacuous]"),
    Outcome.PROVEN: ("✓", Style.GOOD, ""),
}


def render_text(report: ProofReport, lang: Language, paint: Painter) -> str:
    """What is not proven, with the smallest transfers that show it; then what holds."""
    style = Style.ERROR if report.fails else Style.GOOD
    verdict = paint(safe(report.verdict(lang)), style)
    writing = _Writing(report, lang, paint)
    wrong = ["\n".join(writing.proof(each)) for each in report.proofs if _is_wrong(each)]
    holding = ["\n".join(writing.proof(each)) for each in report.proofs if not _is_wrong(each)]
    identity = paint(f"  {safe(identified(report.policy, lang, report.at))}", Style.FAINT)
    parts = [verdict, *wrong, "\n".join(holding), identity, verdict]
    return "\n\n".join(filter(None, parts)) + "\n"


def _is_wrong(proof: Proof) -> bool:
    return outcome_of(proof) in WRONG


class _Writing:
    def __init__(self, report: ProofReport, lang: Language, paint: Painter) -> None:
        self._report, self._paint = report, paint
        self._lang: Language = lang
        self._words = _WORDS[lang]

    def proof(self, proof: Proof) -> Iterator[str]:
        """An invariant, and what is wrong with it."""
        invariant, paint, outcome = proof.invariant, self._paint, outcome_of(proof)
        sign, style, kind = _SIGNS[outcome]
        label = f"{invariant.label.in_language(self._lang)} ({kind_of(invariant)})"
        yield f"{paint(sign, style)} {safe(invariant.id)}  {paint(safe(label), Style.FAINT)}"
        if outcome is Outcome.PROVEN:
            return
        chain = self._report.chain(proof)
        style = Style.WARNING if outcome is Outcome.IDLE else Style.ERROR
        yield f"    {paint(kind, style)}: {safe(what_is_wrong(proof, chain, self._lang))}"
        yield f"    --> {safe(str(invariant.place))}"
        for number, each in enumerate(chain, 1):
            yield ""
            yield from self._transfer(each, f"{number}. " if len(chain) > 1 else "")

    def _transfer(self, each: Shown, lead: str) -> Iterator[str]:
        question, decision = each
        declared, words = self._report.declarations, self._words
        yield f"    {lead}{self._paint(safe(in_words(question, self._lang)), Style.STRONG)}"
        yield f"      {self._paint(effect_in_words(decision.effect, self._lang), Style.WARNING)}"
        for rule in decision.rules:
            yield f"      {words['by']} {safe(rule)} ({safe(str(declared.flows[rule].place))})"
        if decision.duties:
            yield f"      {words['duties']}: {safe(', '.join(decision.duties))}"
        yield f"      {words['moment']}: {question.at}"
        command = as_command(question, self._report.source)
        yield self._paint(f"      {words['ask']}: {safe(command)}", Style.FAINT)
