"""Valid declarations to an immutable policy: index, graph and digests."""

from doelbinding.compiler.compile import CompiledPolicy, compile_policy

__all__ = ["CompiledPolicy", "compile_policy"]
