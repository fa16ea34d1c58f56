"""Tiny policies in memory: written as plain data, short of what every policy must have."""

import json
from collections.abc import Mapping
from typing import Any

from doelbinding.diagnostics import Finding, PolicyError
from doelbinding.loader import PolicySource, load_texts
from doelbinding.model.decision import Decision
from doelbinding.policy import Policy

Plain = Mapping[str, Any]

MOMENT = "2026-06-01T12:00:00+02:00"
"""Noon in Amsterdam; the moment of a transfer and of warnings where a test names no other."""

MANIFEST: dict[str, Any] = {
    "doelbinding": 1,
    "policy": "library",
    "revision": 1,
    "controller": {"id": "library", "label": "Library"},
    "timezone": "Europe/Amsterdam",
    "default-subject": "member",
}
"""The manifest of a policy that states no other."""

BASE: dict[str, Any] = {
    "categories": {
        "contact": {},
        "contact.email": {},
        "contact.phone": {},
        "loans": {},
        "loans.titles": {},
        "name": {},
    },
    "subjects": {"member": {}, "member.child": {}, "visitor": {}},
    "purposes": {"news": {"lawful-basis": "contract", "data": ["contact", "name"]}},
    "recipients": {
        "mailer": {
            "roles": [{"role": "processor", "purposes": ["news"], "agreement": {"reference": "A"}}]
        },
        "printer": {"roles": [{"role": "controller"}]},
    },
    "facts": {"asked": {}, "urgent": {}},
    "flows": {
        "news-mail": {"from": "library", "to": "mailer", "purpose": "news", "data": ["contact"]}
    },
}
"""A policy in which the library may send contact data to its mailer, for news."""

SECTIONS = (*BASE, "prohibitions", "clauses", "findings", "invariants")
_CLAUSE = "stated"


def changed(base: Plain, changes: Plain) -> dict[str, Any]:
    """The base with keys replaced at any depth; None takes one away."""
    result = dict(base)
    for key, value in changes.items():
        before = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(before, Mapping):
            result[key] = changed(before, value)
        else:
            result[key] = value
    return result


def completed(written: Plain) -> dict[str, Any]:
    """What was written, with a manifest, with labels, and with a clause for each purpose."""
    sections = {key: dict(value) for key, value in written.items() if key in SECTIONS}
    for key, declarations in sections.items():
        sections[key] = {each: {"label": each, **it} for each, it in declarations.items()}
    clause = {_CLAUSE: {"label": _CLAUSE, "informative": "It is stated."}}
    sections["clauses"] = {**clause, **sections.get("clauses", {})}
    for identifier, purpose in sections.get("purposes", {}).items():
        if "." not in identifier:
            purpose.setdefault("clauses", [_CLAUSE])
    rest = {key: value for key, value in written.items() if key not in SECTIONS}
    return {**MANIFEST, "statement": {"version": "1", "language": "en"}, **rest, **sections}


def source_of(*files: Plain) -> PolicySource:
    """The files as texts that were read; JSON is YAML."""
    texts = [json.dumps(content, ensure_ascii=False) for content in files]
    return load_texts("policy", [(f"{number}.yaml", text) for number, text in enumerate(texts)])


def policy_of(written: Plain) -> Policy:
    """The policy that was written, completed."""
    return Policy.from_source(source_of(completed(written)), at=MOMENT)


def policy(**changes: Any) -> Policy:
    """The base policy with some sections or manifest keys changed."""
    return policy_of(changed(BASE, changes))


def findings(**changes: Any) -> tuple[Finding, ...]:
    """What is found in the base policy with some sections or manifest keys changed."""
    try:
        return policy(**changes).findings
    except PolicyError as error:
        return error.findings


def ask(of: Policy, **fields: Any) -> Decision:
    """The base policy's transfer, which is allowed, with some fields replaced."""
    given = {"recipient": "mailer", "purpose": "news", "data": ["contact"], "at": MOMENT}
    return of.check(**{**given, **fields})
