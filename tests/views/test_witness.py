"""A transfer that shows something: told in both languages, and as a command that asks for it."""

import shlex

import pytest

from doelbinding.model.decision import Effect
from doelbinding.views.explain import LANGUAGES, Language, Question
from doelbinding.views.reaching.phrases import PHRASES
from doelbinding.views.witness import as_command, effect_in_words, in_words
from tests.policies import MOMENT
from tests.views.test_explain import placeholders


def question(facts: dict[str, bool | None] | None = None, reference: str | None = None) -> Question:
    return Question(
        "library", "mailer", "news", "member", ("contact",), facts or {}, reference, MOMENT
    )


@pytest.mark.parametrize(
    ("facts", "reference", "lang", "told"),
    [
        (
            {},
            None,
            "en",
            "`contact` about `member` from `library` to `mailer` for `news`, when nothing is known",
        ),
        (
            {"asked": True, "urgent": False},
            "REF-1",
            "en",
            "`contact` about `member` from `library` to `mailer` for `news`, "
            "when `asked` is true and `urgent` is false, with a reference",
        ),
        (
            {},
            "REF-1",
            "nl",
            "`contact` over `member` van `library` naar `mailer` voor `news`, met een kenmerk",
        ),
    ],
)
def test_a_transfer_is_told_with_what_is_known(
    facts: dict[str, bool | None], reference: str | None, lang: Language, told: str
) -> None:
    assert in_words(question(facts, reference), lang) == told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_effect_is_told_in_words_of_its_own(lang: Language) -> None:
    assert len({effect_in_words(effect, lang) for effect in Effect}) == len(Effect)


ASKED = (
    "doelbinding check --from library --to mailer --purpose news --subject member --data contact"
)


def test_the_command_has_all_that_was_asked() -> None:
    assert as_command(question()) == f"{ASKED} --at {MOMENT}"
    known = question({"asked": True, "urgent": None}, "REF-1")
    assert as_command(known) == (
        f"{ASKED} --fact asked=true --fact urgent=unknown --reference REF-1 --at {MOMENT}"
    )


@pytest.mark.parametrize("source", ["a folder", "v1.2:policy", "it's here/$HOME; rm -r x"])
def test_the_command_names_the_policy_when_it_is_elsewhere(source: str) -> None:
    command = as_command(question(), source)
    assert shlex.split(command)[-2:] == ["--policy", source]
    assert as_command(question(), "policy") == as_command(question())


def test_what_is_said_of_hops_has_the_same_placeholders_in_both_languages() -> None:
    english, dutch = PHRASES["en"], PHRASES["nl"]
    assert list(english) == list(dutch)
    for key, phrase in english.items():
        assert placeholders(phrase) == placeholders(dutch[key]), key
