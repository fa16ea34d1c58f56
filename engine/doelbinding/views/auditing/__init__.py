"""The log shown: what was found in it, what enforcement would stop, and whether it is whole."""

from doelbinding.views.auditing.csv import csv_lines
from doelbinding.views.auditing.html import render_html
from doelbinding.views.auditing.json import json_lines
from doelbinding.views.auditing.stopping import groups_of, render_groups, render_groups_json
from doelbinding.views.auditing.text import render_found
from doelbinding.views.auditing.verified import Verified, render_verified, render_verified_json

__all__ = [
    "Verified",
    "csv_lines",
    "groups_of",
    "json_lines",
    "render_found",
    "render_groups",
    "render_groups_json",
    "render_html",
    "render_verified",
    "render_verified_json",
]
