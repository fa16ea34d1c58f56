"""Pictures of a policy, drawn from one table of rows."""

from doelbinding.views.pictures.mermaid import Picture, View, render_mermaid
from doelbinding.views.pictures.rows import KINDS, only, rows

__all__ = ["KINDS", "Picture", "View", "only", "render_mermaid", "rows"]
