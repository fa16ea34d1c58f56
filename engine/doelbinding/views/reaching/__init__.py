"""Where data can end up, for people, programs and pictures."""

from doelbinding.views.reaching.dot import render_dot
from doelbinding.views.reaching.json import render_json
from doelbinding.views.reaching.report import ReachReport
from doelbinding.views.reaching.text import render_text

__all__ = ["ReachReport", "render_dot", "render_json", "render_text"]
