"""Proven and broken invariants, for people and pipelines."""

from doelbinding.views.proofs.json import render_json
from doelbinding.views.proofs.report import Outcome, ProofReport
from doelbinding.views.proofs.text import render_text

__all__ = ["Outcome", "ProofReport", "render_json", "render_text"]
