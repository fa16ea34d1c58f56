"""All that is wrong is found at once; what is missing by damage is not found again."""

from datetime import datetime
from random import Random
from typing import Any

import pytest

from doelbinding.diagnostics import Finding, Severity, by_place, errors
from doelbinding.loader import load_texts
from doelbinding.model.period import instant
from doelbinding.validator import Validation, validate
from tests.policies import BASE, changed, completed, findings, source_of
from tests.properties.generators import Policy, generate_policy, serialise

MANY = """\
doelbinding: 1
policy: library
revision: 0
controller: {id: library, label: Library}
timezone: Mars/Olympus
default-subject: member
subjects: {member: {label: Member}}
purposes:
  news: {label: News, lawful-basis: contract, data: [contact, nothing]}
colour: red
"""

MORE = """\
categories:
  contact: {label: Contact, protection: specail}
  contact.email.work: {label: Work}
  contact: {label: Again}
flows:
  mail: {label: Mail, from: library, to: mailer, purpose: news, when: {any: [a, {not: b}]}}
  Post: {label: Post, from: library, to: library, purpose: [news], valid: {from: 2026-02-30}}
"""


def many() -> Validation:
    return validate(load_texts("policy", [("a.yaml", MANY), ("b.yaml", MORE)]))


def rules(found: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in found]


def test_everything_that_is_wrong_is_found_at_once() -> None:
    found = many().findings
    assert {
        "wrong-value",
        "unknown-timezone",
        "unknown-key",
        "duplicate-key",
        "invalid-date",
    } <= set(rules(found))
    assert {finding.place.path for finding in found if finding.place} == {
        "policy/a.yaml",
        "policy/b.yaml",
    }


def test_findings_stand_in_the_order_in_which_a_reader_meets_them() -> None:
    found = many().findings
    places = [(it.path, it.line, it.column) for it in (each.place for each in found) if it]
    assert len(places) == len(found)
    assert places == sorted(places)
    assert by_place(reversed(found)) == found


def test_nothing_is_found_twice() -> None:
    found = many().findings
    assert len(set(found)) == len(found)


def test_what_has_an_error_hands_on_no_declarations_and_a_warning_keeps_none_back() -> None:
    assert many().declarations is None
    sound = validate(source_of(completed(BASE)))
    assert errors(sound.findings) == ()
    assert rules(sound.findings)
    assert sound.declarations is not None


def test_without_a_moment_there_are_no_warnings_about_time() -> None:
    written = completed(changed(BASE, {"review-by": "2020-01-01"}))
    later = instant(datetime.fromisoformat("2020-01-02T00:00:00Z"))
    assert "review-overdue" not in rules(validate(source_of(written)).findings)
    assert "review-overdue" in rules(validate(source_of(written), at=later).findings)


# ── Damage ───────────────────────────────────────────────────────────────────────────────────────


def without_warnings(found: tuple[Finding, ...]) -> list[str]:
    return [str(each.path) for each in found if each.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        # each is one error; what it hides would be an error of its own
        ({"purposes": {"news": {"lawful-basis": "contarct"}}}, "purposes.news.lawful-basis"),
        ({"purposes": {"news": {"data": "contact"}}}, "purposes.news.data"),
        ({"recipients": {"mailer": {"roles": "processor"}}}, "recipients.mailer.roles"),
        ({"flows": {"news-mail": {"purpose": 7}}}, "flows.news-mail.purpose"),
        ({"flows": {"news-mail": {"data": []}}}, ""),
        ({"categories": {"contact": {"protection": "speical"}}}, "categories.contact.protection"),
        (
            {"recipients": {"mailer": {"roles": [{"role": "processor", "agreement": 7}]}}},
            "recipients.mailer.roles[0].agreement",
        ),
    ],
)
def test_a_damaged_part_is_one_error_and_silences_the_rules_about_it(
    changes: dict[str, Any], wrong: str
) -> None:
    assert without_warnings(findings(**changes)) == [wrong]


def test_damage_above_silences_what_a_declaration_would_inherit() -> None:
    below = {"purposes": {"news": {"lawful-basis": "x", "data": 7}, "news.local": {}}}
    flow = {"flows": {"local-mail": {"from": "library", "to": "mailer", "purpose": "news.local"}}}
    paths = without_warnings(findings(**below, **flow))
    assert sorted(paths) == ["purposes.news.data", "purposes.news.lawful-basis"]


def test_damage_does_not_silence_what_stands_elsewhere() -> None:
    found = findings(
        purposes={"news": {"lawful-basis": "x"}},
        flows={"post": {"from": "library", "to": "nobody", "purpose": "news"}},
    )
    assert sorted(without_warnings(found)) == ["flows.post.to[0]", "purposes.news.lawful-basis"]


def test_a_file_that_cannot_be_read_keeps_all_rules_silent() -> None:
    written = load_texts("policy", [("a.yaml", MANY), ("b.yaml", "flows: [")])
    found = validate(written).findings
    assert "undeclared-id" not in rules(found)
    assert "yaml-syntax" in rules(found)


def test_without_a_manifest_that_alone_is_said() -> None:
    written = load_texts("policy", [("b.yaml", "facts: {a: {label: A}}\n")])
    assert rules(validate(written).findings) == ["manifest-missing"]


# ── Generated policies ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(10))
def test_a_generated_policy_has_no_error(seed: int) -> None:
    random = Random(seed)
    for _ in range(5):
        texts = serialise(generate_policy(random), random)
        assert errors(validate(load_texts("policy", texts.items())).findings) == ()


@pytest.mark.parametrize("seed", range(10))
def test_however_many_declarations_are_lost_all_is_found_and_nothing_raised(seed: int) -> None:
    random = Random(seed)
    for _ in range(5):
        policy = generate_policy(random)
        lose_some(policy, random)
        found = validate(load_texts("policy", serialise(policy, random).items())).findings
        assert found == by_place(found)
        assert not [each for each in found if each.place is None or not each.help]


def lose_some(policy: Policy, random: Random) -> None:
    for content in policy.values():
        for section in content.values():
            if isinstance(section, dict) and "id" not in section:
                for identifier in list(section):
                    if random.random() < 0.1:
                        del section[identifier]
