"""Policy folders whose files are no plain files, change, vanish, or are too many.

The numbers are those of the list of bad inputs; the texts themselves are in `test_bad_inputs.py`.
"""

import os
import shutil
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from doelbinding.diagnostics import Severity
from doelbinding.errors import SourceError
from doelbinding.loader import DEFAULT_LIMITS
from tests.loader.folders import add, file_of, finding, load

ADDED = "added.yaml"


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_link_to_another_folder(path: Path) -> None:
    outside = path.parents[1] / "outside.yaml"
    outside.write_text("facts: {}\n", encoding="utf-8")
    path.symlink_to(outside)


def a_link_by_way_of_the_folder_above(path: Path) -> None:
    a_link_to_another_folder(path.with_name("first.yaml"))
    path.with_name("first.yaml").rename(path)


def a_folder(path: Path) -> None:
    path.mkdir()


def a_link_to_nothing_outside(path: Path) -> None:
    path.symlink_to(path.parents[1] / "nothing.yaml")


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (a_pipe, "a pipe, not a regular file"),
        (a_folder, "a folder, not a regular file"),
        (a_link_to_a_device, "a link that leads out of the folder"),
        (a_link_to_another_folder, "a link that leads out of the folder"),
        (a_link_by_way_of_the_folder_above, "a link that leads out of the folder"),
        (a_link_to_nothing_outside, "a link that leads out of the folder"),
    ],
)
def test_38_what_is_no_file_of_the_folder_is_refused_without_waiting(
    folder: Path, make: Callable[[Path], None], what: str
) -> None:
    make(folder / ADDED)
    found = finding(folder, "not-a-policy-file")
    assert (found.message, file_of(found)) == (f"`{ADDED}` is {what}", ADDED)


def test_38_a_folder_that_is_refused_is_closed_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_folder(folder / ADDED)
    opened = []
    open_file = os.open

    def remembered(path: str, flags: int) -> int:
        opened.append(open_file(path, flags))
        return opened[-1]

    monkeypatch.setattr(os, "open", remembered)
    assert finding(folder, "not-a-policy-file").place is not None
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])


def test_38_a_device_in_the_folder_is_refused(folder: Path) -> None:
    try:
        os.mknod(folder / ADDED, stat.S_IFCHR | 0o600, os.makedev(1, 5))
        (folder / ADDED).open("rb").close()
    except OSError as error:
        pytest.skip(f"devices cannot be made here: {error}")
    assert finding(folder, "not-a-policy-file").message == (
        f"`{ADDED}` is a device, not a regular file"
    )


def test_38_a_socket_is_no_policy_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(ADDED)
        with pytest.raises(SourceError, match=ADDED):
            load(folder)


def test_38_a_link_to_a_file_of_the_same_folder_is_read(folder: Path) -> None:
    before = load(folder).identity
    (folder / "purposes.yaml").rename(folder / "purposes-2026.txt")
    (folder / "purposes.yaml").symlink_to("purposes-2026.txt")
    assert load(folder).identity == before


def test_38_a_link_in_a_circle_cannot_be_read(folder: Path) -> None:
    (folder / ADDED).symlink_to(ADDED)
    with pytest.raises(SourceError, match=ADDED):
        load(folder)


def test_a_folder_that_is_itself_a_link_is_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(folder)
    assert load(tmp_path / "current").identity == load(folder).identity


def test_25_ten_thousand_files_are_refused_and_most_of_them_never_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10_000):
        (folder / f"{number}.yaml").touch()
    opened = []
    open_file = os.open

    def counted(path: str, *rest: int, **more: int) -> int:
        opened.append(path)
        return open_file(path, *rest, **more)

    monkeypatch.setattr(os, "open", counted)
    found = finding(folder, "limit-exceeded")
    assert found.message == f"the policy has more than {DEFAULT_LIMITS.files:,} files"
    assert len(opened) == DEFAULT_LIMITS.files + 1


def test_25_files_that_are_large_together_are_refused(folder: Path) -> None:
    for number in range(DEFAULT_LIMITS.total_bytes // DEFAULT_LIMITS.file_bytes):
        add(folder, "#" * DEFAULT_LIMITS.file_bytes, f"{number}.yaml")
    found = finding(folder, "limit-exceeded")
    assert found.message == f"the policy has more than {DEFAULT_LIMITS.total_bytes:,} bytes"


@pytest.mark.parametrize(
    "edit",
    [lambda text: text + b"# more\n", lambda text: text[:-20], lambda text: text.swapcase()],
    ids=["longer", "shorter", "as long"],
)
def test_40_a_file_that_changes_while_it_is_read_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, edit: Callable[[bytes], bytes]
) -> None:
    file = folder / "flows.yaml"
    read = os.read

    def read_then_edited(descriptor: int, size: int) -> bytes:
        content = read(descriptor, size)
        if content.startswith(b"flows:"):
            file.write_bytes(edit(content))
            os.utime(file, ns=(0, 0))
        return content

    monkeypatch.setattr(os, "read", read_then_edited)
    assert file_of(finding(folder, "changed-while-read")) == "flows.yaml"


def test_a_file_that_vanishes_between_listing_and_reading_stops_the_load(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_file = os.open

    def opened_as_another_goes(path: str, flags: int) -> int:
        (folder / "flows.yaml").unlink(missing_ok=True)
        return open_file(path, flags)

    monkeypatch.setattr(os, "open", opened_as_another_goes)
    with pytest.raises(SourceError, match=r"flows\.yaml: no such file") as refusal:
        load(folder)
    assert refusal.value.help


@pytest.mark.parametrize("name", ["", "flows.yaml"], ids=["folder", "file"])
def test_what_may_not_be_read_stops_the_load(folder: Path, name: str) -> None:
    forbidden = folder / name
    forbidden.chmod(0)
    try:
        if os.access(forbidden, os.R_OK):
            pytest.skip("whoever runs this test may read every file, whatever its mode")
        with pytest.raises(SourceError, match="permission denied"):
            load(folder)
    finally:
        forbidden.chmod(0o700)


def test_a_refusal_of_the_system_stops_the_load_whoever_asks(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: str, *rest: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(SourceError, match="permission denied") as refusal:
        load(folder)
    assert refusal.value.help == "Check the path and its permissions."


def test_a_file_with_another_ending_is_not_read_and_one_in_yml_is_a_warning(folder: Path) -> None:
    before = load(folder).identity
    add(folder, "facts: [", "notes.txt")
    add(folder, "facts: [", ".hidden.yaml")
    add(folder, "facts: [", "more.yml")
    policy = load(folder)
    assert policy.identity == before
    assert [(each.rule, each.severity) for each in policy.findings] == [
        ("not-a-policy-file", Severity.WARNING)
    ]


def test_folders_below_the_policy_are_for_other_things(folder: Path) -> None:
    before = load(folder).identity
    shutil.copytree(folder, folder / "tests")
    assert load(folder).identity == before


@pytest.mark.parametrize(
    ("name", "reason"),
    [("nowhere", "there is no folder or bundle"), ("file.txt", "is not a bundle")],
)
def test_a_path_that_is_no_folder_cannot_be_loaded(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file.txt").touch()
    with pytest.raises(SourceError, match=reason) as refusal:
        load(tmp_path / name)
    assert refusal.value.help


def test_a_name_that_no_text_can_hold_is_a_finding_all_the_same(folder: Path) -> None:
    path = os.fsencode(folder) + b"/caf\xe9.yaml"
    with open(os.open(path, os.O_CREAT | os.O_WRONLY), "wb") as stream:  # noqa: PTH123 - a name in bytes
        stream.write(b"facts: []\n")
    assert finding(folder, "empty-list").place is not None
