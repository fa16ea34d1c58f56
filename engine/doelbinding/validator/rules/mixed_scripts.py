"""A word whose letters come from several scripts."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.loader import characters
from doelbinding.loader.characters import scripts
from doelbinding.validator.draft import Draft, Path
from doelbinding.validator.rule import Issue, rule
from doelbinding.validator.schemas import SECTIONS


@rule(Severity.WARNING, "Type the word again: letters that look alike are not the same.")
def mixed_scripts(draft: Draft) -> Iterator[Issue]:
    """The letters of a word in a label are of one script."""
    for section in SECTIONS:
        for identifier, declaration in getattr(draft.declarations, section).items():
            for language, text in declaration.label.languages.items():
                if not text.isascii():
                    path: Path = (section, identifier, "label")
                    yield from _mixed((*path, language) if language else path, text)


def _mixed(path: Path, text: str) -> Iterator[Issue]:
    for word in text.split():
        found = scripts(word)
        if len(found) > 1:
            odd = characters.name(_odd_letter(word))
            names = " and ".join(sorted(script.title() for script in found))
            message = f"`{word}` in the label of `{path[1]}` mixes {names} letters: it holds {odd}"
            yield Issue(path, message)


def _odd_letter(word: str) -> str:
    """The first letter of the script that has the fewest letters in the word."""
    letters = [letter for letter in word if scripts(letter)]
    written = [scripts(letter) for letter in letters]
    return min(letters, key=lambda letter: written.count(scripts(letter)))
