"""Where data can end up, as people read it; the verdict stands first and last."""

from collections.abc import Iterable, Iterator

from doelbinding.analysis.diff.together import outline
from doelbinding.analysis.reach import Leg, Passage, Reached
from doelbinding.views.explain import Language
from doelbinding.views.reaching.report import WORDS, ReachReport
from doelbinding.views.terminal import Painter, Style, safe


def render_text(report: ReachReport, lang: Language, paint: Painter) -> str:
    """Each party, the nearest first, with a shortest chain to it; a hop is told once."""
    verdict = paint(safe(report.verdict(lang)), Style.STRONG)
    writing = _Writing(report, lang, paint)
    parts = ["\n".join(writing.party(each)) for each in report.reached]
    return "\n\n".join([verdict, *parts, verdict] if parts else [verdict]) + "\n"


class _Writing:
    def __init__(self, report: ReachReport, lang: Language, paint: Painter) -> None:
        self._report, self._paint = report, paint
        self._lang: Language = lang
        self._words = WORDS[lang]
        self._told: set[Leg] = set()

    def party(self, reached: Reached) -> Iterator[str]:
        """A party with the chain that leads there."""
        count, paint = len(reached.legs), self._paint
        hops = self._words["hop" if count == 1 else "hops"].format(count=count)
        label = paint(safe(self._report.label(reached.party, self._lang)), Style.FAINT)
        yield f"{paint(safe(reached.party), Style.STRONG)}  {label}  ({hops})"
        for leg in reached.legs:
            yield from self._leg(leg)

    def _leg(self, leg: Leg) -> Iterator[str]:
        words, transfer = self._words, leg.transfer
        hop = f"  {safe(transfer.sender)} → {safe(transfer.recipient)}"
        if leg in self._told:
            yield f"{hop}  ({words['above']})"
            return
        self._told.add(leg)
        yield hop
        if leg.wider:
            yield f"    {self._paint('! ' + words['wider'], Style.WARNING)}"
        for passage in leg.passages:
            yield from self._passage(passage)

    def _passage(self, passage: Passage) -> Iterator[str]:
        words, declared = self._words, self._report.declarations
        purpose = self._paint(safe(passage.purpose), Style.STRONG)
        data = _outlined(passage.categories, declared.categories)
        about = words["about"].format(subjects=_outlined(passage.subjects, declared.subjects))
        yield f"    {words['for'].format(purpose=purpose)}: {safe(data)}, {safe(about)}"
        yield f"      {safe(self._report.conditions(passage, self._lang))}"


def _outlined(ids: tuple[str, ...], declared: Iterable[str]) -> str:
    """The ids by the highest ones."""
    return ", ".join(each.id for each in outline(frozenset(ids), declared))
