"""Files, revisions or bundles to a `PolicySource`: limits first, then YAML to nodes with places."""

from doelbinding.loader.cache import ContentCache
from doelbinding.loader.framing import Part
from doelbinding.loader.limits import DEFAULT_LIMITS, Limits
from doelbinding.loader.load import (
    PolicySource,
    load_origin,
    load_source,
    load_texts,
)
from doelbinding.loader.loaded import LoadedFile
from doelbinding.loader.origin import is_bundle, read_tests, read_texts

__all__ = [
    "DEFAULT_LIMITS",
    "ContentCache",
    "Limits",
    "LoadedFile",
    "Part",
    "PolicySource",
    "is_bundle",
    "load_origin",
    "load_source",
    "load_texts",
    "read_tests",
    "read_texts",
]
