"""What a change of a policy permits and forbids, for people and pipelines."""

from doelbinding.views.differences.gates import Gate
from doelbinding.views.differences.json import render_json
from doelbinding.views.differences.markdown import render_markdown
from doelbinding.views.differences.report import (
    DifferenceReport,
    Otherwise,
    Outcome,
    Replayed,
    Side,
)
from doelbinding.views.differences.text import render_text

__all__ = [
    "DifferenceReport",
    "Gate",
    "Otherwise",
    "Outcome",
    "Replayed",
    "Side",
    "render_json",
    "render_markdown",
    "render_text",
]
