"""Heads are signed notes, and read strictly: what is not written as it must be is refused."""

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from doelbinding.audit.head import TreeHead, read_heads, signed
from doelbinding.errors import SourceError
from doelbinding.signing import PrivateKey, new_private_key, read_private_key, read_public_key

# RFC 8032, section 7.1, the first test: its secret and its public key.
SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")

LOG = "0123456789abcdef0123456789abcdef"
HEAD = TreeHead(LOG, 1204, bytes(range(32)), bytes(range(32, 64)), "2026-11-24T17:40:00Z")
BY_KEY = (
    "aFDhC8Drcig3u12JD53PCEAbxF5junvydIJivLrXUvSLv7Y00IPkGVU/CdNcqGkfFCydkh6ccstJqrhD5ZghnJTEHgs="
)
GOLDEN = f"""\
doelbinding-log/{LOG}
1204
AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
chain 202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f
at 2026-11-24T17:40:00Z

— doelbinding-log/{LOG} {BY_KEY}
"""
WITNESS = f"— witness.example/one {b64encode(bytes(76)).decode()}\n"


def private_key(folder: Path, pem: bytes) -> PrivateKey:
    path = folder / "key.pem"
    path.write_bytes(pem)
    return read_private_key(path)


@pytest.fixture
def key(tmp_path: Path) -> PrivateKey:
    secret = Ed25519PrivateKey.from_private_bytes(SECRET)
    form = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    return private_key(tmp_path, secret.private_bytes(*form))


def refusal(text: str) -> str:
    with pytest.raises(SourceError) as refused:
        read_heads(text, "heads.txt")
    assert refused.value.help
    return refused.value.message


# ── What is signed ───────────────────────────────────────────────────────────────────────────────


def test_a_head_is_signed_as_it_always_was(key: PrivateKey) -> None:
    assert key.public.raw == PUBLIC
    assert signed(HEAD, key) == GOLDEN


def test_a_note_that_is_read_is_the_head_that_was_signed(key: PrivateKey) -> None:
    (found,) = read_heads(GOLDEN)
    assert found.head == HEAD
    assert found.is_signed_by(key.public)
    assert GOLDEN.startswith(found.head.text + "\n")


@pytest.mark.parametrize(
    "change",
    [
        {"log": LOG[::-1]},
        {"size": 1205},
        {"root": bytes(32)},
        {"chain": bytes(32)},
        {"at": "2026-11-24T17:40:01Z"},
    ],
)
def test_a_signature_is_of_one_head_alone(key: PrivateKey, change: dict[str, object]) -> None:
    other = replace(HEAD, **change)  # type: ignore[arg-type]  # one field each
    (found,) = read_heads(GOLDEN)
    assert not replace(found, head=other).is_signed_by(key.public)


def test_a_signature_is_of_one_key_alone(key: PrivateKey, tmp_path: Path) -> None:
    other = private_key(tmp_path, new_private_key())
    (found,) = read_heads(GOLDEN)
    assert not found.is_signed_by(other.public)
    (own,) = read_heads(signed(HEAD, other))
    assert own.is_signed_by(other.public)
    assert not own.is_signed_by(key.public)


def test_no_bit_of_a_signature_may_differ(key: PrivateKey) -> None:
    (found,) = read_heads(GOLDEN)
    ((name, signature),) = found.signatures
    for place in range(len(signature)):
        turned = bytes([signature[place] ^ 1])
        wrong = signature[:place] + turned + signature[place + 1 :]
        assert not replace(found, signatures=((name, wrong),)).is_signed_by(key.public)


def test_a_signature_under_another_name_does_not_count(key: PrivateKey) -> None:
    (found,) = read_heads(GOLDEN)
    ((_, signature),) = found.signatures
    assert not replace(found, signatures=(("other", signature),)).is_signed_by(key.public)
    assert not replace(found, signatures=()).is_signed_by(key.public)


def test_signatures_of_others_may_stand_beside_the_own_one(key: PrivateKey, tmp_path: Path) -> None:
    *_, own = GOLDEN.splitlines(keepends=True)
    *_, rotated = signed(HEAD, private_key(tmp_path, new_private_key())).splitlines(keepends=True)
    for lines in (own + WITNESS, WITNESS + own, WITNESS + rotated + own + WITNESS):
        (found,) = read_heads(GOLDEN.replace(own, lines))
        assert found.is_signed_by(key.public)
    (found,) = read_heads(GOLDEN.replace(own, WITNESS))
    assert not found.is_signed_by(key.public)


def test_heads_stand_one_after_another_in_one_file(key: PrivateKey) -> None:
    later = replace(HEAD, size=1300)
    text = "\n".join([GOLDEN + WITNESS, signed(later, key), GOLDEN])
    found = read_heads(text)
    assert [each.head for each in found] == [HEAD, later, HEAD]
    assert all(each.is_signed_by(key.public) for each in found)


def test_a_new_key_is_read_again_and_both_halves_agree(tmp_path: Path) -> None:
    key = private_key(tmp_path, new_private_key())
    (tmp_path / "public.pem").write_bytes(key.public.pem)
    public = read_public_key(tmp_path / "public.pem")
    assert public == key.public
    assert public.raw == key.public.raw
    assert len(public.raw) == 32
    assert public.verifies(key.sign(b"message"), b"message")
    assert new_private_key() != new_private_key()


# ── What is refused ──────────────────────────────────────────────────────────────────────────────

ROOT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
SIGNATURE = "the line is not a signature"
MALFORMED = {
    "other origin": (1, "doelbinding-log/", "other-log/", "`doelbinding-log/` and the id of a log"),
    "short id": (1, LOG, LOG[1:], "`doelbinding-log/` and the id of a log"),
    "upper id": (
        1,
        f"log/{LOG}\n1",
        f"log/{LOG.upper()}\n1",
        "`doelbinding-log/` and the id of a log",
    ),
    "byte order mark": (1, "doel", "\ufeffdoel", "`doelbinding-log/` and the id of a log"),
    "leading zero": (2, "\n1204", "\n01204", "the size of a log"),
    "negative": (2, "\n1204", "\n-1204", "the size of a log"),
    "huge": (2, "\n1204", "\n" + "1" * 5000, "the size of a log"),
    "other digits": (2, "\n1204", "\n\u0661\u0662", "the size of a log"),
    "short root": (3, "AAEC", "", "a root in base64"),
    "spare bits": (3, "h8=", "h9=", "a root in base64"),
    "url base64": (3, "Hh8=", "H_8=", "a root in base64"),
    "short chain": (4, "3e3f", "3e", "`chain` and 64 hexadecimal digits"),
    "upper chain": (4, "3e3f", "3E3F", "`chain` and 64 hexadecimal digits"),
    "offset": (5, "00Z", "00+00:00", "`at` and a moment"),
    "fraction": (5, "00Z", "00.5Z", "`at` and a moment"),
    "other digit": (5, "at 2", "at \u0662", "`at` and a moment"),
    "blank": (3, "1204\n", "1204\n\n", "a root in base64"),
    "space": (5, "00Z\n", "00Z \n", "`at` and a moment"),
    "line separator": (5, "00Z\n", "00Z\u2028\n", "`at` and a moment"),
}


@pytest.mark.parametrize(("line", "old", "new", "what"), MALFORMED.values(), ids=MALFORMED)
def test_a_line_of_a_head_that_is_not_as_it_must_be_is_named(
    line: int, old: str, new: str, what: str
) -> None:
    text = GOLDEN.replace(old, new, 1)
    assert text != GOLDEN
    assert refusal(text) == f"heads.txt:{line}: the line is not {what}"


def test_a_moment_must_be_one() -> None:
    for wrong in ("2026-02-30T17:40:00Z", "2026-13-01T17:40:00Z", "2026-11-24T24:40:00Z"):
        text = GOLDEN.replace(HEAD.at, wrong)
        assert refusal(text) == "heads.txt:5: there is no such moment"


def test_more_lines_than_a_head_has_are_refused() -> None:
    text = GOLDEN.replace("00Z\n", "00Z\nmore\n")
    assert refusal(text) == "heads.txt:6: the line is not empty, as it should be here"


@pytest.mark.parametrize(
    "line",
    [
        "- witness AAAAAAAA",
        "—  witness AAAAAAAA",
        "— witness",
        "— witness AAAAAAA",
        "— witness AAAAAA==",
        "— witness AAAAAB==",
        "— wit+ness AAAAAAAA",
        "— wit\u00a0ness AAAAAAAA",
        "— witness AAAAAAAA ",
        "— witness AAAAAA-_",
        " ",
        "text",
    ],
)
def test_a_line_among_the_signatures_that_is_none_is_refused(line: str) -> None:
    assert refusal(f"{GOLDEN}{line}\n") == f"heads.txt:8: {SIGNATURE}"
    first = GOLDEN.replace("— doel", f"{line}\n— doel")
    assert refusal(first) == f"heads.txt:7: {SIGNATURE}"


def test_a_head_without_a_signature_is_refused() -> None:
    text = HEAD.text
    assert refusal(text) == "heads.txt:6: the head ends before this line"
    assert refusal(f"{text}\n") == "heads.txt:7: the head ends before this line"
    assert refusal(f"{text}\n\n{GOLDEN}") == f"heads.txt:7: {SIGNATURE}"


def test_a_file_without_a_head_is_refused() -> None:
    assert refusal("") == "heads.txt:1: the head ends before this line"
    assert refusal(f"\n{GOLDEN}").startswith("heads.txt:1: the line is not")


@pytest.mark.parametrize("between", ["", "\n", "\n\n\n"])
def test_heads_may_follow_each_other_with_empty_lines_between_them_or_none(between: str) -> None:
    (one,) = read_heads(GOLDEN)
    assert read_heads(f"{GOLDEN}{between}{GOLDEN}{between}") == (one, one)


def test_line_ends_of_another_kind_are_refused() -> None:
    message = "heads.txt:1: the line ends with a carriage return"
    assert refusal(GOLDEN.replace("\n", "\r\n")) == message
    assert refusal(GOLDEN + "\r\n") == "heads.txt:8: the line ends with a carriage return"


def test_a_missing_line_feed_at_the_end_is_refused_wherever_it_is_cut() -> None:
    assert refusal(GOLDEN[:-1]) == "heads.txt:7: the line does not end with a line feed"
    assert refusal(GOLDEN + WITNESS[:-1]) == "heads.txt:8: the line does not end with a line feed"
    for length in range(len(GOLDEN)):
        assert refusal(GOLDEN[:length])


def test_no_character_of_a_note_can_be_changed_unseen(key: PrivateKey) -> None:
    for place, character in enumerate(GOLDEN):
        for other in ("0", "a", "\n", " "):
            if other == character:
                continue
            try:
                found = read_heads(GOLDEN[:place] + other + GOLDEN[place + 1 :])
            except SourceError:
                continue
            assert not any(each.is_signed_by(key.public) for each in found)


def test_the_second_head_is_read_as_strictly_as_the_first() -> None:
    wrong = GOLDEN.replace("\n1204", "\n01204")
    assert refusal(f"{GOLDEN}\n{wrong}") == "heads.txt:10: the line is not the size of a log"
