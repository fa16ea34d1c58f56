"""Hostile and broken policy texts, numbered as in the list of bad inputs (1 to 43).

Each is refused with place and help, or read as the language says; nothing is half loaded.
Where the files themselves are hostile (25, 38, 40), `test_hostile_folders.py` goes on.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from doelbinding.diagnostics import PolicyError
from doelbinding.loader import DEFAULT_LIMITS, load_texts
from doelbinding.policy import Policy
from tests.loader.folders import add, change, file_of, finding, findings, line_of, load
from tests.rules.examples import BASE, MOMENT, screen, yaml_files

SECONDS = 5
"""A generous bound for what would otherwise take hours."""


@contextmanager
def quickly() -> Iterator[None]:
    begin = time.perf_counter()
    yield
    assert time.perf_counter() - begin < SECONDS


def with_label(folder: Path, written: str) -> Path:
    """The base policy with another label for its purpose."""
    change(folder, "purposes.yaml", "Reminders of return dates", written)
    return folder


# ── Values and what they are read as ─────────────────────────────────────────────────────────────


def test_01_a_duplicate_key_is_refused_and_both_lines_are_named(folder: Path) -> None:
    change(folder, "recipients.yaml", "country: NL", "class: false\n    class: true")
    found = finding(folder, "duplicate-key")
    assert (line_of(found), found.message) == (5, "`class` stands twice, first on line 4")
    assert [place.line for _, place in found.related] == [4]


def test_02_a_purpose_declared_in_two_files_is_refused_and_both_are_named(folder: Path) -> None:
    add(folder, "purposes:\n  reminders: {label: Once more}\n", "second.yaml")
    found = finding(folder, "duplicate-id")
    assert file_of(found) == "second.yaml"
    assert "purposes.yaml:2" in found.message


def test_03_the_country_code_of_norway_stays_a_text(folder: Path) -> None:
    change(folder, "recipients.yaml", "country: NL", "country: NO")
    assert load(folder).declarations.recipients["mailing"].country == "NO"


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", '"true"'])
def test_04_a_word_in_a_yes_or_no_field_is_refused(folder: Path, word: str) -> None:
    change(folder, "recipients.yaml", "country: NL", f"class: {word}")
    assert finding(folder, "wrong-type").help.startswith("Write true or false")


@pytest.mark.parametrize("number", ["0123", "010"])
def test_05_a_number_in_a_text_field_is_refused_with_the_advice_to_quote_it(
    folder: Path, number: str
) -> None:
    change(folder, "recipients.yaml", "country: NL", f"isil: {number}")
    assert finding(folder, "wrong-type").help.startswith("Put it in quotes")


def test_05_in_quotes_it_is_kept_as_written(folder: Path) -> None:
    change(folder, "recipients.yaml", "country: NL", 'isil: "0123"')
    assert load(folder).declarations.recipients["mailing"].isil == "0123"


def test_06_a_time_of_day_is_a_text_and_no_number_of_seconds(folder: Path) -> None:
    assert load(with_label(folder, "12:30:45")).declarations.purposes["reminders"].label == (
        "12:30:45"
    )


@pytest.mark.parametrize(
    ("day", "advice"),
    [
        ("2024-02-30", "2024-02-29"),
        ("2023-02-29", "2023-02-28"),
        ("2024-13-01", "such as"),
        ("0000-01-01", "such as"),
    ],
)
def test_07_a_day_that_no_calendar_has_is_refused(folder: Path, day: str, advice: str) -> None:
    change(folder, "recipients.yaml", "DPA-2024-6", f"DPA-2024-6, until: {day}")
    assert advice in finding(folder, "invalid-date").help


@pytest.mark.parametrize("moment", ["2026-12-31T23:30", "2026-12-31T23:30Z", "2026-12-31 23:30"])
def test_08_a_moment_where_a_day_is_meant_is_refused(folder: Path, moment: str) -> None:
    change(folder, "recipients.yaml", "DPA-2024-6", f'DPA-2024-6, until: "{moment}"')
    assert finding(folder, "wrong-value").expected.startswith("a date such as")


def test_09_a_period_that_ends_before_it_begins_is_refused(folder: Path) -> None:
    period = "from: 2026-06-01, until: 2026-05-31"
    change(folder, "recipients.yaml", "DPA-2024-6", f"DPA-2024-6, {period}")
    assert finding(folder, "empty-period").path.endswith("agreement.until")


@pytest.mark.parametrize("number", ["1e400", ".inf", "-.inf", ".nan"])
def test_10_a_number_without_end_is_no_retention(folder: Path, number: str) -> None:
    change(folder, "purposes.yaml", "P1Y", number)
    assert finding(folder, "wrong-type").path == "purposes.reminders.retention"


@pytest.mark.parametrize("number", ["1" * 10_000, "0x" + "f" * 100_000, "-" + "9" * 19])
def test_11_an_endless_integer_is_refused_before_it_is_computed(folder: Path, number: str) -> None:
    change(folder, "policy.yaml", "revision: 1", f"revision: {number}")
    with quickly():
        assert finding(folder, "number-out-of-range").message.endswith("digits")


@pytest.mark.parametrize(
    ("retention", "rule"),
    [
        ("-P1Y", "wrong-value"),
        ("P0D", "duration-out-of-range"),
        ("P101Y", "duration-out-of-range"),
        ("P999999W", "duration-out-of-range"),
    ],
)
def test_12_a_negative_empty_or_endless_retention_is_refused(
    folder: Path, retention: str, rule: str
) -> None:
    change(folder, "purposes.yaml", "P1Y", retention)
    assert finding(folder, rule).path == "purposes.reminders.retention"


# ── Keys, anchors, tags, documents ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", ["1", "true", "1.5", "null", "~"])
def test_13_a_key_that_is_no_text_is_refused(folder: Path, key: str) -> None:
    assert finding(with_label(folder, f"{{{key}: a}}"), "key-not-text").rule == "key-not-text"


def test_13_a_date_as_a_key_is_a_text_and_no_language(folder: Path) -> None:
    found = finding(with_label(folder, "{2024-01-01: a}"), "wrong-value")
    assert found.message == "`2024-01-01` is not a two-letter language code"


@pytest.mark.parametrize("key", ["[a]", "{a: b}"])
def test_14_a_list_or_mapping_as_a_key_is_refused(folder: Path, key: str) -> None:
    add(folder, f"? {key}\n: x\n")
    assert finding(folder, "key-not-text").message == "a list or mapping as a key"


def test_15_a_merge_key_is_refused(folder: Path) -> None:
    change(folder, "recipients.yaml", "country: NL", "<<: {country: NL}")
    assert finding(folder, "yaml-merge-key").place is not None


@pytest.mark.parametrize("written", ["&a text", "&a {nl: a}", "*a"])
def test_16_an_anchor_or_an_alias_is_refused(folder: Path, written: str) -> None:
    assert finding(with_label(folder, written), "yaml-anchor").place is not None


def test_17_a_merge_bomb_is_refused_as_it_passes_by(folder: Path) -> None:
    doubling = [f"a{n}: &a{n}\n  <<: [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30)]
    add(folder, "a0: &a0 {k: v}\n" + "".join(doubling))
    with quickly():
        rules = [each.rule for each in findings(folder)]
    assert rules.count("yaml-merge-key") == len(doubling)
    assert len(rules) < 10 * len(doubling)


def test_18_a_billion_laughs_are_refused_as_they_pass_by(folder: Path) -> None:
    tenfold = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)]
    add(folder, "a0: &a0 [lol]\n" + "".join(tenfold))
    with quickly():
        rules = [each.rule for each in findings(folder)]
    assert rules.count("yaml-anchor") == 1 + 11 * len(tenfold)


def test_19_a_value_that_contains_itself_is_refused(folder: Path) -> None:
    found = findings(with_label(folder, "&a {nl: *a}"))
    assert [each.rule for each in found if each.rule == "yaml-anchor"] == ["yaml-anchor"] * 2


def test_20_an_alias_to_an_anchor_of_another_document_is_refused(folder: Path) -> None:
    add(folder, "facts: &a {}\n---\npurposes: *a\n")
    assert {"yaml-anchor", "yaml-documents"} <= {each.rule for each in findings(folder)}


def test_21_a_second_document_is_refused_and_no_rule_judges_the_rest(folder: Path) -> None:
    change(folder, "categories.yaml", "\nsubjects:", "---\nsubjects:")
    assert [each.rule for each in findings(folder)] == ["yaml-documents"]


def test_22_a_tag_that_would_run_a_program_is_refused_and_nothing_runs(
    folder: Path, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    with_label(folder, f'!!python/object/apply:os.system ["touch {trace}"]')
    assert "yaml-tag" in {each.rule for each in findings(folder)}
    assert not trace.exists()


@pytest.mark.parametrize("tag", ["!!binary", "!!set", "!!omap", "!!str", "!custom", "!"])
def test_23_any_other_tag_is_refused_too(folder: Path, tag: str) -> None:
    assert "yaml-tag" in {each.rule for each in findings(with_label(folder, f"{tag} {{a: b}}"))}


# ── Sizes, emptiness, encodings ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("depth", [500, 100_000])
@pytest.mark.parametrize("bracket", ["[", "{a: "])
def test_24_deep_nesting_is_refused_without_running_out_of_stack(
    folder: Path, bracket: str, depth: int
) -> None:
    add(folder, f"facts: {bracket * depth}")
    with quickly():
        found = finding(folder, "limit-exceeded")
    assert found.message == f"lists and mappings nest deeper than {DEFAULT_LIMITS.depth}"


@pytest.mark.parametrize(
    "text",
    ["#" * (20 << 20), "".join(f"key-{n}: 1\n" for n in range(1_000_000))],
    ids=["20 MiB", "1,000,000 keys"],
)
def test_25_a_file_over_the_limit_is_refused_before_it_is_parsed(
    folder: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in folder.iterdir():
        file.unlink()
    add(folder, text)
    monkeypatch.setattr("doelbinding.loader.reader.Reader", pytest.fail)
    found = finding(folder, "limit-exceeded")
    assert found.message == f"the file is larger than {DEFAULT_LIMITS.file_bytes:,} bytes"


def test_25_too_many_values_in_a_small_file_are_refused(folder: Path) -> None:
    add(folder, f"facts: [{'a,' * (DEFAULT_LIMITS.nodes + 1)}a]")
    with quickly():
        found = finding(folder, "limit-exceeded")
    assert found.message == f"the file holds more than {DEFAULT_LIMITS.nodes:,} values"


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "hello", "- a\n- b\n"])
def test_26_a_file_without_sections_is_refused(folder: Path, text: str) -> None:
    add(folder, text)
    assert file_of(finding(folder, "no-declarations")) == "added.yaml"


def test_26_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = finding(tmp_path / "empty", "no-declarations")
    assert found.message == "no file ends in .yaml"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("facts: {}\n".encode("utf-16"), "not-utf-8"),
        ("# café\n".encode("latin-1"), "not-utf-8"),
        (b"# \xc3\x28\n", "not-utf-8"),
        (b"# \xed\xa0\x80\n", "not-utf-8"),
        ("facts: {}\n".encode("utf-16-le"), "hidden-character"),
        ("# one\n\ufeff# two\n".encode(), "hidden-character"),
    ],
    ids=["UTF-16", "Latin-1", "half a letter", "half a pair", "UTF-16 without mark", "late mark"],
)
def test_27_another_encoding_than_utf_8_is_refused(folder: Path, content: bytes, rule: str) -> None:
    add(folder, content)
    assert rule in {each.rule for each in findings(folder)}


def test_27_a_byte_order_mark_at_the_beginning_changes_no_meaning(folder: Path) -> None:
    before = load(folder).identity.digest
    file = folder / "purposes.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load(folder).identity.digest == before


@pytest.mark.parametrize("escape", [r"\0", r"\x07", r"\x9f", r"\e", r"\ud800", r"\u200b"])
def test_28_a_hidden_character_written_as_an_escape_is_refused(folder: Path, escape: str) -> None:
    found = findings(with_label(folder, f'"Remind{escape}ers"'))
    assert {each.rule for each in found} & {"hidden-character", "yaml-syntax"}


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9f", "\u2028"])
def test_28_a_control_character_is_refused_wherever_it_stands(folder: Path, character: str) -> None:
    add(folder, f"# a comment with {character} in it\n")
    found = finding(folder, "hidden-character")
    assert f"U+{ord(character):04X}" in found.message


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\u061c"])
@pytest.mark.parametrize("written", ["Remind{}ers", "'Remind{}ers'", "{{'n{}l': Reminders}}"])
def test_29_a_direction_mark_is_refused_and_never_printed(
    folder: Path, written: str, mark: str
) -> None:
    found = findings(with_label(folder, written.format(mark)))
    assert [each.rule for each in found] == ["hidden-character"]
    assert mark not in found[0].message


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f"])
def test_29_the_screen_shows_the_mark_spelt_out(folder: Path, mark: str) -> None:
    seen = screen(findings(with_label(folder, f"Remind{mark}ers")))
    assert mark not in seen
    assert f"\\u{ord(mark):04x}" in seen


def test_30_a_key_with_a_letter_of_another_script_is_unknown(folder: Path) -> None:
    change(folder, "purposes.yaml", "label", "l\u0430bel")
    assert finding(folder, "unknown-key").help == "Did you mean `label`?"


def test_30_an_id_with_a_letter_of_another_script_is_refused_and_the_letter_named(
    folder: Path,
) -> None:
    change(folder, "flows.yaml", "reminder-mail", "reminder-m\u0430il")
    assert "U+0430 CYRILLIC SMALL LETTER A" in finding(folder, "wrong-value").help


def test_30_a_label_of_two_scripts_is_a_warning(folder: Path) -> None:
    found = load(with_label(folder, "Rem\u0456nders")).findings
    assert [each.rule for each in found] == ["mixed-scripts"]


@pytest.mark.parametrize(
    ("space", "rule"), [("\u00a0", "unknown-key"), ("\u200b", "hidden-character")]
)
def test_31_an_odd_space_in_a_key_is_refused(folder: Path, space: str, rule: str) -> None:
    change(folder, "purposes.yaml", "retention", f"reten{space}tion")
    assert rule in {each.rule for each in findings(folder)}


def test_31_a_label_is_brought_to_the_composed_form(folder: Path) -> None:
    label = load(with_label(folder, "Cafe\u0301")).declarations.purposes["reminders"].label
    assert label == "Caf\u00e9"


def test_31_an_id_in_the_decomposed_form_is_refused(folder: Path) -> None:
    change(folder, "flows.yaml", "reminder-mail", "cafe\u0301-mail")
    assert finding(folder, "wrong-value").expected.startswith("an id")


# ── Names and meanings ───────────────────────────────────────────────────────────────────────────


def test_32_an_unknown_key_is_refused_with_the_nearest_name(folder: Path) -> None:
    change(folder, "purposes.yaml", "retention", "retentoin")
    assert finding(folder, "unknown-key").help == "Did you mean `retention`?"


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("purpose: reminders", "purpose: reminder", "purpose"),
        ("to: mailing", "to: mailings", "party"),
        ("[contact.email, loans]", "[contact.email, loan]", "category"),
    ],
)
def test_33_a_name_that_nothing_declares_is_refused(
    folder: Path, old: str, new: str, kind: str
) -> None:
    change(folder, "flows.yaml", old, new)
    found = finding(folder, "undeclared-id")
    assert found.message.startswith(f"no {kind} ")
    assert found.help.startswith("Did you mean")


def test_34_sub_processors_in_a_circle_are_refused_and_the_circle_printed(folder: Path) -> None:
    role = "roles: [{{role: sub-processor, of: {}}}], clauses: [membership]"
    add(
        folder,
        "recipients:\n"
        f"  one: {{label: One, {role.format('two')}}}\n"
        f"  two: {{label: Two, {role.format('one')}}}\n",
    )
    messages = {each.message for each in findings(folder)}
    assert "`one` works for itself: `one` → `two` → `one`" in messages


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("purpose: reminders", 'purpose: "*"'),
        ("to: mailing", 'to: "*"'),
        ("[contact.email, loans]", '["*"]'),
        ("to: mailing", "to: all"),
    ],
)
def test_35_there_are_no_wildcards(folder: Path, old: str, new: str) -> None:
    change(folder, "flows.yaml", old, new)
    assert {each.rule for each in findings(folder)} <= {"wrong-value", "undeclared-id"}


def test_35_a_bare_star_is_refused_with_the_advice_to_quote_it(folder: Path) -> None:
    change(folder, "flows.yaml", "to: mailing", "to: *")
    assert finding(folder, "yaml-syntax").help == "Put the text in quotes."


def test_36_a_purpose_without_basis_is_refused(folder: Path) -> None:
    change(folder, "purposes.yaml", "    lawful-basis: contract\n", "")
    assert finding(folder, "purpose-without-basis").path == "purposes.reminders"


def test_36_special_data_without_ground_are_refused(folder: Path) -> None:
    change(folder, "categories.yaml", "label: Loans", "label: Loans\n    protection: special")
    assert finding(folder, "special-data-without-ground").path == "purposes.reminders.data[1]"


# ── Layout, includes, cut texts ──────────────────────────────────────────────────────────────────


def test_37_a_tab_as_indentation_is_refused(folder: Path) -> None:
    change(folder, "purposes.yaml", "    retention", "\tretention")
    assert finding(folder, "yaml-syntax").message == "a tab indents the line"


def test_37_line_ends_and_a_missing_last_one_change_no_meaning(folder: Path) -> None:
    before = load(folder).identity
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n"))
    after = load(folder).identity
    assert after.digest == before.digest
    assert after.source != before.source


@pytest.mark.parametrize("target", ["../../etc/passwd", "https://policy.example/more.yaml"])
def test_39_nothing_is_included(folder: Path, target: str) -> None:
    add(folder, f"include: {target}\n")
    assert finding(folder, "unknown-key").message == "there is no key `include` here"


def test_39_a_tag_includes_nothing_either(folder: Path) -> None:
    assert "yaml-tag" in {
        each.rule for each in findings(with_label(folder, "!include /etc/passwd"))
    }


FORMAL = {name: f"%YAML 1.2\n---\n{text}...\n" for name, text in yaml_files(BASE).items()}


@pytest.mark.parametrize("name", FORMAL)
def test_41_a_formal_file_cut_at_any_byte_is_refused_or_means_the_same(name: str) -> None:
    whole = digest_or_none(FORMAL)
    assert whole is not None
    cuts = [FORMAL[name][:length] for length in range(len(FORMAL[name]))]
    survivors = [cut for cut in cuts if digest_or_none(FORMAL | {name: cut})]
    assert survivors == [FORMAL[name].removesuffix("\n")]
    assert whole == digest_or_none(FORMAL | {name: survivors[0]})


def digest_or_none(texts: dict[str, str]) -> str | None:
    """The digest of what the texts mean, or None of a policy that is refused."""
    try:
        return Policy.from_source(load_texts("policy", texts.items()), at=MOMENT).identity.digest
    except PolicyError:
        return None


def test_42_a_policy_brings_no_patterns_of_its_own(folder: Path) -> None:
    change(folder, "purposes.yaml", "retention: P1Y", "pattern: ^(a+)+$")
    assert finding(folder, "unknown-key").message == "there is no key `pattern` here"


@pytest.mark.parametrize("text", ["a-" * 100_000, "a." * 100_000, "P" + "1" * 200_000 + "Y!"])
def test_42_a_long_text_does_not_keep_the_patterns_of_the_language_busy(
    folder: Path, text: str
) -> None:
    change(folder, "purposes.yaml", "P1Y", text)
    change(folder, "flows.yaml", "purpose: reminders", f'purpose: "{text}"')
    with quickly():
        found = findings(folder)
    assert {each.rule for each in found} == {"wrong-value"}
    assert all(len(each.message) < 200 for each in found)


@pytest.mark.parametrize("target", ["https://policy.example/x.json", "file:///etc/passwd", "#"])
def test_43_a_reference_to_a_schema_is_an_unknown_key(folder: Path, target: str) -> None:
    change(folder, "purposes.yaml", "retention: P1Y", f'$ref: "{target}"')
    assert finding(folder, "unknown-key").message == "there is no key `$ref` here"
