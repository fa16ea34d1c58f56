"""What is refused is refused by every reader of the schemas, and explained where it stands."""

import json
from random import Random
from typing import Any

import pytest

from doelbinding.loader import load_texts
from doelbinding.validator import validate
from doelbinding.validator.schemas import SECTIONS, manifest_keys
from doelbinding.validator.structure import (
    Flaw,
    declaration_shape,
    is_well_shaped,
    manifest_shape,
)
from tests.validator.test_explainer import mutated
from tests.validator.test_schemas import EXAMPLE, POLICY_FILE

ALONE = [key for key in (*manifest_keys(), "statement") if key != "doelbinding"]
"""The keys that may stand in a file without others."""


def leads_somewhere(value: Any, flaw: Flaw) -> bool:
    """Whether the flaw's path can be followed, or lacks no more than its last step."""
    for step in flaw.path[:-1] if flaw.at_key else flaw.path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def assert_explained(value: Any, flaws: list[Flaw]) -> None:
    assert flaws
    for flaw in flaws:
        assert flaw.message, flaw
        assert flaw.help, flaw
        assert len(flaw.message) < 300, flaw
        assert leads_somewhere(value, flaw), (value, flaw)
    assert len(set(flaws)) == len(flaws)


@pytest.mark.parametrize("section", SECTIONS)
def test_any_reader_of_the_schemas_agrees_on_a_declaration_and_what_is_refused_is_explained(
    section: str,
) -> None:
    random = Random(f"structure of {section}")
    for _ in range(300):
        value = mutated(random.choice([*EXAMPLE[section].values()]), random)
        flaws = declaration_shape(section).flaws(value)
        file = {section: {"an-id": value}}
        assert is_well_shaped(file) is POLICY_FILE.is_valid(file) is (flaws == []), value
        if flaws:
            assert_explained(value, flaws)


@pytest.mark.parametrize("key", ALONE)
def test_any_reader_of_the_schemas_agrees_on_a_key_of_the_manifest(key: str) -> None:
    random = Random(f"structure of {key}")
    for _ in range(150):
        value = mutated(EXAMPLE[key], random)
        flaws = manifest_shape(key).flaws(value)
        file = {key: value}
        assert is_well_shaped(file) is POLICY_FILE.is_valid(file) is (flaws == []), value
        if flaws:
            assert_explained(value, flaws)


@pytest.mark.parametrize("key", ["doelbinding", *ALONE, *SECTIONS])
@pytest.mark.parametrize("value", [None, 7, "", [], [[]], True, 1.5, {"": {}}, {"X y": 7}])
def test_whatever_stands_under_a_key_of_a_file_becomes_findings_with_place_and_help(
    key: str, value: Any
) -> None:
    text = json.dumps({**EXAMPLE, key: value}, indent=1)
    found = validate(load_texts("policy", [("all.yaml", text)])).findings
    assert [each for each in found if each.place is None or not each.help] == []


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("doelbinding",), "all.yaml:2:17"),
        (("revision",), "all.yaml:2:14"),
        (("clauses", "purpose.newsletter", "span", "from", 0), None),
        (("findings", "unfilled-library-name", "span", "to", 1), None),
    ],
)
def test_a_whole_number_written_with_a_point_is_refused_though_schemas_take_it(
    path: tuple[Any, ...], place: str | None
) -> None:
    policy = json.loads(json.dumps({path[0]: None, **EXAMPLE}))
    holder = policy
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = float(holder[path[-1]])
    assert is_well_shaped(policy)
    found = validate(load_texts("policy", [("all.yaml", json.dumps(policy, indent=1))])).findings
    wrong = [each for each in found if each.rule == "wrong-type"]
    assert [each.help for each in wrong] == ["Write it without a point."]
    assert place is None or str(wrong[0].place) == f"policy/{place}"
    assert wrong[0].place is not None
    assert wrong[0].place.excerpt.strip(' ,"').endswith(".0")


# ── Values that no calendar, clock or text has ───────────────────────────────────────────────────


def findings_with(**keys: Any) -> list[tuple[str, str]]:
    text = json.dumps({**EXAMPLE, **keys})
    found = validate(load_texts("policy", [("all.yaml", text)])).findings
    about = ("wrong-value", "unknown-timezone", "invalid-date", "reserved-id")
    return [(each.rule, each.path) for each in found if each.rule in about]


@pytest.mark.parametrize(
    ("zone", "rule"),
    [
        ("Europe", "unknown-timezone"),
        ("europe/amsterdam", "unknown-timezone"),
        ("localtime", "unknown-timezone"),
        ("posixrules", "unknown-timezone"),
        ("Factory", "unknown-timezone"),
        ("right/UTC", "unknown-timezone"),
        ("posix/Europe/Amsterdam", "unknown-timezone"),
        ("leapseconds", "unknown-timezone"),
        ("A/" * 31 + "A", "unknown-timezone"),
        ("A/" * 3000 + "A", "wrong-value"),
        ("../etc/passwd", "wrong-value"),
        ("/etc/localtime", "wrong-value"),
        ("zone.tab", "wrong-value"),
    ],
)
def test_a_zone_is_one_that_means_the_same_on_every_machine(zone: str, rule: str) -> None:
    assert findings_with(timezone=zone) == [(rule, "policy.timezone")]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Amsterdam", "America/Argentina/ComodRivadavia"])
def test_the_zones_of_the_world_are_known(zone: str) -> None:
    assert findings_with(timezone=zone) == []


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "9999-12-31"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
@pytest.mark.parametrize("at", [-(10**17), 0, 4 * 10**17])
def test_the_first_and_last_days_of_the_calendar_are_days(day: str, zone: str, at: int) -> None:
    text = json.dumps(EXAMPLE).replace("2027-12-31", day).replace("2027-03-01", day)
    policy = json.loads(text) | {"timezone": zone, "review-by": day}
    found = validate(load_texts("policy", [("all.yaml", json.dumps(policy))]), at=at).findings
    assert "invalid-date" not in {each.rule for each in found}


@pytest.mark.parametrize(
    ("last", "is_refused"),
    [([24, 3], True), ([23, 900], True), ([24, 4], False), ([25, 1], False)],
)
def test_a_passage_does_not_end_before_it_begins(last: list[int], is_refused: bool) -> None:
    slip = {"label": "A slip", "span": {"from": [24, 4], "to": last}}
    wrong = [("wrong-value", "findings.slip.span")]
    assert findings_with(findings={"slip": slip}) == (wrong if is_refused else [])


@pytest.mark.parametrize("identifier", ["data-subject", "data-subject.office"])
def test_the_controller_is_not_the_person(identifier: str) -> None:
    found = findings_with(controller={"id": identifier, "label": "One"})
    assert ("reserved-id", "policy.controller.id") in found
