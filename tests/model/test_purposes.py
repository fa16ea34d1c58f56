"""What a purpose itself demands of the person's consent and objection."""

from datetime import date
from typing import Any

import pytest

from doelbinding.model.purposes import Announcement, LawfulBasis, Purpose
from doelbinding.model.text import Text
from doelbinding.source import Place, SourceFile

NOWHERE = Place(SourceFile("purposes.yaml", ""), 1, 1, 1, 1)
ANNOUNCED = Announcement(date(2026, 1, 1), date(2026, 2, 1))

CONSENT = ("consent", True)
NO_OBJECTION = ("objection", False)


def purpose(**keys: Any) -> Purpose:
    return Purpose(id="news", label=Text("News"), place=NOWHERE, **keys)


@pytest.mark.parametrize(
    ("basis", "demands"),
    [
        (LawfulBasis.CONSENT, {CONSENT}),
        (LawfulBasis.CONTRACT, set()),
        (LawfulBasis.LEGAL_OBLIGATION, set()),
        (LawfulBasis.VITAL_INTERESTS, set()),
        (LawfulBasis.PUBLIC_TASK, {NO_OBJECTION}),
        (LawfulBasis.LEGITIMATE_INTERESTS, {NO_OBJECTION}),
        (None, set()),
    ],
)
def test_a_basis_demands_consent_or_that_no_objection_stands(
    basis: LawfulBasis | None, demands: set[tuple[str, bool]]
) -> None:
    assert purpose(lawful_basis=basis).demands == demands


@pytest.mark.parametrize(
    ("keys", "demands"),
    [
        ({"objection": "heard"}, {NO_OBJECTION}),
        ({"direct_marketing": True}, {NO_OBJECTION}),
        ({"direct_marketing": False}, set()),
        ({"announcement": ANNOUNCED}, {NO_OBJECTION}),
        ({"explicit_consent": True}, {CONSENT}),
        ({"explicit_consent": False}, set()),
        ({"explicit_consent": True, "objection": "heard"}, {CONSENT, NO_OBJECTION}),
        ({"special_category_condition": "Art. 9(2)(g)"}, set()),
    ],
)
def test_a_key_adds_to_what_any_basis_demands(
    keys: dict[str, Any], demands: set[tuple[str, bool]]
) -> None:
    assert purpose(lawful_basis=LawfulBasis.CONTRACT, **keys).demands == demands
