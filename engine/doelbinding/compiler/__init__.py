"""Valid declarations to an immutable policy: index, graph and digests.

The names are imported when they are first used: a bundle was compiled already.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doelbinding.compiler.compile import compile_policy
    from doelbinding.compiler.compiled import CompiledPolicy

_HOMES = {
    "CompiledPolicy": "doelbinding.compiler.compiled",
    "compile_policy": "doelbinding.compiler.compile",
}

__all__ = ["CompiledPolicy", "compile_policy"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
