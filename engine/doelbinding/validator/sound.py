"""What a sound file declares: the short way from its values to declarations.

It goes by the file alone, so that of a file which stays as it was all this stays too.
"""

from collections.abc import Mapping
from typing import Any

from doelbinding.loader import LoadedFile
from doelbinding.model.declaration import Declaration
from doelbinding.validator import build
from doelbinding.validator.schemas import SECTIONS
from doelbinding.validator.structure import is_well_shaped
from doelbinding.validator.values import declaration_flaws

Sections = Mapping[str, Mapping[str, Declaration]]
"""Declarations by section and id."""


def declared_in(file: LoadedFile) -> Sections | None:
    """What a file declares; None when something is wrong with it, and each part is to be seen."""
    values = file.values
    if values is None or file.findings or not is_well_shaped(values):
        return None
    sections = [each for each in SECTIONS if each in values]
    if any(declaration_flaws(declared) for each in sections for declared in values[each].values()):
        return None
    return {each: _built(file, each, values[each]) for each in sections}


def _built(file: LoadedFile, section: str, values: dict[str, Any]) -> dict[str, Declaration]:
    place, declaration = file.key_place, build.declaration
    return {each: declaration(section, each, values[each], place(section, each)) for each in values}
