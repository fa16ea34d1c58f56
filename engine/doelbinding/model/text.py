"""Texts for people, in one language or several."""

from collections.abc import Mapping
from types import MappingProxyType

ANY_LANGUAGE = ""
"""The key of a text that was written without naming its language."""


class Text(str):
    """A text that knows its translations; as a `str` it is the first one written."""

    __slots__ = ("languages",)
    languages: Mapping[str, str]

    def __new__(cls, languages: Mapping[str, str] | str) -> "Text":
        """A text from one string, or from a mapping of language to string."""
        given = {ANY_LANGUAGE: languages} if isinstance(languages, str) else dict(languages)
        text = super().__new__(cls, next(iter(given.values())))
        text.languages = MappingProxyType(given)
        return text

    def in_language(self, language: str) -> str:
        """The text in that language, else as first written."""
        return self.languages.get(language, str(self))
