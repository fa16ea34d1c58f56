"""Findings for people and pipelines, a file per format."""

from doelbinding.views.findings.concise import render_concise
from doelbinding.views.findings.json import render_json
from doelbinding.views.findings.text import render_text
from doelbinding.views.findings.verdict import Report

__all__ = ["Report", "render_concise", "render_json", "render_text"]
