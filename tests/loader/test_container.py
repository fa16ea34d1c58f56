"""A bundle as a file: whatever is not exactly as it was written is refused, at once and in time."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import doelbinding
from doelbinding.errors import SourceError
from doelbinding.loader.container import Container, open_container, open_with, pack
from doelbinding.loader.limits import DEFAULT_LIMITS
from doelbinding.signing import PublicKey, read_private_key, read_public_key
from tests.bundles import (
    EMPTY,
    KeyPair,
    by_hand,
    compact,
    contents,
    header,
    identity,
    key_pair,
    sha256,
)

SIZE = len(pack(identity(), contents(), None))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return key_pair(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def key(keys: KeyPair) -> PublicKey:
    return read_public_key(keys.public)


@pytest.fixture
def unsigned() -> bytes:
    return pack(identity(), contents(), None)


@pytest.fixture
def signed(keys: KeyPair) -> bytes:
    return pack(identity(), contents(), read_private_key(keys.private))


class Opener:
    """Opens bytes as a file of that name in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "a.bundle"

    def __call__(self, content: bytes, key: PublicKey | None = None) -> Container:
        self.path.write_bytes(content)
        return open_container(str(self.path), DEFAULT_LIMITS, key)

    def refusal(self, content: bytes, key: PublicKey | None = None) -> str:
        """What is said of bytes that are refused: one line, and one of help."""
        with pytest.raises(SourceError) as refused:
            self(content, key)
        said = refused.value
        assert said.help
        assert (said.message + said.help).isprintable()
        assert str(self.path) in said.message
        return said.message.replace(str(self.path), "it")


@pytest.fixture
def opened(tmp_path: Path) -> Opener:
    return Opener(tmp_path)


# ── What is as it was written ────────────────────────────────────────────────────────────────────


def test_a_bundle_gives_back_what_was_packed(opened: Opener, unsigned: bytes) -> None:
    container = opened(unsigned)
    assert container.identity == identity()
    assert container.signed_by is None
    assert {each: container.read(each) for each in contents()} == contents()


def test_a_section_that_is_wanted_comes_with_it(opened: Opener, unsigned: bytes) -> None:
    opened.path.write_bytes(unsigned)
    _, found = open_with(str(opened.path), DEFAULT_LIMITS, None, ("index",))
    assert found == {"index": contents()["index"]}


def test_a_section_too_large_for_one_look_is_read_all_the_same(opened: Opener) -> None:
    large = contents(bytes(33 << 20))
    assert opened(pack(identity(), large, None)).read("index") == large["index"]


def test_a_signed_bundle_names_the_key_only_when_it_was_verified(
    opened: Opener, signed: bytes, key: PublicKey
) -> None:
    assert opened(signed, key).signed_by == key.id
    assert opened(signed).signed_by is None


def test_the_same_gives_the_same_bytes(keys: KeyPair) -> None:
    private = read_private_key(keys.private)
    turned = dict(reversed(contents().items()))
    assert pack(identity(), contents(), private) == pack(identity(), turned, private)


def test_the_first_line_tells_what_the_file_is(unsigned: bytes) -> None:
    assert unsigned.startswith(b'doelbinding bundle 1\n{"policy":"library","revision":3,')


def test_the_bundle_by_hand_that_the_tests_spoil_is_a_sound_one(
    opened: Opener, unsigned: bytes
) -> None:
    made = by_hand(compact(header(contents())), b"".join(contents().values()))
    assert made == unsigned
    opened(made)


# ── Bytes that were changed, cut off, or added ───────────────────────────────────────────────────


def test_any_byte_that_is_changed_is_noticed(opened: Opener, unsigned: bytes) -> None:
    for changed in _changed(unsigned):
        opened.refusal(changed)


def test_any_byte_of_a_signed_bundle_that_is_changed_is_noticed_verified_or_not(
    opened: Opener, signed: bytes, key: PublicKey
) -> None:
    for changed in _changed(signed):
        opened.refusal(changed, key)
        opened.refusal(changed)


def test_a_bundle_that_was_cut_short_anywhere_is_refused(
    opened: Opener, signed: bytes, key: PublicKey
) -> None:
    for length in range(len(signed)):
        opened.refusal(signed[:length])
        opened.refusal(signed[:length], key)


def test_how_much_is_missing_or_too_much_is_said(opened: Opener, unsigned: bytes) -> None:
    assert opened.refusal(unsigned[:-2]) == "it is damaged: bytes are missing at its end: 2"
    assert opened.refusal(unsigned + b"\n") == ("it is damaged: bytes were added at its end: 1")


def test_a_part_that_was_added_is_refused_signed_or_not(
    opened: Opener, signed: bytes, unsigned: bytes, key: PublicKey
) -> None:
    opened.refusal(unsigned + unsigned)
    opened.refusal(signed + b"more", key)


def test_a_byte_in_a_section_is_laid_to_that_section(opened: Opener, unsigned: bytes) -> None:
    changed = unsigned.replace(b"the index", b"the indeX")
    assert opened.refusal(changed) == "it is damaged: its section `index` is not as it was written"


def _changed(content: bytes) -> Iterator[bytes]:
    """The same with one bit of one byte turned, for each byte."""
    for place, byte in enumerate(content):
        yield content[:place] + bytes([byte ^ (1 << place % 8)]) + content[place + 1 :]


# ── Heads that lie, under a digest that is right ─────────────────────────────────────────────────

HELD = contents()
BODY = b"".join(HELD.values())


def sections(**changes: Any) -> list[dict[str, Any]]:
    """The entries of the sections, the first of them changed."""
    first, *rest = header(HELD)["sections"]
    return [{**first, **changes}, *rest]


LIES: dict[str, Any] = {
    "no sections": {"sections": []},
    "a section is left out": {"sections": sections()[:2]},
    "a section twice": {"sections": [*sections(), sections()[2]]},
    "the same section for each": {"sections": sections()[:1] * 3},
    "another order": {"sections": sections()[::-1]},
    "another name": {"sections": sections(name="code")},
    "no name": {"sections": sections(name="")},
    "one more section": {
        "sections": [*sections(), {"name": "more", "length": 0, "digest": f"sha256:{EMPTY}"}]
    },
    "a length below nothing": {"sections": sections(length=-1)},
    "a length too long by one": {"sections": sections(length=10)},
    "a length too short by one": {"sections": sections(length=8)},
    "a huge length": {"sections": sections(length=1 << 47)},
    "a length beyond all files": {"sections": sections(length=10**40)},
    "a length with a point": {"sections": sections(length=9.0)},
    "a length in quotes": {"sections": sections(length="9")},
    "a length that is true": {"sections": sections(length=True)},
    "no length": {"sections": sections(length=None)},
    "an offset": {"sections": sections(offset=0)},
    "another digest": {"sections": sections(digest=f"sha256:{EMPTY}")},
    "a digest in capitals": {"sections": sections(digest=sha256(HELD["index"]).upper())},
    "another kind of digest": {"sections": sections(digest="md5:0")},
    "a digest and a line break": {"sections": sections(digest=sha256(HELD["index"]) + "\n")},
    "sections as text": {"sections": "index"},
    "another source": {"source": f"sha256:{EMPTY}"},
    "no source": {"source": ""},
    "revision nothing": {"revision": 0},
    "a revision below nothing": {"revision": -1},
    "a revision with a point": {"revision": 3.0},
    "a huge revision": {"revision": 10**30},
    "an id with a blank": {"policy": "a b"},
    "an id that steers a terminal": {"policy": "a\x1b[2J"},
    "an id with a line break": {"policy": "library\n"},
    "an id that leads elsewhere": {"policy": "../../etc/passwd"},
    "a list of lists": {"policy": [[[[]]]]},
    "an unknown key": {"run": "me"},
    "an unknown key with nothing": {"run": None},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_head_that_lies_is_refused(opened: Opener, lie: str) -> None:
    assert opened.refusal(by_hand(compact(header(HELD, **LIES[lie])), BODY)).startswith(
        "it is damaged: "
    )


SECOND = compact(header(HELD))
OTHERWISE: dict[str, bytes] = {
    "nothing": b"",
    "no object": b"[]",
    "null": b"null",
    "blanks": SECOND.replace(b":3,", b": 3,"),
    "a blank behind": SECOND + b" ",
    "another order": compact(dict(reversed(header(HELD).items()))),
    "a key twice": SECOND.replace(b'"revision":3,', b'"revision":3,"revision":3,'),
    "a key twice with another value": SECOND.replace(b'"revision":', b'"revision":9,"revision":'),
    "an escape": SECOND.replace(b'"library"', rb'"\u006cibrary"'),
    "a number in another form": SECOND.replace(b":3,", b":3e0,"),
    "a key in half": SECOND[:-1],
    "two values": SECOND + SECOND,
    "not UTF-8": SECOND.replace(b"library", b"\xff"),
    "half a character": SECOND.replace(b'"library"', rb'"\ud800"'),
    "a mark": b"\xef\xbb\xbf" + SECOND,
    "deep brackets": b"[" * 60_000,
    "deep brackets where a text should be": b'{"policy":' + b"[" * 60_000,
    "deep brackets in an unknown key": b'{"policy":"a","x":' + b'{"a":' * 10_000,
    "a long number": b'{"policy":"a","revision":' + b"9" * 60_000 + b"}",
    "NaN": SECOND.replace(b":3,", b":NaN,"),
    "longer than any head": compact(header(HELD, policy="a" * 100_000)),
}


@pytest.mark.parametrize("form", OTHERWISE)
def test_a_head_that_is_written_in_another_form_is_refused(opened: Opener, form: str) -> None:
    assert opened.refusal(by_hand(OTHERWISE[form], BODY)).startswith("it is damaged: ")


SEALS = {
    "nothing": b"",
    "empty": b"{}",
    "false": b'{"signature":false}',
    "a text": b'{"signature":""}',
    "no algorithm": b'{"signature":{}}',
    "null twice": b'{"signature":null,"signature":null}',
    "an unknown key": b'{"signature":null,"x":1}',
    "blanks": b'{"signature": null}',
}


@pytest.mark.parametrize("seal", SEALS)
def test_a_seal_that_is_none_is_refused_asked_for_or_not(
    opened: Opener, key: PublicKey, seal: str
) -> None:
    for asked in (None, key):
        opened.refusal(by_hand(SECOND, BODY, third=SEALS[seal]), asked)


# ── Signatures ───────────────────────────────────────────────────────────────────────────────────


def test_a_bundle_without_a_signature_is_refused_when_one_is_asked_for(
    opened: Opener, unsigned: bytes, key: PublicKey
) -> None:
    assert opened.refusal(unsigned, key) == "it carries no signature"


def test_a_signature_that_was_stripped_is_missed(
    opened: Opener, signed: bytes, key: PublicKey
) -> None:
    stripped = _with_seal(signed, b'{"signature":null}')
    opened(stripped)
    assert opened.refusal(stripped, key) == "it carries no signature"


def test_the_signature_of_another_key_is_refused_and_both_are_named(
    opened: Opener, tmp_path: Path, key: PublicKey
) -> None:
    other = read_private_key(key_pair(tmp_path).private)
    foreign = pack(identity(), contents(), other)
    assert opened.refusal(foreign, key) == "it is signed with another key"
    with pytest.raises(SourceError) as refused:
        opened(foreign, key)
    assert other.id in refused.value.help
    assert key.id in refused.value.help


def test_another_key_under_the_name_of_the_right_one_is_refused(
    opened: Opener, tmp_path: Path, key: PublicKey
) -> None:
    other = read_private_key(key_pair(tmp_path).private)
    foreign = pack(identity(), contents(), other)
    renamed = _with_seal(foreign, _seal(foreign).replace(other.id.encode(), key.id.encode()))
    opened(renamed)
    assert opened.refusal(renamed, key) == "the signature of it does not fit its contents"


@pytest.mark.parametrize(
    "other",
    [
        pack(identity(4), contents(), None),
        pack(identity(), contents(b"another index"), None),
        pack(identity(), {**contents(), "tests": b""}, None),
    ],
    ids=["revision", "index", "tests"],
)
def test_the_signature_of_another_bundle_is_refused(
    opened: Opener, signed: bytes, key: PublicKey, other: bytes
) -> None:
    assert opened.refusal(_with_seal(other, _seal(signed)), key) == (
        "the signature of it does not fit its contents"
    )


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda seal: seal.replace(b"ed25519", b"none"),
        lambda seal: seal.replace(b"ed25519", b"hs256"),
        lambda seal: seal[: seal.index(b'"value":"')] + b'"value":""}}',
        lambda seal: seal.replace(b'"value":"', b'"value":"00'),
        lambda seal: seal[: seal.index(b'"value":"')] + b'"value":"' + b"0" * 128 + b'"}}',
        lambda seal: seal.replace(b'"key":"sha256:', b'"key":"'),
        lambda seal: b'{"signature":[' + seal[len(b'{"signature":') : -1] + b"]}",
    ],
)
def test_a_signature_that_is_broken_is_refused(
    opened: Opener, signed: bytes, key: PublicKey, spoilt: Callable[[bytes], bytes]
) -> None:
    opened.refusal(_with_seal(signed, spoilt(_seal(signed))), key)


def test_a_signature_of_the_same_bytes_for_another_end_does_not_fit(
    opened: Opener, keys: KeyPair, signed: bytes, key: PublicKey
) -> None:
    first, second, *_ = signed.split(b"\n", 4)
    bare = read_private_key(keys.private).sign(b"%b\n%b\n" % (first, second)).hex().encode()
    value = _seal(signed).split(b'"')[-2]
    assert opened.refusal(_with_seal(signed, _seal(signed).replace(value, bare)), key) == (
        "the signature of it does not fit its contents"
    )


def _seal(bundle: bytes) -> bytes:
    return bundle.split(b"\n", 3)[2]


def _with_seal(bundle: bytes, seal: bytes) -> bytes:
    first, second, _, _, body = bundle.split(b"\n", 4)
    return by_hand(second, body, first=first, third=seal)


# ── Other formats and other files ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", [2, 3, 10, 999_999_999])
def test_a_newer_format_is_told_apart_whatever_follows(
    opened: Opener, unsigned: bytes, version: int
) -> None:
    for rest in (unsigned.partition(b"\n")[2], b"", b"\x00" * 100):
        newer = b"doelbinding bundle %d\n%b" % (version, rest)
        assert opened.refusal(newer) == (
            f"it is a bundle of format {version}, newer than is known here"
        )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"doelbinding: 1\n",
        b"doelbinding bundle\n",
        b"doelbinding bundle 0\n",
        b"doelbinding bundle 01\n",
        b"doelbinding bundle 1 \n",
        b"doelbinding bundle 1\r\n",
        b"doelbinding bundle -1\n",
        b"doelbinding bundle 1e3\n",
        "doelbinding bundle \N{ARABIC-INDIC DIGIT ONE}\n".encode(),
        b"doelbinding bundle " + b"9" * 5_000 + b"\n",
        b"doelbinding bundle 1",
        b" doelbinding bundle 1\n",
        b"\x1f\x8b" + bytes(100),
        b"PK\x03\x04" + bytes(100),
        b"\x80\x05cos\nsystem\n(S'touch pwned'\ntR.",
        bytes(1 << 20),
    ],
)
def test_a_foreign_file_is_told_apart(opened: Opener, content: bytes) -> None:
    assert opened.refusal(content) == "it is not a bundle of doelbinding"


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (os.mkfifo, "a pipe"),
        (os.mkdir, "a folder"),
        (lambda path: Path(path).symlink_to("/dev/zero"), "a device"),
        (lambda path: Path(path).symlink_to(path), "cannot read"),
        (lambda path: None, "cannot read"),
    ],
)
def test_what_is_no_regular_file_is_refused_and_does_not_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[str], None], kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    make("odd")
    with pytest.raises(SourceError, match=kind):
        open_container("odd", DEFAULT_LIMITS)


@pytest.mark.parametrize("name", ["a\0b", "\udfff", "x" * 5_000])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    with pytest.raises(SourceError):
        open_container(name, DEFAULT_LIMITS)


# ── Later reads ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes().replace(b"first", b"other")),
        lambda path: path.write_bytes(pack(identity(4), {**contents(), "tests": b"x"}, None)),
        lambda path: os.truncate(path, SIZE - 1),
    ],
)
def test_a_file_that_changed_meanwhile_is_refused_when_more_is_read(
    opened: Opener, unsigned: bytes, meanwhile: Callable[[Path], object]
) -> None:
    container = opened(unsigned)
    meanwhile(opened.path)
    with pytest.raises(SourceError, match="changed since it was read") as refused:
        container.read("tests")
    assert refused.value.help == "Load it anew."


def test_a_file_that_is_gone_cannot_be_read_later(opened: Opener, unsigned: bytes) -> None:
    container = opened(unsigned)
    opened.path.unlink()
    with pytest.raises(SourceError, match="no such file"):
        container.read("tests")


def test_a_relative_name_means_the_same_file_wherever_the_program_goes(
    opened: Opener, unsigned: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened(unsigned)
    monkeypatch.chdir(tmp_path)
    container = open_container("a.bundle", DEFAULT_LIMITS)
    monkeypatch.chdir("/")
    assert container.read("tests") == contents()["tests"]


# ── How much, and how long ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def in_time() -> Iterator[None]:
    begun = time.perf_counter()
    yield
    assert time.perf_counter() - begun < 1


@pytest.mark.usefixtures("in_time")
def test_a_huge_file_is_refused_for_its_size_alone(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.path.touch()
    os.truncate(opened.path, 1 << 40)
    monkeypatch.setattr(os, "pread", pytest.fail)
    with pytest.raises(SourceError, match="larger than 268,435,456 bytes"):
        open_container(str(opened.path), DEFAULT_LIMITS)


def test_the_limit_on_the_size_is_exact(opened: Opener, unsigned: bytes) -> None:
    opened(unsigned)
    limits = replace(DEFAULT_LIMITS, bundle_bytes=len(unsigned))
    open_container(str(opened.path), limits)
    with pytest.raises(SourceError, match="larger than"):
        open_container(str(opened.path), replace(limits, bundle_bytes=len(unsigned) - 1))


_OPEN = r"""
import re, resource, sys
from doelbinding.errors import SourceError
from doelbinding.loader.container import open_with
from doelbinding.loader.limits import DEFAULT_LIMITS
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
try:
    open_with(sys.argv[1], DEFAULT_LIMITS, None, ("index",))
except SourceError as error:
    print(error)
most = re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]
print(most)
"""


@pytest.mark.parametrize("large", ["index", "texts", "tests"])
def test_an_altered_bundle_of_200_mb_is_refused_in_little_memory(
    tmp_path: Path, large: str
) -> None:
    held = {**contents(), large: bytes(200 << 20)}
    said = header(held)
    if large == "texts":
        said["source"] = sha256(held["texts"])
    bundle = bytearray(by_hand(compact(said), b"".join(held.values())))
    bundle[-100] ^= 1
    path = tmp_path / "large.bundle"
    path.write_bytes(bundle)
    source = str(Path(str(doelbinding.__file__)).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, str(path), str(400 << 20)],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    )
    message, kilobytes = done.stdout.splitlines()
    assert ("has an index of more than" if large == "index" else "is damaged") in message
    assert int(kilobytes) < 100 << 10


def test_no_descriptor_is_left_open(opened: Opener, unsigned: bytes) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counts, and looks at none
    for _ in range(3):
        opened(unsigned).read("tests")
        opened.refusal(unsigned[:-1])
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
