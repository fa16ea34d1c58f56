"""A policy to a bundle and back: the same policy, and nothing that pretends to be it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from doelbinding.compiler.bundle import Bundle, open_bundle, write_bundle
from doelbinding.compiler.stored import encode_index
from doelbinding.errors import SourceError
from doelbinding.loader import (
    DEFAULT_LIMITS,
    Limits,
    is_bundle,
    load_source,
    read_tests,
    read_texts,
)
from doelbinding.loader.container import open_container
from doelbinding.loader.framing import framed, source_digest
from doelbinding.policy import Policy
from doelbinding.signing import read_private_key
from tests.bundles import KeyPair, by_hand, compact, contents, header, key_pair
from tests.rules.examples import write_base


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a small valid policy that has tests."""
    folder = write_base(tmp_path / "policy")
    (folder / "tests/more").mkdir(parents=True)
    (folder / "tests/first.yaml").write_text("tests: []\n")
    (folder / "tests/more/second.jsonl").write_bytes(b"\x00\xff")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def keys(tmp_path: Path) -> KeyPair:
    return key_pair(tmp_path)


def bundled(policy: str = "policy", path: str = "a.bundle", key: Path | None = None) -> str:
    """The policy as a bundle in that file."""
    compiled, texts = Policy.load(policy).compiled, read_texts(policy)
    content = write_bundle(
        compiled.identity,
        index=encode_index(compiled.index, [name for name, _ in texts]),
        texts=texts,
        tests=read_tests(policy),
        key=None if key is None else read_private_key(key),
    )
    Path(path).write_bytes(content)
    return path


def opened(path: str = "a.bundle") -> Bundle:
    return open_bundle(path).bundle


# ── There and back ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("home")
def test_a_bundle_holds_identity_index_texts_and_tests() -> None:
    bundle, index = open_bundle(bundled())
    assert index == open_container("a.bundle", DEFAULT_LIMITS).read("index")
    assert bundle.name == "a.bundle"
    assert bundle.identity == Policy.load("policy").identity == Policy.load("a.bundle").identity
    assert bundle.texts() == read_texts("a.bundle") == read_texts("policy")
    assert bundle.tests() == read_tests("a.bundle") == read_tests("policy")
    assert bundle.tests() == (
        ("tests/first.yaml", b"tests: []\n"),
        ("tests/more/second.jsonl", b"\x00\xff"),
    )


@pytest.mark.usefixtures("home")
def test_the_source_is_that_of_the_folder_but_for_its_places() -> None:
    before, after = load_source("policy"), opened(bundled()).source()
    assert after.digest == before.digest
    assert [each.source.text for each in after.files] == [each.source.text for each in before.files]
    assert after.name == "a.bundle"
    assert after.files[0].source.path == "a.bundle:categories.yaml"
    assert before.files[0].source.path == "policy/categories.yaml"


def test_a_byte_order_mark_and_any_bytes_of_tests_are_kept(home: Path) -> None:
    file = home / "policy/flows.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert read_texts(bundled()) == read_texts("policy")
    assert opened().source().digest == load_source("policy").digest


@pytest.mark.usefixtures("home")
def test_the_same_policy_gives_the_same_bytes(keys: KeyPair) -> None:
    first, second = bundled(key=keys.private), bundled(path="b.bundle", key=keys.private)
    shutil.copytree("policy", "elsewhere")
    third = bundled("elsewhere", "c.bundle", keys.private)
    contents_of = {Path(each).read_bytes() for each in (first, second, third)}
    assert len(contents_of) == 1


@pytest.mark.usefixtures("home")
def test_a_bundle_of_a_bundle_is_the_same_bundle() -> None:
    again = bundled(bundled(), "b.bundle")
    assert Path(again).read_bytes() == Path("a.bundle").read_bytes()


def test_a_git_revision_gives_the_bundle_that_the_folder_gives(home: Path) -> None:
    git = ("git", "-c", "user.name=n", "-c", "user.email=e@example.org")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "m")):
        subprocess.run([*git, *arguments], check=True)
    (home / "policy/tests/.hidden").touch()
    bundled()
    shutil.rmtree(home / "policy")
    assert Path(bundled("HEAD:policy", "b.bundle")).read_bytes() == Path("a.bundle").read_bytes()


def test_a_bundle_is_told_from_a_folder_by_being_none(home: Path) -> None:
    os.mkfifo("pipe")
    seen = {each: is_bundle(each) for each in ("policy", bundled(), "pipe", "nowhere", "HEAD:x")}
    assert [name for name, is_one in seen.items() if is_one] == ["a.bundle", "pipe"]
    assert is_bundle(home / "a.bundle")


@pytest.mark.usefixtures("home")
def test_a_policy_decides_from_a_bundle_without_yaml_or_schemas() -> None:
    script = (
        "import sys; from doelbinding.policy import Policy\n"
        "policy = Policy.load('a.bundle', at_least=1)\n"
        "decision = policy.check(recipient='nobody', purpose='nothing', data=['x'])\n"
        "print(decision.effect, len(decision.withheld), *sys.modules)"
    )
    bundled()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.check_output([sys.executable, "-c", script], text=True, env=environment)
    effect, count, *loaded = ran.split()
    assert (effect, count) == ("deny", "1")
    heavy = {"yaml", "jsonschema", "jsonschema_rs", "networkx", "click", "cryptography"}
    assert not heavy & set(loaded)


# ── Trust ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("home")
def test_a_signature_is_verified_when_that_is_asked_for(keys: KeyPair, tmp_path: Path) -> None:
    path = bundled(key=keys.private)
    assert open_bundle(path, verify=keys.public).bundle.signed_by is not None
    assert open_bundle(path).bundle.signed_by is None
    other = key_pair(tmp_path, "other")
    with pytest.raises(SourceError, match="signed with another key"):
        open_bundle(path, verify=other.public)
    with pytest.raises(SourceError, match="carries no signature"):
        open_bundle(bundled(path="unsigned"), verify=keys.public)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("source", ["policy", "HEAD:policy", "nowhere"])
def test_what_is_no_bundle_can_never_be_verified(keys: KeyPair, source: str) -> None:
    with pytest.raises(SourceError, match="nothing else carries a signature"):
        open_bundle(source, verify=keys.public)


@pytest.mark.usefixtures("home")
def test_a_key_that_cannot_be_read_verifies_nothing(keys: KeyPair) -> None:
    path = bundled(key=keys.private)
    for wrong in ("nowhere.pem", "", keys.private, "policy"):
        with pytest.raises(SourceError):
            open_bundle(path, verify=wrong)


@pytest.mark.usefixtures("home")
def test_an_older_revision_than_asked_for_is_refused(keys: KeyPair) -> None:
    path = bundled(key=keys.private)
    revision = opened().identity.revision
    for least in (0, revision - 1, revision):
        open_bundle(path, verify=keys.public, at_least=least)
    message = f"a.bundle holds revision {revision}; at least {revision + 1} is asked for"
    for key in (keys.public, None):
        with pytest.raises(SourceError, match=message):
            open_bundle(path, verify=key, at_least=revision + 1)


@pytest.mark.usefixtures("home")
def test_a_folder_is_no_bundle() -> None:
    with pytest.raises(SourceError, match="policy is a folder, not a bundle"):
        open_bundle("policy")


# ── What changes, and what is too much ───────────────────────────────────────────────────────────


def test_texts_that_changed_while_they_were_compiled_are_refused(home: Path) -> None:
    identity = Policy.load("policy").identity
    (home / "policy/flows.yaml").write_text("flows: {}\n")
    with pytest.raises(SourceError, match="changed while it was compiled"):
        write_bundle(identity, index=b"", texts=read_texts("policy"))


@pytest.mark.usefixtures("home")
def test_texts_are_refused_when_the_file_was_replaced_after_it_was_opened(home: Path) -> None:
    bundle = opened(bundled())
    (home / "policy/tests/first.yaml").write_text("tests: [1]\n")
    os.replace(bundled(path="b.bundle"), "a.bundle")  # noqa: PTH105 - as a deployment does it
    with pytest.raises(SourceError, match="changed since it was read"):
        bundle.tests()


@pytest.mark.usefixtures("home")
def test_a_text_in_a_bundle_is_held_to_the_limits_of_any_text() -> None:
    path = bundled()
    for limits in (Limits(file_bytes=100), Limits(total_bytes=100), Limits(files=3)):
        bundle = open_bundle(path, limits).bundle
        assert "limit-exceeded" in {each.rule for each in bundle.source().findings}
    with pytest.raises(SourceError, match="larger than 9 bytes"):
        open_bundle(path, Limits(file_bytes=9)).bundle.tests()


@pytest.mark.usefixtures("home")
def test_a_section_larger_than_the_limits_is_not_even_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = contents()
    held["texts"] = held["tests"] = bytes(13 << 20)
    said = header(held)
    said["source"] = said["sections"][1]["digest"]
    Path("a.bundle").write_bytes(by_hand(compact(said), b"".join(held.values())))
    bundle = opened()
    monkeypatch.setattr(os, "pread", pytest.fail)
    assert [each.rule for each in bundle.source().findings] == ["limit-exceeded"]
    with pytest.raises(SourceError, match="more than 8,388,608 bytes"):
        bundle.tests()


@pytest.mark.usefixtures("home")
def test_an_index_of_more_than_a_quarter_of_the_largest_bundle_is_not_read() -> None:
    held = contents(index=bytes(1_001))
    Path("a.bundle").write_bytes(by_hand(compact(header(held)), b"".join(held.values())))
    assert open_bundle("a.bundle", Limits(bundle_bytes=4_004)).index_bytes == bytes(1_001)
    with pytest.raises(SourceError, match="has an index of more than 1,000 bytes"):
        open_bundle("a.bundle", Limits(bundle_bytes=4_000))


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "texts",
    [
        b"\0",
        b"\0" * 8,
        b"\xff" * 8,
        b"\xff" * 800,
        b"".join(framed([("a.yaml", b"a")]))[:-1],
        b"".join(framed([("a.yaml", b"a")])) + b"\0",
        b"".join(framed([("a.yaml", b"a"), ("a.yaml", b"b")])),
        b"".join(framed([("b.yaml", b"b"), ("a.yaml", b"a")])),
        b"".join(framed([("", b"")])),
        b"".join(framed([("a.txt", b"")])),
        b"".join(framed([(".a.yaml", b"")])),
        b"".join(framed([("../a.yaml", b"")])),
        b"".join(framed([("tests/a.yaml", b"")])),
        b"".join(framed([("/etc/a.yaml", b"")])),
        bytes(11 << 20),
    ],
)
def test_texts_and_tests_that_are_no_files_are_refused(texts: bytes) -> None:
    held = {**contents(), "texts": texts, "tests": texts.replace(b"tests/a.yaml", b"tests/../a.y")}
    said = header(held)
    said["source"] = said["sections"][1]["digest"]
    Path("a.bundle").write_bytes(by_hand(compact(said), b"".join(held.values())))
    with pytest.raises(SourceError, match="is damaged: its texts"):
        opened().source()
    with pytest.raises(SourceError, match="is damaged: its tests"):
        opened().tests()


# ── The files of the tests ───────────────────────────────────────────────────────────────────────


def test_a_policy_without_tests_has_none(home: Path) -> None:
    shutil.rmtree(home / "policy/tests")
    assert read_tests("policy") == ()
    (home / "policy/tests").touch()
    assert read_tests("policy") == ()
    assert opened(bundled()).tests() == ()


def test_hidden_files_are_no_tests(home: Path) -> None:
    before = read_tests("policy")
    (home / "policy/tests/.DS_Store").touch()
    (home / "policy/tests/.git").mkdir()
    (home / "policy/tests/.git/config").touch()
    assert read_tests("policy") == before


def test_tests_come_in_the_order_of_their_names(home: Path) -> None:
    (home / "policy/tests/a").mkdir()
    for name in ("a/b", "a-b", "a.b", "z", "é"):
        (home / f"policy/tests/{name}").touch()
    names = [name for name, _ in read_tests("policy")]
    assert names == sorted(names)
    assert read_tests(bundled()) == read_tests("policy")


@pytest.mark.parametrize("kind", ["pipe", "link", "folder link"])
def test_a_test_that_is_no_file_of_the_policy_is_refused(home: Path, kind: str) -> None:
    odd = home / "policy/tests/odd"
    outside = home / "outside"
    outside.mkdir()
    (outside / "file").touch()
    if kind == "pipe":
        os.mkfifo(odd)
    else:
        odd.symlink_to(outside / "file" if kind == "link" else outside)
    with pytest.raises(SourceError, match="policy/tests/odd: `tests/odd` is ") as refused:
        read_tests("policy")
    assert refused.value.help


def test_folders_of_tests_without_end_are_refused(home: Path) -> None:
    deep = home / "policy/tests"
    for _ in range(DEFAULT_LIMITS.depth + 1):
        deep = deep / "d"
    deep.mkdir(parents=True)
    with pytest.raises(SourceError, match="too deep"):
        read_tests("policy")


@pytest.mark.usefixtures("home")
def test_tests_are_held_to_the_limits(home: Path) -> None:
    assert source_digest(read_tests("policy", Limits(files=2)))
    for limits in (Limits(files=1), Limits(file_bytes=5), Limits(total_bytes=5)):
        with pytest.raises(SourceError):
            read_tests("policy", limits)
