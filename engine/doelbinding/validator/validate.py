"""A PolicySource to declarations that are valid by construction, or to all that is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NewType

from doelbinding.diagnostics import Finding, by_place, errors
from doelbinding.loader import PolicySource
from doelbinding.loader.collector import collector_paused
from doelbinding.model.declarations import Declarations
from doelbinding.validator.assemble import assemble
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Rule
from doelbinding.validator.rules import RULES

_LAST = [rule for rule in RULES if rule.looks_back]
_OF_SOUND = [rule for rule in RULES if rule.needs_sound_policy and not rule.looks_back]
_ALWAYS = [rule for rule in RULES if rule not in (*_LAST, *_OF_SOUND)]

ValidDeclarations = NewType("ValidDeclarations", Declarations)
"""Declarations in which no error was found; only these can be compiled."""


@dataclass(frozen=True, slots=True)
class Validation:
    """All findings, sorted by place; the declarations unless one of them is an error."""

    findings: tuple[Finding, ...]
    declarations: ValidDeclarations | None


def validate(source: PolicySource, *, at: int | None = None) -> Validation:
    """Check a policy's shape and meaning (policy language, section 5).

    `at` is the instant from which warnings about time are seen; without it there are none.
    """
    with collector_paused():
        return _validated(source, at)


def _validated(source: PolicySource, at: int | None) -> Validation:
    assembly = assemble(source, at)
    findings = [*source.findings, *assembly.findings]
    if assembly.is_whole:
        findings += _broken_rules(assembly.draft, findings)
    if errors(findings) or not assembly.is_whole:
        return Validation(by_place(findings), None)
    return Validation(by_place(findings), ValidDeclarations(assembly.draft.declarations))


def _broken_rules(draft: Draft, before: Iterable[Finding]) -> list[Finding]:
    found = _found(_ALWAYS, draft)
    if not errors([*before, *found]):
        found += _found(_OF_SOUND, draft)
        found += _found(_LAST, replace(draft, found=tuple(found)))
    return found


def _found(rules: Iterable[Rule], draft: Draft) -> list[Finding]:
    return [finding for rule in rules for finding in rule.findings(draft)]
