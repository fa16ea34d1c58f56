"""Valid declarations to a compiled policy."""

from doelbinding.compiler.compiled import CompiledPolicy, Declared
from doelbinding.compiler.digest import meaning_digest
from doelbinding.compiler.index import build_index
from doelbinding.diagnostics import Finding
from doelbinding.model.decision import PolicyIdentity
from doelbinding.validator import ValidDeclarations


def compile_policy(
    declarations: ValidDeclarations, source_digest: str, findings: tuple[Finding, ...] = ()
) -> CompiledPolicy:
    """Compile declarations in which the validator found no error; `findings` are its warnings."""
    manifest = declarations.manifest
    identity = PolicyIdentity(
        manifest.policy, manifest.revision, meaning_digest(declarations), source_digest
    )
    declared = Declared(declarations, findings)
    return CompiledPolicy(build_index(declarations, identity), lambda: declared)
