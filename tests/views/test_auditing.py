"""What is shown of the log is told in both languages, fits a screen, and marks up nothing."""

import csv
import io
import re
import string
from dataclasses import replace
from typing import Any

import pytest

from doelbinding.audit.head import SignedHead, TreeHead
from doelbinding.audit.reading import Found
from doelbinding.audit.report import Fault, Gap, Report
from doelbinding.gate.again import Again, Difference
from doelbinding.model.decision import Reason
from doelbinding.views.auditing import (
    Verified,
    csv_lines,
    groups_of,
    json_lines,
    render_found,
    render_groups,
    render_html,
    render_verified,
    render_verified_json,
)
from doelbinding.views.auditing.csv import COLUMNS
from doelbinding.views.auditing.phrases import PHRASES
from doelbinding.views.explain import LANGUAGES, Language
from doelbinding.views.terminal import Painter

PLAIN = Painter()
NO_REMEDY = {"facts": {}, "reference": False}
HOSTILE = 'x\x1b[31m\u202e\n\r"<script>&::error::'


def entry(**changes: Any) -> dict[str, Any]:
    question = {
        "sender": "library",
        "recipient": "mailer",
        "recipient-id": None,
        "purpose": "news",
        "subject": "member",
        "subject-id": None,
        "data": ["contact"],
        "facts": {"asked": {"state": True, "source": "caller"}},
        "reference": None,
    }
    question.update(changes.pop("question", {}))
    said: dict[str, Any] = {
        "kind": "decided",
        "at": "2026-11-24T17:40:00.123456Z",
        "id": "a1",
        "question": question,
        "effect": "allow",
        "action": "passed",
        "permitted": ["contact"],
        "withheld": [],
        "rules": ["news-mail"],
        "duties": [],
        "fulfilled": [],
        "gate": None,
        "stripped": None,
        "observed-until": None,
        "policy": {"id": "library", "revision": 1, "digest": "sha256:0", "source": "sha256:1"},
    }
    return {**said, **changes}


def found(outcome: str | None = None, because: str | None = None, **changes: Any) -> Found:
    told = None if outcome is None else {"at": "", "outcome": outcome, "because": because}
    return Found(3, bytes(32), bytes(16), b"{}", entry(**changes), told)


def lack(reason: str, **changes: Any) -> dict[str, Any]:
    given = {"category": "contact", "parts": ["contact"], "rule": None, "remedy": NO_REMEDY}
    return {**given, "reason": reason, **changes}


def placeholders(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


def test_the_languages_have_the_same_phrases_with_the_same_placeholders() -> None:
    english, dutch = PHRASES["en"], PHRASES["nl"]
    assert list(english) == list(dutch)
    for key, phrase in english.items():
        assert placeholders(phrase) == placeholders(dutch[key]), key


# ── What was found ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("action", ["passed", "stopped", "stripped", "observed"])
def test_every_line_fits_a_hundred_columns_and_steers_nothing(lang: Language, action: str) -> None:
    long = HOSTILE + "y" * 200
    question = dict.fromkeys(("sender", "recipient", "purpose", "reference", "recipient-id"), long)
    each = found("failed", long, id=long, action=action, question={**question, "data": [long] * 9})
    seen = render_found([each], lang, PLAIN)
    for line in seen.splitlines():
        assert line.isprintable()
        assert len(line) <= 100


@pytest.mark.parametrize(
    ("outcome", "action", "shown"),
    [
        ("carried-out", "passed", "carried out"),
        ("failed", "passed", "failed"),
        (None, "passed", "unknown"),
        (None, "observed", "unknown"),
        (None, "stopped", "-"),
    ],
)
def test_an_outcome_is_unknown_unless_nothing_went(
    outcome: str | None, action: str, shown: str
) -> None:
    line = render_found([found(outcome, action=action)], "en", PLAIN).splitlines()[3]
    assert line[44:].startswith(f"{shown} ")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_colour_stands_for_nothing_that_is_not_said(lang: Language) -> None:
    coloured = render_found([found()], lang, Painter(colour=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render_found([found()], lang, PLAIN)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])  # noqa: RUF001
def test_no_cell_of_a_spreadsheet_is_a_formula(sign: str) -> None:
    text = "".join(csv_lines([found(id=f"{sign}1+1", question={"reference": f"{sign}x"})]))
    _, row = csv.reader(io.StringIO(text))
    for cell in row:
        assert not cell.startswith(sign)
        assert cell.isprintable()


def test_a_table_has_a_cell_for_each_column_whatever_is_in_it() -> None:
    text = "".join(csv_lines([found(id=HOSTILE, question={"data": [HOSTILE, '"', ","]})]))
    rows = [*csv.reader(io.StringIO(text))]
    assert [len(row) for row in rows] == [len(COLUMNS)] * 2
    assert text.count("\r\n") == 2


def test_the_table_tells_what_may_have_left() -> None:
    stripped = {"data": ["contact.email"], "effect": "allow", "rules": [], "duties": []}
    cases = [
        found(),
        found(action="stopped"),
        found(action="stripped", stripped=stripped),
        found(action="observed", effect="deny"),
    ]
    rows = csv.DictReader(io.StringIO("".join(csv_lines(cases))))
    assert [row["went"] for row in rows] == ["contact", "", "contact.email", "contact"]


def test_a_page_marks_up_nothing_of_what_is_in_the_log() -> None:
    seen = render_html([found(id=HOSTILE, question={"purpose": "<b>&"})], "0" * 32, "en")
    assert "<script>" not in seen
    assert "&lt;b&gt;&amp;" in seen
    assert all(line.isprintable() for line in seen.splitlines())


def test_json_is_a_line_for_each_whatever_is_in_it() -> None:
    lines = [*json_lines([found(id=HOSTILE), found()])]
    assert len(lines) == 2
    assert all(line.endswith("}\n") and line[:-1].isprintable() for line in lines)


# ── What enforcement would stop ──────────────────────────────────────────────────────────────────


def test_transfers_are_grouped_by_reason_rule_and_remedy() -> None:
    asked = {"facts": {"asked": True}, "reference": False}
    cases = [
        found(withheld=[lack("fact-missing", remedy=asked), lack("no-flow", category="name")]),
        found(withheld=[lack("fact-missing", remedy=asked, category="name")]),
        found(withheld=[lack("fact-missing", remedy=asked, rule="other")]),
        found(withheld=[], gate={"reason": "duty-unfulfilled", "duties": ["encrypt"]}),
    ]
    count, groups = groups_of(cases)
    assert count == 4
    assert [(each.reason, each.rule, each.count) for each in groups] == [
        ("fact-missing", None, 2),
        ("no-flow", None, 1),
        ("fact-missing", "other", 1),
        ("duty-unfulfilled", None, 1),
    ]


def test_a_transfer_counts_once_in_a_group_however_many_categories_it_has() -> None:
    many = [lack("no-flow", category=each) for each in ("name", "contact", "loans")]
    _, (group,) = groups_of([found(withheld=many)])
    assert (group.count, dict(group.data)) == (1, {"name": 1, "contact": 1, "loans": 1})


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reason", [*Reason, "a-reason-of-tomorrow"])
@pytest.mark.parametrize("facts", [{}, {"asked": True}, {"asked": True, "paid": False}])
def test_every_reason_is_told_in_words(reason: str, facts: dict[str, bool], lang: Language) -> None:
    remedy = {"facts": facts, "reference": bool(facts)}
    count, groups = groups_of([found(withheld=[lack(reason, rule="news-mail", remedy=remedy)])])
    seen = render_groups(count, groups, lang, PLAIN)
    assert f"{reason}: " in seen
    assert "None" not in seen
    assert not {"{", "}"} & set(seen)
    for fact in facts:
        assert f"`{fact}`" in seen


# ── Whether it is whole ──────────────────────────────────────────────────────────────────────────


HEAD = SignedHead(TreeHead("0" * 32, 8, bytes(32), bytes(32), "2026-11-24T17:40:00Z"), ())
REPORT = Report(
    log="0" * 32,
    size=10,
    root="1" * 64,
    faults=(),
    fault_count=0,
    gaps=(),
    unended=(),
    heads=(HEAD,),
    anchored=8,
    receipts=0,
    erased=0,
    overdue=0,
    policies=1,
    remarks=(),
)
WHOLE = Verified(REPORT, "audit.db", "SQLite 3.54.1", True, None, None)
GAP = Gap("abc", 3, 5, 9)


def shown(verified: Verified, lang: Language = "en") -> str:
    return render_verified(verified, lang, PLAIN)


@pytest.mark.parametrize(
    ("verified", "verdict", "said"),
    [
        (
            WHOLE,
            "whole",
            "WHOLE: 10 entries, unchanged up to the head of 8 at 2026-11-24T17:40:00Z",
        ),
        (replace(WHOLE, report=replace(REPORT, heads=(), anchored=None)), "whole", "and no head"),
        (replace(WHOLE, report=replace(REPORT, gaps=(GAP,))), "gap", "GAPS: 3 records were never"),
        (replace(WHOLE, integrity="a page is torn"), "broken", "the database says: a page is torn"),
        (
            replace(WHOLE, report=replace(REPORT, faults=(Fault("gone", 4),), fault_count=30)),
            "broken",
            "BROKEN: 30 wrong",
        ),
        (
            replace(WHOLE, again=Again(5, 1, [Difference(4, "a1", ("effect", "rules"))])),
            "differs",
            "entry 4, a1: the policy says otherwise in effect, rules",
        ),
        (
            replace(WHOLE, again=Again(5, 0, [], 2, ["sha256:0"])),
            "differs",
            "the policy sha256:0 is not kept, or cannot be read",
        ),
    ],
)
def test_the_verdict_stands_first_and_last_and_says_the_worst(
    verified: Verified, verdict: str, said: str
) -> None:
    seen = shown(verified)
    first, *_, last = seen.splitlines()
    assert first == last
    assert said in seen
    assert f'"verdict": "{verdict}"' in render_verified_json(verified)
    assert verified.is_well is (verdict == "whole")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_to_know_is_told_beside_the_verdict(lang: Language) -> None:
    report = replace(
        REPORT,
        unended=("w1", "w2", "w3", "w4", "w5"),
        overdue=12,
        erased=1234,
        receipts=7,
        remarks=("this SQLite has a defect",),
    )
    seen = shown(replace(WHOLE, report=report), lang)
    for expected in ("w1, w2, w3, ", "12 ", "1,234", "7 ", "this SQLite has a defect"):
        assert expected in seen


def test_what_a_damaged_log_says_steers_no_terminal() -> None:
    report = replace(
        REPORT, faults=(Fault(HOSTILE, 1),), fault_count=1, gaps=(Gap(HOSTILE, 1, 1, 2),)
    )
    again = Again(1, 1, [Difference(1, HOSTILE, ("effect",))], 1, [HOSTILE])
    seen = shown(Verified(report, HOSTILE, HOSTILE, True, HOSTILE, again))
    assert all(line.isprintable() for line in seen.splitlines())
    assert render_verified_json(Verified(report, HOSTILE, "", True, None, again)).isprintable()
