"""Each command ends with one of the four exit codes, whatever happens."""

import os
from collections.abc import Callable

import pytest

from doelbinding.cli.exits import Exit
from doelbinding.cli.sources import PolicyChoice
from doelbinding.policy import Policy
from tests.cli.conftest import (
    ALLOWED,
    AT,
    DENIED,
    LOGGED,
    TO_MAILER,
    TRANSFER,
    Run,
    assert_misuse,
    assert_one_clear_line,
    batch,
    spoil,
)

VALIDATE = ("validate", *AT)
DIAGRAM = ("diagram", *AT)
BATCH = ("check", "--batch", "-")
COMMANDS = [VALIDATE, DIAGRAM, ALLOWED, BATCH]
AN_ERROR = ("reference: DPA-2024-6", "refrence: DPA-2024-6")
A_WARNING = ("languages: [en, nl]", "review-by: 2020-01-01")


def test_the_exit_codes_are_these_four() -> None:
    assert [(each.value, each.name) for each in Exit] == [
        (0, "WELL"),
        (1, "FINDING"),
        (2, "MISUSE"),
        (3, "DEFECT"),
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (VALIDATE, 0),
        (DIAGRAM, 0),
        (("--help",), 0),
        (("-h",), 0),
        (("--version",), 0),
        (("validate", "--help"), 0),
        (("check", "--help"), 0),
        (("diagram", "--help"), 0),
        (ALLOWED, 0),
        (DENIED, 1),
        ((*TO_MAILER, "--data", "contact,loans"), 1),
        (TO_MAILER, 1),
        ((*DENIED, "--exit-zero"), 0),
        (LOGGED, 1),
        ((*LOGGED, "--exit-zero"), 0),
    ],
)
def test_what_goes_well_ends_with_0_and_denied_or_log_with_1(
    run: Run, arguments: tuple[str, ...], code: int
) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.err) == (code, "")
    assert ran.out.endswith("\n")


def test_a_batch_is_well_whatever_the_answers_when_every_line_was_a_transfer(run: Run) -> None:
    lines = batch(TRANSFER, {**TRANSFER, "data": ["loans"]}, {**TRANSFER, "recipient": "nobody"})
    assert run(*BATCH, stdin=lines).code == 0
    assert run(*BATCH, stdin=b"").code == 0


@pytest.mark.parametrize("options", [(), ("--exit-zero",), ("--format", "json")])
def test_a_batch_with_a_line_that_is_no_transfer_ends_with_2(
    run: Run, options: tuple[str, ...]
) -> None:
    ran = run(*BATCH, *options, stdin=batch(TRANSFER, b"{", TRANSFER))
    assert (ran.code, ran.err) == (2, "")


def test_warnings_alone_are_well_unless_they_are_to_fail(run: Run) -> None:
    spoil(*A_WARNING)
    assert [run(*each).code for each in (VALIDATE, DIAGRAM, ALLOWED)] == [0, 0, 0]
    assert run(*VALIDATE, "--fail-on-warnings").code == 1
    assert run(*VALIDATE, "--fail-on-warnings", "--exit-zero").code == 0


def test_an_error_in_the_policy_is_a_finding_of_validate(run: Run) -> None:
    spoil(*AN_ERROR)
    ran = run(*VALIDATE)
    assert (ran.code, ran.err) == (1, "")
    assert "error[unknown-key]" in ran.out
    assert run(*VALIDATE, "--exit-zero").code == 0


@pytest.mark.parametrize("arguments", [ALLOWED, DENIED, BATCH, DIAGRAM])
def test_an_error_in_the_policy_ends_any_other_command_with_1_and_its_findings(
    run: Run, arguments: tuple[str, ...]
) -> None:
    spoil(*AN_ERROR)
    ran = run(*arguments)
    assert (ran.code, ran.out) == (1, "")
    assert "error[unknown-key]: there is no key `refrence` here" in ran.err
    first, *_, last = ran.err.splitlines()
    assert first == last == "policy: not valid: 2 errors"


def test_exit_zero_turns_the_findings_of_a_broken_policy_into_0_too(run: Run) -> None:
    spoil(*AN_ERROR)
    ran = run(*ALLOWED, "--exit-zero")
    assert (ran.code, ran.out) == (0, "")
    assert "policy: not valid" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("chek",),
        ("--no-such-option",),
        ("validate", "more"),
        ("validate", "--format", "yaml"),
        ("validate", "--max-bytes", "0"),
        ("validate", "--max-bytes", "many"),
        ("validate", "--lang", "de"),
        ("validate", "--color", "perhaps"),
        ("validate", "--output", ""),
        ("validate", "--policy"),
        ("validate", "--at", "2026-11-24"),
        ("check",),
        ("check", "--to", "mailing"),
        ("check", "--purpose", "reminders"),
        (*TO_MAILER, "--at", "yesterday"),
        (*TO_MAILER, "--at", "2026-11-24T12:00:00"),
        (*TO_MAILER, "--fact", "asked"),
        (*TO_MAILER, "--fact", "asked=perhaps"),
        (*TO_MAILER, "--fact", "asked=True"),
        (*TO_MAILER, "--fact", "asked=true", "--fact", "asked=unknown"),
        (*TO_MAILER, "--batch", "-"),
        ("check", "--batch", "-", "--reference", "1"),
        ("check", "--batch", "no-such-file.jsonl"),
        ("check", "--batch", "policy"),
        ("check", "--batch", ""),
        ("check", "--record", *TO_MAILER[1:]),
        ("diagram", "--by", "colour"),
        ("diagram", "--only", "nobody"),
        ("diagram", "--only", "purpose:mailing"),
    ],
)
def test_wrong_use_ends_with_2_and_one_clear_line(run: Run, arguments: tuple[str, ...]) -> None:
    assert_misuse(run(*arguments))


def test_no_command_at_all_shows_the_help_and_ends_with_2(run: Run) -> None:
    ran = run()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: doelbinding")


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_policy_that_may_not_be_read_ends_any_command_with_2(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    def refused(path: str, *rest: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "open", refused)
    assert_misuse(run(*arguments), "cannot read policy/policy.yaml: permission denied")


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_defect_of_our_own_ends_any_command_with_3_and_shows_no_value(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr(PolicyChoice, "load", raising(RuntimeError("canary")))
    ran = run(*arguments)
    assert (ran.code, ran.out) == (3, "")
    assert_one_clear_line(ran.err, "a defect of doelbinding itself: RuntimeError at test_exits.py:")
    assert "report it" in ran.err
    assert "canary" not in ran.err


@pytest.mark.parametrize(
    "error", [ValueError("canary"), OSError(28, "canary"), RecursionError("canary"), MemoryError()]
)
@pytest.mark.parametrize("options", [(), ("--format", "json"), ("--output", "answers")])
def test_a_defect_amid_a_batch_is_not_taken_for_a_fault_of_a_file(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, options: tuple[str, ...]
) -> None:
    monkeypatch.setattr(Policy, "check", raising(error))
    ran = run(*BATCH, *options, stdin=batch(TRANSFER))
    assert ran.code == 3
    assert "canary" not in ran.err
    assert not os.path.lexists("answers")


def test_an_interruption_ends_with_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PolicyChoice, "load", raising(KeyboardInterrupt()))
    ran = run(*VALIDATE)
    assert (ran.code, ran.out, ran.err.strip()) == (2, "", "interrupted")


def raising(error: BaseException) -> Callable[..., object]:
    """A stand-in that does nothing but fail."""

    def fail(*arguments: object, **options: object) -> object:
        raise error

    return fail
