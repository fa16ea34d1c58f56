"""Files or revisions to a `PolicySource`: limits first, then YAML events to nodes with places."""

from doelbinding.loader.limits import DEFAULT_LIMITS, Limits
from doelbinding.loader.load import LoadedFile, PolicySource, load_source, load_texts

__all__ = [
    "DEFAULT_LIMITS",
    "Limits",
    "LoadedFile",
    "PolicySource",
    "load_source",
    "load_texts",
]
