"""Personal data that somebody puts where it does not belong comes out nowhere.

Documented exception: a reference or a decision id that looks like one, and holds neither the
person's own id nor a citizen's number, is recorded as it was given.
"""

import asyncio
import logging
import sqlite3
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from doelbinding.audit.export import export
from doelbinding.errors import StoreError
from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import Passage, TransferDenied
from doelbinding.policy import Policy
from tests.gate.policies import (
    ALLOWED,
    DENIED,
    LOGGED,
    OBSERVING,
    PARTLY,
    Register,
    gate_in,
    load,
    log_in,
    log_of,
    write,
)

CARD = "2000012345678"
CANARIES = {
    "a name": "Jantje Beton-Smit",
    "a name in one word": "Jantje.Beton",
    "a name in other letters": "Jäntjé Bétôn",
    "a card number": CARD,
    "a card number within": f"card/{CARD}",
    "a citizen's number": "111222333",
    "a citizen's number within": "bsn:111222333",
    "an address": "jantje.beton@example.org",
    "a telephone number": "+31612345678",
    "a line": "Jantje\nBeton",
    "a broken letter": "Jantje\ud800Beton",
    "a blank of the record": "Jantje\0%s%%",
}
MARKS = ("jantje", "beton", "jäntjé", "b\\u00e9t", CARD, "111222333", "612345678")

ASKED = {"allow": ALLOWED, "log": LOGGED, "deny": DENIED, "part": PARTLY}
TEXTS = ("recipient", "purpose", "sender", "subject", "subject_id", "recipient_id", "traceparent")
NUMBERS = ("reference", "decision_id")
LOOK_LIKE_NUMBERS = {"a name in one word"}

PLANTED = [
    pytest.param({field: canary}, id=f"{field}, {name}")
    for name, canary in CANARIES.items()
    for field in (*TEXTS, *NUMBERS)
    if not (field in NUMBERS and name in LOOK_LIKE_NUMBERS)
] + [
    pytest.param(given, id=f"{next(iter(given))}, {name}")
    for name, canary in CANARIES.items()
    for given in (
        {"data": (canary,)},
        {"data": ("contact", canary, f"contact.{canary}")},
        {"facts": {canary: True, "asked": True}},
        {"facts": {canary: None}},
        {"fulfils": {canary}},
        {"traceparent": f"00-{'1' * 32}-{'2' * 16}-01-{canary}"},
    )
]


def marks_in(text: str | bytes) -> list[str]:
    """The planted marks in a text, whatever its letters."""
    plain = text.decode("utf-8", "surrogateescape") if isinstance(text, bytes) else text
    return [each for each in MARKS if each.casefold() in plain.casefold()]


def found_in(folder: Path) -> dict[str, list[str]]:
    """The marks in each file of a folder, without those that name the files."""
    files = [each for each in folder.rglob("*") if each.is_file() and each.name != "policy.yaml"]
    assert len(files) >= 3
    return {each.name: marks for each in files if (marks := marks_in(each.read_bytes()))}


def shown(answer: Passage | BaseException) -> str:
    """All that a program shows of an answer without asking for it."""
    lines = [repr(answer), str(answer), f"{answer!r} {answer}"]
    if isinstance(answer, BaseException):
        lines += traceback.format_exception(answer)
    return "\n".join(lines)


def ask(gate: Gate, asked: dict[str, Any], verb: str = "send") -> str:
    """Ask, have it fail, and see all that is shown."""
    try:
        passage: Passage = getattr(gate, verb)(**asked)
    except TransferDenied as denied:
        return shown(denied)
    passage.failed(ValueError(CANARIES["a name"]))
    return shown(passage)


def ask_later(gate: Gate, asked: dict[str, Any]) -> str:
    async def later() -> str:
        try:
            async with gate.send_async(**asked) as passage:
                return shown(passage)
        except TransferDenied as denied:
            return shown(denied)

    return asyncio.run(later())


@contextmanager
def unseen(folder: Path, gate: Gate, caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Nothing of what is shown, told, stored or exported meanwhile holds a mark."""
    texts: list[str] = []
    with caplog.at_level(logging.DEBUG):
        yield texts
        with suppress(StoreError):
            exported = b"".join(export(log_of(gate), reader="test"))
            assert marks_in(exported) == []
        wal = found_in(folder)
        log_of(gate).close()
    assert {"wal": wal, "closed": found_in(folder)} == {"wal": {}, "closed": {}}
    assert marks_in("\n".join(texts)) == []
    assert marks_in(caplog.text) == []


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_planted_in_a_transfer_comes_out_nowhere(
    tmp_path: Path, planted: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with gate_in(tmp_path) as gate, unseen(tmp_path, gate, caplog) as texts:
        watched = Gate(load(tmp_path, OBSERVING), log_of(gate), consents=Register({}))
        for asked in ASKED.values():
            whole = {"subject_id": CARD, **asked, **planted}
            texts += [ask(gate, whole), ask(gate, whole, "strip"), ask_later(gate, whole)]
            texts += [ask(watched, whole), ask(watched, whole, "strip")]
            texts += [ask(Gate(gate.policy), whole), ask(Gate(watched.policy), whole)]


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_what_faults_say_comes_out_nowhere(
    tmp_path: Path, canary: str, caplog: pytest.LogCaptureFixture
) -> None:
    asked = {**LOGGED, "subject_id": CARD}
    with gate_in(tmp_path) as gate, unseen(tmp_path, gate, caplog) as texts:
        log, watched = log_of(gate), Policy.load(write(tmp_path / "watched", OBSERVING))
        for error in (ValueError(canary), TypeError(canary), sqlite3.OperationalError(canary)):
            for policy in (gate.policy, watched):
                texts.append(ask(Gate(policy, log, consents=Register(error)), asked))
                broken = Gate(policy, log)
                with patch.object(Policy, "check", side_effect=error):
                    texts += [ask(broken, asked), ask_later(broken, asked)]
                    texts.append(ask(Gate(policy), ALLOWED))
        for says in (canary, {canary: canary}, {"consent": canary}):
            texts.append(ask(Gate(gate.policy, log, consents=Register(says)), asked))


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_what_a_store_says_comes_out_nowhere(
    tmp_path: Path, canary: str, caplog: pytest.LogCaptureFixture
) -> None:
    asked = {**LOGGED, "subject_id": CARD}
    for number, error in enumerate((ValueError(canary), sqlite3.DatabaseError(canary))):
        folder = tmp_path / str(number)
        folder.mkdir()
        with gate_in(folder) as gate, unseen(folder, gate, caplog) as texts:
            texts.append(ask(gate, asked))
            with patch.object(log_of(gate).store, "exclusive", side_effect=error):
                texts += [ask(gate, asked), ask(gate, ALLOWED), ask_later(gate, asked)]


@pytest.mark.parametrize("field", ["recipient", "data", "facts", "reference", "decision_id"])
def test_no_message_about_a_wrong_type_holds_the_value(tmp_path: Path, field: str) -> None:
    name = CANARIES["a name"].encode()
    wrong = {field: [name] if field == "data" else {name: 1} if field == "facts" else name}
    with log_in(tmp_path) as log:
        for gate in (Gate(load(tmp_path), log), Gate(load(tmp_path))):
            with pytest.raises(TypeError) as error:
                gate.send(**{**ALLOWED, **wrong})
            assert marks_in(shown(error.value)) == []


def test_a_number_that_looks_like_one_is_recorded_as_it_was_given(tmp_path: Path) -> None:
    given = {"reference": "Jantje.Beton", "decision_id": "jantje-1"}
    with gate_in(tmp_path) as gate:
        gate.send(**{**LOGGED, **given}, subject_id=CARD)
        log_of(gate).close()
        with closing(sqlite3.connect(tmp_path / "audit.db")) as database:
            ((said,),) = database.execute("SELECT payload FROM entries WHERE kind = 'decided'")
    assert marks_in(said) == ["jantje", "beton"]


def test_the_marks_are_found_where_they_are() -> None:
    assert all(marks_in(each) for each in CANARIES.values())
    assert marks_in(b"JANTJE") == ["jantje"]
