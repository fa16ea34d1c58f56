"""A change in words: conditions as time goes on, ids drawn together, labels, and what is cut."""

from dataclasses import replace
from typing import Any

import pytest

from doelbinding.validator.schemas import declaration_schema
from doelbinding.views.differences import Gate, render_markdown
from doelbinding.views.differences.phrases import PHRASES, number
from doelbinding.views.differences.report import briefly
from tests.policies import Plain, policy
from tests.views.differences.reports import cell, changed, in_text, reported, row

MAIL = {"from": "library", "to": "mailer", "purpose": "news", "data": ["contact"]}


def now(**changes: Any) -> list[str]:
    """What the first change says of now."""
    return row(in_text(changed(**changes)), "now")


# ── Conditions ───────────────────────────────────────────────────────────────────────────────────


def test_what_needs_nothing_goes_always_and_what_is_gone_never() -> None:
    text = in_text(changed(flows={"news-mail": None, "other": {**MAIL, "data": ["name"]}}))
    assert (row(text, "before"), row(text, "now")) == (["never"], ["always"])
    back = text[text.index("- Newly denied") :]
    assert (row(back, "before"), row(back, "now")) == (["always"], ["never"])


def test_each_way_is_a_line() -> None:
    when = {"any": ["asked", {"not": "urgent"}]}
    assert now(flows={"news-mail": {"when": when}}) == [
        "when `asked` is true",
        "or when `urgent` is false",
    ]


def test_what_comes_with_every_way_is_said_once() -> None:
    ways = {"when": {"any": ["asked", "urgent"]}, "effect": "log", "duties": ["encrypt"]}
    assert now(flows={"news-mail": ways}) == [
        "when `asked` is true",
        "or when `urgent` is true",
        "each time recorded; duty: encrypt",
    ]


def test_what_comes_with_one_way_stands_beside_it() -> None:
    one = {**MAIL, "when": "asked", "duties": ["encrypt", "delete-after-use"]}
    two = {**MAIL, "when": "urgent", "effect": "log"}
    assert now(flows={"news-mail": None, "one": one, "two": two}) == [
        "when `asked` is true (duties: delete-after-use, encrypt)",
        "or when `urgent` is true (recorded)",
    ]


def test_what_comes_only_when_more_is_known_comes_sometimes() -> None:
    more = {**MAIL, "when": "asked", "effect": "log", "duties": ["encrypt"]}
    assert now(flows={"more": more}) == ["always; sometimes recorded; sometimes duty: encrypt"]


def test_of_many_ways_four_are_written_out() -> None:
    facts: Plain = {f"f{place}": {} for place in range(7)}
    when = {"any": [*facts]}
    assert now(facts=facts, flows={"news-mail": {"when": when}})[3:] == [
        "or when `f3` is true",
        "or in 3 other ways",
    ]


def test_a_reference_is_part_of_the_condition() -> None:
    news = {"when": "asked", "reference": "required"}
    assert now(flows={"news-mail": news}) == ["when `asked` is true, with a reference"]


def test_time_is_told_in_days_each_with_what_holds() -> None:
    valid = {"valid": {"from": "2026-07-01", "until": "2026-07-31"}, "when": "asked"}
    assert now(flows={"news-mail": valid}) == [
        "until 2026-06-30: never",
        "from 2026-07-01 until 2026-07-31: when `asked` is true",
        "from 2026-08-01: never",
    ]
    assert cell(changed(flows={"news-mail": valid}), "nu", "nl") == (
        "tot en met 2026-06-30: nooit<br>van 2026-07-01 tot en met 2026-07-31: als “asked” waar is"
        "<br>vanaf 2026-08-01: nooit"
    )


def test_an_example_that_comes_later_says_when() -> None:
    text = in_text(changed(flows={"news-mail": {"valid": {"until": "2026-07-31"}}}))
    assert row(text, "for example")[0].startswith("from 2026-08-01: `contact` about `member` from ")


# ── Ids and labels ───────────────────────────────────────────────────────────────────────────────


def test_what_changed_alike_is_one_id_with_all_below_it() -> None:
    text = in_text(changed(flows={"news-mail": {"to": "printer"}}))
    assert row(text, "data") == ["contact (contact)"]


def test_an_id_without_all_below_it_stands_as_a_whole() -> None:
    forbidden = {"no-phones": {"from": "library", "data": ["contact.phone"]}}
    text = in_text(changed(prohibitions=forbidden))
    assert row(text, "data") == ["contact (contact) as a whole, contact.phone (contact.phone)"]


def test_of_many_ids_eight_are_named_unless_all_is_asked_for() -> None:
    categories: Plain = {f"c{place:02}": {} for place in range(11)}
    grown = policy(
        categories=categories,
        purposes={"news": {"data": [*categories]}},
        flows={"news-mail": {"data": [*categories]}},
    )
    report = reported(policy(categories=categories), grown)
    assert row(in_text(report), "data")[0].endswith("c06 (c06), c07 (c07) and 3 more")
    assert row(in_text(replace(report, full=True)), "data")[0].endswith("c10 (c10)")


def test_of_many_groups_three_are_shown_unless_all_is_asked_for() -> None:
    purposes = {f"p{n}": {"lawful-basis": "contract", "data": ["name"]} for n in range(5)}
    parties = {f"r{n}": {"roles": [{"role": "controller"}]} for n in range(5)}
    flows = {
        f"f{n}": {"from": "library", "to": f"r{n}", "purpose": f"p{n}", "data": ["name"]}
        for n in range(5)
    }
    new = policy(purposes=purposes, recipients=parties, flows=flows)
    barred = {"all": {"to": [*parties]}}
    old = policy(purposes=purposes, recipients=parties, flows=flows, prohibitions=barred)
    report = reported(old, new)
    text = in_text(report)
    assert text.count("    data         name (name)") == 3
    assert "\n                 and 2 more such groups (--full shows all)\n" in text
    assert in_text(replace(report, full=True)).count("    data         name (name)") == 5


LABELS = {
    "categories": {"contact": {"label": {"en": "Contact details", "nl": "Contactgegevens"}}},
    "recipients": {"mailer": {"label": {"en": "The mailer", "nl": "De verzender"}}},
    "facts": {"asked": {"label": {"en": "Asked for", "nl": "Gevraagd"}}},
    "flows": {
        "news-mail": {"label": {"en": "News by mail", "nl": "Nieuws per mail"}, "when": "asked"}
    },
}


def test_who_works_on_the_policy_reads_ids_first() -> None:
    text = in_text(changed(**LABELS))
    assert row(text, "data") == ["contact (Contact details)"]
    assert row(text, "now") == ["when `asked` is true"]
    assert row(text, "comes from")[0] == "flow news-mail (News by mail), changed: label, when"


def test_who_decides_about_the_data_reads_labels_first() -> None:
    report = changed(**LABELS)
    assert cell(report, "data") == "Contact details (<code>contact</code>)"
    assert cell(report, "naar", "nl") == "De verzender (<code>mailer</code>)"
    assert cell(report, "nu", "nl") == "als “Gevraagd” waar is"
    assert cell(report, "bijvoorbeeld", "nl").startswith(
        "“Contactgegevens” over “member” van “Library” naar “De verzender” voor “news”, "
        "als er niets bekend is<br>eerst: TOEGESTAAN: mag gaan (volgens “Nieuws per mail”)<br>nu: "
    )


@pytest.mark.parametrize(
    ("when", "english", "dutch"),
    [
        ("consent", "when consent stands", "als er toestemming is"),
        ({"not": "consent"}, "when no consent stands", "als er geen toestemming is"),
        ("objection", "when an objection stands", "als er bezwaar is"),
        ({"not": "objection"}, "when no objection stands", "als er geen bezwaar is"),
    ],
)
def test_consent_and_objection_have_words_of_their_own(
    when: object, english: str, dutch: str
) -> None:
    report = changed(flows={"news-mail": {"when": when}})
    assert (cell(report, "now"), cell(report, "nu", "nl")) == (english, dutch)


def test_the_person_and_the_controller_have_their_labels() -> None:
    own = {"own": {"from": "library", "to": "data-subject", "purpose": "news", "data": ["name"]}}
    report = changed(flows=own)
    assert row(in_text(report), "to") == ["data-subject (the person)"]
    assert cell(report, "van", "nl") == "Library (<code>library</code>)"


# ── What it comes from, and what opened gates ────────────────────────────────────────────────────


def test_a_clause_is_named_once_and_if_there_is_none_that_is_said() -> None:
    clauses = {"a": {"label": "A"}, "b": {"label": "B"}}
    named = {"news-mail": {"when": "asked", "clauses": ["b", "a"]}}
    text = in_text(changed(clauses=clauses, flows=named))
    assert row(text, "clause") == ["b (B)", "a (A)"]
    text = in_text(changed(flows={"news-mail": {"when": "asked"}}))
    assert row(text, "clause") == ["none is named"]


def test_an_open_gate_is_said_in_the_verdict_and_by_itself() -> None:
    to_printer = {"to-printer": {**MAIL, "to": "printer"}}
    report = replace(changed(flows=to_printer), gates=(Gate.NEW_RECIPIENTS,))
    text = in_text(report)
    assert text.splitlines()[0].endswith(" unchanged; gates open: no-new-recipients")
    told = "new recipients: `printer` (--no-new-recipients)"
    assert f"\nA gate that should be closed is open\n  {told}\n" in text
    assert (
        "\n> **Een poort die dicht hoort is open**: nieuwe ontvangers: “printer” "
        "(--no-new-recipients)\n"
    ) in render_markdown(report, "nl")


def test_of_many_texts_twenty_are_named_unless_all_is_asked_for() -> None:
    report = changed(facts={f"f{place:02}": {} for place in range(30)})
    assert report.changes == ()
    text = in_text(report)
    assert text.count("  fact f") == 20
    assert "\n  and 10 more (--full shows all)\n" in text
    assert in_text(replace(report, full=True)).count("  fact f") == 30


# ── Words ────────────────────────────────────────────────────────────────────────────────────────


def test_both_languages_have_the_same_phrases_with_the_same_gaps() -> None:
    english, dutch = PHRASES["en"], PHRASES["nl"]
    assert [*english] == [*dutch]
    for key, phrase in english.items():
        assert sorted(_gaps(phrase)) == sorted(_gaps(dutch[key])), key


def _gaps(phrase: str) -> list[str]:
    return [piece.partition("}")[0] for piece in phrase.split("{")[1:]]


def test_every_duty_of_the_language_has_words() -> None:
    duties = declaration_schema("flows")["properties"]["duties"]["items"]["enum"]
    assert {*duties} <= {*PHRASES["en"]}


def test_numbers_have_the_separator_of_their_language() -> None:
    assert (number(3102, "en"), number(3102, "nl")) == ("3,102", "3.102")
    assert (number(1_234_567, "nl"), number(999, "nl")) == ("1.234.567", "999")


@pytest.mark.parametrize(
    ("name", "brief"),
    [
        ("main:policy", "main:policy"),
        (f"{'0123456789abcdef' * 2}01234567:policy/x.yaml:3:1", "012345678:policy/x.yaml:3:1"),
        (f"{'0123456789abcdef' * 4}:policy", "012345678:policy"),
        (f"{'a' * 39}:policy", f"{'a' * 39}:policy"),
        ("a" * 40, "a" * 40),
    ],
)
def test_a_whole_hash_is_cut_to_its_beginning(name: str, brief: str) -> None:
    assert briefly(name) == brief
