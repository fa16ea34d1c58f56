"""A new policy to start from, as the texts of its files."""

from doelbinding.views.starter.files import TIMEZONE, Starter, starter_files
from doelbinding.views.starter.schemas import schema_files
from doelbinding.views.starter.welcome import render_welcome

__all__ = ["TIMEZONE", "Starter", "render_welcome", "schema_files", "starter_files"]
