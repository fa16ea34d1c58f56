"""The page of a workflow's step: appended to, cut with a word, never what a command fails on."""

from pathlib import Path

import pytest

from doelbinding.cli.step_summary import add_to_step_summary

MEBIBYTE = 1 << 20


@pytest.fixture
def summary(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the workflow names, which the runner has made."""
    file = home / "summary.md"
    file.touch()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    return file


def test_it_is_appended_apart_from_what_stands_there(summary: Path) -> None:
    add_to_step_summary("| first |\n")
    add_to_step_summary("**second: é**")
    assert summary.read_text("utf-8") == "\n| first |\n\n**second: é**\n"


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_step_nothing_happens(
    value: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    if value is not None:
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", value)
    add_to_step_summary("x")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("path", [".", "missing/summary.md", "a\0b", "\x1b[31m/x"])
def test_what_cannot_be_written_is_one_remark(
    path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.environ", {"GITHUB_STEP_SUMMARY": path})
    add_to_step_summary("x")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("the step summary cannot be written: ")
    assert err.count("\n") == 1
    assert err.rstrip("\n").isprintable()


def test_halves_of_pairs_are_spelt_out(summary: Path) -> None:
    add_to_step_summary("a\udce9b")
    assert summary.read_text("utf-8") == "\na\\udce9b\n"


def test_what_fits_to_the_last_byte_is_kept_whole(summary: Path) -> None:
    add_to_step_summary("x" * (MEBIBYTE - 2))
    assert summary.stat().st_size == MEBIBYTE


@pytest.mark.parametrize("line", ["x" * 99, "é" * 99, "x"])
def test_what_does_not_fit_is_cut_between_lines_and_counted(summary: Path, line: str) -> None:
    count = 3 * MEBIBYTE // len(line)
    add_to_step_summary(f"{line}\n" * count)
    *kept, blank, last = summary.read_text("utf-8").splitlines()
    assert summary.stat().st_size <= MEBIBYTE
    assert {*kept[1:]} == {line}
    missing = count - len(kept[1:])
    assert (blank, last) == (
        "",
        f"{missing:,} more lines are not shown: a step summary holds at most 1 MiB.",
    )


def test_what_other_commands_wrote_is_counted_too(summary: Path) -> None:
    summary.write_text("x" * (MEBIBYTE - 300))
    add_to_step_summary("line\n" * 1_000)
    assert summary.stat().st_size <= MEBIBYTE
    assert "more lines are not shown" in summary.read_text("utf-8")


@pytest.mark.parametrize("size", [MEBIBYTE, MEBIBYTE - 1, MEBIBYTE - 50, MEBIBYTE + 9])
def test_of_a_full_page_nothing_is_spoilt_and_a_remark_says_so(
    summary: Path, size: int, capsys: pytest.CaptureFixture[str]
) -> None:
    summary.write_text("x" * size)
    add_to_step_summary("line\n" * 100)
    assert summary.stat().st_size == size
    assert capsys.readouterr().err == "the step summary is full: nothing was added\n"
