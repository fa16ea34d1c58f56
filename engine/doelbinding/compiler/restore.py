"""A bundle to a compiled policy: the index as it stands in it, all else when it is asked for."""

from functools import partial

from doelbinding.compiler.bundle import Bundle, Opened
from doelbinding.compiler.compiled import CompiledPolicy, Declared
from doelbinding.compiler.stored import decode_index, encode_index
from doelbinding.diagnostics import PolicyError
from doelbinding.errors import SourceError
from doelbinding.source import SourceFile


def restore(opened: Opened, at: int) -> CompiledPolicy:
    """The policy of a bundle. Raises `SourceError`.

    `at` is the instant from which warnings about time are seen, if anyone asks for them.
    """
    bundle = opened.bundle
    try:
        index = decode_index(opened.index_bytes, bundle.identity, partial(_file, bundle))
    except (ValueError, LookupError, RecursionError):
        raise _not_its_own(bundle) from None
    return CompiledPolicy(index, lambda: _declared(opened, at))


def _file(bundle: Bundle, name: str) -> SourceFile:
    return SourceFile(f"{bundle.name}:{name}", "")


def _declared(opened: Opened, at: int) -> Declared:
    """What the texts declare, provided that identity and index are theirs.

    Raises `PolicyError` when the texts are wrong, and `SourceError` when they are of another
    policy than the one that decides.
    """
    from doelbinding.compiler.compile import compile_policy  # deciding needs nothing of this
    from doelbinding.validator import validate

    bundle = opened.bundle
    source = bundle.source()
    validation = validate(source, at=at)
    if validation.declarations is None:
        raise PolicyError(validation.findings, source.name)
    compiled = compile_policy(validation.declarations, source.digest, validation.findings)
    index = encode_index(compiled.index, [name for name, _ in bundle.texts()])
    if compiled.identity != bundle.identity or index != opened.index_bytes:
        raise _not_its_own(bundle)
    return compiled.declared


def _not_its_own(bundle: Bundle) -> SourceError:
    return SourceError(
        f"{bundle.name} does not decide as its own texts say",
        "Get it anew from where it was compiled.",
    )
