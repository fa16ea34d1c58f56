"""The index as bytes, and back: what a bundle holds for decisions.

MessagePack, of the shapes in `shapes` and of nothing else.
"""

from doelbinding.compiler.stored.reading import decode_index
from doelbinding.compiler.stored.writing import encode_index

__all__ = ["decode_index", "encode_index"]
