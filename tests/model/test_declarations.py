"""What declarations come to once inheritance is followed: each key by itself."""

from typing import Any

import pytest

from doelbinding.model.categories import Protection
from doelbinding.model.declarations import Declarations
from doelbinding.model.purposes import LawfulBasis
from tests.policies import policy

ANNOUNCEMENT = {"on": "2026-01-01", "refusal-until": "2026-02-01"}

PURPOSE_KEYS: list[tuple[str, str, Any, Any]] = [
    # key, attribute, a value above, another below
    ("lawful-basis", "lawful_basis", "contract", "vital-interests"),
    ("law", "law", "Act A", "Act B"),
    ("direct-marketing", "direct_marketing", True, False),
    ("explicit-consent", "explicit_consent", True, False),
    ("special-category-condition", "special_category_condition", "Art. 9(2)(g)", "Art. 9(2)(h)"),
    ("subjects", "subjects", ["member"], ["member.child"]),
    ("data", "data", ["contact", "name"], ["name"]),
    ("retention", "retention", "P2Y", "P1Y"),
    ("announcement", "announcement", ANNOUNCEMENT, {**ANNOUNCEMENT, "on": "2025-12-01"}),
]


def declared(**changes: Any) -> Declarations:
    return policy(**changes).declarations


@pytest.mark.parametrize(("key", "attribute", "above", "below"), PURPOSE_KEYS)
def test_a_purpose_takes_each_key_from_the_nearest_above_that_states_it(
    key: str, attribute: str, above: Any, below: Any
) -> None:
    found = declared(
        purposes={"news": {key: above}, "news.a": {}, "news.a.b": {key: below}, "news.a.b.c": {}}
    )
    stated = {each: getattr(found.purposes[each], attribute) for each in found.purposes}
    assert stated["news.a"] is stated["news.a.b.c"] is None
    assert stated["news"] != stated["news.a.b"]
    effective = {each: getattr(found.purpose(each), attribute) for each in found.purposes}
    assert effective["news.a"] == effective["news"] == stated["news"]
    assert effective["news.a.b.c"] == effective["news.a.b"] == stated["news.a.b"]


def test_one_key_stated_below_leaves_the_others_as_above() -> None:
    found = declared(
        purposes={
            "news": {"objection": "heard", "retention": "P2Y"},
            "news.a": {"retention": "P1Y"},
        }
    )
    below = found.purpose("news.a")
    assert (below.lawful_basis, below.objection) == (LawfulBasis.CONTRACT, "heard")
    assert (below.retention, below.data) == ("P1Y", ("contact", "name"))


def test_periods_and_enforcement_of_a_purpose_are_not_inherited() -> None:
    above = {"valid": {"from": "2026-01-01"}, "always-enforced": True}
    below = declared(purposes={"news": above, "news.a": {}}).purpose("news.a")
    assert below.valid is None
    assert not below.always_enforced


def test_a_recipient_takes_country_roles_name_and_endpoints_from_above() -> None:
    above = {"country": "NL", "legal-name": "Mail B.V.", "endpoints": ["https://a.example/"]}
    below = {"mailer.a": {"country": "BE"}, "mailer.a.b": {"endpoints": ["https://b.example/"]}}
    found = declared(recipients={"mailer": above, **below})
    a, b = found.recipient("mailer.a"), found.recipient("mailer.a.b")
    assert (a.country, a.legal_name, a.endpoints) == ("BE", "Mail B.V.", ("https://a.example/",))
    assert (b.country, b.legal_name, b.endpoints) == ("BE", "Mail B.V.", ("https://b.example/",))
    assert a.roles == b.roles == found.recipients["mailer"].roles


def test_duties_of_a_party_add_up_and_its_class_and_isil_are_its_own() -> None:
    above = {"duties": ["encrypt"], "class": True, "isil": "NL-1"}
    found = declared(recipients={"mailer": above, "mailer.a": {"duties": ["delete-after-use"]}})
    below = found.recipient("mailer.a")
    assert found.duties_of("mailer.a") == {"encrypt", "delete-after-use"}
    assert found.duties_of("mailer") == {"encrypt"}
    assert (below.is_class, below.isil) == (False, None)


def test_the_controller_and_the_person_have_no_duties() -> None:
    assert declared().duties_of("library") == declared().duties_of("data-subject") == frozenset()


def test_a_dotted_controller_takes_no_duties_from_a_party_above_it() -> None:
    controller = {"id": "town.library", "label": "Library"}
    found = declared(
        controller=controller,
        recipients={"town": {"duties": ["encrypt"]}},
        flows={"news-mail": {"from": "town.library"}},
    )
    assert found.duties_of("town") == {"encrypt"}
    assert found.duties_of("town.library") == frozenset()


def test_a_category_takes_protection_and_anonymity_from_above() -> None:
    found = declared(
        categories={
            "loans": {"protection": "special", "anonymous": True},
            "loans.titles": {"protection": "none"},
            "loans.titles.old": {},
            "loans.dates": {"anonymous": False},
        }
    )
    categories = ("loans", "loans.titles", "loans.titles.old", "loans.dates", "name")
    assert [found.protection(each) for each in categories] == [
        Protection.SPECIAL,
        Protection.NONE,
        Protection.NONE,
        Protection.SPECIAL,
        Protection.NONE,
    ]
    effective = found.effective_categories
    assert [effective[each].anonymous for each in categories] == [True, True, True, False, None]


# ── What follows from them ───────────────────────────────────────────────────────────────────────


def test_parties_are_the_controller_the_person_and_the_recipients() -> None:
    assert declared().parties == ("data-subject", "library", "mailer", "printer")


def test_facts_are_the_declared_and_the_built_in() -> None:
    assert declared().fact_ids == {"asked", "urgent", "consent", "objection"}


def test_a_ceiling_is_expanded_and_empty_where_none_is_stated() -> None:
    found = declared(purposes={"other": {}})
    assert found.ceiling("news") == {"contact", "contact.email", "contact.phone", "name"}
    assert found.ceiling("other") == frozenset()


def test_a_flow_sends_what_it_names_or_the_ceiling_less_its_exceptions() -> None:
    keys = {"from": "library", "to": "mailer", "purpose": "news"}
    found = declared(
        flows={
            "all": {**keys, "except": ["contact"]},
            "some": {**keys, "data": ["contact"], "except": ["contact.phone"]},
        }
    )
    assert found.sent_by(found.flows["all"], "news") == {"name"}
    assert found.sent_by(found.flows["some"], "news") == {"contact", "contact.email"}


def test_a_flow_serves_each_purpose_within_those_that_it_names() -> None:
    other = {"lawful-basis": "contract", "data": ["name"]}
    found = declared(
        purposes={"news.local": {}, "other": other},
        flows={"post": {"from": "library", "to": "printer", "purpose": "news.local"}},
    )
    assert dict(found.served) == {"news": ("news-mail",), "news.local": ("news-mail", "post")}
