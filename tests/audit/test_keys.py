"""The keys of a log: made once, agreed on, kept from others, destroyed when their time is over."""

import hashlib
import hmac
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doelbinding.audit import key_files, keys
from doelbinding.audit.head import TreeHead, read_heads, signed
from doelbinding.audit.keys import KeyFolder
from doelbinding.audit.pseudonyms import key_in, new_key, period_at
from doelbinding.errors import SourceError, StoreError
from doelbinding.signing import new_private_key

LOG = "0123456789abcdef0123456789abcdef"
OTHER_LOG = LOG[::-1]
AT = datetime(2026, 11, 24, 17, 40, tzinfo=UTC)
INSTANT = int(AT.timestamp()) * 1_000_000
HEAD = TreeHead(LOG, 3, bytes(32), bytes(32), "2026-11-24T17:40:00Z")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def folder(path: Path) -> KeyFolder:
    opened = KeyFolder.open(path, create=True)
    opened.bind(LOG)
    return opened


def key_file(path: Path) -> Path:
    (found,) = (path / "pseudonyms").glob("*.key")
    return found


def refusal(path: Path, work: Callable[[], object]) -> str:
    with pytest.raises(SourceError) as refused:
        work()
    assert refused.value.help
    return refused.value.message.replace(str(path), "keys")


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


# ── Pseudonyms ───────────────────────────────────────────────────────────────────────────────────


def test_a_pseudonym_is_the_keyed_digest_of_kind_and_text(folder: KeyFolder, path: Path) -> None:
    pseudonym = folder.pseudonym("subject", "patron 7", AT)
    stored = key_file(path)
    secret = bytes.fromhex(stored.read_text("ascii").removesuffix("\n"))
    key_id = "2026-Q4-" + hashlib.sha256(b"doelbinding pseudonym key\n" + secret).hexdigest()[:8]
    digest = hmac.new(secret, b"subject\0patron 7", "sha256").hexdigest()[:32]
    assert pseudonym == f"{key_id}:{digest}"
    assert stored.name == f"{key_id}.key"
    assert len(secret) == 32


def test_a_moment_and_its_instant_are_one(folder: KeyFolder) -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=14)))
    found = {folder.pseudonym("subject", "a", at) for at in (AT, INSTANT, elsewhere)}
    assert len(found) == 1
    with pytest.raises(TypeError):
        folder.pseudonym("subject", "a", AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoë", "Zoe\u0308"),
        ("a b", "  a \t\u00a0\n b\r\n"),
        ("\u2003é b", "e\u0301\u3000b"),
        ("", " \n"),
        ("\u212b", "\u00c5"),
    ],
)
def test_ways_of_writing_one_text_have_one_pseudonym(
    folder: KeyFolder, one: str, other: str
) -> None:
    assert folder.pseudonym("subject", one, AT) == folder.pseudonym("subject", other, AT)


def test_other_texts_kinds_and_keys_have_other_pseudonyms(
    folder: KeyFolder, tmp_path: Path
) -> None:
    texts = ["", "a", "A", "ab", "a b", "ﬁ", "fi", "\0", "a\0b", "\ud800", "\udc00", "\U00010000"]
    kinds = ["subject", "recipient", "unknown"]
    other = KeyFolder.open(tmp_path / "other", create=True)
    found = [each.pseudonym(k, t, AT) for each in (folder, other) for k in kinds for t in texts]
    assert len({each.rpartition(":")[2] for each in found}) == 2 * len(kinds) * len(texts)


@given(st.text())
def test_every_text_has_a_pseudonym(text: str) -> None:
    assert len(new_key("2026-Q4").pseudonym("subject", text)) == len("2026-Q4-00000000:") + 32


def test_each_quarter_has_its_key_and_an_old_one_is_found_again(folder: KeyFolder) -> None:
    first = folder.pseudonym("subject", "a", datetime(2026, 9, 30, 23, 59, 59, 999999, UTC))
    second = folder.pseudonym("subject", "a", datetime(2026, 10, 1, tzinfo=UTC))
    assert (first[:8], second[:8]) == ("2026-Q3-", "2026-Q4-")
    assert folder.pseudonym("subject", "a", datetime(2026, 7, 1, tzinfo=UTC)) == first
    assert folder.pseudonyms("subject", "a") == [first, second]
    assert folder.key_ids == (first[:16], second[:16])


def test_quarters_are_counted_by_utc(folder: KeyFolder) -> None:
    late = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert folder.pseudonym("subject", "a", late).startswith("2025-Q4-")


@given(st.datetimes(datetime(1, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC)))
def test_an_instant_lies_in_its_quarter(moment: datetime) -> None:
    instant = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    period = period_at(instant)
    assert period.first <= instant < period.end
    assert period.name == f"{moment.year:04d}-Q{(moment.month + 2) // 3}"
    assert period_at(period.first).name == period_at(period.end - 1).name == period.name
    assert period_at(period.end).name > period.name


def test_a_folder_that_is_opened_again_gives_the_same_pseudonyms(
    folder: KeyFolder, path: Path
) -> None:
    found = folder.pseudonym("subject", "a", AT)
    again = KeyFolder.open(path)
    assert again.pseudonyms("subject", "a") == [found]
    assert again.pseudonym("subject", "a", AT) == found
    assert again.key_ids == folder.key_ids


def test_a_key_that_was_read_stays_in_memory_whatever_becomes_of_its_file(
    folder: KeyFolder, path: Path
) -> None:
    found = folder.pseudonym("subject", "a", AT)
    last_quarter = AT - timedelta(days=90)
    key_file(path).write_text("f" * 64 + "\n", "ascii")
    folder.pseudonym("subject", "a", last_quarter)
    assert folder.pseudonym("subject", "a", AT) == found
    for each in (path / "pseudonyms").iterdir():
        each.unlink()
    assert folder.pseudonym("subject", "a", AT) == found
    assert found in folder.pseudonyms("subject", "a")


def test_of_two_keys_of_a_quarter_the_first_by_name_is_used(folder: KeyFolder, path: Path) -> None:
    (path / "pseudonyms").mkdir(mode=0o700)
    both = sorted((new_key("2026-Q4") for _ in range(2)), key=lambda key: key.id)
    for key in both[::-1]:
        stored = path / "pseudonyms" / f"{key.id}.key"
        stored.touch(mode=0o600)
        stored.write_bytes(key.content)
    assert folder.pseudonym("subject", "a", AT) == both[0].pseudonym("subject", "a")
    assert folder.pseudonyms("subject", "a") == [key.pseudonym("subject", "a") for key in both]


def test_other_files_beside_the_keys_are_left_alone(folder: KeyFolder, path: Path) -> None:
    found = folder.pseudonym("subject", "a", AT)
    for name in ("notes.txt", "2026-Q4.key", "2026-Q5-00000000.key", ".key", "new-1234"):
        (path / "pseudonyms" / name).write_text("not a key", "ascii")
    assert KeyFolder.open(path).pseudonyms("subject", "a") == [found]


def test_only_the_owner_may_look_into_what_is_made(folder: KeyFolder, path: Path) -> None:
    folder.pseudonym("subject", "a", AT)
    folder.head_key()
    folder.keep_head(signed(HEAD, folder.head_key()))
    made = [path, *path.rglob("*")]
    assert {mode_of(each) for each in made if each.is_dir()} == {0o700}
    assert {mode_of(each) for each in made if each.is_file()} == {0o600}
    names = {"pseudonyms", "log", "head", "head.pem", "head.pub.pem", "lock"}
    assert {each.name for each in path.iterdir()} == names


# ── Agreement ────────────────────────────────────────────────────────────────────────────────────


def test_threads_that_need_a_new_key_agree_on_one(folder: KeyFolder) -> None:
    start = threading.Barrier(8)

    def ask(_: int) -> str:
        start.wait()
        return folder.pseudonym("subject", "a", AT)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert len(folder.key_ids) == 1


ASK = """
import sys
from doelbinding.audit.keys import KeyFolder
folder = KeyFolder.open(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for quarter in range(12):
    print(folder.pseudonym("subject", "a", quarter * 92 * 86_400_000_000))
"""


def test_processes_that_need_a_new_key_agree_on_one(folder: KeyFolder, path: Path) -> None:
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ASK, str(path)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for each in asking:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in asking:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    answers = {each.communicate()[0] for each in asking}
    assert len(answers) == 1
    assert len(folder.key_ids) == 12
    assert answers == {"".join(f"{each}\n" for each in folder.pseudonyms("subject", "a"))}


def test_a_key_that_somebody_else_made_meanwhile_is_used(
    folder: KeyFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = KeyFolder.open(path)
    made: list[str] = []
    make = key_files.KeyFiles.make

    def slowly(files: key_files.KeyFiles) -> None:
        monkeypatch.setattr(key_files.KeyFiles, "make", make)
        make(files)
        key = new_key("2026-Q4")
        files.add(f"{key.id}.key", key.content)
        made.append(key.pseudonym("subject", "a"))

    monkeypatch.setattr(key_files.KeyFiles, "make", slowly)
    assert [folder.pseudonym("subject", "a", AT)] == made
    assert other.pseudonyms("subject", "a") == made


def test_a_lock_that_is_kept_is_told_of(
    folder: KeyFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_files, "_LOCK_SECONDS", 0.01)
    with key_files.KeyFiles(path, str(path)).locked():
        message = refusal(path, lambda: folder.pseudonym("subject", "a", AT))
    assert message == "another process keeps keys/lock locked"
    assert folder.pseudonym("subject", "a", AT)


def test_a_fork_goes_on_with_the_same_keys(folder: KeyFolder) -> None:
    before = folder.pseudonym("subject", "a", AT)
    code = (
        "import os, sys\n"
        "from doelbinding.audit.keys import KeyFolder\n"
        "folder = KeyFolder.open(sys.argv[1])\n"
        "first = folder.pseudonym('subject', 'a', int(sys.argv[2]))\n"
        "child = os.fork()\n"
        "found = [folder.pseudonym('subject', 'a', at) for at in (int(sys.argv[2]), 0)]\n"
        "os.write(1, f'{found}\\n'.encode())\n"
        "os._exit(0) if not child else os.waitpid(child, 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, folder.name, str(INSTANT)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    one, other = done.stdout.splitlines()
    assert one == other
    assert before in one


# ── What is refused ──────────────────────────────────────────────────────────────────────────────


def test_a_folder_that_is_missing_is_told_of_and_not_made(path: Path) -> None:
    message = refusal(path, lambda: KeyFolder.open(path))
    assert message == "cannot open the folder of keys keys: no such file or directory"
    assert not path.exists()


def test_a_folder_below_one_that_is_missing_is_not_made(path: Path) -> None:
    message = refusal(path, lambda: KeyFolder.open(path / "deeper", create=True))
    assert message == "cannot make the folder of keys keys/deeper: no such file or directory"
    assert not path.exists()


@pytest.mark.parametrize("create", [False, True])
def test_what_is_no_folder_is_refused(path: Path, create: bool) -> None:
    path.touch(mode=0o600)
    message = refusal(path, lambda: KeyFolder.open(path, create=create))
    assert message == "keys is not a folder"
    message = refusal(path, lambda: KeyFolder.open("a\0b"))
    assert message == "cannot open the folder of keys a\0b: no file can have that name"


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o701, 0o770, 0o777])
def test_a_folder_that_others_may_enter_is_refused_with_the_way_to_close_it(
    folder: KeyFolder, path: Path, mode: int
) -> None:
    path.chmod(mode)
    with pytest.raises(StoreError) as refused:
        KeyFolder.open(path)
    assert refused.value.message == f"{path} is open to other users"
    assert refused.value.help == f"Close it to them: `chmod 700 {path}`."


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o602, 0o666])
@pytest.mark.parametrize("which", ["pseudonyms", "head.pem"])
def test_a_key_that_others_may_read_is_refused_with_the_way_to_close_it(
    folder: KeyFolder, path: Path, mode: int, which: str
) -> None:
    folder.pseudonym("subject", "a", AT)
    folder.head_key()
    exposed = key_file(path) if which == "pseudonyms" else path / which
    exposed.chmod(mode)
    again = KeyFolder.open(path)
    use = again.head_key if which == "head.pem" else lambda: again.pseudonym("subject", "a", AT)
    with pytest.raises(StoreError) as refused:
        use()
    assert refused.value.message == f"{exposed} is open to other users"
    assert refused.value.help == f"Close it to them: `chmod 600 {exposed}`."


@pytest.mark.parametrize("name", ["log", "head", "head.pub.pem"])
def test_what_is_no_secret_may_be_read_by_others_but_not_written(
    folder: KeyFolder, path: Path, name: str
) -> None:
    folder.keep_head(signed(HEAD, folder.head_key()))

    def use() -> object:
        return folder.log_id, folder.head, folder.head_public_key()

    (path / name).chmod(0o644)
    assert use()
    (path / name).chmod(0o664)
    assert refusal(path, use) == f"keys/{name} is open to other users"


def test_a_folder_of_another_user_is_refused(
    folder: KeyFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    message = refusal(path, lambda: KeyFolder.open(path))
    assert message == f"keys belongs to another user, with the number {path.stat().st_uid}"


SPOILT = [b"", b"\n", b"f" * 64, b"f" * 63 + b"\n", b"F" * 64 + b"\n", b"f" * 64 + b"\r\n"]
SPOILT += [b"f" * 64 + b"\n\n", b"g" * 64 + b"\n", b"\xff" * 65, b"f" * 100_000, b"0" * 64 + b"\n"]


@pytest.mark.parametrize("content", SPOILT)
def test_a_file_that_does_not_hold_its_key_is_refused_and_no_other_key_is_made(
    folder: KeyFolder, path: Path, content: bytes
) -> None:
    folder.pseudonym("subject", "a", AT)
    stored = key_file(path)
    stored.write_bytes(content)
    again = KeyFolder.open(path)
    for use in (lambda: again.pseudonym("subject", "a", AT), lambda: again.pseudonyms("s", "a")):
        message = refusal(path, use)
        assert message == f"keys/pseudonyms/{stored.name} does not hold that key"
    assert key_file(path) == stored


@pytest.mark.parametrize("put", [os.mkfifo, os.mkdir, Path("/dev/zero")])
@pytest.mark.parametrize("name", ["log", "head", "head.pem", "head.pub.pem", "pseudonyms"])
def test_a_link_a_pipe_or_a_folder_in_the_place_of_a_file_is_refused_at_once(
    folder: KeyFolder, path: Path, name: str, put: Callable[[Path], None] | Path
) -> None:
    folder.pseudonym("subject", "a", AT)
    folder.keep_head(signed(HEAD, folder.head_key()))
    place = key_file(path) if name == "pseudonyms" else path / name
    place.unlink()
    place.symlink_to(put) if isinstance(put, Path) else put(place)
    again = KeyFolder.open(path)

    def use() -> object:
        return again.log_id, again.pseudonym("subject", "a", AT), again.head, again.head_key()

    shown = f"keys/{place.relative_to(path)}"
    is_link = isinstance(put, Path)
    assert refusal(path, use) == (
        f"cannot read {shown}: it is a symbolic link"
        if is_link
        else f"{shown} is not a regular file"
    )


def test_a_pipe_in_the_place_of_the_lock_does_not_hang(folder: KeyFolder, path: Path) -> None:
    os.mkfifo(path / "lock", 0o600)
    folder.pseudonym("subject", "a", AT)
    (path / "lock").unlink()
    (path / "lock").symlink_to("/dev/zero")
    message = refusal(path, lambda: folder.pseudonym("subject", "a", 0))
    assert message == "cannot write to the folder of keys keys: it is a symbolic link"


class ReadOnly:
    """Makes every file system read-only, also for the superuser, whom no permission stops."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        really = os.open

        def open_to_read(path: str, flags: int, *rest: int, **more: int) -> int:
            if flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
                raise OSError(30, "Read-only file system")
            return really(path, flags, *rest, **more)

        monkeypatch.setattr(os, "open", open_to_read)


def test_a_new_quarter_in_a_folder_that_is_read_only_has_no_key(
    folder: KeyFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = folder.pseudonym("subject", "a", AT)
    ReadOnly(monkeypatch)
    next_quarter = AT + timedelta(days=60)
    message = refusal(path, lambda: folder.pseudonym("subject", "a", next_quarter))
    assert message == "cannot write to the folder of keys keys: read-only file system"
    assert folder.pseudonym("subject", "a", AT) == found


def test_a_folder_that_is_read_only_serves_as_long_as_nothing_new_is_needed(
    folder: KeyFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = folder.pseudonym("subject", "a", AT)
    key = folder.head_key()
    ReadOnly(monkeypatch)
    again = KeyFolder.open(path, log=LOG, create=True)
    again.bind(LOG)
    assert again.pseudonym("subject", "a", AT) == found
    assert again.head_key() == key


def test_a_full_disk_leaves_no_half_written_key(
    folder: KeyFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        (path / "pseudonyms").mkdir(mode=0o700)
        message = refusal(path, lambda: folder.pseudonym("subject", "a", AT))
    assert message.endswith(": no space left on device")
    assert folder.key_ids == ()
    assert list((path / "pseudonyms").iterdir()) == []
    assert folder.pseudonym("subject", "a", AT)


# ── Which log ────────────────────────────────────────────────────────────────────────────────────


def test_keys_are_bound_to_one_log_for_good(path: Path) -> None:
    folder = KeyFolder.open(path, create=True)
    assert KeyFolder.open(path).log_id is None
    folder.bind(LOG)
    folder.bind(LOG)
    assert folder.log_id == KeyFolder.open(path, log=LOG).log_id == LOG
    assert refusal(path, lambda: folder.bind(OTHER_LOG)) == "the keys in keys belong to another log"
    message = refusal(path, lambda: KeyFolder.open(path, log=OTHER_LOG))
    assert message == f"the keys in keys do not belong to the log {OTHER_LOG}"
    assert folder.log_id == LOG


def test_keys_that_belong_to_no_log_are_not_those_of_a_log(path: Path) -> None:
    KeyFolder.open(path, create=True)
    message = refusal(path, lambda: KeyFolder.open(path, log=LOG))
    assert message == f"the keys in keys do not belong to the log {LOG}"


@pytest.mark.parametrize("content", [b"", b"\n", LOG.encode(), b"g" * 32 + b"\n", b"\xff" * 33])
def test_a_file_that_names_no_log_is_refused(folder: KeyFolder, path: Path, content: bytes) -> None:
    (path / "log").write_bytes(content)
    assert refusal(path, lambda: folder.log_id) == "keys/log names no log"
    assert refusal(path, lambda: folder.bind(LOG)) == "keys/log names no log"


# ── Heads ────────────────────────────────────────────────────────────────────────────────────────


def test_the_key_of_heads_is_made_once(folder: KeyFolder, path: Path) -> None:
    key = folder.head_key()
    assert not key.is_exposed
    again = KeyFolder.open(path)
    assert again.head_key() == key
    assert again.head_public_key() == key.public
    (found,) = read_heads(signed(HEAD, key))
    assert found.is_signed_by(again.head_public_key())


def test_the_public_half_is_written_again_where_it_is_missing(
    folder: KeyFolder, path: Path
) -> None:
    message = refusal(path, folder.head_public_key)
    assert message == "there is no key for heads: keys/head.pub.pem is missing"
    key = folder.head_key()
    (path / "head.pub.pem").unlink()
    assert folder.head_key() == key
    assert folder.head_public_key() == key.public


def test_halves_that_do_not_belong_together_are_refused(
    folder: KeyFolder, path: Path, tmp_path: Path
) -> None:
    folder.head_key()
    (path / "head.pem").write_bytes(new_private_key())
    message = refusal(path, folder.head_key)
    assert message == "keys/head.pub.pem is not the public half of keys/head.pem"


def test_a_key_that_signed_a_head_and_is_lost_is_not_replaced(
    folder: KeyFolder, path: Path
) -> None:
    folder.keep_head(signed(HEAD, folder.head_key()))
    (path / "head.pem").unlink()
    message = refusal(path, folder.head_key)
    assert message == "the key that signed the last head is gone: keys/head.pem"
    assert not (path / "head.pem").exists()
    assert folder.pseudonym("subject", "a", AT)


def test_the_last_head_is_kept_and_never_one_behind_it(folder: KeyFolder, path: Path) -> None:
    assert folder.head is None
    key = folder.head_key()
    later = TreeHead(LOG, 5, bytes(32), bytes(32), "2026-11-25T17:40:00Z")
    for head, kept in ((HEAD, HEAD), (later, later), (HEAD, later)):
        folder.keep_head(signed(head, key))
        assert folder.head == KeyFolder.open(path).head == kept


def test_a_head_of_another_log_and_what_is_no_head_are_not_kept(
    folder: KeyFolder, path: Path
) -> None:
    key = folder.head_key()
    other = TreeHead(OTHER_LOG, 3, bytes(32), bytes(32), HEAD.at)
    message = refusal(path, lambda: folder.keep_head(signed(other, key)))
    assert message == "the head is one of another log"
    assert refusal(path, lambda: folder.keep_head("")).startswith("the head:1: ")
    assert folder.head is None
    (path / "head").touch(mode=0o600)
    for content in (b"", b"\xff\xfe", b"a\n" * 100_000):
        (path / "head").write_bytes(content)
        assert refusal(path, lambda: folder.head).startswith("keys/head:1: ")
    (path / "head").write_text(signed(other, key), "utf-8")
    assert refusal(path, lambda: folder.head) == "keys/head is one of another log"


# ── The end of a key ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def in_next_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "time_ns", lambda: (INSTANT + 365 * 86_400_000_000) * 1000)


@pytest.mark.usefixtures("in_next_year")
def test_a_key_that_is_destroyed_is_overwritten_and_forgotten(
    folder: KeyFolder, path: Path, tmp_path: Path
) -> None:
    before = folder.pseudonym("subject", "a", AT)
    kept = folder.pseudonym("subject", "a", AT - timedelta(days=90))
    os.link(key_file_of(path, before), tmp_path / "the same file")
    assert folder.destroy("2026-Q4") == (before[:16],)
    assert (tmp_path / "the same file").read_bytes() == bytes(65)
    assert folder.pseudonyms("subject", "a") == [kept]
    assert folder.key_ids == (kept[:16],)
    assert folder.pseudonym("subject", "a", AT) not in (before, kept)


def key_file_of(path: Path, pseudonym: str) -> Path:
    return path / "pseudonyms" / f"{pseudonym.partition(':')[0]}.key"


@pytest.mark.usefixtures("in_next_year")
def test_destroying_what_is_not_there_destroys_nothing(folder: KeyFolder) -> None:
    found = folder.pseudonym("subject", "a", AT)
    assert folder.destroy("2020-Q1") == ()
    assert folder.pseudonyms("subject", "a") == [found]


@pytest.mark.usefixtures("in_next_year")
def test_what_a_killed_program_left_is_destroyed_and_a_key_in_use_is_not(
    folder: KeyFolder, path: Path
) -> None:
    found = folder.pseudonym("subject", "a", AT)
    left = path / "pseudonyms" / "new-0"
    left.write_bytes(new_key("2026-Q3").content)
    os.link(key_file(path), path / "pseudonyms" / "new-1")
    folder.destroy("2026-Q3")
    assert [each.name for each in (path / "pseudonyms").iterdir()] == [f"{found[:16]}.key"]
    assert KeyFolder.open(path).pseudonym("subject", "a", AT) == found


@pytest.mark.parametrize("period", ["2026-Q4", "2027-Q1"])
def test_the_key_of_a_quarter_that_is_not_over_is_not_destroyed(
    folder: KeyFolder, path: Path, period: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "time_ns", lambda: INSTANT * 1000)
    found = folder.pseudonym("subject", "a", AT)
    message = refusal(path, lambda: folder.destroy(period))
    assert message == f"{period} is not over: the log still records under its key"
    assert KeyFolder.open(path).pseudonyms("subject", "a") == [found]


@pytest.mark.parametrize("period", ["", "2024", "2024-Q5", "2024-q1", "../2024-Q1", "2024-Q1\n"])
def test_what_is_no_quarter_is_refused(folder: KeyFolder, path: Path, period: str) -> None:
    assert refusal(path, lambda: folder.destroy(period)) == f"`{period}` is not a quarter"


def test_it_is_known_whether_a_key_is_that_of_this_quarter(
    folder: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "time_ns", lambda: INSTANT * 1000)
    assert folder.is_current("2026-Q4-01234567")
    assert not folder.is_current("2026-Q3-01234567")
    assert not folder.is_current("2026-Q4")


# ── Nothing of a key is told ─────────────────────────────────────────────────────────────────────


def test_nothing_shows_a_key(folder: KeyFolder, path: Path) -> None:
    key = new_key("2026-Q4")
    secret = key.content.decode("ascii").strip()
    assert repr(key) == f"PseudonymKey(id='{key.id}')"
    assert key_in(key.content, key.id) == key
    shown = [repr(folder), str(folder)]
    (path / "pseudonyms").mkdir(mode=0o700)
    stored = path / "pseudonyms" / "2026-Q4-00000000.key"
    stored.touch(mode=0o600)
    for content in (key.content, key.content[:-2], key.content * 2):
        stored.write_bytes(content)
        shown.append(refusal(path, lambda: folder.pseudonym("subject", "a", AT)))
    for each in shown:
        assert not any(secret[at : at + 8] in each for at in range(len(secret) - 8))
