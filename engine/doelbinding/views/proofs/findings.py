"""What is wrong with invariants as findings, for the formats that pipelines read."""

from collections.abc import Iterator

from doelbinding.analysis.prove import Proof
from doelbinding.diagnostics import Finding, Severity
from doelbinding.source import Place
from doelbinding.views.junit import Case, Outcome
from doelbinding.views.proofs.report import ProofReport, kind_of, lacking
from doelbinding.views.witness import Shown, as_command, in_words

BROKEN, VACUOUS = "invariant-broken", "invariant-vacuous"

_HELP = {
    BROKEN: "Mend the flow that permits it, or, if it is meant to go, the invariant.",
    VACUOUS: "Let it speak of transfers that exist: look at its selections.",
}


def findings_of(report: ProofReport) -> list[Finding]:
    """A finding for each invariant that is broken, or says nothing."""
    return [finding for proof in report.proofs for finding in _findings(report, proof)]


def cases_of(report: ProofReport) -> list[Case]:
    """A case for each invariant: broken is a failure, speaking of no transfer an error."""
    return [_case(report, proof) for proof in report.proofs]


def _findings(report: ProofReport, proof: Proof) -> Iterator[Finding]:
    if proof.holds and not proof.is_idle:
        return
    chain = report.chain(proof)
    rule = BROKEN if chain else VACUOUS
    yield Finding(
        rule,
        Severity.WARNING if proof.holds else Severity.ERROR,
        _message(proof, chain),
        _HELP[rule],
        proof.invariant.place,
        path=f"invariants.{proof.invariant.id}",
        related=tuple(_related(report, chain)),
    )


def _message(proof: Proof, chain: list[Shown]) -> str:
    transfers = ", then ".join(in_words(each.question, "en") for each in chain)
    colon = f": {transfers}" if transfers else ""
    return (
        f"`{proof.invariant.id}` ({kind_of(proof.invariant)}){colon}: {lacking(proof, chain, 'en')}"
    )


def _related(report: ProofReport, chain: list[Shown]) -> Iterator[tuple[str, Place]]:
    for rule in dict.fromkeys(rule for each in chain for rule in each.decision.rules):
        yield f"the flow `{rule}` permits it", report.declarations.flows[rule].place


def _case(report: ProofReport, proof: Proof) -> Case:
    found = list(_findings(report, proof))
    name, place = proof.invariant.id, proof.invariant.place
    if proof.holds or not found:
        return Case("invariants", name, file=place.path, line=place.line)
    outcome = Outcome.FAILED if proof.broken_by else Outcome.ERROR
    commands = "\n".join(as_command(each.question) for each in report.chain(proof))
    (finding,) = found
    detail = "\n".join(filter(None, [finding.message, commands, f"help: {finding.help}"]))
    return Case(
        "invariants", name, outcome, finding.rule, finding.message, detail, place.path, place.line
    )
