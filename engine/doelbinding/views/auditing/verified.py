"""Whether a log is whole, for people and for programs."""

from collections.abc import Iterator
from dataclasses import dataclass

from doelbinding.audit.head import SignedHead
from doelbinding.audit.report import Gap, Report
from doelbinding.gate.again import Again
from doelbinding.views.auditing.phrases import PHRASES
from doelbinding.views.explain import Language
from doelbinding.views.json import JsonObject, to_json
from doelbinding.views.terminal import Painter, Style, safe

_MOST_NAMED = 3
_NAME_WIDTH = 10


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of a log came to, with what the database says of itself.

    `integrity` is what the database finds wrong, None if nothing, or it was not asked: that,
    `asked` tells. `again` is what deciding once more came to, if that was wanted.
    """

    report: Report
    store: str
    engine: str
    asked: bool
    integrity: str | None
    again: Again | None

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong, nothing is missing, and all was decided as it says."""
        decided = self.again is None or self.again.is_same
        return not self.fault_count and not self.report.gaps and decided

    @property
    def fault_count(self) -> int:
        """How much is not as it was written."""
        return self.report.fault_count + (self.integrity is not None)

    @property
    def outcome(self) -> str:
        """The worst of it, in a word for programs."""
        if self.fault_count:
            return "broken"
        return "gap" if self.report.gaps else "whole" if self.is_well else "differs"

    @property
    def missing(self) -> int:
        """How many records were never written."""
        return sum(gap.last - gap.first + 1 for gap in self.report.gaps)

    @property
    def head(self) -> SignedHead | None:
        """The largest head that holds."""
        return max(self.report.heads, key=lambda each: each.head.size, default=None)


def render_verified(verified: Verified, lang: Language, paint: Painter) -> str:
    """The verdict, first and last; between them what is wrong, and what to know."""
    verdict = paint(safe(_verdict(verified, lang)), _style(verified))
    wrong = [f"  {paint('✗', Style.ERROR)} {safe(each)}" for each in _wrong(verified, lang)]
    rows = [f"  {name:{_NAME_WIDTH}} {safe(value)}" for name, value in _rows(verified, lang)]
    parts = ["\n".join(lines) for lines in (wrong, rows) if lines]
    return "\n\n".join([verdict, *parts, verdict]) + "\n"


def _verdict(verified: Verified, lang: Language) -> str:
    phrases, again = PHRASES[lang], verified.again
    words: list[str] = []
    if verified.fault_count:
        words.append(phrases["broken"].format(count=f"{verified.fault_count:,}"))
    if verified.missing:
        key = "gap" if verified.missing == 1 else "gaps"
        words.append(phrases[key].format(count=f"{verified.missing:,}"))
    if again is not None and again.difference_count:
        words.append(phrases["differs"].format(count=f"{again.difference_count:,}"))
    if again is not None and again.undecided:
        words.append(phrases["undecided"].format(count=f"{again.undecided:,}"))
    if not words:
        return f"{phrases['whole']}: {_extent(verified, lang)}"
    return (
        f"{'; '.join(words)}; {_extent(verified, lang)}" if not verified.fault_count else words[0]
    )


def _extent(verified: Verified, lang: Language) -> str:
    """How far the proof reaches."""
    phrases, report, last = PHRASES[lang], verified.report, verified.head
    size = f"{report.size:,}"
    if last is None or not last.head.size:
        return phrases["unanchored-all"].format(size=size)
    anchored = f"{last.head.size:,}"
    text = phrases["anchored"].format(size=size, anchored=anchored, at=last.head.at)
    rest = report.unanchored
    return text + (phrases["unanchored-rest"].format(count=f"{rest:,}") if rest else "")


def _style(verified: Verified) -> Style:
    if verified.is_well:
        return Style.WARNING if verified.head is None else Style.GOOD
    return Style.ERROR


def _wrong(verified: Verified, lang: Language) -> Iterator[str]:
    phrases, report = PHRASES[lang], verified.report
    if verified.integrity is not None:
        yield phrases["integrity"].format(problem=verified.integrity)
    for fault in report.faults:
        at = phrases["fault-at"].format(seq=fault.seq, message=fault.message)
        yield fault.message if fault.seq is None else at
    if report.fault_count > len(report.faults):
        yield phrases["more"].format(count=f"{report.fault_count - len(report.faults):,}")
    for gap in report.gaps:
        key = "gap-at" if gap.first == gap.last else "gap-between"
        yield phrases[key].format(**_gap(gap))
    if verified.again is not None:
        yield from _decided_otherwise(verified.again, lang)


def _decided_otherwise(again: Again, lang: Language) -> Iterator[str]:
    phrases = PHRASES[lang]
    for each in again.differences:
        parts = ", ".join(each.parts)
        yield phrases["difference"].format(seq=each.seq, id=each.id, parts=parts)
    if again.difference_count > len(again.differences):
        rest = again.difference_count - len(again.differences)
        yield phrases["more"].format(count=f"{rest:,}")
    for source in again.policies:
        yield phrases["no-policy"].format(source=source)


def _rows(verified: Verified, lang: Language) -> Iterator[tuple[str, str]]:
    phrases, report = PHRASES[lang], verified.report
    yield phrases["row-log"], report.log
    yield phrases["row-store"], f"{verified.store} ({verified.engine})"
    yield phrases["row-heads"], phrases["heads"].format(count=len(report.heads))
    if report.receipts:
        yield phrases["row-receipts"], phrases["receipts"].format(count=f"{report.receipts:,}")
    yield phrases["row-policies"], f"{report.policies:,}"
    if report.erased:
        yield phrases["row-erased"], f"{report.erased:,}"
    if report.overdue:
        yield phrases["row-overdue"], phrases["overdue"].format(count=f"{report.overdue:,}")
    yield from _row_of_again(verified.again, lang)
    if report.unended:
        shown = ", ".join(report.unended[:_MOST_NAMED])
        more = len(report.unended) - _MOST_NAMED
        names = f"{shown}, {phrases['more'].format(count=more)}" if more > 0 else shown
        yield (
            phrases["row-unended"],
            phrases["unended"].format(count=len(report.unended), names=names),
        )
        yield "", phrases["unended-note"]
    if verified.asked and verified.integrity is None:
        yield phrases["row-integrity"], phrases["sound"]
    for remark in report.remarks:
        yield phrases["row-remark"], remark


def _row_of_again(again: Again | None, lang: Language) -> Iterator[tuple[str, str]]:
    if again is not None:
        yield (
            PHRASES[lang]["row-again"],
            PHRASES[lang]["again"].format(
                count=f"{again.count:,}",
                differing=f"{again.difference_count:,}",
                undecided=f"{again.undecided:,}",
            ),
        )


def render_verified_json(verified: Verified) -> str:
    """One object, on one line."""
    report, last = verified.report, verified.head
    return to_json(
        {
            "verdict": verified.outcome,
            "log": report.log,
            "size": report.size,
            "root": report.root,
            "anchored": report.anchored,
            "anchored-at": None if last is None else last.head.at,
            "unanchored": report.unanchored,
            "fault-count": report.fault_count,
            "faults": [{"seq": each.seq, "message": each.message} for each in report.faults],
            "gaps": [_gap(each) for each in report.gaps],
            "missing": verified.missing,
            "unended": list(report.unended),
            "heads": len(report.heads),
            "receipts": report.receipts,
            "policies": report.policies,
            "erased": report.erased,
            "overdue": report.overdue,
            "store": verified.store,
            "engine": verified.engine,
            "integrity": {"asked": verified.asked, "problem": verified.integrity},
            "remarks": list(report.remarks),
            "again": None if verified.again is None else _again_object(verified.again),
        }
    )


def _gap(gap: Gap) -> JsonObject:
    return {"writer": gap.writer, "first": gap.first, "last": gap.last, "before": gap.before}


def _again_object(again: Again) -> JsonObject:
    return {
        "count": again.count,
        "difference-count": again.difference_count,
        "differences": [
            {"seq": each.seq, "id": each.id, "parts": list(each.parts)}
            for each in again.differences
        ],
        "undecided": again.undecided,
        "policies": again.policies,
    }
