"""`check --record` asks at the gate: what goes is recorded, and what is not recorded is denied."""

import json
import re
from pathlib import Path

import pytest

from doelbinding.audit.writer import Writer
from doelbinding.errors import StoreError
from tests.cli.conftest import Run, apart, assert_misuse, assert_screen, batch
from tests.cli.logs import (
    ALLOWED,
    DENIED,
    LOG,
    LOGGED,
    RECORD,
    TO_MAILER,
    TO_PARTNER,
    audit,
    found,
    observe,
    recorded,
    rows,
)

MAIL = {"recipient": "mailing", "purpose": "reminders", "data": ["contact"], "fulfils": ["encrypt"]}
DEMAND = {
    "recipient": "police",
    "purpose": "disclosure",
    "data": ["name"],
    "reference": "PV-1",
    "fulfils": ["inform-subject"],
}


def fixed(seen: str) -> str:
    """A screen without what differs each time."""
    seen = re.sub(r"[0-9a-f]{64}", "<leaf>", seen)
    seen = re.sub(r"[0-9a-f]{32}", "<id>", seen)
    return re.sub(r"[0-9-]{10}T[0-9:.]+\+0[12]:00", "<moment>", seen)


@pytest.mark.parametrize(
    ("arguments", "code", "action"),
    [(ALLOWED, 0, "passed"), (LOGGED, 0, "passed"), (DENIED, 1, "stopped")],
    ids=["allow", "log", "deny"],
)
def test_it_ends_with_0_when_it_may_go_and_every_answer_is_in_the_log(
    run: Run, arguments: tuple[str, ...], code: int, action: str
) -> None:
    ran = run(*arguments, "--format", "json")
    (answer,) = ran.json
    assert (ran.code, ran.err) == (code, "")
    assert list(answer)[-2:] == ["policy", "record"]
    assert list(answer["record"]) == ["id", "action", "receipt"]
    assert answer["record"]["action"] == action
    receipt = answer["record"]["receipt"]
    assert [(seq, bytes(leaf).hex()) for seq, leaf in rows("SELECT seq, leaf FROM entries")][
        receipt["seq"]
    ] == (receipt["seq"], receipt["leaf"])
    (entry,) = found(run, "--id", answer["record"]["id"])
    assert (entry["effect"], entry["action"]) == (answer["effect"], action)


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("case", ["passed", "stopped", "observed", "duty"])
def test_the_screen_is_exactly_this(run: Run, case: str, lang: str) -> None:
    if case == "observed":
        observe()
    arguments = {
        "passed": (*LOGGED, "--id", "demand-1"),
        "stopped": DENIED,
        "observed": (*TO_PARTNER, "--data", "name"),
        "duty": (*TO_MAILER, "--data", "contact"),
    }[case]
    seen = run(*arguments, "--lang", lang).out
    assert_screen(f"recorded-{case}.{lang}", fixed(seen))
    first, *_, last = seen.splitlines()
    assert first == last


def test_what_is_merely_observed_may_go_and_says_until_when(run: Run) -> None:
    observe()
    ran = run(*TO_PARTNER, "--data", "name", "--format", "json")
    (answer,) = ran.json
    assert ran.code == 0
    assert (answer["effect"], answer["record"]["action"]) == ("deny", "observed")
    assert "until 2099-12-31" in run(*TO_PARTNER, "--data", "name").out


def test_a_duty_that_nobody_fulfils_is_a_denial_that_names_it(run: Run) -> None:
    ran = run(*TO_MAILER, "--data", "contact", "--format", "json")
    (answer,) = ran.json
    (withheld,) = answer["withheld"]
    assert (ran.code, answer["effect"]) == (1, "deny")
    assert (withheld["reason"], withheld["parts"]) == ("duty-unfulfilled", ["encrypt"])
    assert "say so" in withheld["help"]


def test_duties_can_be_given_with_commas_and_repeated(run: Run) -> None:
    duties = ("--fulfils", "encrypt, inform-subject", "--fulfils", "pseudonymise")
    answer = recorded(run, *TO_MAILER, "--data", "contact", *duties)
    (entry,) = found(run, "--id", answer["record"]["id"])
    assert entry["fulfilled"] == ["encrypt", "inform-subject", "pseudonymise"]


def test_the_moment_is_that_of_the_record(run: Run) -> None:
    answer = recorded(run, *ALLOWED)
    (entry,) = found(run, "--id", answer["record"]["id"])
    assert answer["transfer"]["at"][14:26] == entry["at"][14:26]  # but for the hours of the zone


def test_a_person_stands_in_the_log_as_a_pseudonym_alone(run: Run) -> None:
    recorded(run, *ALLOWED, "--subject-id", "B2019-004711")
    (entry,) = found(run, "--subject-id", "B2019-004711")
    assert re.fullmatch(r"\d{4}-Q\d-[0-9a-f]{8}:[0-9a-f]{32}", entry["question"]["subject-id"])
    for file in Path().glob("audit.db*"):
        assert b"B2019-004711" not in file.read_bytes()


def test_an_id_asked_again_is_one_record_and_for_another_question_a_denial(run: Run) -> None:
    first = recorded(run, *ALLOWED, "--id", "mail-1")
    again = recorded(run, *ALLOWED, "--id", "mail-1")
    other = run(*ALLOWED, "--data", "name", "--id", "mail-1", "--format", "json")
    assert first["record"] == again["record"]
    assert other.code == 1
    assert other.json[0]["withheld"][0]["reason"] == "decision-id-taken"
    assert other.json[0]["record"]["id"] != "mail-1"
    assert [each["id"] for each in found(run)] == ["mail-1", other.json[0]["record"]["id"]]


def test_a_denial_under_the_id_of_another_transfer_is_recorded_under_one_of_its_own(
    run: Run,
) -> None:
    recorded(run, *ALLOWED, "--id", "mail-1")
    answer = recorded(run, *DENIED, "--id", "mail-1")
    assert answer["effect"] == "deny"
    assert [each["id"] for each in found(run)] == ["mail-1", answer["record"]["id"]]


def test_an_id_that_tells_of_a_person_is_a_denial(run: Run) -> None:
    answer = recorded(run, *ALLOWED, "--subject-id", "4711", "--id", "mail-4711")
    assert answer["withheld"][0]["reason"] == "decision-id-malformed"
    assert "4711" not in answer["record"]["id"]


@pytest.mark.parametrize("arguments", [ALLOWED, LOGGED], ids=["allow", "log"])
def test_what_cannot_be_recorded_is_a_denial_with_its_reason(
    run: Run, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(run, *ALLOWED)
    write = Writer.submit

    def refused(self: Writer, pending: object, *, must: bool = False) -> None:
        if getattr(pending, "kind", "") == "decided":
            raise StoreError("the disk is full")
        write(self, pending, must=must)  # type: ignore[arg-type]

    monkeypatch.setattr(Writer, "submit", refused)
    ran = run(*arguments)
    assert ran.code == 1
    assert ran.out.startswith("DENY: nothing may go\n")
    assert "log-unavailable" in ran.out
    assert "recorded   no: the disk is full" in ran.out


def test_exit_zero_turns_a_denial_into_0_and_nothing_else(run: Run) -> None:
    assert run(*DENIED, "--exit-zero").code == 0
    assert_misuse(run("check", "--exit-zero", "--record", "--to", "x", "--purpose", "y"))


# ── Many ─────────────────────────────────────────────────────────────────────────────────────────


def test_every_line_of_a_batch_is_recorded_and_comes_back_with_its_id(run: Run) -> None:
    lines = batch(
        {"id": 1, **MAIL, "subject-id": "4711"},
        {"id": "x", **DEMAND},
        {**MAIL, "data": ["loans"]},
        {**MAIL, "fulfils": []},
    )
    ran = run("check", "--batch", "-", *RECORD, "--format", "json", stdin=lines)
    assert (ran.code, ran.err) == (0, "")
    assert [each.get("id") for each in ran.json] == [1, "x", None, None]
    assert [each["effect"] for each in ran.json] == ["allow", "log", "deny", "deny"]
    assert [each["record"]["action"] for each in ran.json] == [*["passed"] * 2, *["stopped"] * 2]
    ids = [each["record"]["id"] for each in ran.json]
    assert [each["id"] for each in found(run)] == ids
    assert len({each["record"]["receipt"]["seq"] for each in ran.json}) == 4


def test_many_lines_share_few_commits(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[int] = []
    write = Writer._write

    def counted(self: Writer) -> bool:
        groups.append(len(self._held))
        return write(self)

    monkeypatch.setattr(Writer, "_write", counted)
    ran = run("check", "--batch", "-", *RECORD, "--format", "json", stdin=batch(*[DEMAND] * 600))
    assert len(ran.json) == 600
    assert len(found(run)) == 600
    assert len(groups) < 100


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({**MAIL, "at": "2026-06-01T12:00:00+02:00"}, "a record is of the moment itself"),
        ({**MAIL, "fulfils": "encrypt"}, "`fulfils` is a list of duties"),
        ({**MAIL, "fulfils": ["encrpyt"]}, "`fulfils` is a list of duties"),
        ({**MAIL, "fulfils": None}, "`fulfils` is a list of duties"),
        ({**MAIL, "subject-id": 4711}, "`subject-id` is a text"),
        ({**MAIL, "facts": {"asked": "yes"}}, "fact"),
        (b"[]", "a transfer is an object"),
    ],
)
def test_a_line_that_cannot_be_recorded_says_why_and_the_rest_goes_on(
    run: Run, line: object, message: str
) -> None:
    lines = batch(line, MAIL)
    ran = run("check", "--batch", "-", *RECORD, "--format", "json", stdin=lines)
    fault, answer = ran.json
    assert ran.code == 2
    assert fault["error"]["line"] == 1
    assert message in fault["error"]["message"]
    assert answer["record"]["action"] == "passed"
    assert len(found(run)) == 1


def test_without_record_a_batch_takes_the_same_lines(run: Run) -> None:
    ran = run("check", "--batch", "-", "--format", "json", stdin=batch(MAIL, DEMAND))
    assert ran.code == 0
    assert [each["effect"] for each in ran.json] == ["allow", "log"]
    assert all("record" not in each for each in ran.json)


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_table_says_what_was_recorded(run: Run, lang: str) -> None:
    lines = batch(MAIL, b"[]", {**MAIL, "data": ["loans"]}, DEMAND)
    seen = run("check", "--batch", "-", *RECORD, "--lang", lang, stdin=lines).out
    assert_screen(f"recorded-batch.{lang}", seen)
    first, *_, last = seen.splitlines()
    assert first == last


def test_a_batch_to_a_file_is_recorded_whole(run: Run) -> None:
    done = ("check", "--batch", "-", *RECORD, "--format", "json", "--output", "answers")
    assert run(*done, stdin=batch(MAIL, MAIL)).code == 0
    answers = [json.loads(line) for line in Path("answers").read_text().splitlines()]
    assert [each["id"] for each in found(run)] == [each["record"]["id"] for each in answers]


# ── Wrong use ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--record",), "--record needs --log and --keys"),
        (("--record", "--log", "audit.db"), "--log and --keys go together"),
        (("--record", "--keys", "keys"), "--log and --keys go together"),
        (LOG, "--log is of use with --record alone"),
        (("--fulfils", "encrypt"), "--fulfils is of use with --record alone"),
        (("--subject-id", "1"), "--subject-id is of use with --record alone"),
        (("--recipient-id", "1"), "--recipient-id is of use with --record alone"),
        (("--id", "1"), "--id is of use with --record alone"),
        ((*RECORD, "--at", "2026-06-01T12:00:00+02:00"), "leave out --at"),
        ((*RECORD, "--fulfils", "encrpyt"), "did you mean encrypt?"),
        ((*RECORD, "--batch", "-"), "--batch takes its transfers from the file alone"),
    ],
)
def test_wrong_use_is_refused_and_nothing_is_recorded(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    asked = ("--to", "mailing", "--purpose", "reminders", "--data", "contact")
    assert_misuse(run("check", *asked, *arguments), message)
    assert not Path("audit.db").exists()


def test_a_log_that_is_none_is_refused(run: Run) -> None:
    Path("audit.db").write_text("no database", "utf-8")
    assert_misuse(run(*ALLOWED), "audit.db")


def test_keys_of_another_log_are_refused(run: Run) -> None:
    recorded(run, *ALLOWED)
    Path("audit.db").unlink()
    assert_misuse(run(*ALLOWED), "audit.db")


def test_a_folder_in_which_nothing_can_be_made_is_refused() -> None:
    arguments = ("check", "--to", "mailing", "--purpose", "reminders", "--data", "contact")
    ran = apart(*arguments, "--record", "--log", "/proc/self/audit.db", "--keys", "keys")
    assert_misuse(ran, "/proc/self/audit.db")


def test_an_output_that_exists_is_refused_before_anything_is_recorded(run: Run) -> None:
    Path("answer").touch()
    assert_misuse(run(*ALLOWED, "--output", "answer"), "answer exists already")
    assert not Path("audit.db").exists()


def test_a_broken_policy_records_nothing(run: Run) -> None:
    Path("policy/policy.yaml").write_text("doelbinding: 2\n", "utf-8")
    assert run(*ALLOWED).code == 1
    assert not Path("audit.db").exists()


def test_hostile_texts_steer_no_terminal(run: Run) -> None:
    hostile = "x\x1b[31m\u202e\n::error::"
    ran = run(*TO_MAILER, "--data", hostile, "--reference", hostile, "--recipient-id", hostile)
    assert ran.code == 1
    assert all(line.isprintable() for line in ran.out.splitlines())
    assert audit(run, "query").out.replace("\n", "").isprintable()
