"""Differences as findings, for the formats that pipelines read."""

from collections.abc import Callable, Iterator

from doelbinding.analysis.diff import Change
from doelbinding.analysis.diff.causes import Happened
from doelbinding.analysis.diff.cells import Kind
from doelbinding.diagnostics import Finding, Severity
from doelbinding.loader.files import whole_file
from doelbinding.source import Place
from doelbinding.views.differences.described import Describing
from doelbinding.views.differences.naming import Naming
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
    describe = Describing(report, Naming(report.sides, report.facts, "en"))
    found = [_of_change(report, describe, each, fails(each)) for each in report.changes]
    return [*found, *_of_gates(report, describe)]


def _of_change(
    report: DifferenceReport, describe: Describing, change: Change, fails: bool
) -> Finding:
    box, *others = describe.boxes(change)
    told = [f"{row.name} {line}" for row in box for line in row.lines]
    told += ["and other groups"] if others else []
    shown = [f"{each.title}: {in_words(each.question, 'en')}" for each in describe.examples(change)]
    first, *rest = [*_places(report, change)] or [("", None)]
    return Finding(
        change.kind.value,
        Severity.ERROR if fails else Severity.WARNING,
        f"{describe.title(change)}: {'; '.join([*told, *shown])}",
        "; ".join(describe.follows(change)) or _HELP[change.kind],
        first[1],
        related=tuple((text, place) for text, place in rest if place is not None),
    )


def _places(report: DifferenceReport, change: Change) -> Iterator[tuple[str, Place | None]]:
    """Where it comes from, what is still there first: what is gone has a file, and no line now."""
    phrases = PHRASES["en"]
    causes = report.causes_of(change)
    for cause in sorted(causes, key=lambda cause: cause.happened is Happened.REMOVED):
        place = report.place_of(cause)
        if place is not None:
            named = f"{phrases[cause.section]} `{cause.id}`" if cause.id else phrases[cause.section]
            is_gone = cause.happened is Happened.REMOVED
            text = f"{named}, {phrases[cause.happened]}"
            yield text, whole_file(place.path) if is_gone else place


def _of_gates(report: DifferenceReport, describe: Describing) -> Iterator[Finding]:
    for (gate, ids), told in zip(report.opened().items(), describe.opened(), strict=True):
        declared = getattr(report.new.declarations, gate.section).get(ids[0])
        yield Finding(
            GATE,
            Severity.ERROR,
            told,
            "Take it out of the change, or have it agreed and leave the gate open.",
            declared.place if declared else None,
        )
