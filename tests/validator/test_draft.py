"""Where something stands that a rule speaks of by its meaning."""

from datetime import datetime

import pytest

from doelbinding.loader import load_texts
from doelbinding.model.period import instant
from doelbinding.validator.assemble import assemble
from doelbinding.validator.draft import Draft, Path, path_text

MANIFEST = """\
doelbinding: 1
policy: library
revision: 1
controller: {id: library, label: Library}
timezone: Europe/Amsterdam
default-subject: member
enforcement:
  - {observe: {purpose: news, to: mailer}, until: 2027-03-01, because: Soon}
statement: {version: "1", language: en}
subjects: {member: {label: M}}
"""

REST = """\
categories:
  contact: {label: Contact}
  contact.email:
    label:
      nl: E-mailadres
      en: E-mail
purposes:
  news:
    label: News
    data: [contact, contact.email]
    accept:
      - {rule: purpose-without-retention, until: 2026-12-31, because: Later}
recipients:
  mailer:
    label: Mailer
    roles:
      - role: processor
        purposes: [news]
        agreement: {reference: A, from: 2026-01-01}
flows:
  mail:
    label: Mail
    from: library
    to: [mailer]
    purpose:
      - news
    when:
      any:
        - not: asked
        - urgent
"""


def draft(rest: str = REST, at: str | None = None) -> Draft:
    source = load_texts("policy", [("policy.yaml", MANIFEST), ("rest.yaml", rest)])
    moment = None if at is None else instant(datetime.fromisoformat(at))
    return assemble(source, moment).draft


DRAFT = draft()


@pytest.mark.parametrize(
    ("path", "at_value", "at_key"),
    [
        (("policy", "revision"), "policy.yaml:3:11-12", "policy.yaml:3:1-9"),
        (("policy", "controller"), "policy.yaml:4:13-42", "policy.yaml:4:1-11"),
        (("policy", "controller", "id"), "policy.yaml:4:18-25", "policy.yaml:4:14-16"),
        (
            ("policy", "enforcement", 0, "observe", "to"),
            "policy.yaml:8:35-41",
            "policy.yaml:8:31-33",
        ),
        (("statement", "language"), "policy.yaml:9:37-39", "policy.yaml:9:27-35"),
        (("categories", "contact"), "rest.yaml:2:12-28", "rest.yaml:2:3-10"),
        (("categories", "contact.email"), "rest.yaml:3:3-16", "rest.yaml:3:3-16"),
        (("categories", "contact.email", "label", "en"), "rest.yaml:6:11-17", "rest.yaml:6:7-9"),
        (("purposes", "news", "data"), "rest.yaml:10:11-35", "rest.yaml:10:5-9"),
        (("purposes", "news", "data", 1), "rest.yaml:10:21-34", "rest.yaml:10:21-34"),
        (
            ("recipients", "mailer", "roles", 0, "agreement", "from"),
            "rest.yaml:19:41-51",
            "rest.yaml:19:35-39",
        ),
        (("recipients", "mailer", "roles"), "rest.yaml:16:5-10", "rest.yaml:16:5-10"),
        (("flows", "mail", "from"), "rest.yaml:23:11-18", "rest.yaml:23:5-9"),
        (("flows", "mail", "from", 0), "rest.yaml:23:11-18", "rest.yaml:23:5-9"),  # one for a list
        (("flows", "mail", "to", 0), "rest.yaml:24:10-16", "rest.yaml:24:10-16"),
        (("flows", "mail", "purpose", 0), "rest.yaml:26:9-13", "rest.yaml:26:9-13"),
        (("flows", "mail", "when"), "rest.yaml:27:5-9", "rest.yaml:27:5-9"),
        (
            ("flows", "mail", "when", "any", 0, "not"),
            "rest.yaml:29:16-21",
            "rest.yaml:29:11-14",
        ),
        (("flows", "mail", "when", "any", 1), "rest.yaml:30:11-17", "rest.yaml:30:11-17"),
    ],
)
def test_a_path_leads_to_its_value_or_its_key(path: Path, at_value: str, at_key: str) -> None:
    assert shown(DRAFT, path) == at_value
    assert shown(DRAFT, path, at_key=True) == at_key


def shown(of: Draft, path: Path, *, at_key: bool = False) -> str:
    """A place within one line, as file:line:column-end."""
    place = of.place(path, at_key=at_key)
    assert place.line == place.end_line
    return f"{place}-{place.end_column}".removeprefix("policy/")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("flows", "mail", "subjects", 0), "rest.yaml:21:3-7"),
        (("recipients", "mailer", "roles", 7), "rest.yaml:16:5-10"),
        (("purposes", "news", "data", 5), "rest.yaml:10:5-9"),
        (("policy", "controller", "isil"), "policy.yaml:4:1-11"),
    ],
)
def test_a_path_that_ends_early_leads_to_the_nearest_key(path: Path, expected: str) -> None:
    assert shown(DRAFT, path) == expected


def test_an_item_of_several_lines_has_no_key_and_is_named_whole() -> None:
    for path in (("recipients", "mailer", "roles", 0), ("recipients", "mailer", "roles", 0, "of")):
        place = DRAFT.place(path)
        assert (place.line, place.column, place.end_line, place.end_column) == (17, 9, 20, 1)


@pytest.mark.parametrize("path", [(), ("flows", "nowhere"), ("policy", "register"), ("flows",)])
def test_a_path_to_nothing_leads_to_the_beginning_of_the_first_file(path: Path) -> None:
    assert DRAFT.place(path) == DRAFT.fallback
    assert DRAFT.fallback.path == "policy/policy.yaml"
    assert DRAFT.fallback.is_whole_file


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("purposes", "contact", "data", 1), "purposes.contact.data[1]"),
        (("policy", "enforcement", 0, "observe", "to", 2), "policy.enforcement[0].observe.to[2]"),
        (("flows",), "flows"),
        ((), ""),
    ],
)
def test_a_path_is_written_with_dots_and_positions(path: Path, text: str) -> None:
    assert path_text(path) == text


# ── Accepted warnings ────────────────────────────────────────────────────────────────────────────

RULE = "purpose-without-retention"


@pytest.mark.parametrize(
    ("at", "accepted"),
    [
        ("2020-01-01T00:00:00Z", True),
        ("2026-12-31T23:59:59.999999+01:00", True),
        ("2027-01-01T00:00:00+01:00", False),
        (None, True),
    ],
)
def test_a_warning_is_accepted_to_the_last_moment_of_its_day(
    at: str | None, accepted: bool
) -> None:
    assert bool(draft(at=at).acceptance(RULE, ("purposes", "news"))) is accepted


@pytest.mark.parametrize(
    ("rule", "owner"),
    [
        ("unused-declaration", ("purposes", "news")),
        (RULE, ("purposes", "other")),
        (RULE, ("flows", "mail")),
        (RULE, ("policy", "controller")),
    ],
)
def test_nothing_else_is_accepted_by_it(rule: str, owner: tuple[str, str]) -> None:
    assert DRAFT.acceptance(rule, owner) is None


# ── Damage ───────────────────────────────────────────────────────────────────────────────────────


def test_a_declaration_is_damaged_when_a_part_is_left_out_in_it_or_above() -> None:
    damaged = draft(REST.replace("contact: {label: Contact}", "contact: {label: 7}"))
    assert damaged.is_damaged(("categories", "contact"))
    assert damaged.is_damaged(("categories", "contact.email"))
    assert not damaged.is_damaged(("purposes", "news"))
    assert not damaged.is_damaged(("categories", "contact-other"))
