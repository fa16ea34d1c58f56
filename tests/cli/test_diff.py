"""`diff` says exactly what a change permits and forbids: what it shows, and how it ends."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.bundles import key_pair
from tests.cli.changes import (
    BROKEN,
    FROM_NOW,
    LOANS_TOO,
    NARROWED,
    OLD_NEW,
    ON_RECORD,
    PROHIBITION,
    RENAMED,
    WIDENED,
    change,
    changed,
    counts,
    report,
    verdict_of,
)
from tests.cli.conftest import Run, apart, assert_misuse, assert_screen
from tests.views.test_github import command
from tests.views.test_sarif import schema

ALL = ((PROHIBITION, ""), LOANS_TOO, WIDENED, ON_RECORD, RENAMED)
LAST_DAY = (
    "agreement: {reference: DPA-2024-6}",
    "agreement: {reference: DPA-2024-6, until: 2026-12-31}",
)
FORMATS = ("text", "json", "markdown", "sarif", "github")

# ── What people see ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_screen_of_a_change_is_exactly_this(run: Run, lang: str) -> None:
    changed(*ALL)
    ran = run(*OLD_NEW, "--lang", lang)
    assert (ran.code, ran.err) == (1, "")
    assert_screen(f"diff.{lang}", ran.out)


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_comment_on_a_change_is_exactly_this(run: Run, lang: str) -> None:
    changed(*ALL)
    ran = run(*OLD_NEW, "--lang", lang, "--format", "markdown")
    assert (ran.code, ran.err) == (1, "")
    assert_screen(f"diff.markdown.{lang}", ran.out)


def test_the_screen_of_no_difference_is_exactly_this(run: Run) -> None:
    changed(RENAMED)
    ran = run(*OLD_NEW)
    assert (ran.code, ran.err) == (0, "")
    assert_screen("diff.same", ran.out)


def test_the_verdict_stands_first_and_last_and_counts_every_cell(run: Run) -> None:
    changed(*ALL)
    assert verdict_of(run(*OLD_NEW)) == (
        "old → policy: widened: 1 newly permitted, 0 newly denied, 4 with conditions changed, "
        "1 with recording or duties changed, 4 unchanged"
    )


def test_numbers_are_written_as_the_language_does(run: Run) -> None:
    more = "".join(f"  x{n}: {{label: X, clauses: [membership]}}\n" for n in range(1200))
    change(("\nsubjects:\n", f"\nsubjects:\n{more}"))
    assert "10,809 unchanged" in run("diff", "policy", "policy").out
    assert "10.809 ongewijzigd" in run("diff", "policy", "policy", "--lang", "nl").out


def test_colour_is_for_terminals_and_stands_for_no_meaning(run: Run) -> None:
    changed(*ALL)
    plain, coloured = run(*OLD_NEW).out, run(*OLD_NEW, "--color", "always").out
    assert "\x1b" not in plain
    assert coloured.count("\x1b[1;31m") > 2
    for style in ("\x1b[1;31m", "\x1b[1;32m", "\x1b[1;33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"):
        coloured = coloured.replace(style, "")
    assert coloured == plain


@pytest.mark.parametrize("form", FORMATS[1:])
def test_no_other_format_is_coloured(run: Run, form: str) -> None:
    changed(*ALL)
    asked = (*OLD_NEW, "--format", form)
    assert run(*asked, "--color", "always").out == run(*asked).out


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_machine_formats_are_not_translated(run: Run, form: str) -> None:
    changed(*ALL)
    asked = (*OLD_NEW, "--format", form)
    assert run(*asked, "--lang", "nl").out == run(*asked).out


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_policies_give_the_same_bytes(run: Run, form: str) -> None:
    changed(*ALL)
    asked = (*OLD_NEW, "--format", form)
    assert apart(*asked, env={"PYTHONHASHSEED": "1"}).out == run(*asked).out
    assert apart(*asked, env={"PYTHONHASHSEED": "2"}).out == run(*asked).out


# ── Which way it goes, and how it ends ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pairs", "verdict", "codes"),
    [
        ((), "same", (0, 0, 0)),
        ((RENAMED,), "same", (0, 0, 0)),
        ((WIDENED,), "widened", (1, 1, 0)),
        ((NARROWED,), "narrowed", (0, 1, 0)),
        ((ON_RECORD,), "changed", (0, 1, 0)),
        ((WIDENED, NARROWED), "both", (1, 1, 0)),
        ((("when: asked", "when: {not: asked}"),), "both", (1, 1, 0)),
    ],
)
def test_what_fails_is_chosen(
    run: Run, pairs: tuple[tuple[str, str], ...], verdict: str, codes: tuple[int, ...]
) -> None:
    changed(*pairs)
    assert report(run)["verdict"] == verdict
    for fail_on, code in zip(("widened", "any", "none"), codes, strict=True):
        assert run(*OLD_NEW, "--fail-on", fail_on).code == code
        assert run(*OLD_NEW, "--fail-on", fail_on, "--exit-zero").code == 0
    assert run(*OLD_NEW).code == codes[0]


def test_turned_around_what_was_permitted_is_denied(run: Run) -> None:
    changed(*ALL)
    assert counts(report(run)) == (1, 0, 4, 1)
    back = report(run, "diff", "policy", "old", *FROM_NOW)
    assert (back["verdict"], counts(back)) == ("narrowed", (0, 1, 4, 1))


def test_other_texts_with_the_same_meaning_are_listed_and_no_difference(run: Run) -> None:
    changed(RENAMED, ("  asked: {label: {en: The member", "  asked: {label: {en: A member"))
    text = Path("policy/policy.yaml").read_text("utf-8")
    head, facts, rest = text.partition("facts:\n")
    facts += rest.partition("\npurposes:")[0]
    Path("policy/facts.yaml").write_text(facts, "utf-8")
    Path("policy/policy.yaml").write_text(f"# moved\n{head}{text.partition(facts)[2]}", "utf-8")
    ran = run(*OLD_NEW)
    assert ran.code == 0
    assert verdict_of(ran).startswith("old → policy: no decision differs: 0 newly permitted, ")
    assert "  category name, changed: label\n  fact asked, changed: label, file\n" in ran.out
    assert report(run)["texts"] == [
        {"section": "categories", "id": "name", "happened": "changed", "keys": ["label"]},
        {"section": "facts", "id": "asked", "happened": "changed", "keys": ["label", "file"]},
    ]


def test_another_default_subject_changes_no_cell_and_is_remarked_on(run: Run) -> None:
    child = "  child: {label: {en: Child, nl: Kind}, clauses: [membership]}\n"
    change(("\nsubjects:\n", f"\nsubjects:\n{child}"))
    changed(("default-subject: member", "default-subject: child"))
    ran = run(*OLD_NEW)
    assert ran.code == 1
    assert "no decision differs" in ran.out
    assert (
        "Changed in what guards decisions\n"
        "  manifest, changed: default-subject "
        "(a transfer that names no data subject is about another one now)\n"
    ) in ran.out
    assert run(*OLD_NEW, "--fail-on", "none").code == 0


def test_what_guards_decisions_is_told_apart_and_fails_where_any_change_does(run: Run) -> None:
    invariant = (
        "invariants:\n"
        "  none: {label: {en: X, nl: X}, clauses: [membership], never: {to: mailing}}\n"
    )
    change(("\nsubjects:\n", f"\n{invariant}subjects:\n"))
    changed((invariant, ""))
    ran = run(*OLD_NEW)
    assert ran.code == 0
    assert "; 1 guards changed\n" in ran.out
    assert "  invariant none, removed\n" in ran.out
    assert run(*OLD_NEW, "--fail-on", "any").code == 1


def test_with_full_every_cell_is_a_line(run: Run) -> None:
    changed(LAST_DAY)
    ran = run(*OLD_NEW, "--full", "--fail-on", "none")
    cells = [line for line in ran.out.splitlines() if " → mailing, " in line]
    assert len(cells) > 1


def test_one_policy_is_not_compared_with_itself_by_mistake(run: Run) -> None:
    changed()
    ran = run("diff", "policy")
    assert ran.code == 2
    assert "compared with itself" in ran.err


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────


def test_an_end_in_the_future_is_a_change_from_that_day(run: Run) -> None:
    changed(LAST_DAY)
    ran = run(*OLD_NEW, "--fail-on", "any")
    assert ran.code == 1
    assert "    before       always; duty: encrypt\n" in ran.out
    assert "    now          until 2026-12-31: always; duty: encrypt\n" in ran.out
    assert "                 from 2027-01-01: never\n" in ran.out
    (narrowed,) = report(run)["changes"]
    assert narrowed["witnesses"]["narrowed"]["new"]["transfer"]["at"] == "2027-01-01T00:00:00+01:00"


def test_seen_from_after_the_end_nothing_may_go_any_more(run: Run) -> None:
    changed(LAST_DAY)
    found = report(run, "diff", "old", "policy", "--at", "2027-01-01T00:00:00+01:00")
    assert (found["at"], counts(found)) == ("2027-01-01T00:00:00+01:00", (0, 4, 0, 0))
    last = report(run, "diff", "old", "policy", "--at", "2026-12-31T23:59:59+01:00")
    assert counts(last) == (0, 0, 4, 0)


def test_what_lies_before_the_moment_is_no_difference(run: Run) -> None:
    valid = ("    purpose: reminders\n", "    purpose: reminders\n    valid: {from: 2026-03-01}\n")
    changed(valid)
    assert counts(report(run)) == (0, 0, 0, 0)
    assert "flow reminder-mail, changed: valid\n" in run(*OLD_NEW).out
    assert counts(report(run, "diff", "old", "policy", "--at", "2026-02-01T00:00:00+01:00")) == (
        *(0, 0, 4, 0),
    )


def test_left_out_the_moment_is_now_and_is_said(run: Run) -> None:
    found = report(run, "diff", "policy", "policy")
    assert found["at"].startswith("20")
    text = run("diff", "policy", "policy", *FROM_NOW).out
    assert "  Seen from 2026-06-01T12:00:00+02:00 on.\n" in text


def test_a_day_that_begins_at_another_hour_comes_from_the_manifest(run: Run) -> None:
    change(LAST_DAY)
    changed(("Europe/Amsterdam", "Europe/London"))
    ran = run(*OLD_NEW)
    assert "    comes from   manifest, changed: timezone\n" in ran.out
    assert "without changing a decision" not in ran.out


# ── What it comes from, and what follows ─────────────────────────────────────────────────────────


def test_each_change_says_what_it_comes_from(run: Run) -> None:
    changed(*ALL)
    first, second, third = report(run)["changes"]
    assert [
        (each["section"], each["id"], each["happened"], each["keys"]) for each in first["causes"]
    ] == [
        ("flows", "reminder-mail", "changed", ["data"]),
        ("prohibitions", "no-loans-for-the-mailer", "removed", []),
    ]
    assert first["causes"][1]["place"]["file"] == "old/policy.yaml"
    assert [each["id"] for each in second["causes"]] == ["on-request"]
    assert third["causes"][0]["clauses"] == ["membership"]
    assert all(cause["commit"] is None for each in (first, second) for cause in each["causes"])


BELIEFS = """
  beliefs:
    label: {en: Beliefs, nl: Overtuiging}
    protection: special
    clauses: [membership]
"""
PROFILER = """
  profiler:
    label: {en: Profiler, nl: Profielmaker}
    country: US
    roles:
      - role: processor
        purposes: [advice]
        agreement: {reference: DPA-2026-1}
        safeguard: {kind: adequacy, reference: DPF}
    clauses: [membership]
"""
ADVICE = """
  advice:
    label: {en: Advice on reading, nl: Leesadvies}
    lawful-basis: consent
    explicit-consent: true
    data: [beliefs, name]
    retention: P1Y
"""
ADVISING = """
  advising:
    label: {en: Advising, nl: Adviseren}
    from: town-library
    to: profiler
    purpose: advice
    assumption: {en: New., nl: Nieuw.}
"""


def new_processing() -> None:
    changed(
        ("\nsubjects:\n", f"{BELIEFS}\nsubjects:\n"),
        ("\nrecipients:", f"{ADVICE}\nrecipients:"),
        ("\nflows:", f"{PROFILER}\nflows:"),
        ("\nprohibitions:", f"{ADVISING}\nprohibitions:"),
    )


def test_all_that_follows_from_a_widening_is_said(run: Run) -> None:
    new_processing()
    (only,) = report(run)["changes"]
    assert only["consequences"] == [
        {"consequence": "tell-people", "ids": ["advice", "advising"]},
        {"consequence": "assess-protected-data", "ids": ["beliefs"]},
        {"consequence": "assess-third-country", "ids": ["profiler"]},
        {"consequence": "conclude-agreement", "ids": ["profiler"]},
    ]
    text = run(*OLD_NEW).out
    lines = (
        "not in the published statement (`advice`, `advising`): people must be told and may refuse "
        "(GDPR Art. 13(3))",
        "specially protected data (`beliefs`): review the impact assessment (GDPR Art. 35)",
        "a recipient outside the EEA (`profiler`): review the impact assessment "
        "(GDPR Art. 35 and 44)",
        "a new processor (`profiler`): conclude an agreement (GDPR Art. 28(3))",
    )
    below = f"\n{' ' * 17}".join(lines)
    assert f"    therefore    {below}\n" in text
    assert "**daarom** | niet in de gepubliceerde verklaring (“Leesadvies”, “Adviseren”): " in (
        run(*OLD_NEW, "--lang", "nl", "--format", "markdown").out
    )


def test_from_less_nothing_follows(run: Run) -> None:
    new_processing()
    (only,) = report(run, "diff", "policy", "old", *FROM_NOW)["changes"]
    assert (only["verdict"], only["consequences"]) == ("narrowed", [])


def test_more_data_to_a_known_processor_under_a_clause_ask_for_nothing(run: Run) -> None:
    changed((PROHIBITION, ""), LOANS_TOO)
    (only,) = report(run)["changes"]
    assert (only["verdict"], only["consequences"]) == ("widened", [])


def test_clauses_that_a_declaration_has_from_above_are_named(run: Run) -> None:
    east = "  partner.east: {label: {en: East, nl: Oost}}\n"
    changed(("  police:\n    label: {en: Police", f"{east}  police:\n    label: {{en: Police"))
    (only,) = report(run)["changes"]
    (cause,) = only["causes"]
    assert (cause["id"], cause["clauses"]) == ("partner.east", ["membership"])
    assert "    clause       membership (Membership and lending)\n" in run(*OLD_NEW).out


# ── Gates ────────────────────────────────────────────────────────────────────────────────────────

GATES = {
    "--no-new-recipients": ["profiler"],
    "--no-new-purposes": ["advice"],
    "--no-special-category": ["beliefs"],
    "--no-third-country": ["profiler"],
}


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_fails_when_it_is_open(run: Run, gate: str) -> None:
    new_processing()
    ran = run(*OLD_NEW, gate, "--fail-on", "none")
    assert ran.code == 1
    assert verdict_of(ran).endswith(f"; gates open: {gate[2:]}")
    assert f" ({gate})\n" in ran.out
    assert report(run, *OLD_NEW, gate)["gates"] == {gate[2:]: GATES[gate]}
    assert run(*OLD_NEW, gate, "--fail-on", "none", "--exit-zero").code == 0


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_that_nothing_opens_fails_nothing(run: Run, gate: str) -> None:
    changed(*ALL)
    ran = run(*OLD_NEW, gate, "--fail-on", "none")
    assert (ran.code, "gate" in ran.out) == (0, False)
    assert report(run, *OLD_NEW, gate)["gates"] == {gate[2:]: []}


def test_gates_are_asked_together(run: Run) -> None:
    new_processing()
    found = report(run, *OLD_NEW, *GATES)
    assert found["gates"] == {gate[2:]: ids for gate, ids in GATES.items()}


def test_a_recipient_that_moves_and_data_that_become_special_open_gates_alone(run: Run) -> None:
    role = "role: processor, purposes: [reminders], agreement: {reference: DPA-2024-6}"
    abroad = f"[{{{role}, safeguard: {{kind: adequacy, reference: DPF}}}}]"
    ground = "special-category-condition: {en: The article, nl: Het artikel}"
    for data in ("[contact, loans, name]", "[contact, name]"):
        basis = "    lawful-basis: contract\n"
        change((f"{basis}    data: {data}", f"{basis}    {ground}\n    data: {data}"))
    changed(
        (f"country: NL\n    roles: [{{{role}}}]", f"country: US\n    roles: {abroad}"),
        ("nl: Telefoonnummer}", "nl: Telefoonnummer}, protection: special"),
    )
    ran = run(*OLD_NEW, *GATES)
    assert ran.code == 1
    assert verdict_of(ran).startswith("old → policy: no decision differs: ")
    assert verdict_of(ran).endswith("; gates open: no-special-category, no-third-country")


def test_what_goes_away_opens_no_gate(run: Run) -> None:
    new_processing()
    assert run("diff", "policy", "old", *FROM_NOW, *GATES).code == 0


def test_a_role_or_purpose_that_nobody_uses_opens_no_gate(run: Run) -> None:
    changed(("\nflows:", f"{PROFILER.replace('advice', 'reminders')}\nflows:"))
    assert run(*OLD_NEW, *GATES).code == 0


# ── All of it ────────────────────────────────────────────────────────────────────────────────────


def many(count: int) -> None:
    """So many partners get data, each under a condition of its own."""
    party = "label: P, country: NL, roles: [{role: controller}], clauses: [membership]"
    flow = "label: W, from: town-library, purpose: lending, clauses: [membership]"
    numbers = [f"{number:02}" for number in range(count)]
    parties = "".join(f"  p{each}: {{{party}}}\n" for each in numbers)
    facts = "".join(f"  f{each}: {{label: F, clauses: [membership]}}\n" for each in numbers)
    flows = "".join(f"  w{each}: {{{flow}, to: p{each}, when: f{each}}}\n" for each in numbers)
    changed(
        ("\npurposes:", f"{facts}\npurposes:"),
        ("\nflows:", f"{parties}\nflows:"),
        ("\nprohibitions:", f"{flows}\nprohibitions:"),
    )


def test_a_long_list_is_cut_short_and_full_shows_it(run: Run) -> None:
    many(25)
    short, full = run(*OLD_NEW).out, run(*OLD_NEW, "--full").out
    assert short.count("+ Newly permitted, 4 cells") == 20
    assert "\nand 5 more changes (--full shows all)\n" in short
    assert full.count("+ Newly permitted, 4 cells") == 25
    assert "--full" not in full
    comment = run(*OLD_NEW, "--format", "markdown").out
    assert comment.count("#### 🔓") == 20
    assert "\nand 5 more changes (--full shows all)\n" in comment
    assert len(report(run)["changes"]) == 25


def test_json_has_every_cell_with_full(run: Run) -> None:
    changed(*ALL)
    assert {each["every-cell"] for each in report(run)["changes"]} == {None}
    full = report(run, *OLD_NEW, "--full")["changes"]
    assert all(len(each["every-cell"]) == each["cells"] for each in full)
    assert full[1]["every-cell"][0] == {
        "sender": "town-library",
        "recipient": "partner",
        "purpose": "lending",
        "subject": "member",
        "category": "contact",
    }


# ── For programs ─────────────────────────────────────────────────────────────────────────────────

KEYS = (
    *("verdict", "at", "counts", "changes", "guards", "texts"),
    *("gates", "replayed", "old", "new"),
)
OF_CHANGE = (
    *("kind", "verdict", "cells", "between", "steps", "witnesses", "causes", "consequences"),
    "every-cell",
)


def test_json_has_its_keys_in_this_order_whatever_differs(run: Run) -> None:
    changed()
    assert (*report(run),) == KEYS
    change(*ALL)
    found = report(run)
    assert (*found,) == KEYS
    assert (*found["counts"],) == (
        *("newly-permitted", "newly-denied", "conditions-changed", "handling-changed"),
        "unchanged",
    )
    for each in found["changes"]:
        assert (*each,) == OF_CHANGE
        assert (*each["witnesses"],) == ("widened", "narrowed", "handled")
        for cause in each["causes"]:
            assert (*cause,) == (
                *("section", "id", "happened", "keys", "place", "clauses", "commit"),
            )
    assert (*found["old"],) == ("name", "id", "revision", "digest", "source")


def test_a_step_says_when_something_may_go_and_how_it_is_handled(run: Run) -> None:
    changed(LAST_DAY)
    (only,) = report(run)["changes"]
    always = {
        "when": [{"facts": {}, "reference": False, "effect": "allow", "duties": ["encrypt"]}],
        "complete": True,
    }
    assert only["steps"] == [
        {
            "from": "2026-06-01T12:00:00+02:00",
            "before": "2027-01-01T00:00:00+01:00",
            "old": always,
            "new": always,
        },
        {"from": "2027-01-01T00:00:00+01:00", "before": None, "old": always, "new": None},
    ]


def test_a_witness_is_what_check_answers_on_either_side(run: Run) -> None:
    changed(*ALL)
    for each in report(run)["changes"]:
        for witness in filter(None, each["witnesses"].values()):
            asked = witness["new"]["transfer"]
            Path("asked.jsonl").write_text(json.dumps(asked), "utf-8")
            for side, folder in (("old", "old"), ("new", "policy")):
                ran = run("check", "--batch", "asked.jsonl", "--policy", folder, "--format", "json")
                assert ran.json == [witness[side]]


def test_the_command_that_is_shown_gives_the_answer_that_is_shown(run: Run) -> None:
    new_processing()
    asked = [line for line in run(*OLD_NEW).out.splitlines() if "ask: doelbinding" in line]
    for line in asked:
        words = line.partition("doelbinding ")[2].split()
        assert run(*words).code == 0
        assert run(*words, "--policy", "old").code == 1
    assert len(asked) == 1


def results(run: Run, *arguments: str) -> list[dict[str, Any]]:
    document = json.loads(run(*OLD_NEW, "--format", "sarif", *arguments).out)
    assert [str(error) for error in schema().iter_errors(document)] == []
    found: list[dict[str, Any]] = document["runs"][0]["results"]
    return found


def test_sarif_is_valid_and_has_each_change_where_it_comes_from(run: Run) -> None:
    changed(*ALL)
    first, second, third = results(run)
    assert [each["ruleId"] for each in (first, second, third)] == [
        *("newly-permitted", "conditions-changed", "handling-changed"),
    ]
    assert [each["level"] for each in (first, second, third)] == ["error", "error", "warning"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "policy/policy.yaml"}
    assert place["region"]["startLine"] == 64
    (related,) = first["relatedLocations"]
    assert related["message"]["text"] == "prohibition `no-loans-for-the-mailer`, removed"
    assert related["physicalLocation"] == {"artifactLocation": {"uri": "old/policy.yaml"}}


def test_what_fails_is_an_error_and_the_rest_a_warning(run: Run) -> None:
    changed(WIDENED, NARROWED)
    levels = {
        fail_on: [each["level"] for each in results(run, "--fail-on", fail_on)]
        for fail_on in ("widened", "any", "none")
    }
    assert levels == {
        "widened": ["error", "warning"],
        "any": ["error", "error"],
        "none": ["warning", "warning"],
    }


def test_an_open_gate_is_an_error_where_what_opened_it_is_declared(run: Run) -> None:
    new_processing()
    gate = results(run, "--fail-on", "none", "--no-third-country")[-1]
    assert (gate["ruleId"], gate["level"]) == ("gate-open", "error")
    assert gate["message"]["text"].startswith(
        "recipients outside the EEA, or of no known country: `profiler` (--no-third-country)\n"
    )
    line = gate["locations"][0]["physicalLocation"]["region"]["startLine"]
    assert Path("policy/policy.yaml").read_text("utf-8").splitlines()[line - 1] == "  profiler:"


def test_without_differences_sarif_has_no_results(run: Run) -> None:
    changed(RENAMED)
    assert results(run) == []


def test_github_annotates_ten_at_most_of_a_level_and_adds_the_comment_to_the_step(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(home / "summary.md"))
    many(12)
    ran = run(*OLD_NEW, "--format", "github", "--lang", "nl")
    assert (ran.code, ran.err) == (1, "")
    *annotations, last = ran.out.splitlines()
    found = [command(line) for line in annotations]
    assert [each and each.name for each in found] == ["error"] * 10
    assert found[0] is not None
    assert found[0].properties["file"] == "policy/policy.yaml"
    assert last.startswith(
        "::notice title=doelbinding::old → policy: widened: 48 newly permitted, "
    )
    assert last.endswith("(2 not shown here: GitHub shows 10 of a level)")
    comment = run(*OLD_NEW, "--format", "markdown", "--lang", "nl").out
    assert (home / "summary.md").read_text("utf-8") == f"\n{comment}"


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_can_go_to_a_file_that_is_new(run: Run, form: str) -> None:
    changed(*ALL)
    asked = (*OLD_NEW, "--format", form)
    ran = run(*asked, "--output", "differences")
    assert (ran.code, ran.out, ran.err) == (1, "", "")
    assert Path("differences").read_text("utf-8") == run(*asked).out
    assert_misuse(run(*asked, "--output", "differences"), "differences exists already")
    assert run(*asked, "--output", "differences", "--force").code == 1


@pytest.mark.parametrize(
    "label",
    ["a | b", "<script>x</script>", "@everyone #1", "::error::x", "[x](javascript:y)", "`a`"],
)
def test_no_label_steers_what_reads_the_differences(run: Run, label: str) -> None:
    changed(*ALL, ("{en: Loans, nl: Leningen}", json.dumps(label)))
    comment = run(*OLD_NEW, "--format", "markdown").out
    assert not [each for each in ("<script", "@everyone", "](javascript") if each in comment]
    rows = [line for line in comment.splitlines() if line.startswith("| **")]
    assert {line.count("|") for line in rows} == {3}
    for form in FORMATS:
        lines = run(*OLD_NEW, "--format", form).out.splitlines()
        commands = [each.name for each in map(command, lines) if each]
        assert commands == (["error", "error", "warning"] if form == "github" else [])
    assert results(run)


# ── Bundles ──────────────────────────────────────────────────────────────────────────────────────


def test_bundles_and_folders_are_compared_alike(run: Run) -> None:
    changed(*ALL)
    for folder in ("old", "policy"):
        run("compile", "--policy", folder, "--output", f"{folder}.bundle")
    of_folders = report(run)
    found = report(run, "diff", "old.bundle", "policy.bundle", *FROM_NOW)
    assert found["counts"] == of_folders["counts"]
    assert found["changes"][0]["causes"][0]["place"]["file"] == "policy.bundle:policy.yaml"
    assert report(run, "diff", "old", "policy.bundle", *FROM_NOW)["counts"] == of_folders["counts"]


def test_both_bundles_must_be_signed_with_the_key_that_is_named(run: Run, home: Path) -> None:
    changed(*ALL)
    mine, other = key_pair(home), key_pair(home, "other")
    sign = ("--sign", str(mine.private))
    run("compile", "--policy", "old", "--output", "old.bundle", *sign)
    run("compile", "--output", "new.bundle", *sign)
    run("compile", "--output", "unsigned.bundle")
    verify = (*FROM_NOW, "--verify", str(mine.public))
    assert counts(report(run, "diff", "old.bundle", "new.bundle", *verify)) == (1, 0, 4, 1)
    assert_misuse(run("diff", "old.bundle", "unsigned.bundle", *verify), "unsigned.bundle")
    assert_misuse(run("diff", "unsigned.bundle", "new.bundle", *verify), "unsigned.bundle")
    assert_misuse(run("diff", "old", "new.bundle", *verify), "old")
    wrong = run("diff", "old.bundle", "new.bundle", "--verify", str(other.public))
    assert_misuse(wrong, "old.bundle")


def test_a_least_revision_is_demanded_of_the_new_policy_alone(run: Run) -> None:
    changed(("revision: 3", "revision: 4"))
    assert run(*OLD_NEW, "--at-least", "4").code == 0
    assert_misuse(run("diff", "policy", "old", *FROM_NOW, "--at-least", "4"), "revision 3")


# ── What cannot be compared ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name two policies, OLD and NEW, or --against REVISION"),
        (("", "policy"), "the name of a policy or revision is empty"),
        (("--against", ""), "the name of a policy or revision is empty"),
        (("policy", "--against", "HEAD"), "--against names the old policy"),
        (("policy", "nowhere"), "there is no folder or bundle nowhere"),
        (("nowhere", "policy"), "there is no folder or bundle nowhere"),
        (("policy", "--policy", "nowhere"), "there is no folder or bundle nowhere"),
        (("policy", "policy", "policy"), "unexpected extra argument"),
        (("policy", "policy", "--fail-on", "narrowed"), "--fail-on"),
        (("policy", "policy", "--at", "2026-06-01"), "moment with its offset"),
    ],
)
def test_wrong_use_is_said_in_one_line(run: Run, arguments: tuple[str, ...], message: str) -> None:
    ran = run("diff", *arguments)
    assert_misuse(ran)
    assert message in ran.err


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("side", ["old", "policy"])
def test_a_policy_with_an_error_is_shown_and_called_by_its_side(
    run: Run, side: str, form: str
) -> None:
    changed()
    change(BROKEN, folder=side)
    ran = run(*OLD_NEW, "--format", form)
    assert ran.code == 1
    assert ("unknown-key" in ran.out) is (form in ("github", "markdown", "sarif"))
    name = "old policy, old" if side == "old" else "new policy, policy"
    assert ran.err.startswith(f"{name}: not valid: 1 error\n")
    assert f" --> {side}/policy.yaml:" in ran.err
    assert "error[unknown-key]" in ran.err
    assert run(*OLD_NEW, "--exit-zero").code == 0


def test_of_two_policies_with_errors_both_are_shown(run: Run) -> None:
    change(BROKEN)
    changed(("timezone: Europe/Amsterdam", "timezone: Europe/Amsterdm"))
    ran = run(*OLD_NEW)
    assert (ran.code, ran.out) == (1, "")
    old, new = ran.err.index("old policy, old: not valid"), ran.err.index("new policy, policy: not")
    assert old < ran.err.index("old/policy.yaml:") < new < ran.err.index("policy/policy.yaml:", new)


def test_nothing_is_written_when_a_side_cannot_be_used(run: Run) -> None:
    changed(BROKEN)
    run(*OLD_NEW, "--output", "differences")
    assert not Path("differences").exists()
    shutil.rmtree("policy")
    assert_misuse(run(*OLD_NEW, "--output", "differences"))
    assert not Path("differences").exists()
