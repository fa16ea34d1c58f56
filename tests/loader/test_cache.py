"""An unchanged file is not read twice; and no cache, whatever is in it, changes what is read."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from doelbinding.loader import (
    DEFAULT_LIMITS,
    ContentCache,
    Limits,
    LoadedFile,
    PolicySource,
    cache,
    load_source,
    private_folder,
)
from tests.loader.test_lines import assert_same_places

FLOW = """\
  flow-{number}:
    label: {{nl: Stroom {number}, en: Flow {number}}}
    data: [identity.name, contact]
    legacy: [1, true, 1.5]
"""
LARGE = "flows:\n" + "".join(FLOW.format(number=number) for number in range(400))
BY_EVENT = LARGE + "notes:\n  of-two-lines: 'one\n    two'\n"
BROKEN = LARGE + "notes:\n"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A folder with a file that is worth keeping, and one that is not."""
    folder = tmp_path / "policy"
    folder.mkdir()
    (folder / "flows.yaml").write_text(LARGE, "utf-8")
    (folder / "small.yaml").write_text("facts: {asked: {label: Asked}}\n", "utf-8")
    return folder


@pytest.fixture
def kept(tmp_path: Path) -> ContentCache:
    """A cache that nothing was kept in yet."""
    return ContentCache(tmp_path / "home" / "doelbinding" / "contents")


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Fills with the path of each file that is read, and not found."""
    seen: list[str] = []
    read = cache_missed()

    def reading(*arguments: object) -> LoadedFile:
        loaded = read(*arguments)
        seen.append(Path(loaded.source.path).name)
        return loaded

    monkeypatch.setattr("doelbinding.loader.load._read", reading)
    return seen


def cache_missed() -> Callable[..., LoadedFile]:
    from doelbinding.loader import load

    return load._read  # pyright: ignore[reportPrivateUsage]  # where a file is read that was not found


def entries(kept: ContentCache) -> list[Path]:
    return sorted(each for each in kept.folder.iterdir() if each.name != "key")


def only_entry(kept: ContentCache) -> Path:
    (entry,) = entries(kept)
    return entry


def assert_read_well(source: PolicySource, text: str = LARGE) -> None:
    flows = source.files[0]
    assert source.findings == ()
    assert flows.source.text == text
    assert flows.root is not None
    assert_same_places(flows, flows.root)


# ── Found again ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", [LARGE, BY_EVENT], ids=["by lines", "by events"])
def test_what_is_found_equals_what_was_read(
    policy: Path, kept: ContentCache, readings: list[str], text: str
) -> None:
    (policy / "flows.yaml").write_text(text, "utf-8")
    first, second = load_source(policy, cache=kept), load_source(policy, cache=kept)
    assert readings == ["flows.yaml", "small.yaml", "small.yaml"]
    assert first == second == load_source(policy)
    assert [repr(file.content) for file in first.files] == [
        repr(file.content) for file in second.files
    ]
    assert_read_well(second, text)


def test_a_changed_file_is_read_anew_and_the_old_one_still_found(
    policy: Path, kept: ContentCache, readings: list[str]
) -> None:
    (policy / "small.yaml").unlink()
    for text in (LARGE, LARGE.replace("Flow 7", "Flow seven"), LARGE):
        (policy / "flows.yaml").write_text(text, "utf-8")
        assert_read_well(load_source(policy, cache=kept), text)
    assert readings == ["flows.yaml"] * 2


def test_a_file_is_found_under_another_name_with_the_places_of_that_one(
    policy: Path, kept: ContentCache, readings: list[str]
) -> None:
    load_source(policy, cache=kept)
    (policy / "flows.yaml").rename(policy / "moved.yaml")
    moved = load_source(policy, cache=kept).files[0]
    assert readings.count("moved.yaml") == 0
    assert str(moved.key_place("flows", "flow-1")) == f"{policy / 'moved.yaml'}:6:3"


def test_a_small_file_is_not_kept_and_makes_no_folder(policy: Path, kept: ContentCache) -> None:
    (policy / "flows.yaml").unlink()
    load_source(policy, cache=kept)
    assert not kept.folder.parent.parent.exists()


def test_a_file_with_findings_is_never_kept(
    policy: Path, kept: ContentCache, readings: list[str]
) -> None:
    (policy / "flows.yaml").write_text(BROKEN, "utf-8")
    first, second = load_source(policy, cache=kept), load_source(policy, cache=kept)
    assert first == second
    assert [each.rule for each in second.findings] == ["null-value"]
    assert readings.count("flows.yaml") == 2
    assert entries(kept) == []


@pytest.mark.parametrize(
    ("limits", "rules"),
    [
        (replace(DEFAULT_LIMITS, nodes=100), ["limit-exceeded"]),
        (replace(DEFAULT_LIMITS, depth=4), ["limit-exceeded"]),
        (replace(DEFAULT_LIMITS, file_bytes=1 << 10), ["limit-exceeded"]),
    ],
)
def test_what_was_kept_under_wider_limits_does_not_pass_narrower_ones(
    policy: Path, kept: ContentCache, limits: Limits, rules: list[str]
) -> None:
    load_source(policy, cache=kept)
    found = load_source(policy, limits, kept).findings
    assert [each.rule for each in found if each.place and "flows" in each.place.path] == rules


def test_other_code_reads_anew(
    policy: Path, kept: ContentCache, readings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_source(policy, cache=kept)
    monkeypatch.setattr(cache, "_reading_code", lambda: "another version")
    assert_read_well(load_source(policy, cache=kept))
    assert readings.count("flows.yaml") == 2


def test_another_version_of_python_or_a_changed_module_is_other_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code = cache._reading_code.__wrapped__  # pyright: ignore[reportPrivateUsage]  # not remembered
    (tmp_path / "lines.py").write_text("one = 1\n")
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "cache.py"))
    before = code()
    (tmp_path / "lines.py").write_text("one = 2\n")
    changed = code()
    monkeypatch.setattr(sys, "version", "3.99")
    assert len({before, changed, code()}) == 3


@pytest.mark.parametrize(("text", "times"), [(LARGE, 1), (BY_EVENT, 2)])
def test_another_version_of_pyyaml_matters_to_what_it_read_and_to_nothing_else(
    policy: Path,
    kept: ContentCache,
    readings: list[str],
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    times: int,
) -> None:
    (policy / "flows.yaml").write_text(text, "utf-8")
    load_source(policy, cache=kept)
    monkeypatch.setattr("doelbinding.loader.reader.PARSER", "PyYAML 99")
    assert_read_well(load_source(policy, cache=kept), text)
    assert readings.count("flows.yaml") == times


# ── Not to be believed ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("at", [0, 31, 32, 40, -1])
def test_an_entry_of_which_a_byte_was_changed_is_none(
    policy: Path, kept: ContentCache, readings: list[str], at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_source(policy, cache=kept)
    content = bytearray(only_entry(kept).read_bytes())
    content[at] ^= 1
    only_entry(kept).write_bytes(content)
    monkeypatch.setattr("marshal.loads", pytest.fail)  # nothing of it is looked at
    assert_read_well(load_source(policy, cache=kept))
    assert readings.count("flows.yaml") == 2


@pytest.mark.parametrize("length", [0, 1, 31, 32, 33, 1_000])
def test_an_entry_that_was_cut_short_is_none(
    policy: Path, kept: ContentCache, readings: list[str], length: int
) -> None:
    load_source(policy, cache=kept)
    only_entry(kept).write_bytes(only_entry(kept).read_bytes()[:length])
    assert_read_well(load_source(policy, cache=kept))
    assert_read_well(load_source(policy, cache=kept))
    assert readings.count("flows.yaml") == 2


def test_the_entry_of_another_text_is_none(
    policy: Path, kept: ContentCache, readings: list[str]
) -> None:
    load_source(policy, cache=kept)
    first = only_entry(kept)
    other = LARGE.replace("Flow 7", "Flow seven")
    (policy / "flows.yaml").write_text(other, "utf-8")
    load_source(policy, cache=kept)
    (second,) = {*entries(kept)} - {first}
    second.write_bytes(first.read_bytes())
    assert_read_well(load_source(policy, cache=kept), other)
    assert readings.count("flows.yaml") == 3


def test_entries_under_another_key_are_none(
    policy: Path, kept: ContentCache, readings: list[str]
) -> None:
    load_source(policy, cache=kept)
    (kept.folder / "key").write_bytes(os.urandom(32))
    assert_read_well(load_source(policy, cache=kept))
    assert readings.count("flows.yaml") == 2


def test_an_entry_sealed_by_somebody_else_is_none(
    policy: Path, kept: ContentCache, readings: list[str], tmp_path: Path
) -> None:
    load_source(policy, cache=kept)
    theirs = ContentCache(tmp_path / "theirs" / "doelbinding" / "contents")
    load_source(policy, cache=theirs)
    only_entry(kept).write_bytes(only_entry(theirs).read_bytes())
    assert_read_well(load_source(policy, cache=kept))
    assert readings.count("flows.yaml") == 3


# ── The folder ───────────────────────────────────────────────────────────────────────────────────


def test_nobody_else_may_look_into_it(policy: Path, kept: ContentCache) -> None:
    load_source(policy, cache=kept)
    folders = [kept.folder, kept.folder.parent]
    assert {oct(each.stat().st_mode & 0o777) for each in folders} == {"0o700"}
    files = [*kept.folder.iterdir()]
    assert {oct(each.stat().st_mode & 0o777) for each in files} == {"0o600"}
    assert len((kept.folder / "key").read_bytes()) == 32


def a_link(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    folder.symlink_to("elsewhere")


def open_to_a_group(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o770)


def open_to_all(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)


def a_file(folder: Path) -> None:
    folder.touch()


def of_somebody_else(folder: Path) -> None:
    folder.mkdir()
    try:
        os.chown(folder, 12_345, 12_345)
    except PermissionError:
        pytest.skip("whoever runs this test can give nothing away")


@pytest.mark.parametrize("level", ["doelbinding", "doelbinding/contents"])
@pytest.mark.parametrize("make", [a_link, open_to_a_group, open_to_all, a_file, of_somebody_else])
def test_a_folder_that_is_not_ours_alone_is_not_used(
    policy: Path, tmp_path: Path, make: Callable[[Path], None], level: str
) -> None:
    place = tmp_path / "home" / level
    place.parent.mkdir(parents=True, mode=0o700)
    make(place)
    before = sorted((tmp_path / "home").rglob("*"))
    for _ in range(2):
        kept = ContentCache(tmp_path / "home" / "doelbinding" / "contents")
        assert_read_well(load_source(policy, cache=kept))
    assert sorted((tmp_path / "home").rglob("*")) == before


def readable_by_others(key: Path) -> None:
    key.chmod(0o644)


def a_link_to_a_key(key: Path) -> None:
    key.rename(key.with_name("another"))
    key.symlink_to("another")


def too_short(key: Path) -> None:
    key.write_bytes(b"short")


def a_pipe(key: Path) -> None:
    key.unlink()
    os.mkfifo(key, 0o600)


@pytest.mark.parametrize("spoil", [readable_by_others, a_link_to_a_key, too_short, a_pipe])
def test_a_key_that_is_not_ours_alone_is_not_used(
    policy: Path, kept: ContentCache, readings: list[str], spoil: Callable[[Path], None]
) -> None:
    load_source(policy, cache=kept)
    spoil(kept.folder / "key")
    before = only_entries_of(kept)
    assert_read_well(load_source(policy, cache=kept))
    assert readings.count("flows.yaml") == 2
    assert only_entries_of(kept) == before


def only_entries_of(kept: ContentCache) -> list[Path]:
    return sorted(kept.folder.iterdir())


@pytest.mark.parametrize("home", ["/dev/null", "/proc/none", "/nowhere/\0"])
def test_where_no_folder_can_be_made_the_policy_is_read(policy: Path, home: str) -> None:
    kept = ContentCache(Path(home) / "doelbinding" / "contents")
    assert_read_well(load_source(policy, cache=kept))


@pytest.mark.parametrize("fails", ["open", "fdopen", "fstat", "utime", "replace", "link", "mkdir"])
def test_whatever_the_system_refuses_the_policy_is_read(
    policy: Path, kept: ContentCache, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    real = getattr(os, fails)

    def refused(*arguments: object, **more: object) -> object:
        if sys._getframe(1).f_code.co_filename == private_folder.__file__:
            raise OSError(28, "No space left on device")
        return real(*arguments, **more)

    monkeypatch.setattr(os, fails, refused)
    for _ in range(2):
        assert_read_well(load_source(policy, cache=kept))


def test_when_its_size_cannot_be_told_it_is_left_as_it_is(
    policy: Path, kept: ContentCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("doelbinding.loader.private_folder.PrivateFolder.by_use", refuse)
    assert_read_well(load_source(policy, cache=kept))
    assert len(entries(kept)) == 1


def refuse(*arguments: object, **more: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_leaves_nothing_half_written(
    policy: Path, kept: ContentCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_source(policy, cache=kept)
    only_entry(kept).unlink()

    monkeypatch.setattr(os, "replace", refuse)
    assert_read_well(load_source(policy, cache=kept))
    assert entries(kept) == []


@pytest.mark.parametrize("while_in_use", [False, True])
def test_it_may_be_deleted_at_any_time(
    policy: Path, kept: ContentCache, monkeypatch: pytest.MonkeyPatch, *, while_in_use: bool
) -> None:
    load_source(policy, cache=kept)
    read = cache_missed()

    def deleted() -> None:
        for each in kept.folder.iterdir():
            each.unlink()
        kept.folder.rmdir()

    def deleted_meanwhile(*arguments: object) -> LoadedFile:
        loaded = read(*arguments)
        if loaded.source.text == LARGE + "#\n":
            deleted()
        return loaded

    if while_in_use:
        monkeypatch.setattr("doelbinding.loader.load._read", deleted_meanwhile)
        (policy / "flows.yaml").write_text(LARGE + "#\n", "utf-8")
        assert_read_well(load_source(policy, cache=kept), LARGE + "#\n")
    else:
        deleted()
        assert_read_well(load_source(policy, cache=kept))
    assert kept.folder.exists() is not while_in_use


def test_the_oldest_go_once_there_is_too_much(policy: Path, kept: ContentCache) -> None:
    texts = [LARGE.replace("Stroom", f"Stroom {each}") for each in range(5)]
    (policy / "flows.yaml").write_text(texts[0], "utf-8")
    load_source(policy, cache=kept)
    size = only_entry(kept).stat().st_size
    small = replace(kept, most_bytes=3 * size + size // 2)
    ages: dict[str, int] = {}
    for age, text in enumerate(texts):
        (policy / "flows.yaml").write_text(text, "utf-8")
        load_source(policy, cache=small)
        for entry in entries(kept):
            ages.setdefault(entry.name, age)
            os.utime(entry, (ages[entry.name], ages[entry.name]))
    assert sorted(ages[entry.name] for entry in entries(kept)) == [2, 3, 4]
    assert (kept.folder / "key").exists()


def test_an_entry_that_is_used_is_not_old(policy: Path, kept: ContentCache) -> None:
    load_source(policy, cache=kept)
    os.utime(only_entry(kept), (1, 1))
    load_source(policy, cache=kept)
    assert only_entry(kept).stat().st_mtime > 1


# ── Several at once ──────────────────────────────────────────────────────────────────────────────

_READ = """
import sys
from doelbinding.loader import ContentCache, load_source
from pathlib import Path
kept = ContentCache(Path(sys.argv[2]))
for _ in range(5):
    source = load_source(sys.argv[1], cache=kept)
    assert not source.findings and len(source.files[0].values["flows"]) == 400
    for each in kept.folder.iterdir():
        if each.name != "key":
            each.unlink(missing_ok=True)
"""


def test_two_processes_may_use_it_at_once(policy: Path, kept: ContentCache) -> None:
    command = [sys.executable, "-c", _READ, str(policy), str(kept.folder)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [each.communicate()[1] for each in running] == ["", ""]
    assert_read_well(load_source(policy, cache=kept))
    assert {each.name.startswith("new-") for each in kept.folder.iterdir()} == {False}


def test_so_may_several_threads(policy: Path, kept: ContentCache) -> None:
    with ThreadPoolExecutor(4) as threads:
        sources = [*threads.map(lambda _: load_source(policy, cache=kept), range(12))]
    assert all(source == sources[0] for source in sources)
    assert len(entries(kept)) == 1


def test_who_comes_second_takes_the_key_of_the_first(
    policy: Path, kept: ContentCache, monkeypatch: pytest.MonkeyPatch, readings: list[str]
) -> None:
    link: Callable[..., None] = os.link

    def late(*arguments: str, **more: int) -> None:
        if not (kept.folder / "key").exists():
            monkeypatch.setattr(os, "link", link)
            load_source(policy, cache=kept)
        link(*arguments, **more)

    monkeypatch.setattr(os, "link", late)
    load_source(policy, cache=kept)
    assert_read_well(load_source(policy, cache=kept))
    assert readings.count("flows.yaml") == 1  # the first one found what was kept between
    assert len(entries(kept)) == 1


# ── Whose it is ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "home", "folder"),
    [
        ("/var/mine", "/home/me", "/var/mine/doelbinding/contents"),
        ("", "/home/me", "/home/me/.cache/doelbinding/contents"),
        ("not/absolute", "/home/me", "/home/me/.cache/doelbinding/contents"),
        (None, "/home/me", "/home/me/.cache/doelbinding/contents"),
        (None, "not/absolute", None),
    ],
)
def test_the_users_own_is_where_the_system_says(
    monkeypatch: pytest.MonkeyPatch, given: str | None, home: str, folder: str | None
) -> None:
    monkeypatch.setenv("HOME", home)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if given is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", given)
    found = ContentCache.of_user()
    assert (found and str(found.folder)) == folder


def test_the_tests_have_one_of_their_own() -> None:
    found = ContentCache.of_user()
    assert found is not None
    assert Path.home() not in found.folder.parents


def test_without_a_cache_none_is_touched(policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "open_private", pytest.fail)
    assert_read_well(load_source(policy))
