"""Proofs for programs. Keys are always present, in this order."""

from doelbinding.analysis.prove import Proof
from doelbinding.model.text import ANY_LANGUAGE, Text
from doelbinding.views.identity import moment_text
from doelbinding.views.json import JsonObject, identity_object, place_object, to_json
from doelbinding.views.proofs.report import (
    Outcome,
    ProofReport,
    kind_of,
    outcome_of,
    what_is_wrong,
)
from doelbinding.views.witness import shown_object


def render_json(report: ProofReport) -> str:
    """One JSON object for a policy."""
    counts = report.counts
    document: JsonObject = {
        "proven": bool(report.proofs) and not report.fails,
        "verdict": report.verdict("en"),
        "source": report.source,
        "at": moment_text(report.policy, report.at),
        "counts": {outcome.value: counts[outcome] for outcome in Outcome},
        "invariants": [_proof(report, each) for each in report.proofs],
        "policy": identity_object(report.policy.identity),
    }
    return to_json(document, indent=2) + "\n"


def _proof(report: ProofReport, proof: Proof) -> JsonObject:
    invariant, chain = proof.invariant, report.chain(proof)
    return {
        "id": invariant.id,
        "label": _as_written(invariant.label),
        "kind": kind_of(invariant),
        "outcome": outcome_of(proof).value,
        "lacks": proof.lacks or None,
        "message": what_is_wrong(proof, chain, "en"),
        "witness": [shown_object(each) for each in chain],
        "clauses": list(invariant.clauses),
        "place": place_object(invariant.place),
    }


def _as_written(text: Text) -> str | dict[str, str]:
    """One text, or one for each language."""
    return text if ANY_LANGUAGE in text.languages else dict(text.languages)
