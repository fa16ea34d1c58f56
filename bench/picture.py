"""The speed of a decision as a picture: a row for each engine, a dot for each size of policy.

Drawn here, because a few lines and dots on a logarithmic scale need no plotting library. The
colours follow the reader's light or dark setting.
"""

from collections.abc import Iterator
from html import escape
from math import log10
from typing import Any, NamedTuple

from bench.measure import readable

Plain = dict[str, Any]

_WIDTH, _LEFT, _RIGHT = 880, 256, 60
_TOP, _ROW = 86, 34
_APART = 8.0
"""Dots that stand nearer share a label."""

_DECADES = range(-6, 2)
_STYLE = """
text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f }
.paper { fill: #ffffff } .title { font-size: 17px; font-weight: 600 }
.quiet { fill: #656d76; font-size: 12px } .grid { stroke: #d8dee4 }
.span { stroke: #afb8c1; stroke-width: 3 }
.small { fill: #ffffff; stroke: #6e7781; stroke-width: 2 }
.large { fill: #6e7781 } .ours { font-weight: 600 } .span.ours { stroke: #8fc7b4 }
.small.ours { stroke: #0b7a5b } .large.ours { fill: #0b7a5b }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .paper { fill: #0d1117 } .quiet { fill: #8d96a0 } .grid { stroke: #30363d }
.span { stroke: #484f58 } .small { fill: #0d1117; stroke: #8d96a0 } .large { fill: #8d96a0 }
.span.ours { stroke: #1f6f58 } .small.ours { stroke: #3fb990 } .large.ours { fill: #3fb990 } }
"""


class Row(NamedTuple):
    """Seconds for one decision on the small and on the large policy (None: not compared)."""

    name: str
    small: float | None
    large: float | None
    is_ours: bool = False


def draw(kept: dict[str, Plain]) -> str:
    """The picture, from the figures as they are kept in JSON."""
    rows = _rows(kept)
    height = _TOP + _ROW * len(rows) + 66
    bottom = height - 58
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>Time for one decision</title><style>{_STYLE}</style>",
        f'<rect class="paper" width="{_WIDTH}" height="{height}" rx="8"/>',
        _text(24, 34, "Time for one decision (logarithmic scale)", "title"),
        *_legend(),
        *_scale(bottom),
        *(part for number, row in enumerate(rows) for part in _drawn(row, number)),
        _text(24, height - 14, kept["peers"]["on"], "quiet"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _rows(kept: dict[str, Plain]) -> list[Row]:
    """Ours, then that by hand, then the peers by what they take on the large policy."""
    small, large = (_medians(table) for table in kept["peers"]["tables"])
    before = list(_medians(kept["decision"]["tables"][1]).values())
    asked_before = Row("doelbinding, asked before", before[0], before[1], is_ours=True)
    first, by_hand, *peers = (
        Row(name, small.get(name), large.get(name)) for name in dict.fromkeys([*small, *large])
    )
    first_seen = Row("doelbinding, first seen", first.small, first.large, is_ours=True)
    return [asked_before, first_seen, by_hand, *sorted(peers, key=lambda row: max(_known(row)))]


def _known(row: Row) -> list[float]:
    return [seconds for seconds in (row.small, row.large) if seconds is not None]


def _medians(table: Plain) -> dict[str, float]:
    return {figure["name"]: figure["median"] for figure in table["figures"]}


def _legend() -> Iterator[str]:
    yield '<circle class="small" cx="31" cy="57" r="6.5"/>' + _text(42, 61, "60 flows", "quiet")
    yield '<circle class="large" cx="110" cy="57" r="4.5"/>' + _text(
        122, 61, "100,000 flows", "quiet"
    )


def _scale(bottom: int) -> Iterator[str]:
    for decade in _DECADES:
        x = _x(10.0**decade)
        yield f'<path class="grid" d="M{x:.1f} {_TOP - 12}V{bottom}"/>'
        yield _text(x, bottom + 18, readable(10.0**decade), "quiet", "middle")


def _drawn(row: Row, number: int) -> Iterator[str]:
    y = _TOP + _ROW * number + 8
    ours = " ours" if row.is_ours else ""
    least, most = min(_known(row)), max(_known(row))
    yield _text(_LEFT - 36, y + 4, row.name, ours.strip(), "end")
    yield f'<path class="span{ours}" d="M{_x(least):.1f} {y}H{_x(most):.1f}"/>'
    for kind, at, radius in (("small", row.small, 6.5), ("large", row.large, 4.5)):
        if at is not None:
            yield f'<circle class="{kind}{ours}" cx="{_x(at):.1f}" cy="{y}" r="{radius}"/>'
    yield _text(_x(most) + 13, y + 4, readable(most), f"quiet{ours}")
    if _x(most) - _x(least) > _APART:
        yield _text(_x(least) - 13, y + 4, readable(least), f"quiet{ours}", "end")


def _x(seconds: float) -> float:
    span = _DECADES[-1] - _DECADES[0]
    return _LEFT + (log10(seconds) - _DECADES[0]) / span * (_WIDTH - _LEFT - _RIGHT)


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    anchored = "" if anchor == "start" else f' text-anchor="{anchor}"'
    classed = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y}"{classed}{anchored}>{escape(text)}</text>'
