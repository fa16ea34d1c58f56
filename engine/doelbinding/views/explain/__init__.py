"""Decisions explained: as prose, for a terminal, as a table, for programs."""

from doelbinding.views.explain.json import (
    answered_object,
    answered_parts,
    decision_json,
    decision_object,
)
from doelbinding.views.explain.phrases import LANGUAGES, Language
from doelbinding.views.explain.prose import explain
from doelbinding.views.explain.question import Question
from doelbinding.views.explain.record import Record
from doelbinding.views.explain.table import Answered, render_table
from doelbinding.views.explain.text import render_decision

__all__ = [
    "LANGUAGES",
    "Answered",
    "Language",
    "Question",
    "Record",
    "answered_object",
    "answered_parts",
    "decision_json",
    "decision_object",
    "explain",
    "render_decision",
    "render_table",
]
