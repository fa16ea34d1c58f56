"""`compile` writes a bundle, and every command takes it where it takes a folder."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from doelbinding.loader.container import Container, open_container, pack
from doelbinding.loader.limits import DEFAULT_LIMITS
from tests.bundles import KeyPair, key_pair
from tests.cli.conftest import (
    ALLOWED,
    AT,
    DENIED,
    TRANSFER,
    Run,
    apart,
    assert_misuse,
    batch,
    spoil,
)

COMPILE = ("compile",)
VALIDATE = ("validate", *AT)
DIAGRAM = ("diagram", *AT)
BUNDLE = "town-library.bundle"
COMMANDS = [VALIDATE, DIAGRAM, ALLOWED, DENIED, ("check", "--batch", "-"), COMPILE]


@pytest.fixture
def keys(tmp_path: Path) -> KeyPair:
    return key_pair(tmp_path)


@pytest.fixture
def signed(run: Run, keys: KeyPair) -> str:
    """The policy, signed, as a bundle of that name."""
    assert run(*COMPILE, "--output", "signed.bundle", "--sign", str(keys.private)).code == 0
    return "signed.bundle"


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────


def test_a_bundle_is_named_after_its_policy_and_it_is_said_what_was_written(run: Run) -> None:
    ran = run(*COMPILE)
    assert (ran.code, ran.out) == (0, "")
    assert re.fullmatch(
        r"town-library\.bundle: town-library, revision 3, sha256:[0-9a-f]{64}, not signed\n",
        ran.err,
    )
    assert Path(BUNDLE).read_bytes().startswith(b"doelbinding bundle 1\n")


def test_the_key_that_signed_is_named(run: Run, keys: KeyPair) -> None:
    ran = run(*COMPILE, "--sign", str(keys.private))
    key = json.loads(Path(BUNDLE).read_bytes().split(b"\n")[2])["signature"]["key"]
    assert ran.err.endswith(f", signed with {key}\n")


def test_a_private_key_that_any_user_may_read_is_warned_of(run: Run, keys: KeyPair) -> None:
    keys.private.chmod(0o644)
    ran = run(*COMPILE, "--sign", str(keys.private))
    assert ran.code == 0
    assert ran.err.splitlines()[1] == (
        f"warning: any user of this machine may read {keys.private}; chmod 600 it"
    )


def test_a_dash_is_standard_output_and_nothing_else_goes_there() -> None:
    ran = apart("compile", "--output", "-", redirect="| tee copy | sha256sum")
    apart("compile", "--output", "file")
    assert Path("copy").read_bytes() == Path("file").read_bytes()
    assert ran.code == 0
    assert ran.err.startswith("town-library, revision 3")


def test_a_bundle_that_exists_is_replaced_only_when_asked(run: Run) -> None:
    run(*COMPILE)
    first = Path(BUNDLE).stat().st_ino
    for options in ((), ("--output", BUNDLE)):
        assert_misuse(run(*COMPILE, *options), f"{BUNDLE} exists already")
    assert Path(BUNDLE).stat().st_ino == first
    assert run(*COMPILE, "--force").code == 0
    assert {file.name for file in Path().iterdir()} == {BUNDLE, "policy"}


def test_a_new_bundle_is_for_whom_the_umask_says(run: Run) -> None:
    before = os.umask(0o027)
    try:
        run(*COMPILE)
    finally:
        os.umask(before)
    assert Path(BUNDLE).stat().st_mode & 0o777 == 0o640


def test_the_same_policy_and_key_give_the_same_bytes(run: Run, keys: KeyPair) -> None:
    for name in ("a", "b"):
        run(*COMPILE, "--output", name, "--sign", str(keys.private))
    assert Path("a").read_bytes() == Path("b").read_bytes()


def test_a_bundle_can_be_signed_later(run: Run, keys: KeyPair, signed: str) -> None:
    run(*COMPILE)
    run(*COMPILE, "--policy", BUNDLE, "--sign", str(keys.private), "--output", "later")
    assert Path("later").read_bytes() == Path(signed).read_bytes()


def test_the_tests_of_a_policy_go_along(run: Run) -> None:
    Path("policy/tests").mkdir()
    Path("policy/tests/first.yaml").write_text("canary: yes\n")
    run(*COMPILE)
    assert b"tests/first.yaml" in Path(BUNDLE).read_bytes()
    assert b"canary: yes\n" in Path(BUNDLE).read_bytes()


def test_a_policy_with_an_error_makes_no_bundle(run: Run) -> None:
    spoil("reference: DPA-2024-6", "refrence: DPA-2024-6")
    ran = run(*COMPILE)
    assert (ran.code, ran.out) == (1, "")
    assert "error[unknown-key]" in ran.err
    assert not Path(BUNDLE).exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--output", ""), "name a file"),
        (("--output", "policy"), "policy is not a regular file"),
        (("--output", "no/folder"), "no such file"),
        (("--sign", "nowhere"), "cannot read the key nowhere"),
        (("--sign", "policy"), "not a regular file"),
        (("--sign", "key.public.pem"), "holds no private key"),
        (("--policy", "nowhere"), "there is no folder or bundle nowhere"),
    ],
)
@pytest.mark.usefixtures("keys")
def test_what_cannot_be_compiled_is_told_and_nothing_is_written(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    before = sorted(Path().iterdir())
    assert_misuse(run(*COMPILE, *arguments), message)
    assert sorted(Path().iterdir()) == before


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "arguments", [DIAGRAM, ALLOWED, (*ALLOWED, "--format", "json"), ("check", "--batch", "-")]
)
def test_a_command_says_of_a_bundle_what_it_says_of_the_folder(
    run: Run, keys: KeyPair, signed: str, arguments: tuple[str, ...]
) -> None:
    lines = batch(TRANSFER, {**TRANSFER, "recipient": "nobody"})
    shown = run(*arguments, stdin=lines)
    assert run(*arguments, "--policy", signed, stdin=lines) == shown
    verified = ("--verify", str(keys.public), "--at-least", "1")
    assert run(*arguments, "--policy", signed, *verified, stdin=lines) == shown


def test_a_denial_differs_in_nothing_but_the_path_of_its_place(run: Run, signed: str) -> None:
    shown, bundled = (run(*DENIED, *more) for more in ((), ("--policy", signed)))
    assert bundled.out.replace(f"{signed}:", "policy/") == shown.out


@pytest.mark.parametrize("form", ["text", "concise", "json"])
def test_findings_name_the_file_in_the_bundle(run: Run, form: str) -> None:
    spoil("languages: [en, nl]", "languages: [en, nl]\nreview-by: 2020-01-01")
    shown = run(*VALIDATE, "--format", form)
    run(*COMPILE)
    ran = run(*VALIDATE, "--format", form, "--policy", BUNDLE)
    assert f"{BUNDLE}:policy.yaml" in ran.out
    named = ran.out.replace(f"{BUNDLE}:policy.yaml", "policy/policy.yaml")
    assert named.replace(BUNDLE, "policy") == shown.out


# ── Trust ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_what_is_not_signed_when_asked_to_verify(
    run: Run, keys: KeyPair, tmp_path: Path, signed: str, command: tuple[str, ...]
) -> None:
    run(*COMPILE, "--output", "unsigned.bundle")
    other = key_pair(tmp_path, "other")
    for policy, key, message in (
        ("unsigned.bundle", keys.public, "unsigned.bundle carries no signature"),
        (signed, other.public, f"{signed} is signed with another key"),
        (signed, keys.private, "holds a private key, not a public one"),
        (signed, "nowhere", "cannot read the key nowhere"),
        ("policy", keys.public, "policy is not a bundle, and nothing else carries a signature"),
        ("HEAD:policy", keys.public, "nothing else carries a signature"),
    ):
        ran = run(*command, "--policy", policy, "--verify", str(key), stdin=batch(TRANSFER))
        assert_misuse(ran, message)
    assert not Path(BUNDLE).exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_a_revision_that_is_too_low(
    run: Run, signed: str, command: tuple[str, ...]
) -> None:
    for policy in ("policy", signed):
        ran = run(*command, "--policy", policy, "--at-least", "4", stdin=batch(TRANSFER))
        assert_misuse(ran, f"{policy} holds revision 3; at least 4 is asked for")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_a_bundle_that_was_altered(
    run: Run, keys: KeyPair, signed: str, command: tuple[str, ...]
) -> None:
    content = Path(signed).read_bytes()
    Path(signed).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    for options in ((), ("--verify", str(keys.public))):
        ran = run(*command, "--policy", signed, *options, stdin=batch(TRANSFER))
        assert_misuse(ran, f"{signed} is damaged: its section `texts` is not as it was written")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_a_newer_bundle(
    run: Run, signed: str, command: tuple[str, ...]
) -> None:
    content = Path(signed).read_bytes()
    Path(signed).write_bytes(content.replace(b"bundle 1\n", b"bundle 2\n", 1))
    ran = run(*command, "--policy", signed, stdin=batch(TRANSFER))
    assert_misuse(ran, f"{signed} is a bundle of format 2, newer than is known here")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_what_is_no_bundle(run: Run, command: tuple[str, ...]) -> None:
    Path("foreign").write_bytes(os.urandom(1 << 16))
    Path("empty").touch()
    os.mkfifo("pipe")
    for policy, message in (
        ("foreign", "foreign is not a bundle of doelbinding"),
        ("empty", "empty is not a bundle of doelbinding"),
        ("pipe", "pipe is a pipe, not a bundle"),
        ("policy/policy.yaml", "policy/policy.yaml is not a bundle of doelbinding"),
    ):
        assert_misuse(run(*command, "--policy", policy, stdin=batch(TRANSFER)), message)


@pytest.mark.parametrize("command", [VALIDATE, DIAGRAM, COMPILE])
def test_a_bundle_that_does_not_decide_as_its_texts_say_is_refused(
    run: Run, signed: str, command: tuple[str, ...]
) -> None:
    spoil("    when: asked\n", "")
    run(*COMPILE, "--output", "other.bundle")
    open_door = open_container("other.bundle", DEFAULT_LIMITS).read("index")
    honest = open_container(signed, DEFAULT_LIMITS)
    sections = _contents(honest)
    for lie in (
        pack(honest.identity, {**sections, "index": open_door}, None),
        pack(honest.identity, {**sections, "index": b""}, None),
        pack(replace(honest.identity, revision=99), _contents(honest), None),
        pack(replace(honest.identity, digest=f"sha256:{'0' * 64}"), _contents(honest), None),
    ):
        Path("lie.bundle").write_bytes(lie)
        ran = run(*command, "--policy", "lie.bundle")
        assert_misuse(ran, "lie.bundle does not decide as its own texts say")
        assert not Path(BUNDLE).exists()


def _contents(of: Container) -> dict[str, bytes]:
    return {each: of.read(each) for each in ("index", "texts", "tests")}


def test_a_huge_file_is_refused_in_little_memory() -> None:
    with Path("huge").open("wb") as stream:
        stream.write(b"doelbinding bundle 1\n")
        stream.truncate(1 << 40)
    ran = apart("validate", "--policy", "huge", first="ulimit -v 1000000")
    assert_misuse(ran, "huge is larger than 268,435,456 bytes")
