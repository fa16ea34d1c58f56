"""Texts in one language or several."""

from doelbinding.model.text import ANY_LANGUAGE, Text


def test_a_text_without_languages_is_the_same_in_every_one() -> None:
    text = Text("Nieuwsbrief")
    assert text == "Nieuwsbrief"
    assert text.in_language("nl") == text.in_language("en") == "Nieuwsbrief"
    assert dict(text.languages) == {ANY_LANGUAGE: "Nieuwsbrief"}


def test_a_text_in_several_languages_is_as_a_text_the_first_one_written() -> None:
    text = Text({"nl": "Nieuwsbrief", "en": "Newsletter"})
    assert text == "Nieuwsbrief"
    assert text.in_language("en") == "Newsletter"
    assert text.in_language("nl") == "Nieuwsbrief"


def test_a_language_that_is_missing_falls_back_to_the_first_one_written() -> None:
    assert Text({"nl": "Nieuwsbrief", "en": "Newsletter"}).in_language("fy") == "Nieuwsbrief"
    assert Text({"en": "Newsletter", "nl": "Nieuwsbrief"}).in_language("fy") == "Newsletter"


def test_a_text_does_not_follow_the_mapping_that_it_was_made_of() -> None:
    languages = {"nl": "Nieuwsbrief"}
    text = Text(languages)
    languages["nl"] = "Iets anders"
    assert text.in_language("nl") == "Nieuwsbrief"
