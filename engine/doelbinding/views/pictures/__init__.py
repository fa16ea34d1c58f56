"""Pictures of a policy, drawn from one table of rows."""

from doelbinding.views.pictures.mermaid import Picture, View, render_mermaid
from doelbinding.views.pictures.rows import known_ids, only, rows

__all__ = ["Picture", "View", "known_ids", "only", "render_mermaid", "rows"]
