"""A word whose letters come from several scripts."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.loader.characters import scripts
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule
from doelbinding.validator.schemas import SECTIONS


@rule(Severity.WARNING, "Type the word again: letters that look alike are not the same.")
def mixed_scripts(draft: Draft) -> Iterator[Issue]:
    """The letters of a word in a label are of one script."""
    for section in SECTIONS:
        for identifier, declaration in getattr(draft.declarations, section).items():
            for text in declaration.label.languages.values():
                if not text.isascii():
                    yield from _mixed(section, identifier, text)


def _mixed(section: str, identifier: str, text: str) -> Iterator[Issue]:
    for word in text.split():
        found = scripts(word)
        if len(found) > 1:
            names = " and ".join(sorted(name.title() for name in found))
            message = f"`{word}` in the label of `{identifier}` mixes {names} letters"
            yield Issue((section, identifier, "label"), message)
