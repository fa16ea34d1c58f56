"""What covers each clause and what the tests exercise, for people and programs."""

from doelbinding.views.covering.html import render_html
from doelbinding.views.covering.json import render_json
from doelbinding.views.covering.markdown import render_markdown
from doelbinding.views.covering.report import CoverageReport
from doelbinding.views.covering.text import render_text

__all__ = ["CoverageReport", "render_html", "render_json", "render_markdown", "render_text"]
