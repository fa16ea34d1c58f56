"""Proofs for programs. Keys are always present, in this order."""

from zoneinfo import ZoneInfo

from doelbinding.analysis.prove import Proof
from doelbinding.model.period import moment
from doelbinding.views.json import JsonObject, identity_object, place_object, to_json
from doelbinding.views.proofs.report import ProofReport, kind_of, lacking
from doelbinding.views.witness import shown_object


def render_json(report: ProofReport) -> str:
    """One JSON object for a policy."""
    zone = ZoneInfo(report.policy.compiled.index.timezone)
    document: JsonObject = {
        "proven": not report.broken,
        "source": report.source,
        "at": moment(report.at, zone).isoformat(),
        "invariants": [_proof(report, each) for each in report.proofs],
        "policy": identity_object(report.policy.identity),
    }
    return to_json(document, indent=2) + "\n"


def _proof(report: ProofReport, proof: Proof) -> JsonObject:
    invariant, chain = proof.invariant, report.chain(proof)
    return {
        "id": invariant.id,
        "label": dict(invariant.label.languages) if invariant.label.languages else {},
        "kind": kind_of(invariant),
        "holds": proof.holds,
        "vacuous": proof.is_empty or proof.is_idle,
        "lacks": proof.lacks or None,
        "message": lacking(proof, chain, "en"),
        "witness": [shown_object(each) for each in chain],
        "clauses": list(invariant.clauses),
        "place": place_object(invariant.place),
    }
