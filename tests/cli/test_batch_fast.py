"""Plain lines are answered a faster way, in which nothing may come out otherwise."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from doelbinding import Policy
from doelbinding.cli import batch as cli_batch
from doelbinding.cli import plain
from doelbinding.cli.batch import Batch
from doelbinding.cli.progress import Progress
from doelbinding.cli.transfers import LineFault, read_transfer
from doelbinding.views.explain import Question, answered_object
from doelbinding.views.json import to_json
from doelbinding.views.terminal import spelt_out
from tests.cli.conftest import HERE, TRANSFER, batch, spoil
from tests.clock import clock_at

NOW = "2026-06-01T12:00:00+02:00"
POLICY = Policy.load(HERE / "library")
OTHERWISE: dict[str, list[Any]] = {
    "sender": ["town-library", "partner", "nobody", "a::b", None, 1],
    "recipient": ["mailing", "partner", "police", "data-subject", "x##[y", "\x7f", "é", None, []],
    "purpose": ["reminders", "lending", "disclosure", "\u2028", 7],
    "subject": ["member", "stranger", None, True],
    "data": [["contact"], ["loans", "name"], ["name", "name"], [], ["x"], "name", [[]], None, [1]],
    "facts": [{}, {"asked": True}, {"asked": None}, {"x": False}, {"asked": 1}, None, [], "a"],
    "reference": ["ILL-1", "PV/2", "a b", "", "::x", "##[x", "é", "x" * 65, None, 5],
    "at": [NOW, "2030-01-01T00:00+00:00", "2026-06-01T12:00:00", "", "1", None, 3],
    "id": ["a", "", "::warning::x", "##vso[x]", "\x1b", "é😀", 0, -1, 10**30, 1.5, True, None, []],
    "subject-id": ["s-1", "é", None, 1],
    "recipient-id": ["NL-1", None],
    "to": ["partner"],
    "x": [1],
}
SPELT_OTHERWISE = [
    (b": ", b":"),
    (b", ", b" ,\t"),
    (b"}", b" }  "),
    (b"}", b"}\r"),
    (b"a", b"\\u0061"),
    (b"e", b"\\u0022"),
    (b'"a"', b'"\\ud800"'),
    (b'"id": ', b'"id": -'),
    (b"0", b"-0"),
    (b"1", b"1e2"),
    (b"1", b"01"),
    (b"true", b"NaN"),
    (b"null", b"Infinity"),
    (b"{", b"\xef\xbb\xbf{"),
    (b"{", b"{{"),
    (b"}", b""),
    (b'"', b""),
    (b"n", b"\x00"),
    (b"n", b"\xff"),
    (b"n", b"\n"),
    (b"[", b"[" * 2000),
    (b"1", b"1" * 5000),
    (b'"recipient"', b'"recipient": "partner", "recipient"'),
    (b'"facts": {', b'"facts": {"asked": false, '),
    (b'"at"', b'"at": "x", "at"'),
    (b'"at"', b'"at": null, "at"'),
    (b'"id"', b'"id": "", "id"'),
    (b'"subject"', b'"subject": null, "subject-id": "x", "subject"'),
    (b'"sender"', b'"from"'),
    (b"}", b"}" + b" " * (1 << 20)),
]
"""Bytes that may take the place of others in a line: as good, or worse."""


def test_plain_lines_are_read_the_exact_way_once_a_question() -> None:
    lines = [
        {**TRANSFER, "id": number, "data": ["name", "loans"][: number % 2 + 1], "facts": {}}
        for number in range(100)
    ]
    with counting() as count:
        ran = answers(batch(*lines))
    assert len(ran) == 100
    assert count() == 2


@pytest.mark.parametrize(
    "varying",
    [
        {"id": ["a", "b", "a b", ""]},
        {"id": [1, -1, 0, 10**18]},
        {"reference": ["A-1", "B-2"]},
        {"reference": ["no number", "nor this one"]},
        {"at": [NOW, "2026-06-01T12:00:01+02:00", "2026-06-01T10:00:00.123456Z"]},
        {"subject-id": ["1", "2"], "recipient-id": ["3", "4"]},
    ],
)
def test_what_no_decision_depends_on_may_vary(varying: dict[str, list[Any]]) -> None:
    lines = [
        {**TRANSFER, **dict(zip(varying, values, strict=True))}
        for values in zip(*varying.values(), strict=True)
    ]
    with counting() as count:
        assert answers(batch(*lines)) == exact_answers(batch(*lines))
    assert count() == 1 + len(lines)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_a_line_holds_both_ways_say_the_same(data: st.DataObject) -> None:
    lines = data.draw(st.lists(written_lines(), min_size=1, max_size=6))
    text = b"\n".join(data.draw(st.lists(st.sampled_from(lines), min_size=2, max_size=20)))
    text += data.draw(st.sampled_from([b"", b"\n", b"\r\n", b"\n\n  \n"]))
    assert answers(text) == exact_answers(text) == library_answers(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=40) | st.text(max_size=40).map(str.encode), max_size=8))
@example([b'{"recipient":"a","purpose":"b","data":["c"]}'] * 2 + [b"[1]", b'"x"', b"\xff", b"{}"])
def test_bytes_of_any_kind_are_answered_alike_both_ways(lines: list[bytes]) -> None:
    assert answers(b"\n".join(lines)) == exact_answers(b"\n".join(lines))


def test_a_name_that_stands_twice_is_seen_in_a_question_that_is_known() -> None:
    line = batch(TRANSFER | {"id": "a", "facts": {"asked": True}, "reference": "R-1"})[:-1]
    for name in (b"id", b"recipient", b"purpose", b"data", b"facts", b"reference", b"at", b"asked"):
        at = line.index(b'"%b": ' % name)
        comma = line.find(b", ", at)
        value = line[at:comma] if name != b"asked" else b'"asked": true'
        twice = line[:at] + value + b", " + line[at:]
        assert fault_of(twice) == "a name stands twice in one object"
        *known, fault = answers(b"\n".join([line, line, twice]))
        assert all(b'"effect"' in each for each in known)
        assert json.loads(fault)["error"]["message"] == "a name stands twice in one object"


def test_a_quotation_mark_in_a_text_cannot_pass_for_a_name_fewer() -> None:
    written = b'{"recipient": "%b", %b"purpose": "lending", "data": ["name"], "at": "%b"}'
    first = written % (b'\\"' * 4, b"", NOW.encode())
    second = written % (b"\\u0022" * 4, b'"purpose": "x", ', NOW.encode())
    text = b"\n".join([first, first, second])
    assert answers(text) == exact_answers(text)
    assert b"twice" in answers(text)[2]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "_MOST_BYTES", 20_000)
    monkeypatch.setattr(plain, "_MOST_MOMENTS", 4)
    lines = batch(
        *[
            {**TRANSFER, "recipient": f"r{n % 50}", "at": f"2026-06-01T12:00:{n % 50:02}Z"}
            for n in range(200)
        ]
    )
    kept = plain.PlainLines(POLICY)
    with patch.object(plain, "PlainLines", lambda policy: kept):
        assert answers(lines) == exact_answers(lines)
    sizes = [len(key) + sum(map(len, frame[1:])) for key, frame in kept._frames.items()]
    assert 0 < sum(sizes) <= 20_000
    assert 0 < len(kept._moments) <= 4


def test_lines_about_now_are_about_one_moment_where_they_came_together() -> None:
    line = {key: value for key, value in TRANSFER.items() if key != "at"}
    ran = answers(batch(line, {**line, "id": "é"}, line))
    moments = {json.loads(each)["transfer"]["at"] for each in ran}
    assert moments == {NOW}


def test_answers_change_at_the_moment_at_which_something_begins(home: Path) -> None:
    spoil(
        "    data: [contact, loans, name]\n",
        "    data: [contact, loans, name]\n    valid: {from: 2026-07-01}\n",
    )
    policy = Policy.load(home / "policy")
    moments = ("2026-06-30T23:59:59+02:00", "2026-07-01T00:00:00+02:00", "2026-06-30T22:00:00Z")
    lines = batch(*[{**TRANSFER, "at": at} for at in moments] * 2)
    assert answers(lines, policy) == exact_answers(lines, policy)
    effects = [json.loads(each)["effect"] for each in answers(lines, policy)]
    assert effects == ["deny", "allow", "allow"] * 2


@given(st.text(st.characters(max_codepoint=127)))
@example("::a")
@example("##[")
@example("##vSO[")
@example("\x7f")
def test_what_counts_as_plain_needs_no_spelling_out(text: str) -> None:
    written = json.dumps(text, ensure_ascii=False)
    if plain._is_plain(written.encode()) and "::" not in text:
        assert spelt_out(written) == written


# ── Ways to answer ───────────────────────────────────────────────────────────────────────────────


def answers(text: bytes, policy: Policy = POLICY) -> list[bytes]:
    """The lines that answer a file, without their ends."""
    with tempfile.NamedTemporaryFile() as file, clock_at(NOW):
        file.write(text)
        file.flush()
        made = Batch(policy, file.name, Progress(file.name))
        written = b"".join(made.as_json())
    assert made.faults == sum(line.startswith(b'{"error"') for line in written.split(b"\n"))
    assert not written or written.endswith(b"\n")
    return written.split(b"\n")[:-1]


def exact_answers(text: bytes, policy: Policy = POLICY) -> list[bytes]:
    """The same where no line counts as plain."""
    with patch.object(plain, "_is_plain", lambda text: False):
        return answers(text, policy)


def library_answers(text: bytes) -> list[bytes]:
    """The same by the library alone, a line at a time, with faults as the exact way tells them."""
    lines = [line for line in text.split(b"\n") if line.strip()]
    exact = exact_answers(text)
    return [library_answer(line) or told for line, told in zip(lines, exact, strict=True)]


def library_answer(line: bytes) -> bytes | None:
    try:
        asked = read_transfer(line + b"\n")
        identifier = asked.pop("id", None)
        moment = NOW if asked.get("at") is None else asked["at"]
        decision = POLICY.check(**{**asked, "at": moment})
    except (LineFault, TypeError):
        return None
    shown = Question(
        sender=given_or(POLICY.declarations.controller, asked.get("sender")),
        recipient=asked["recipient"],
        purpose=asked["purpose"],
        subject=given_or(POLICY.declarations.manifest.default_subject, asked.get("subject")),
        data=tuple(asked["data"]),
        facts=asked.get("facts") or {},
        reference=asked.get("reference"),
        at=moment,
    )
    return to_json(answered_object(identifier, shown, decision)).encode()


def given_or(default: str, value: str | None) -> str:
    return default if value is None else value


def fault_of(line: bytes) -> str:
    with pytest.raises(LineFault) as raised:
        read_transfer(line)
    return str(raised.value)


@contextmanager
def counting() -> Iterator[Any]:
    """How many lines are read the exact way meanwhile."""
    reading = Mock(side_effect=read_transfer)
    with (
        patch.object(plain, "read_transfer", reading),
        patch.object(cli_batch, "read_transfer", reading),
    ):
        yield lambda: reading.call_count


@st.composite
def written_lines(draw: st.DrawFn) -> bytes:
    """A transfer as a line: some fields otherwise, in another order, spelt otherwise."""
    changed = draw(st.lists(st.sampled_from(sorted(OTHERWISE)), max_size=5, unique=True))
    fields = {**TRANSFER, **{name: draw(st.sampled_from(OTHERWISE[name])) for name in changed}}
    kept = draw(st.permutations([*fields]))
    if draw(st.integers(0, 9)) == 0:
        kept = kept[1:]
    ascii_only = draw(st.booleans())
    line = json.dumps({name: fields[name] for name in kept}, ensure_ascii=ascii_only).encode()
    for old, new in draw(st.lists(st.sampled_from(SPELT_OTHERWISE), max_size=2)):
        line = line.replace(old, new, draw(st.sampled_from([1, -1])) if len(new) < 100 else 1)
    return line
