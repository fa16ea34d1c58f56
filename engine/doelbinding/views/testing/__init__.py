"""What came of a policy's own tests, a file per format."""

from doelbinding.views.testing.json import render_json
from doelbinding.views.testing.report import RunReport
from doelbinding.views.testing.text import render_text

__all__ = ["RunReport", "render_json", "render_text"]
