"""Valid declarations to a compiled policy: identity, index, and the graph when it is asked for."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from doelbinding.compiler.digest import meaning_digest
from doelbinding.compiler.index import build_index
from doelbinding.decider.index import Index
from doelbinding.model.decision import PolicyIdentity
from doelbinding.validator import ValidDeclarations

if TYPE_CHECKING:
    from doelbinding.compiler.graph import PolicyGraph


@dataclass(frozen=True)
class CompiledPolicy:
    """What was declared, and the index from which it is decided."""

    declarations: ValidDeclarations
    identity: PolicyIdentity
    index: Index

    @cached_property
    def graph(self) -> "PolicyGraph":
        """The policy as a graph, built when it is first asked for."""
        from doelbinding.compiler.graph import build_graph  # networkx takes long to import

        return build_graph(self.declarations)


def compile_policy(declarations: ValidDeclarations, source_digest: str) -> CompiledPolicy:
    """Compile declarations in which the validator found no error."""
    manifest = declarations.manifest
    identity = PolicyIdentity(
        manifest.policy, manifest.revision, meaning_digest(declarations), source_digest
    )
    return CompiledPolicy(declarations, identity, build_index(declarations, identity))
