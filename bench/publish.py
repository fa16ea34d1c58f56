"""What was measured, for a terminal, as JSON, and in the documentation."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.machine import machine
from bench.measure import Bar, Figure, Table, readable
from bench.picture import draw

_EVIDENCE = Path("docs/evidence")
_PAGE = Path("docs/reference/performance.md")
_FIGURES_ON_PAGE = re.compile(r"(?<=<!-- figures -->\n).*(?=<!-- end of figures -->)", re.DOTALL)

Plain = dict[str, Any]


def show(tables: Sequence[Table]) -> None:
    """Print tables, with ratios to the first figure of each."""
    for table in tables:
        print(f"\n{table.title}")
        print(f"  {'':46} {'median':>9} {'least':>9} {'most':>9} {'ratio':>9}")
        for figure in table.figures:
            print("  " + _line(figure, _ratio(figure, table)).rstrip())
        for bar in table.bars:
            print(f"  {_said(bar)}")
        for remark in table.remarks:
            print(f"  {remark}")


def publish(name: str, tables: Sequence[Table], order: Iterable[str]) -> None:
    """Keep a benchmark's tables beside those of the others; write page and picture anew."""
    path = _EVIDENCE / "bench.json"
    kept: dict[str, Plain] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    taken = datetime.now(UTC).date().isoformat()
    kept[name] = {"on": machine(), "taken": taken, "tables": [*map(_plain, tables)]}
    in_order = {each: kept[each] for each in order if each in kept}
    path.write_text(json.dumps(in_order, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    redraw(in_order)


def redraw(kept: dict[str, Plain]) -> None:
    """Write page and picture from what is kept."""
    if "peers" in kept and "decision" in kept:
        (_EVIDENCE / "decision-speed.svg").write_text(draw(kept), encoding="utf-8")
    page, written = _PAGE.read_text(encoding="utf-8"), "\n".join(_on_page(kept))
    _PAGE.write_text(_FIGURES_ON_PAGE.sub(lambda _: written, page), encoding="utf-8")


def _line(figure: Figure, ratio: float | None) -> str:
    values = (figure.typical, min(figure.values), max(figure.values))
    shown = " ".join(f"{readable(value, figure.unit):>9}" for value in values)
    return f"{figure.name:46} {shown} {_times(ratio):>9}  {figure.remark}"


def _ratio(figure: Figure, table: Table) -> float | None:
    first = table.figures[0]
    return figure.typical / first.typical if figure.unit == first.unit else None


def _times(ratio: float | None) -> str:
    if ratio is None:
        return ""
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}"


def _said(bar: Bar) -> str:
    word = "within" if bar.is_held else "OVER"
    if bar.at_least:
        word = "reached" if bar.is_held else "BELOW"
    unit = "" if bar.unit == "x" else f" {bar.unit}"
    relation = "at least" if bar.at_least else "at most"
    return f"{word}: {bar.what} is {_times(bar.value)}{unit}, {relation} {bar.limit:,g}{unit}"


def _plain(table: Table) -> Plain:
    return {
        "title": table.title,
        "figures": [
            {
                "name": figure.name,
                "unit": figure.unit,
                "median": figure.typical,
                "least": min(figure.values),
                "most": max(figure.values),
                "rounds": len(figure.values),
                "ratio": _ratio(figure, table),
                "remark": figure.remark,
            }
            for figure in table.figures
        ],
        "bars": [
            {
                "what": bar.what,
                "value": bar.value,
                "limit": bar.limit,
                "at-least": bar.at_least,
                "unit": bar.unit,
                "held": bar.is_held,
                "said": _said(bar),
            }
            for bar in table.bars
        ],
        "remarks": list(table.remarks),
    }


def _on_page(kept: dict[str, Plain]) -> Iterator[str]:
    for benchmark in kept.values():
        for table in benchmark["tables"]:
            yield f"\n### {table['title']}\n"
            yield f"{benchmark['on']}; {benchmark['taken']}.\n"
            yield "| | median | least | most | ratio | |\n|---|--:|--:|--:|--:|---|"
            for figure in table["figures"]:
                values = [
                    readable(figure[key], figure["unit"]) for key in ("median", "least", "most")
                ]
                cells = [figure["name"], *values, _times(figure["ratio"]), figure["remark"]]
                yield f"| {' | '.join(cells)} |"
            if table["bars"] or table["remarks"]:
                yield ""
            yield from (f"- {bar['said']}" for bar in table["bars"])
            yield from (f"- {remark}" for remark in table["remarks"])
    yield "\n"
