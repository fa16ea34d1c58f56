"""What changed in the texts of a policy, declaration by declaration, key by key."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields
from pathlib import PurePath
from typing import NamedTuple, cast

from doelbinding.analysis.diff.causes import Cause, Happened
from doelbinding.model.declaration import Declaration
from doelbinding.model.declarations import Declarations
from doelbinding.model.invariants import Invariant
from doelbinding.model.text import Text

SECTIONS = (
    "categories",
    "subjects",
    "purposes",
    "recipients",
    "facts",
    "flows",
    "prohibitions",
    "clauses",
    "findings",
    "invariants",
)
_MANIFEST, _STATEMENT = "policy", "statement"
_CLAIMS = frozenset({"never", "always", "only", "no-path"})
_DEFAULTS = frozenset({"default-subject"})
_GUARDING = frozenset({"always-enforced", "enforcement", "records"})
_KEYS = {
    "senders": "from",
    "recipients": "to",
    "purposes": "purpose",
    "excluded": "except",
    "needs_reference": "reference",
    "is_class": "class",
    "extent": "span",
    "zone": "timezone",
    "place": "file",
}
"""The keys that are not called as in the model."""


class TextChange(NamedTuple):
    """A declaration that came, went, or has other values under some keys."""

    section: str
    id: str
    happened: Happened
    keys: tuple[str, ...] = ()

    @property
    def is_default(self) -> bool:
        """Whether a transfer that leaves something out is about somebody else now."""
        return self.section == _MANIFEST and not _DEFAULTS.isdisjoint(self.keys)

    @property
    def is_guard(self) -> bool:
        """Whether it guards decisions: by what must hold, by what is enforced or recorded."""
        is_invariant = self.section == "invariants" and _is_claim(self)
        return is_invariant or self.is_default or not _GUARDING.isdisjoint(self.keys)


def _is_claim(change: TextChange) -> bool:
    return change.happened is not Happened.CHANGED or not _CLAIMS.isdisjoint(change.keys)


def texts_changed(
    old: Declarations, new: Declarations, causes: Collection[Cause]
) -> tuple[TextChange, ...]:
    """What changed, save the declarations that a changed decision comes from."""
    known = {(cause.section, cause.id) for cause in causes}
    found = [*_of_section(_MANIFEST, {"": old.manifest}, {"": new.manifest})]
    found += _of_section(_STATEMENT, {"": old.statement}, {"": new.statement})
    for section in SECTIONS:
        found += _of_section(section, getattr(old, section), getattr(new, section))
    return tuple(each for each in found if (each.section, each.id) not in known)


def _of_section(
    section: str, old: Mapping[str, object], new: Mapping[str, object]
) -> Iterator[TextChange]:
    for identifier in sorted(old.keys() | new.keys()):
        before, now = old.get(identifier), new.get(identifier)
        if before is None and now is not None:
            yield TextChange(section, identifier, Happened.ADDED)
        elif before is not None and now is None:
            yield TextChange(section, identifier, Happened.REMOVED)
        elif before is not None and now is not None:
            keys = keys_changed(before, now)
            if keys:
                yield TextChange(section, identifier, Happened.CHANGED, keys)


def keys_changed(before: object, now: object) -> tuple[str, ...]:
    """The keys under which two declarations of one section differ, as they are written."""
    names = [each.name for each in fields(cast(Declaration, before))]
    differing = [
        each for each in names if _plain(getattr(before, each)) != _plain(getattr(now, each))
    ]
    keys = (_KEYS.get(each, each.replace("_", "-")) for each in differing if each != "claim")
    claims = (_claim(each) for each in (before, now) if "claim" in differing)
    return tuple(dict.fromkeys([*keys, *claims]))


def _claim(invariant: object) -> str:
    """The key under which an invariant's claim is written."""
    name = type(cast(Invariant, invariant).claim).__name__
    return "no-path" if name == "NoPath" else name.lower()


def _plain(value: object) -> object:
    """The value with all languages of its texts, and of a place the file alone."""
    if isinstance(value, Text):
        return tuple(sorted(value.languages.items()))
    if isinstance(value, tuple):
        return tuple(map(_plain, cast(tuple[object, ...], value)))
    path = getattr(value, "path", None)
    return PurePath(path.rpartition(":")[2]).name if isinstance(path, str) else value
