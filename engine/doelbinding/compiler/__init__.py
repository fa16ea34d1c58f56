"""Valid declarations to an immutable policy: index, graph and digests."""

from doelbinding.compiler.compile import compile_policy
from doelbinding.compiler.compiled import CompiledPolicy

__all__ = ["CompiledPolicy", "compile_policy"]
