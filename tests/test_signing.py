"""Keys are read from PEM files or refused in one clear line, which tells nothing of a key."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from doelbinding.errors import SourceError
from doelbinding.signing import read_private_key, read_public_key
from tests.bundles import KeyPair, key_pair, sha256

READERS = (read_private_key, read_public_key)
Reader = Callable[[Path], object]


@pytest.fixture
def keys(tmp_path: Path) -> KeyPair:
    return key_pair(tmp_path)


def refusal(read: Reader, path: Path) -> str:
    with pytest.raises(SourceError) as refused:
        read(path)
    assert refused.value.help
    assert refused.value.__cause__ is None
    return refused.value.message.replace(str(path), "it")


def written(folder: Path, content: bytes) -> Path:
    path = folder / "other.pem"
    path.write_bytes(content)
    return path


def private_pem(key: object) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[attr-defined,no-any-return]  # one of several kinds


def public_pem(key: object) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]  # likewise


# ── Signatures ───────────────────────────────────────────────────────────────────────────────────


def test_what_the_one_half_signs_the_other_verifies(keys: KeyPair) -> None:
    private, public = read_private_key(keys.private), read_public_key(keys.public)
    signature = private.sign(b"message")
    assert len(signature) == 64
    assert public.verifies(signature, b"message")
    assert private.sign(b"message") == signature


def test_nothing_else_is_verified(keys: KeyPair, tmp_path: Path) -> None:
    private, public = read_private_key(keys.private), read_public_key(keys.public)
    signature = private.sign(b"message")
    other = read_private_key(key_pair(tmp_path, "other").private)
    assert not public.verifies(signature, b"another message")
    assert not public.verifies(other.sign(b"message"), b"message")
    for wrong in (b"", bytes(64), signature[:-1], signature + b"\0"):
        assert not public.verifies(wrong, b"message")
    for place in range(64):
        turned = bytes([signature[place] ^ 1])
        assert not public.verifies(signature[:place] + turned + signature[place + 1 :], b"message")


def test_both_halves_have_one_id_which_openssl_can_tell(keys: KeyPair) -> None:
    public = read_public_key(keys.public)
    der = base64.b64decode(b"".join(keys.public.read_bytes().splitlines()[1:-1]))
    assert read_private_key(keys.private).id == public.id == sha256(der)


def test_neither_half_shows_itself(keys: KeyPair) -> None:
    private, public = read_private_key(keys.private), read_public_key(keys.public)
    assert repr(private) == f"PrivateKey(id='{public.id}', is_exposed=False)"
    assert repr(public) == f"PublicKey(id='{public.id}')"


@pytest.mark.parametrize("mode", [0o400, 0o440, 0o600, 0o640, 0o604, 0o644, 0o666])
def test_a_private_key_that_any_user_may_read_is_exposed(keys: KeyPair, mode: int) -> None:
    keys.private.chmod(mode)
    assert read_private_key(keys.private).is_exposed is bool(mode & 0o004)


# ── What is no key, or another ───────────────────────────────────────────────────────────────────


def test_the_halves_are_not_taken_for_each_other(keys: KeyPair) -> None:
    assert refusal(read_public_key, keys.private) == "it holds a private key, not a public one"
    assert refusal(read_private_key, keys.public) == "it holds no private key in PEM form"


def test_a_key_under_a_passphrase_is_refused(tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    locked = BestAvailableEncryption(b"secret")
    path = written(tmp_path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    assert refusal(read_private_key, path) == "the private key in it is under a passphrase"


@pytest.mark.parametrize(
    "make",
    [
        lambda: rsa.generate_private_key(65537, 2048),
        lambda: ec.generate_private_key(ec.SECP256R1()),
        ed448.Ed448PrivateKey.generate,
        x25519.X25519PrivateKey.generate,
    ],
)
def test_a_key_of_another_kind_is_refused(
    tmp_path: Path, make: Callable[[], rsa.RSAPrivateKey]
) -> None:
    key = make()
    private, public = private_pem(key), public_pem(key.public_key())
    message = "the key in it is not of the kind Ed25519"
    assert refusal(read_private_key, written(tmp_path, private)) == message
    assert refusal(read_public_key, written(tmp_path, public)) == message


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"not a key\n",
        b"-----BEGIN PUBLIC KEY-----\n",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== someone\n",
        b"-----BEGIN PUBLIC KEY-----\n" + b"A" * (1 << 20),
    ],
)
def test_what_is_no_key_is_refused(tmp_path: Path, read: Reader, content: bytes) -> None:
    assert refusal(read, written(tmp_path, content))


def test_two_keys_in_one_file_are_refused(keys: KeyPair, tmp_path: Path) -> None:
    other = key_pair(tmp_path, "other")
    both = written(tmp_path, keys.public.read_bytes() + other.public.read_bytes())
    assert refusal(read_public_key, both) == "it is not one key in PEM form"


@pytest.mark.parametrize("read", READERS)
def test_a_file_that_cannot_be_read_is_refused_and_a_pipe_does_not_hang(
    tmp_path: Path, read: Reader
) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refusal(read, tmp_path / "nowhere") == (
        "cannot read the key it: no such file or directory"
    )
    for odd in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        assert refusal(read, odd) == "the key it is not a regular file"
    assert refusal(read, Path("a\0b")).startswith("cannot read the key")


def test_no_message_holds_a_piece_of_a_private_key(keys: KeyPair, tmp_path: Path) -> None:
    lines = keys.private.read_bytes().splitlines()
    secret = lines[1].decode()
    spoilt = [
        b"\n".join([*lines[:1], lines[1][:-6], *lines[2:]]),
        b"\n".join(lines[:2]),
        b"\n".join(
            [b"-----BEGIN RSA PRIVATE KEY-----", lines[1], b"-----END RSA PRIVATE KEY-----"]
        ),
        b"\n".join(lines + lines),
    ]
    for content in spoilt:
        for read in READERS:
            message = refusal(read, written(tmp_path, content))
            assert not any(secret[at : at + 6] in message for at in range(len(secret) - 6))


def test_without_the_library_it_is_said_what_to_install(keys: KeyPair) -> None:
    script = (
        "import sys; sys.modules['cryptography'] = None\n"
        "from doelbinding.errors import SourceError\n"
        "from doelbinding.signing import read_public_key, read_private_key\n"
        "for read in (read_public_key, read_private_key):\n"
        "    try: read(sys.argv[1])\n"
        "    except SourceError as error: print(error.message, '|', error.help)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(keys.public)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (
        done.stdout.splitlines()
        == [
            "signatures need the package cryptography, which is not installed | "
            "Install it: python -m pip install 'doelbinding[sign]'"
        ]
        * 2
    )


def test_the_library_is_loaded_only_with_a_key() -> None:
    script = "import sys, doelbinding.signing; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    loaded = subprocess.check_output([sys.executable, "-c", script], text=True, env=environment)
    assert "cryptography" not in loaded.split()
