"""A formal text, which ends in `...`, that was cut short is refused or means the same."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random

import pytest

from doelbinding.diagnostics import PolicyError
from doelbinding.policy import Policy
from tests.properties.answers import MOMENT
from tests.properties.generators import generate_policy, resplit, serialise

Texts = dict[str, bytes]
MakeFolder = Callable[[Texts], "Folder"]

POLICY = Path(__file__).parents[2] / "policy"
FILES = [file.name for file in sorted(POLICY.glob("*.yaml"))]
LINES, BYTES = 5, 4
"""Cuts of each file of the shipped policy in the normal run."""
SOAK_BYTES = 100


class Folder:
    """A policy of which one file at a time is cut short."""

    def __init__(self, path: Path, texts: Texts) -> None:
        self.path = path
        self.texts = texts
        for name, content in texts.items():
            (path / name).write_bytes(content)
        self.digest = self._digest()
        assert self.digest

    def survivors(self, name: str, ends: Iterable[int]) -> Iterator[bytes]:
        """What was cut off the file by each cut that is not noticed; it changed no meaning."""
        for end in ends:
            (self.path / name).write_bytes(self.texts[name][:end])
            digest = self._digest()
            assert digest in (None, self.digest), f"{name} cut after byte {end}"
            if digest:
                yield self.texts[name][end:]
        (self.path / name).write_bytes(self.texts[name])

    def _digest(self) -> str | None:
        try:
            return Policy.load(self.path, at=MOMENT).identity.digest
        except PolicyError:
            return None


@pytest.fixture
def folder(tmp_path: Path) -> MakeFolder:
    return lambda texts: Folder(tmp_path, texts)


# ── Generated policies ───────────────────────────────────────────────────────────────────────────


def formal(text: str) -> bytes:
    """The text with the directive at its head that promises the marker at its end."""
    start = "" if text.startswith("---") or "\n---" in text else "---\n"
    return f"%YAML 1.2\n{start}{text.rstrip()}\n...\n".encode()


def generated(seed: int) -> Texts:
    random = Random(f"cut {seed}")
    texts = serialise(resplit(generate_policy(random), random), random)
    return {name: formal(text) for name, text in texts.items()}


def assert_only_the_last_line_break_is_not_missed(cut_off: Iterable[bytes]) -> None:
    assert set(cut_off) <= {b"\n"}


@pytest.mark.parametrize("seed", range(8))
def test_a_policy_cut_at_a_byte_is_refused_or_means_the_same(seed: int, folder: MakeFolder) -> None:
    texts, random = generated(seed), Random(seed)
    whole = folder(texts)
    for _ in range(40):
        name = random.choice(sorted(texts))
        end = random.randrange(len(texts[name]))
        assert_only_the_last_line_break_is_not_missed(whole.survivors(name, [end]))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(6))
def test_a_policy_cut_at_every_byte_is_refused_or_means_the_same(
    seed: int, folder: MakeFolder
) -> None:
    texts = generated(seed)
    whole = folder(texts)
    for name, content in texts.items():
        cut_off = list(whole.survivors(name, range(len(content))))
        assert cut_off == [b"\n"]
    count = sum(map(len, texts.values()))
    print(f"seed {seed}: {count} cuts of {len(texts)} files")  # noqa: T201 - kept as evidence


# ── The policy of Bibliotheek Almelo ─────────────────────────────────────────────────────────────


def shipped() -> Texts:
    return {name: (POLICY / name).read_bytes() for name in FILES}


def line_ends(content: bytes) -> list[int]:
    """The places between two lines, and before the first."""
    return [0] + [end for end in range(1, len(content)) if content[end - 1 : end] == b"\n"]


@pytest.mark.parametrize("name", FILES)
def test_the_shipped_policy_cut_between_lines_or_at_a_byte_is_refused_or_means_the_same(
    name: str, folder: MakeFolder
) -> None:
    texts, random = shipped(), Random(name)
    content = texts[name]
    ends = random.sample(line_ends(content), LINES) + random.sample(range(len(content)), BYTES)
    assert_only_the_last_line_break_is_not_missed(folder(texts).survivors(name, ends))


@pytest.mark.soak
@pytest.mark.parametrize("name", FILES)
def test_the_shipped_policy_cut_between_any_two_lines_or_at_a_byte_is_refused_or_means_the_same(
    name: str, folder: MakeFolder
) -> None:
    texts, random = shipped(), Random(f"soak {name}")
    content = texts[name]
    ends = line_ends(content) + random.sample(range(len(content)), SOAK_BYTES)
    assert_only_the_last_line_break_is_not_missed(folder(texts).survivors(name, ends))
    print(f"{name}: {len(ends)} cuts")  # noqa: T201 - kept as evidence
