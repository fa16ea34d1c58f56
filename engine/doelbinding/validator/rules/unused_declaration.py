"""A category, fact or party that nothing uses."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.ids import chain
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule

_KINDS = {"categories": "category", "facts": "fact", "recipients": "party"}


@rule(Severity.WARNING, "Use it or remove it.", needs_sound_policy=True)
def unused_declaration(draft: Draft) -> Iterator[Issue]:
    """Something uses each category, fact and party, or what lies above or below it.

    A purpose that nothing uses is one that no flow serves, which has a rule of its own.
    """
    names = draft.named
    for section, kind in _KINDS.items():
        used = names[kind] | names["recipient"] if kind == "party" else names[kind]
        above_used = {each for name in used for each in chain(name)}
        for identifier in getattr(draft.declarations, section):
            lines = (identifier,) if section == "facts" else tuple(chain(identifier))
            if identifier not in above_used and used.isdisjoint(lines):
                message = f"nothing uses the {kind} `{identifier}`"
                yield Issue((section, identifier), message, at_key=True)
