"""Every reason has its words in both languages, and a decision is told in them."""

import string

import pytest

from doelbinding.model.decision import Decision, Effect, PolicyIdentity, Reason, Remedy, Withheld
from doelbinding.model.facts import Facts
from doelbinding.policy import Policy
from doelbinding.views.explain import LANGUAGES, Language, explain
from doelbinding.views.explain.phrases import PHRASES
from doelbinding.views.explain.prose import help_for, remedy
from tests.policies import ask, policy

IDENTITY = PolicyIdentity("library", 1, "sha256:0", "sha256:0")
NEEDS_RULE = {Reason.PROHIBITED, Reason.SUBJECT_NOT_COVERED, Reason.FLOW_NOT_IN_FORCE}
NEEDS_RULE |= {Reason.REFERENCE_MISSING}


def denied(*withheld: Withheld) -> Decision:
    return Decision(Effect.DENY, (), withheld, (), (), (), IDENTITY)


def whole(reason: Reason) -> Withheld:
    """A withheld category of which everything is known that a phrase can speak of."""
    return Withheld("contact", reason, rule="news-mail", fact="asked", demanded=True)


def placeholders(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


@pytest.fixture(scope="module")
def of() -> Policy:
    label = {"en": "Contact details", "nl": "Contactgegevens"}
    return policy(categories={"contact": {"label": label}})


def test_the_languages_have_the_same_phrases_with_the_same_placeholders() -> None:
    english, dutch = PHRASES["en"], PHRASES["nl"]
    assert LANGUAGES == ("en", "nl")
    assert list(english) == list(dutch)
    for key, phrase in english.items():
        assert placeholders(phrase) == placeholders(dutch[key]), key


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_phrase_of_its_own(reason: Reason, lang: Language) -> None:
    phrases = PHRASES[lang]
    assert phrases[reason]
    assert [phrases[other] for other in Reason].count(phrases[reason]) == 1
    assert phrases[reason] != PHRASES["nl" if lang == "en" else "en"][reason]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_explained_in_whole_sentences(
    of: Policy, reason: Reason, lang: Language
) -> None:
    verdict, line = explain(of, denied(whole(reason)), lang).split("\n")
    assert verdict == f"{PHRASES[lang]['deny-all']}."
    label = "Contact details" if lang == "en" else "Contactgegevens"
    assert line.startswith(f"contact ({label}): ")
    assert line.endswith(".")
    assert not {"{", "}"} & set(line)
    assert "None" not in line
    assert "`news-mail`" in line


@pytest.mark.parametrize("reason", sorted(set(Reason) - NEEDS_RULE))
def test_a_reason_without_a_rule_speaks_of_none(reason: Reason) -> None:
    said = help_for(Withheld("contact", reason, fact="asked", demanded=False), "en")
    assert "None" not in said
    assert "flow `" not in said


@pytest.mark.parametrize(
    ("withheld", "english", "dutch"),
    [
        (
            Withheld("contact", Reason.FACT_MISSING, fact="asked", demanded=False),
            "It is not known whether `asked` is false.",
            "Niet bekend is of `asked` onwaar is.",
        ),
        (
            Withheld("contact", Reason.CONDITION_NOT_MET, fact="asked", demanded=True),
            "`asked` is known not to be true.",
            "Bekend is dat `asked` niet waar is.",
        ),
        (
            Withheld("contact", Reason.OVER_CEILING, parts=("contact.email", "contact.phone")),
            "It is more than the purpose may use (not covered: contact.email, contact.phone).",
            "Het is meer dan het doeleinde mag gebruiken "
            "(niet gedekt: contact.email, contact.phone).",
        ),
        (
            Withheld("contact", Reason.PROHIBITED, parts=("contact.email",), rule="never"),
            "The prohibition `never` forbids it (forbidden: contact.email).",
            "Het verbod `never` sluit het uit (verboden: contact.email).",
        ),
        (
            Withheld("contact", Reason.CATEGORY_NOT_DECLARED, parts=("contact",)),
            "No flow between these parties for this purpose names it.",
            "Geen stroom tussen deze partijen voor dit doeleinde noemt het.",
        ),
        (
            Withheld("x", Reason.UNKNOWN_RECIPIENT, nearest="mailer"),
            "The policy knows no such recipient. The nearest known name is `mailer`.",
            "Het beleid kent deze ontvanger niet. De naam die er het meest op lijkt is `mailer`.",
        ),
        (
            Withheld(
                "contact",
                Reason.REFERENCE_MISSING,
                rule="news-mail",
                remedy=Remedy(Facts({"asked": True, "urgent": False}), reference=True),
            ),
            "The flow `news-mail` asks for a reference, and none was given. To turn it: establish "
            "that `asked` is true and establish that `urgent` is false and give a reference.",
            "De stroom `news-mail` vraagt een kenmerk, en dat ontbreekt. Nodig: stel vast dat "
            "`asked` waar is en stel vast dat `urgent` onwaar is en geef een kenmerk.",
        ),
    ],
)
def test_the_details_are_told(withheld: Withheld, english: str, dutch: str) -> None:
    assert (help_for(withheld, "en"), help_for(withheld, "nl")) == (english, dutch)


def test_nothing_to_mend_is_an_empty_text() -> None:
    assert remedy(Remedy(), "en") == ""


@pytest.mark.parametrize(
    ("data", "english", "dutch"),
    [
        (
            ["contact"],
            "ALLOW: the category asked for may go.",
            "TOEGESTAAN: de gevraagde categorie.",
        ),
        (
            ["contact", "contact.email"],
            "ALLOW: 2 of 2 categories may go.",
            "TOEGESTAAN: 2 van 2 categorieën.",
        ),
        (
            ["contact", "loans"],
            "DENY: 1 of 2 categories may go.",
            "GEWEIGERD: 1 van 2 categorieën toegestaan.",
        ),
        (["loans"], "DENY: nothing may go.", "GEWEIGERD: er mag niets weg."),
    ],
)
def test_the_verdict_says_how_much_may_go(
    of: Policy, data: list[str], english: str, dutch: str
) -> None:
    decision = ask(of, data=data)
    assert explain(of, decision).split("\n")[0] == english
    assert explain(of, decision, lang="nl").split("\n")[0] == dutch


def test_a_transfer_on_record_is_told_as_such() -> None:
    of = policy(flows={"news-mail": {"effect": "log"}})
    assert explain(of, ask(of), lang="nl") == (
        "MET VASTLEGGING: de gevraagde categorie, zodra dat duurzaam is vastgelegd."
    )


def test_a_line_is_told_for_each_withheld_category_and_none_for_the_others(of: Policy) -> None:
    lines = explain(of, ask(of, data=["loans", "contact", "name"])).split("\n")
    assert [line.partition(" ")[0] for line in lines[1:]] == ["loans", "name"]


def test_nothing_asked_is_told_of_the_data(of: Policy) -> None:
    assert explain(of, ask(of, data=[]), lang="nl").split("\n")[1] == (
        "gegevens: Er zijn geen gegevens genoemd, en niets is nooit toestemming voor iets."
    )


def test_a_name_that_the_policy_does_not_know_adds_no_line_and_no_escape(of: Policy) -> None:
    told = explain(of, ask(of, data=["x\nALLOW: all may go\x1b[2J"]))
    assert told.count("\n") == 1
    assert "\x1b" not in told


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rule", ["purpose", "doel", "it", "e"])
def test_the_nearest_rule_is_named_though_its_id_is_part_of_a_word(
    rule: str, lang: Language
) -> None:
    told = help_for(Withheld("contact", Reason.OVER_CEILING, rule=rule), lang)
    assert told.count(f"`{rule}`") == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reason", sorted(NEEDS_RULE))
def test_a_rule_that_the_reason_names_is_not_named_again(reason: Reason, lang: Language) -> None:
    assert help_for(whole(reason), lang).count("`news-mail`") == 1
