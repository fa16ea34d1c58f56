"""Differences as findings, for the formats that pipelines read."""

from collections.abc import Callable, Iterator

from doelbinding.analysis.diff import Change
from doelbinding.analysis.diff.cells import Kind
from doelbinding.diagnostics import Finding, Severity
from doelbinding.source import Place
from doelbinding.views.differences.described import Describing, declaration_of
from doelbinding.views.differences.phrases import PHRASES
from doelbinding.views.differences.report import DifferenceReport
from doelbinding.views.witness import in_words

GATE = "gate-open"

_HELP = {
    Kind.NEWLY_PERMITTED: "See whether it is meant, and what follows from it.",
    Kind.NEWLY_DENIED: "See whether anybody still needs it to go.",
    Kind.CONDITIONS: "See whether the new conditions are meant.",
    Kind.HANDLING: "See whether who records it, or carries out its duties, knows.",
}


def findings_of(report: DifferenceReport, fails: Callable[[Change], bool]) -> list[Finding]:
    """A finding for each change, an error where it fails the command; one for each open gate."""
    describing = Describing(report, "en")
    found = [_of_change(report, describing, each, fails(each)) for each in report.changes]
    return [*found, *_of_gates(report)]


def _of_change(
    report: DifferenceReport, describing: Describing, change: Change, fails: bool
) -> Finding:
    described = describing(change)
    box = "; ".join(f"{name} {value}" for name, value in described.boxes[0])
    shown = [f"{each.title}: {in_words(each.new.question, 'en')}" for each in described.examples]
    follows = [value for name, value in described.rows if name == PHRASES["en"]["follows"]]
    first, *others = [*_places(report, change)] or [("", None)]
    return Finding(
        change.kind.value,
        Severity.ERROR if fails else Severity.WARNING,
        f"{described.title}: {box}; {'; '.join(shown)}",
        "; ".join(follows) or _HELP[change.kind],
        first[1],
        related=tuple((text, place) for text, place in others if place is not None),
    )


def _places(report: DifferenceReport, change: Change) -> Iterator[tuple[str, Place | None]]:
    phrases = PHRASES["en"]
    for cause in change.causes:
        found = declaration_of(report, cause)
        if found is not None:
            text = f"{phrases[cause.section]} `{cause.id}`, {phrases[cause.happened]}"
            yield text, found.place


def _of_gates(report: DifferenceReport) -> Iterator[Finding]:
    for gate, ids in report.opened().items():
        yield Finding(
            GATE,
            Severity.ERROR,
            f"--{gate}, and yet there is `{'`, `'.join(ids)}`",
            "Take it out of the change, or have it agreed and leave the gate open.",
            None,
        )
