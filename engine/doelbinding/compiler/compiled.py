"""A compiled policy: the index, and what it declares when that is asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from doelbinding.decider.index import Index
from doelbinding.diagnostics import Finding
from doelbinding.model.decision import PolicyIdentity

if TYPE_CHECKING:
    from doelbinding.compiler.graph import PolicyGraph
    from doelbinding.validator import ValidDeclarations


class Declared(NamedTuple):
    """What a policy declares, and the warnings with which it was read."""

    declarations: "ValidDeclarations"
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class CompiledPolicy:
    """The index from which a policy is decided; `declared` and `graph` are made on demand."""

    index: Index
    _declare: Callable[[], Declared] = field(repr=False)

    @property
    def identity(self) -> PolicyIdentity:
        """Which policy it is."""
        return self.index.policy

    @cached_property
    def declared(self) -> Declared:
        """What the policy declares."""
        return self._declare()

    @cached_property
    def graph(self) -> "PolicyGraph":
        """The policy as a graph."""
        from doelbinding.compiler.graph import build_graph  # networkx takes long to import

        return build_graph(self.declared.declarations)
