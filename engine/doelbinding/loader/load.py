"""A folder or a revision to a PolicySource: every text read, every node with its place."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from doelbinding.diagnostics import Finding, Severity
from doelbinding.errors import SourceError
from doelbinding.loader import characters, faults
from doelbinding.loader.files import (
    RawFile,
    misnamed_in,
    read_folder,
    read_revision,
    whole_file,
)
from doelbinding.loader.limits import DEFAULT_LIMITS, Limits
from doelbinding.loader.nodes import MappingNode
from doelbinding.loader.reader import Reader
from doelbinding.source import Place, SourceFile

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOST_HIDDEN = 20


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One file: its text, and its sections when it could be read."""

    source: SourceFile
    root: MappingNode | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class PolicySource:
    """The texts of one policy, read but not yet checked.

    `digest` is the SHA-256 of the files' names and bytes.
    """

    name: str
    files: tuple[LoadedFile, ...]
    findings: tuple[Finding, ...]
    digest: str


def load_source(source: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS) -> PolicySource:
    """Read a folder, or a folder in a git revision written `REVISION:FOLDER`.

    Raises `SourceError` when it cannot be opened or read; whatever is wrong with what it holds
    is a finding.
    """
    name = os.fspath(source)
    found, extra = _raw_files(name, limits)
    raw, excess = _within_limits(found, limits)
    if excess:
        finding = faults.TOO_LARGE.finding(excess, whole_file(name))
        return PolicySource(name, (), (finding,), _digest(raw))
    if not raw:
        extra = [*extra, faults.EMPTY.finding("no file ends in .yaml", whole_file(name))]
    return _policy_source(name, raw, limits, extra)


def load_texts(name: str, texts: Iterable[tuple[str, str]]) -> PolicySource:
    """The same from texts in memory, given as (file name, text)."""
    raw = [
        RawFile(file, f"{name}/{file}", text.encode("utf-8", "surrogatepass"))
        for file, text in sorted(texts)
    ]
    return _policy_source(name, raw, DEFAULT_LIMITS, [])


def _policy_source(
    name: str, raw: list[RawFile], limits: Limits, extra: list[Finding]
) -> PolicySource:
    files = tuple(_load_file(each, limits) for each in raw)
    findings = [finding for file in files for finding in file.findings]
    return PolicySource(name, files, (*extra, *findings), _digest(raw))


def _within_limits(found: Iterable[RawFile], limits: Limits) -> tuple[list[RawFile], str]:
    """The files as far as they may be read, and what is too much if they are too many."""
    raw: list[RawFile] = []
    total = 0
    for each in found:
        raw.append(each)
        total += len(each.content)
        if total > limits.total_bytes:
            return raw, f"the policy has more than {limits.total_bytes:,} bytes"
        if len(raw) > limits.files:
            return raw, f"the policy has more than {limits.files:,} files"
    return raw, ""


def _raw_files(name: str, limits: Limits) -> tuple[Iterable[RawFile], list[Finding]]:
    path = Path(name)
    if os.path.isdir(name):  # noqa: PTH112 - answers for any text, however long
        misnamed = [_misnamed(path, each) for each in misnamed_in(path)]
        return read_folder(path, limits), misnamed
    revision, colon, folder = name.partition(":")
    if colon and revision and not revision.startswith("-") and not _exists(name):
        return read_revision(revision, folder, limits), []
    if _exists(name):
        raise SourceError(f"{name} is not a folder", "Name the folder that holds the policy.")
    raise SourceError(f"there is no folder {name}", "Name the policy's folder with --policy.")


def _exists(name: str) -> bool:
    return os.path.exists(name)  # noqa: PTH110 - answers for any text, however long


def _misnamed(folder: Path, name: str) -> Finding:
    return Finding(
        faults.FOLDER.rule,
        Severity.WARNING,
        f"`{name}` is not read",
        f"Rename it to {name.removesuffix('.yml')}.yaml, or move it out of the folder.",
        whole_file(str(folder / name)),
    )


def _load_file(raw: RawFile, limits: Limits) -> LoadedFile:
    if raw.finding:
        return LoadedFile(SourceFile(raw.path, ""), None, (raw.finding,))
    try:
        text = raw.content.removeprefix(_BYTE_ORDER_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        return LoadedFile(SourceFile(raw.path, ""), None, (_not_utf8(raw, error),))
    file = SourceFile(raw.path, text)
    hidden = tuple(_hidden(file))
    if hidden:
        return LoadedFile(file, None, hidden)
    reader = Reader(file, limits)
    root = reader.read()
    return LoadedFile(file, root, tuple(reader.findings))


def _not_utf8(raw: RawFile, error: UnicodeDecodeError) -> Finding:
    readable = raw.content[: error.start].decode("utf-8", "replace")
    file = SourceFile(raw.path, readable)
    message = f"byte {error.start + 1:,} is not UTF-8"
    return faults.ENCODING.finding(message, _place_at(file, len(readable)))


def _hidden(file: SourceFile) -> Iterable[Finding]:
    for count, found in enumerate(characters.UNSEEN.finditer(file.text)):
        if count == _MOST_HIDDEN:
            return
        message = f"the text holds {characters.name(found.group())}"
        yield faults.UNSEEN.finding(message, _place_at(file, found.start()))


def _place_at(file: SourceFile, offset: int) -> Place:
    before = file.text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return Place(file, line, column, line, column + 1)


def _digest(raw: Iterable[RawFile]) -> str:
    digest = hashlib.sha256()
    for each in raw:
        name = each.name.encode("utf-8", "surrogateescape")
        for part in (name, each.content):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return f"sha256:{digest.hexdigest()}"
