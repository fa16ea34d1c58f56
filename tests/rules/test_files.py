"""Rules about files that no text can show: the files are made here."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from doelbinding.loader import DEFAULT_LIMITS, load_source
from tests.rules.examples import FROM_FILES, assert_screen, findings_of, screen, write_base

Spoil = Callable[[Path, pytest.MonkeyPatch], None]


def in_latin_1(purposes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = purposes.read_text(encoding="utf-8").replace("Reminders", "Reminders for café members")
    purposes.write_bytes(text.encode("latin-1"))


def too_large(purposes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with purposes.open("ab") as stream:
        stream.write(b"#" * DEFAULT_LIMITS.file_bytes)


def a_link_that_leads_out(purposes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = purposes.parents[1] / "elsewhere.yaml"
    purposes.rename(outside)
    purposes.symlink_to(outside)


def written_while_it_is_read(purposes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = os.read

    def read_beside_a_writer(descriptor: int, size: int) -> bytes:
        content = read(descriptor, size)
        if content.startswith(b"purposes:"):
            with purposes.open("ab") as stream:
                stream.write(b"# one more line\n")
        return content

    monkeypatch.setattr(os, "read", read_beside_a_writer)


SPOILT: dict[str, Spoil] = {
    "changed-while-read": written_while_it_is_read,
    "limit-exceeded": too_large,
    "not-a-policy-file": a_link_that_leads_out,
    "not-utf-8": in_latin_1,
}


def test_each_rule_about_files_is_shown() -> None:
    assert SPOILT.keys() == {*FROM_FILES}


@pytest.mark.parametrize("rule", SPOILT)
def test_the_spoilt_file_shows_the_rule_on_exactly_this_screen(
    rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = write_base(tmp_path / "policy")
    monkeypatch.chdir(tmp_path)
    SPOILT[rule](policy / "purposes.yaml", monkeypatch)
    findings = findings_of(load_source("policy"))
    assert [finding.rule for finding in findings] == [rule]
    assert_screen(rule, screen(findings))


def test_the_same_files_unspoilt_have_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_base(tmp_path / "policy")
    monkeypatch.chdir(tmp_path)
    assert findings_of(load_source("policy")) == ()
