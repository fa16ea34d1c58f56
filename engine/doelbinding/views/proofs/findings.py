"""What is wrong with invariants as findings and cases, for the formats that pipelines read."""

from collections.abc import Iterator
from functools import partial

from doelbinding.analysis.prove import Proof
from doelbinding.diagnostics import Finding, Severity
from doelbinding.source import Place
from doelbinding.views.findings.about import page_address
from doelbinding.views.junit import Case
from doelbinding.views.junit import Outcome as CaseOutcome
from doelbinding.views.pipelines import Outcomes, file_and_line
from doelbinding.views.proofs.report import Outcome, ProofReport, outcome_of, what_is_wrong
from doelbinding.views.witness import Shown, as_command, in_words

BROKEN, VACUOUS = "invariant-broken", "invariant-vacuous"

_SUITE = "invariants"

_HELP = {
    BROKEN: "Mend the flow that permits it, or, if it is meant to go, the invariant.",
    VACUOUS: "Let it speak of transfers that exist: look at its selections.",
}


def outcomes_of(report: ProofReport, *, fail_on_warnings: bool = False) -> Outcomes:
    """The proofs for a pipeline: an error for each that is none, a warning for each idle one."""
    found = [finding for proof in report.proofs for finding in _findings(report, proof)]
    cases = partial(_cases, report, fail_on_warnings)
    return Outcomes("doelbinding prove", report.verdict("en"), found, cases)


def _cases(report: ProofReport, fail_on_warnings: bool) -> list[Case]:
    """A case for each invariant: broken is a failure, vacuous an error, as there is no answer.

    One that is idle is skipped, as JUnit has nothing between; it is an error where warnings fail.
    """
    idle = CaseOutcome.ERROR if fail_on_warnings else CaseOutcome.SKIPPED
    outcomes = {
        Outcome.BROKEN: CaseOutcome.FAILED,
        Outcome.VACUOUS: CaseOutcome.ERROR,
        Outcome.IDLE: idle,
        Outcome.PROVEN: CaseOutcome.PASSED,
    }
    return [_case(report, proof, outcomes[outcome_of(proof)]) for proof in report.proofs]


def _findings(report: ProofReport, proof: Proof) -> Iterator[Finding]:
    outcome = outcome_of(proof)
    if outcome is Outcome.PROVEN:
        return
    chain = report.chain(proof)
    rule = BROKEN if outcome is Outcome.BROKEN else VACUOUS
    yield Finding(
        rule,
        Severity.WARNING if outcome is Outcome.IDLE else Severity.ERROR,
        _message(proof, chain),
        _HELP[rule],
        proof.invariant.place,
        path=f"invariants.{proof.invariant.id}",
        related=tuple(_related(report, chain)),
    )


def _message(proof: Proof, chain: list[Shown]) -> str:
    told = f"`{proof.invariant.id}` is {outcome_of(proof)}: {what_is_wrong(proof, chain, 'en')}"
    transfers = ", then ".join(in_words(each.question, "en") for each in chain)
    return f"{told}: {transfers}" if transfers else told


def _related(report: ProofReport, chain: list[Shown]) -> Iterator[tuple[str, Place]]:
    for rule in dict.fromkeys(rule for each in chain for rule in each.decision.rules):
        yield f"granted by `{rule}`", report.declarations.flows[rule].place


def _case(report: ProofReport, proof: Proof, outcome: CaseOutcome) -> Case:
    name, where = proof.invariant.id, file_and_line(proof.invariant.place)
    finding = next(_findings(report, proof), None)
    if finding is None:
        return Case(_SUITE, name, outcome, "", "", "", *where)
    detail = "\n".join(_detail(report, proof, finding))
    return Case(_SUITE, name, outcome, finding.rule, finding.message, detail, *where)


def _detail(report: ProofReport, proof: Proof, finding: Finding) -> Iterator[str]:
    yield str(finding)
    for text, place in finding.related:
        yield f"{text}: {place}"
    for each in report.chain(proof):
        yield f"ask: {as_command(each.question, report.source)}"
    yield f"help: {finding.help}"
    yield f"see: {page_address(finding)}"
