"""What findings say, and where, beyond the one example that each rule has.

A change to the base policy is written as (file, text that stands there, text that is put there).
"""

from datetime import date

import pytest

from doelbinding.diagnostics import Accepted, Finding
from doelbinding.loader import load_texts
from tests.rules.examples import BASE, findings_of, yaml_files

Change = tuple[str, str, str]

LABEL = "Reminders of return dates"
CONTROLLER = "{id: town-library, label: Town Library}"
ROLE = (
    "- role: processor\n        purposes: [reminders]\n        agreement: {reference: DPA-2024-6}"
)
DATA = "data: [contact.email, loans]"
FACT = "facts:\n  on-paper: {label: On paper, clauses: [membership]}\n"
INVARIANT = "invariants:\n  kept: "


def changed(*changes: Change, added: str = "") -> tuple[Finding, ...]:
    """What is found in the base policy after these changes, with one more file."""
    texts = yaml_files(BASE) | ({"added.yaml": added} if added else {})
    for name, old, new in changes:
        assert texts[name].count(old) == 1
        texts[name] = texts[name].replace(old, new)
    return findings_of(load_texts("policy", texts.items()))


def the_one(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


# ── Shapes ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "message", "help_text"),
    [
        (
            ("purposes.yaml", LABEL, "3"),
            "`label` holds a number: `3`",
            "Put it in quotes: without them it is read as a number.",
        ),
        (
            ("purposes.yaml", LABEL, "true"),
            "`label` holds a true/false value: `true`",
            "Put it in quotes if it is meant as text.",
        ),
        (
            ("purposes.yaml", LABEL, '" "'),
            "`label` holds a blank text",
            "Write a text that is not blank.",
        ),
        (
            ("purposes.yaml", LABEL, "{dutch: Herinnering}"),
            "`dutch` is not a two-letter language code",
            "Write a two-letter language code such as `nl`.",
        ),
        (
            ("purposes.yaml", "[contact, loans]", "[contact, [loans]]"),
            "item 2 of the list holds a list",
            "Write an id such as `contact.email` (a-z, 0-9, hyphens and dots; at most 64 "
            "characters between dots, 200 in all).",
        ),
        (
            ("purposes.yaml", "P1Y", "12"),
            "`retention` holds a number: `12`",
            "Write a duration such as `P2Y`, `P6M`, `P30D`, `P4W` or `PT12H`.",
        ),
        (
            ("recipients.yaml", "DPA-2024-6", "DPA-2024-6, from: 20240601"),
            "`from` holds a number: `20240601`",
            "Write a date such as `2026-11-24`.",
        ),
        (
            ("purposes.yaml", "contract", "[contract]"),
            "`lawful-basis` holds a list",
            "Did you mean `contract`?",
        ),
        (
            ("flows.yaml", DATA, "effect: deny"),
            "`deny` is not one of the values of this key",
            "Write one of `allow`, `log`.",
        ),
        (
            ("flows.yaml", DATA, "valid: {}"),
            "`valid` holds too few keys",
            "Write a period such as `{from: 2026-01-01, until: 2026-12-31}`, with one or both.",
        ),
        (
            ("flows.yaml", DATA, "when: {all: [a], any: [b]}"),
            "`when` holds too many keys",
            "Write exactly one of `not`, `all` and `any`.",
        ),
        (
            ("policy.yaml", "revision: 1", 'revision: "1"'),
            "a text stands here: `1`",
            "Leave the quotes out: in quotes it is a text.",
        ),
        (
            ("policy.yaml", "doelbinding: 1", 'doelbinding: "1"'),
            "a text stands here: `1`",
            "Leave the quotes out: in quotes it is a text.",
        ),
        (
            ("policy.yaml", "revision: 1", "revision: 1.0"),
            "`1.0` is not a whole number",
            "Write it without a point.",
        ),
        (
            ("policy.yaml", CONTROLLER, "town-library"),
            "a text stands here: `town-library`",
            "Write the controller, with at least `id` and `label`.",
        ),
    ],
)
def test_a_wrong_shape_is_named_with_what_holds_it(
    change: Change, message: str, help_text: str
) -> None:
    found = the_one(changed(change))
    assert (found.message, found.help) == (message, help_text)


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        (
            "{label: Kept}",
            "none of `never`, `always`, `only`, `no-path` is here",
        ),
        (
            "{label: Kept, never: {to: mailing}, only: {match: {}, to: mailing}}",
            "`never`, `only` stand here together",
        ),
    ],
)
def test_an_invariant_makes_exactly_one_claim(claims: str, message: str) -> None:
    found = the_one(changed(added=INVARIANT + claims + "\n"))
    assert found.message == message
    assert found.help == "Write exactly one of `never`, `always`, `only`, `no-path`."


@pytest.mark.parametrize("value", ["3", "[never]", "never", "true"])
def test_an_invariant_that_is_no_mapping_is_one_finding(value: str) -> None:
    assert the_one(changed(added=f"{INVARIANT}{value}\n")).rule == "wrong-type"


@pytest.mark.parametrize("key", ["revision", "default-subject"])
def test_a_missing_key_of_the_manifest_is_explained(key: str) -> None:
    lines = yaml_files(BASE)["policy.yaml"].splitlines(keepends=True)
    line = next(each for each in lines if each.startswith(key))
    found = the_one(changed(("policy.yaml", line, "")))
    assert found.message == f"the manifest's key `{key}` is missing"
    assert found.help.startswith(f"Add `{key}`. The ")


# ── Places ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("added", "path", "place"),
    [
        ("review-by: 2026-02-30\n", "policy.review-by", "policy/added.yaml:1:12"),
        (
            "enforcement:\n  - {observe: {to: mailing}, until: 2026-06-31, because: Late}\n",
            "policy.enforcement[0].until",
            "policy/added.yaml:2:37",
        ),
        ("records: {retention: P0D}\n", "policy.records.retention", "policy/added.yaml:1:22"),
        ("register: nowhere\n", "policy.register", "policy/added.yaml:1:11"),
    ],
)
def test_a_wrong_value_of_the_manifest_is_shown_at_the_value(
    added: str, path: str, place: str
) -> None:
    found = the_one(changed(added=added))
    assert (found.path, str(found.place)) == (path, place)


def test_a_recipient_without_role_is_shown_in_the_list_that_names_it() -> None:
    found = the_one(
        changed(
            ("flows.yaml", "to: mailing", "to: [mailing, printer]"),
            added="recipients:\n  printer: {label: Printer, clauses: [membership]}\n",
        )
    )
    assert (found.path, str(found.place)) == ("flows.reminder-mail.to[1]", "policy/flows.yaml:5:19")


def test_mixed_scripts_are_shown_in_the_language_that_has_them() -> None:
    found = the_one(changed(("purposes.yaml", LABEL, "{nl: Bericht, en: Rem\u0456nders}")))
    assert found.path == "purposes.reminders.label.en"
    assert str(found.place) == "policy/purposes.yaml:3:30"


# ── One fault, one finding ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("value", ["", " ~", " null"])
def test_a_missing_value_is_one_finding(value: str) -> None:
    found = the_one(changed(("purposes.yaml", "retention: P1Y", f"retention:{value}")))
    assert found.rule == "null-value"


def test_no_rule_judges_a_declaration_with_a_duplicate_key() -> None:
    change = ("purposes.yaml", "[contact, loans]", "[contact.phone]\n    data: [contact, loans]")
    assert the_one(changed(change)).rule == "duplicate-key"


def test_keys_that_a_merge_key_would_bring_are_not_called_missing() -> None:
    flow = "flows:\n  second:\n    <<: {to: mailing}\n    label: Second\n"
    assert the_one(changed(added=flow)).rule == "yaml-merge-key"


def test_an_undeclared_purpose_is_no_missing_role() -> None:
    assert the_one(changed(("flows.yaml", "purpose: reminders", "purpose: fines"))).rule == (
        "undeclared-id"
    )


def test_a_processor_without_purposes_and_agreement_is_one_finding() -> None:
    found = the_one(changed(("recipients.yaml", ROLE, "- role: processor")))
    assert found.message == "`mailing` is a processor without `purposes` and `agreement`"


# ── Other sides of the rules ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("recipient", ["town-library", "town-library.south", "data-subject"])
def test_the_parties_that_are_built_in_are_no_recipients(recipient: str) -> None:
    added = f"recipients:\n  {recipient}: {{label: One, clauses: [membership]}}\n"
    found = the_one(changed(added=added))
    assert (found.rule, found.path) == ("reserved-id", f"recipients.{recipient}")


@pytest.mark.parametrize("fact", ["consent", "objection"])
def test_the_facts_that_are_built_in_are_not_declared(fact: str) -> None:
    found = the_one(changed(added=f"facts:\n  {fact}: {{label: One, clauses: [membership]}}\n"))
    assert found.rule == "reserved-id"
    assert found.message == f"the fact `{fact}` is built in"


def test_a_condition_that_the_purpose_rules_out_never_holds() -> None:
    found = the_one(
        changed(
            ("purposes.yaml", "contract", "consent"),
            ("flows.yaml", DATA, f"{DATA}\n    when: {{not: consent}}"),
        )
    )
    assert found.message == (
        "the condition can never hold: the purpose `reminders` demands `consent` to be known true"
    )


def test_a_condition_of_several_facts_that_never_holds_names_none_of_them() -> None:
    when = "{all: [on-paper, {not: on-paper}, consent]}"
    found = the_one(changed(("flows.yaml", DATA, f"{DATA}\n    when: {when}"), added=FACT))
    assert found.message.endswith("it demands some fact to be known both true and false")


def test_a_condition_with_too_many_terms_is_refused() -> None:
    facts = [f"fact-{number}" for number in range(12)]
    alternatives = [f"{{any: [{', '.join(facts[at : at + 3])}]}}" for at in range(0, 12, 3)]
    declared = "".join(f"  {each}: {{label: One, clauses: [membership]}}\n" for each in facts)
    when = f"when: {{all: [{', '.join(alternatives)}]}}"
    found = the_one(
        changed(("flows.yaml", DATA, f"{DATA}\n    {when}"), added=f"facts:\n{declared}")
    )
    assert found.message == "the condition has more than 64 minimal terms"


@pytest.mark.parametrize(
    ("role", "message"),
    [
        ("{role: sub-processor}", "`cloud` is a sub-processor without `of`"),
        ("{role: sub-processor, of: cloud}", "`cloud` works for itself: `cloud` → `cloud`"),
        (
            "{role: controller, of: mailing}",
            "`cloud` works for `mailing` but is no sub-processor",
        ),
    ],
)
def test_whom_a_sub_processor_works_for(role: str, message: str) -> None:
    added = f"recipients:\n  cloud: {{label: One, roles: [{role}], clauses: [membership]}}\n"
    assert the_one(changed(added=added)).message == message


def test_a_sub_processor_works_for_a_processor() -> None:
    role = "roles: [{role: sub-processor, of: shop}]"
    added = (
        f"recipients:\n  cloud: {{label: One, {role}, clauses: [membership]}}\n"
        "  shop: {label: Two, roles: [{role: controller}], clauses: [membership]}\n"
    )
    assert the_one(changed(added=added)).message == (
        "`cloud` works for `shop`, which is no processor"
    )


def test_a_country_below_needs_a_safeguard_in_the_role_that_it_inherits() -> None:
    added = "recipients:\n  mailing.overseas: {label: Overseas, country: US}\n"
    found = the_one(changed(added=added))
    assert found.message == (
        "`mailing.overseas` is in `US`, outside the EEA, and its role has no `safeguard`"
    )
    assert found.path == "recipients.mailing.overseas.country"


def test_a_clause_is_held_by_an_invariant_or_by_the_engine() -> None:
    added = "clauses:\n  silence: {label: Silence, held-by: [default-denial]}\n"
    found = the_one(changed(added=added))
    assert found.message == "no invariant `default-denial` is declared"
    assert found.help == (
        "Declare it, or name what the engine holds: `announcement`, `default-deny`."
    )


def test_a_category_that_lies_outside_altogether_is_named_alone() -> None:
    found = the_one(changed(("purposes.yaml", "[contact, loans]", "[contact]")))
    assert found.message == "`loans` is not within the data of the purpose `reminders`"


@pytest.mark.parametrize(
    ("until", "when"),
    [
        ("2026-11-23", "ended on 2026-11-23"),
        ("2026-11-24", "ends on 2026-11-24, within 90 days"),
        ("2027-02-21", "ends on 2027-02-21, within 90 days"),
    ],
)
def test_an_agreement_ends(until: str, when: str) -> None:
    change = ("recipients.yaml", "DPA-2024-6", f"DPA-2024-6, until: {until}")
    assert the_one(changed(change)).message == f"the agreement with `mailing` {when}"


def test_an_agreement_that_ends_after_ninety_days_is_no_matter_yet() -> None:
    change = ("recipients.yaml", "DPA-2024-6", "DPA-2024-6, until: 2027-02-22")
    assert changed(change) == ()


def accepting(*entries: str) -> tuple[Finding, ...]:
    """What is found when the purpose has no retention and accepts these warnings."""
    accept = f"accept: [{', '.join(f'{{{entry}}}' for entry in entries)}]"
    return changed(("purposes.yaml", "retention: P1Y", accept))


def accept(rule: str = "purpose-without-retention", until: str = "2027-01-01") -> str:
    return f"rule: {rule}, until: {until}, because: {{nl: Onbeslist, en: Undecided}}"


def test_a_warning_is_accepted_until_a_day_and_says_so() -> None:
    found = the_one(accepting(accept(until="2026-11-24")))
    assert found.accepted == Accepted(
        date(2026, 11, 24), "Undecided", "purposes.reminders.accept[0]"
    )
    assert (found.rule, found.severity) == ("purpose-without-retention", "warning")


def test_after_its_last_day_the_warning_is_back_beside_the_acceptance_that_ended() -> None:
    found = accepting(accept(until="2026-11-23"))
    assert [(each.rule, each.accepted) for each in found] == [
        ("purpose-without-retention", None),
        ("acceptance-ended", None),
    ]
    assert found[1].path == "purposes.reminders.accept[0].until"


def test_a_second_acceptance_of_the_same_warnings_accepts_nothing() -> None:
    warning, idle = accepting(accept(), accept())
    assert warning.accepted
    assert warning.accepted.path == "purposes.reminders.accept[0]"
    assert (idle.rule, idle.path) == ("acceptance-idle", "purposes.reminders.accept[1].rule")


def test_an_acceptance_in_force_stands_in_for_one_that_ended() -> None:
    warning, ended = accepting(accept(until="2026-11-01"), accept())
    assert warning.accepted
    assert warning.accepted.path == "purposes.reminders.accept[1]"
    assert ended.rule == "acceptance-ended"


@pytest.mark.parametrize("until", ["2026-11-01", "2027-01-01"])
@pytest.mark.parametrize(
    ("rule", "told"),
    [("law-missing", "acceptance-of-error"), ("no-such-rule", "accepted-rule-unknown")],
)
def test_an_acceptance_that_can_accept_nothing_is_one_finding(
    rule: str, told: str, until: str
) -> None:
    found = accepting(accept(), accept(rule, until))
    assert [each.rule for each in found if not each.accepted] == [told]


def test_what_no_declaration_has_cannot_be_accepted_at_one() -> None:
    changes = (
        (
            "purposes.yaml",
            "retention: P1Y",
            f"retention: P1Y\n    accept: [{{{accept('review-overdue')}}}]",
        ),
        ("policy.yaml", "default-subject", "review-by: 2026-01-01\ndefault-subject"),
    )
    assert {each.rule for each in changed(*changes)} == {"review-overdue", "acceptance-idle"}


def test_in_a_policy_with_an_error_no_acceptance_is_called_idle() -> None:
    changes = (
        (
            "purposes.yaml",
            "retention: P1Y",
            f"retention: P1Y\n    accept: [{{{accept('unused-declaration')}}}]",
        ),
        ("flows.yaml", "to: mailing", "to: mailer"),
    )
    assert the_one(changed(*changes)).rule == "undeclared-id"


def test_an_error_is_no_less_an_error_for_being_accepted() -> None:
    entry = f"lawful-basis: public-task\n    accept: [{{{accept('law-missing')}}}]"
    found = changed(("purposes.yaml", "lawful-basis: contract", entry))
    assert [(each.rule, each.severity) for each in found] == [
        ("law-missing", "error"),
        ("acceptance-of-error", "warning"),
    ]
    assert all(each.accepted is None for each in found)
