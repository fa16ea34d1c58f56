"""Valid declarations to a compiled policy."""

from typing import TYPE_CHECKING

from doelbinding.compiler.compiled import CompiledPolicy, Declared
from doelbinding.compiler.digest import meaning_digest
from doelbinding.compiler.index import build_index
from doelbinding.diagnostics import Finding
from doelbinding.loader.collector import collector_paused
from doelbinding.model.decision import PolicyIdentity

if TYPE_CHECKING:
    from doelbinding.validator import ValidDeclarations


def compile_policy(
    declarations: "ValidDeclarations", source_digest: str, findings: tuple[Finding, ...] = ()
) -> CompiledPolicy:
    """Compile declarations in which the validator found no error; `findings` are its warnings."""
    manifest = declarations.manifest
    with collector_paused():
        identity = PolicyIdentity(
            manifest.policy, manifest.revision, meaning_digest(declarations), source_digest
        )
        index = build_index(declarations, identity)
    declared = Declared(declarations, findings)
    return CompiledPolicy(index, lambda: declared)
