"""Is this flow of personal data within a declared purpose? (GDPR Art. 5(1)(b)).

A policy is a folder of YAML. Loading it runs the pipeline, each stage a package:

    load_source → validate → compile_policy → decide

`Policy` is the handle. The names below are imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doelbinding.audit.log import AuditLog
    from doelbinding.audit.pending import Receipt
    from doelbinding.diagnostics import Finding, PolicyError, Severity
    from doelbinding.errors import DoelbindingError, SourceError, StoreError
    from doelbinding.gate.gate import Gate
    from doelbinding.gate.passage import Passage, TransferDenied
    from doelbinding.loader import Limits
    from doelbinding.model.decision import Decision, Effect, Reason, Remedy, Withheld
    from doelbinding.model.facts import Facts
    from doelbinding.policy import Policy, Route

_HOMES = {
    "AuditLog": "doelbinding.audit.log",
    "Decision": "doelbinding.model.decision",
    "DoelbindingError": "doelbinding.errors",
    "Effect": "doelbinding.model.decision",
    "Facts": "doelbinding.model.facts",
    "Finding": "doelbinding.diagnostics",
    "Gate": "doelbinding.gate.gate",
    "Limits": "doelbinding.loader",
    "Passage": "doelbinding.gate.passage",
    "Policy": "doelbinding.policy",
    "PolicyError": "doelbinding.diagnostics",
    "Reason": "doelbinding.model.decision",
    "Receipt": "doelbinding.audit.pending",
    "Remedy": "doelbinding.model.decision",
    "Route": "doelbinding.policy",
    "Severity": "doelbinding.diagnostics",
    "SourceError": "doelbinding.errors",
    "StoreError": "doelbinding.errors",
    "TransferDenied": "doelbinding.gate.passage",
    "Withheld": "doelbinding.model.decision",
}

__all__ = [
    "AuditLog",
    "Decision",
    "DoelbindingError",
    "Effect",
    "Facts",
    "Finding",
    "Gate",
    "Limits",
    "Passage",
    "Policy",
    "PolicyError",
    "Reason",
    "Receipt",
    "Remedy",
    "Route",
    "Severity",
    "SourceError",
    "StoreError",
    "TransferDenied",
    "Withheld",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
